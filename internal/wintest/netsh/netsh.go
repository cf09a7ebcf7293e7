// Package netsh reads the commands of netsh that change rules of Windows Firewall and IPSec filters, for tests.
//
// It is strict: it guesses nothing, and returns an error with line and column for what it does not know. Package
// readers/netsh reads how netsh lists rules.
package netsh

import (
	"fmt"
	"slices"
	"strings"

	"rolewall/ruleset"
)

// Statement is a parsed netsh command.
type Statement interface{}

// Parse reads the arguments that follow the word netsh. It does not check values that contain Open. The error is
// an *Error without a line.
func Parse(args []Arg, os ruleset.OS) (Statement, error) {
	w := &words{args: args}
	switch {
	case w.take("advfirewall"):
		if os.Before(ruleset.Windows2008) {
			return nil, w.errorf("%s has no netsh advfirewall", os)
		}
		return parseAdvfirewall(w, os)
	case w.take("ipsec"):
		if os.Before(ruleset.Windows2003) {
			return nil, w.errorf("%s has no netsh ipsec", os)
		}
		if !w.take("static") {
			return nil, w.errorf("only netsh ipsec static is known here")
		}
		return parseIPsec(w, os)
	}
	return nil, w.errorf("%q is not a netsh context that is known here", w.next())
}

// words reads arguments one by one.
type words struct {
	args []Arg
	pos  int
}

func (w *words) end() bool { return w.pos >= len(w.args) }

func (w *words) next() string {
	if w.end() {
		return ""
	}
	return w.args[w.pos].Value
}

// take reads the word if it comes next, in any case.
func (w *words) take(word string) bool {
	if w.end() || !strings.EqualFold(w.next(), word) {
		return false
	}
	w.pos++
	return true
}

// choose reads the next word, which must be in the list.
func (w *words) choose(what string, list ...string) (string, error) {
	i := slices.IndexFunc(list, w.take)
	if i < 0 {
		return "", w.errorf("%q is not a known %s: %s", w.next(), what, strings.Join(list, ", "))
	}
	return list[i], nil
}

// rest reads one last argument of any form.
func (w *words) rest(what string) (string, error) {
	if w.end() || w.next() == "" {
		return "", w.errorf("%s is missing", what)
	}
	value := w.next()
	w.pos++
	return value, w.done()
}

func (w *words) done() error {
	if !w.end() {
		return w.errorf("%q is too much", w.next())
	}
	return nil
}

// errorf returns an error at the next argument, or behind the last.
func (w *words) errorf(format string, args ...any) error {
	col := 1
	if !w.end() {
		col = w.args[w.pos].Col
	} else if n := len(w.args); n > 0 {
		col = w.args[n-1].Col + len(w.args[n-1].Value)
	}
	return &Error{0, col, fmt.Sprintf(format, args...)}
}

// tags are the tag=value arguments of a command, by lower-case name.
type tags struct {
	values map[string]string
	cols   map[string]int
	col    int // of the command
}

// tags reads tag=value arguments up to the end or to the bare word that ends them.
func (w *words) tags(allowed []string, end string) (*tags, error) {
	t := &tags{map[string]string{}, map[string]int{}, 1}
	if len(w.args) > 0 {
		t.col = w.args[0].Col
	}
	for !w.end() && (end == "" || !strings.EqualFold(w.next(), end)) {
		name, value, ok := strings.Cut(w.next(), "=")
		name = strings.ToLower(name)
		switch {
		case !ok:
			return nil, w.errorf("%q is not a tag=value; blanks around = split it", w.next())
		case !slices.Contains(allowed, name):
			return nil, w.errorf("%q is not a tag of this command: %s", name, strings.Join(allowed, " "))
		case value == "":
			return nil, w.errorf("%s has no value", name)
		}
		if _, twice := t.values[name]; twice {
			return nil, w.errorf("%s is given twice", name)
		}
		t.values[name], t.cols[name] = value, w.args[w.pos].Col
		w.pos++
	}
	return t, nil
}

func (t *tags) has(name string) bool { return t.values[name] != "" }

// known returns the value of a tag, or "" if it is missing or known only at run time.
func (t *tags) known(name string) string {
	if v := t.values[name]; !isOpen(v) {
		return v
	}
	return ""
}

func (t *tags) errorf(name, format string, args ...any) error {
	col := t.cols[name]
	if col == 0 {
		col = t.col
	}
	return &Error{0, col, fmt.Sprintf(format, args...)}
}

func (t *tags) require(names ...string) error {
	for _, name := range names {
		if !t.has(name) {
			return t.errorf("", "%s= is missing", name)
		}
	}
	return nil
}

// word returns the value of a tag in lower case. The value must be in the list, or the tag missing.
func (t *tags) word(name string, list ...string) (string, error) {
	v := strings.ToLower(t.known(name))
	if v != "" && !slices.Contains(list, v) {
		return "", t.errorf(name, "%s cannot be %q: %s", name, t.values[name], strings.Join(list, ", "))
	}
	return v, nil
}
