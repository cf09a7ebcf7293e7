package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"rolewall/generators"
	"rolewall/strict"
)

// report prints an error to stderr and returns the exit code. ctx says what ended the run, if something did.
func (env *environment) report(ctx context.Context, err error) int {
	if err == nil {
		return 0
	}
	if _, found := errors.AsType[foundSomething](err); found {
		return 1
	}
	if errors.Is(err, context.Canceled) {
		env.tell(interruption(err), "")
		return interruptedCode(ctx)
	}
	list := flatten(err)
	var messages []message
	for _, e := range list {
		what, hint := mistakeText(e)
		messages = append(messages, message{kind(e), what, hint})
	}
	for _, m := range limit(messages) {
		env.tell(m.text, m.hint)
	}
	if len(list) > 1 {
		fmt.Fprintf(env.stderr, "%d errors, nothing written\n", len(list))
	}
	return 2
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
	if e, ok := errors.AsType[*strict.Error](err); ok {
		return e.Kind
	}
	if r, ok := errors.AsType[generators.Refusal](err); ok {
		return r.Target + r.Kind
	}
	if u, ok := errors.AsType[usageMistake](err); ok {
		return u.kind
	}
	return err.Error()
}

// mistakeText is the message of one mistake, and what would help; the messages of files begin with the place.
func mistakeText(err error) (what, hint string) {
	what = "error: " + err.Error()
	if e, ok := errors.AsType[*strict.Error](err); ok {
		what, hint = err.Error(), e.Hint
	} else if u, ok := errors.AsType[usageMistake](err); ok {
		hint = u.hint
	} else if r, ok := errors.AsType[generators.Refusal](err); ok {
		hint = r.Hint
	}
	return strings.TrimSuffix(what, hintMark+hint), hint
}

// hintMark stands between what is wrong and what would help.
const hintMark = "\n  hint: "

// tell prints a message to stderr: a line, and one more where there is a hint. Both may hold texts of a policy.
func (env *environment) tell(what, hint string) {
	text := logLine(what)
	if hint != "" {
		text += hintMark + printable(hint)
	}
	fmt.Fprintln(env.stderr, text)
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

// notes gathers warnings, each with the hosts it is about, in the order of the first.
type notes struct {
	texts []string
	hosts map[string]*hostList
}

// hostList names the first hosts and counts the others; a host that comes several times in a row is one.
type hostList struct {
	names []string
	last  string
	more  int
}

func (l *hostList) add(name string) {
	if name == l.last {
		return
	}
	l.last = name
	if len(l.names) < 5 {
		l.names = append(l.names, name)
	} else {
		l.more++
	}
}

func (l *hostList) String() string {
	text := strings.Join(l.names, ", ")
	if l.more > 0 {
		text += fmt.Sprintf(" and %d more hosts", l.more)
	}
	return text
}

func (n *notes) add(host string, texts []string) {
	for _, text := range texts {
		if n.hosts[text] == nil {
			if n.hosts == nil {
				n.hosts = map[string]*hostList{}
			}
			n.texts = append(n.texts, text)
			n.hosts[text] = &hostList{}
		}
		n.hosts[text].add(host)
	}
}

// lines are the warnings, one for all hosts that share a text, and few where there are many.
func (n *notes) lines() []string {
	var list []message
	for _, text := range n.texts {
		list = append(list, message{kind: kindOfWarning(text), text: n.hosts[text].String() + ": " + text})
	}
	var out []string
	for _, m := range limit(list) {
		out = append(out, m.text)
	}
	return out
}

// warn prints warnings.
func (env *environment) warn(lines []string) {
	for _, line := range lines {
		env.tell("warning: "+line, "")
	}
}
