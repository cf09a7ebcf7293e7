package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"rolewall/diag"
	"rolewall/generators/target"
	"rolewall/internal/term"
)

// report prints an error to stderr and returns the exit code. ctx says what ended the run, if anything did.
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

// total returns the number of mistakes in words. Mistakes of policies and calls are found before the first file is
// written. For an error that comes later, only the messages say what was written.
func total(list []error) string {
	text := fmt.Sprintf("%d errors", len(list))
	if slices.ContainsFunc(list, func(e error) bool { return !isMistake(e) }) {
		return text
	}
	return text + ", nothing written"
}

// isMistake reports whether an error is a mistake in a policy or a call. Other errors happened during the work.
func isMistake(err error) bool {
	_, found := errors.AsType[*diag.Diagnostic](err)
	_, refused := errors.AsType[target.Unsupported](err)
	return found || refused
}

// foundSomething ends a command that worked and found a difference or a risk. The exit code is 1. Everything was
// printed already.
type foundSomething struct{}

func (foundSomething) Error() string { return "something was found" }

// stopped is the error of a run that a signal ended, with what the run leaves behind.
type stopped struct {
	error
	leaves string
}

func (s stopped) Unwrap() error { return s.error }

// ifStopped adds what is left behind to the error, if a signal ended the run.
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

// kind returns a text that is equal for mistakes that differ only in names.
func kind(err error) string {
	if e, ok := errors.AsType[*diag.Diagnostic](err); ok {
		return e.Kind
	}
	if r, ok := errors.AsType[target.Unsupported](err); ok {
		return r.Target + r.Kind
	}
	return err.Error()
}

// mistakeText returns the message of one mistake and its hint. A message about a file begins with the position.
func mistakeText(err error) (what, hint string) {
	switch e := err.(type) {
	case *diag.Diagnostic:
		if e.Pos != (diag.Pos{}) {
			return e.Text(), e.Hint
		}
		return "error: " + e.Text(), e.Hint
	case target.Unsupported:
		return "error: " + e.Text(), e.Hint
	}
	return "error: " + err.Error(), ""
}

// tell prints a message to stderr, and the hint on a second line. Both may contain text of a policy.
func (env *environment) tell(what, hint string) {
	text := term.LogLine(what)
	if hint != "" {
		text += "\n  hint: " + term.Printable(hint)
	}
	fmt.Fprintln(env.stderr, text)
}

// Warn prints a warning.
func (env *environment) Warn(text string) { env.tell("warning: "+text, "") }

// Progress shows on a terminal how far a long run is.
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

// flatten returns the errors inside a joined error.
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
