package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"rolewall/diag"
	"rolewall/generators/target"
	"rolewall/internal/term"
)

// report prints an error to stderr and returns the exit code. ctx says what ended the run, if something did.
func (env *environment) report(ctx context.Context, err error) int {
	if err == nil {
		return 0
	}
	if env.line != nil {
		env.line.Clear()
	}
	if _, found := errors.AsType[foundSomething](err); found {
		return 1
	}
	if errors.Is(err, context.Canceled) {
		env.tell(interruption(err), "")
		return interruptedCode(ctx)
	}
	list := flatten(err)
	var messages []term.Message
	for _, e := range list {
		what, hint := mistakeText(e)
		messages = append(messages, term.Message{Kind: kind(e), Text: what, Hint: hint})
	}
	for _, m := range term.Limit(messages) {
		env.tell(m.Text, m.Hint)
	}
	if len(list) > 1 {
		fmt.Fprintln(env.stderr, total(list))
	}
	return 2
}

// total counts mistakes. Those of policies and calls are found before the first file is written; of what failed later
// only the messages say how far it came.
func total(list []error) string {
	text := fmt.Sprintf("%d errors", len(list))
	if slices.ContainsFunc(list, func(e error) bool { return !isMistake(e) }) {
		return text
	}
	return text + ", nothing written"
}

// isMistake tells what is wrong with a policy or a call from what went wrong on the way.
func isMistake(err error) bool {
	_, found := errors.AsType[*diag.Diagnostic](err)
	_, refused := errors.AsType[target.Unsupported](err)
	return found || refused
}

// foundSomething ends a command that did its work and found a difference or a risk: exit code 1, all is said already.
type foundSomething struct{}

func (foundSomething) Error() string { return "something was found" }

// stopped is a run that a signal ended, with what it leaves behind.
type stopped struct {
	error
	leaves string
}

func (s stopped) Unwrap() error { return s.error }

// ifStopped adds what is left behind to the error of a run that a signal ended.
func ifStopped(err error, leaves string) error {
	if errors.Is(err, context.Canceled) {
		return stopped{err, leaves}
	}
	return err
}

func interruption(err error) string {
	if s, ok := errors.AsType[stopped](err); ok {
		return "interrupted: " + s.leaves
	}
	return "interrupted"
}

// kind is equal for mistakes that differ in names alone.
func kind(err error) string {
	if e, ok := errors.AsType[*diag.Diagnostic](err); ok {
		return e.Kind
	}
	if r, ok := errors.AsType[target.Unsupported](err); ok {
		return r.Target + r.Kind
	}
	return err.Error()
}

// mistakeText is the message of one mistake, and what would help; the messages of files begin with the place.
func mistakeText(err error) (what, hint string) {
	what = "error: " + err.Error()
	if e, ok := errors.AsType[*diag.Diagnostic](err); ok {
		hint = e.Hint
		if e.Pos != (diag.Pos{}) {
			what = err.Error()
		}
	} else if r, ok := errors.AsType[target.Unsupported](err); ok {
		hint = r.Hint
	}
	return strings.TrimSuffix(what, hintMark+hint), hint
}

// hintMark appears between what is wrong and what would help.
const hintMark = "\n  hint: "

// tell prints a message to stderr: a line, and one more where there is a hint. Both may hold texts of a policy.
func (env *environment) tell(what, hint string) {
	text := term.LogLine(what)
	if hint != "" {
		text += hintMark + term.Printable(hint)
	}
	fmt.Fprintln(env.stderr, text)
}

// Warn prints a warning.
func (env *environment) Warn(text string) { env.tell("warning: "+text, "") }

// Progress tells on a terminal how far a long run has come.
func (env *environment) Progress(done, all int) {
	if done == 0 {
		env.line = term.NewProgress(env.stderr, all)
		return
	}
	env.line.Done(done)
	if done == all {
		env.line.Clear()
	}
}

// flatten takes joined errors apart.
func flatten(err error) []error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var out []error
		for _, e := range joined.Unwrap() {
			out = append(out, flatten(e)...)
		}
		return out
	}
	return []error{err}
}
