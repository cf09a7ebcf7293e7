package wintest

import (
	"fmt"
	"strings"

	"rolewall/internal/wintest/netsh"
)

// run is one run of a script.
type run struct {
	host   *Host
	script *Script
	vars   map[string]string // by upper-case name
	known  map[string]bool   // names that were ever set; reading another is a mistake
	loops  map[rune]string   // variables of loops
	args   []string          // of the frame
	lazy   bool              // delayed expansion
	stack  []scope           // of setlocal
	status int               // errorlevel
	failed bool              // whether the latest command failed, which echo and others do not put in errorlevel
	steps  int
}

// scope is what endlocal brings back.
type scope struct {
	vars map[string]string
	lazy bool
}

// signal is how a command ends other than by going on.
type signal struct {
	label string
	exit  bool
}

// frame runs from a line on until the script or the subroutine ends.
func (r *run) frame(pc int, args []string) (signal, error) {
	outer, depth := r.args, len(r.stack)
	r.args = args
	defer func() { // a subroutine's setlocal ends with it
		r.args = outer
		for len(r.stack) > depth {
			r.pop()
		}
	}()
	for pc < len(r.script.lines) {
		if r.steps++; r.steps > maxSteps {
			return signal{}, fmt.Errorf("the script does not end")
		}
		sig, err := r.line(pc)
		switch {
		case err != nil, sig.exit:
			return sig, err
		case sig.label != "":
			pc = r.script.labels[sig.label]
		default:
			pc++
		}
	}
	return signal{}, nil
}

func (r *run) pop() {
	last := r.stack[len(r.stack)-1]
	r.stack = r.stack[:len(r.stack)-1]
	r.vars, r.lazy = last.vars, last.lazy
}

func (r *run) line(pc int) (signal, error) {
	line := r.script.lines[pc]
	if _, label := labelOf(line); label {
		return signal{}, nil
	}
	n, err := r.read(pc, line)
	if err != nil || n == nil {
		return signal{}, err
	}
	return r.do(n, streams{out: r.print, err: r.print})
}

// read resolves the percent signs of a line and parses what comes of it.
func (r *run) read(pc int, line string) (node, error) {
	if !strings.Contains(line, "%") {
		return r.script.trees[pc], nil
	}
	t, err := expandPercent(pc+1, line, r)
	if err != nil {
		return nil, err
	}
	if len(t.Runes) >= lineLimit {
		return nil, &netsh.Error{Line: pc + 1, Col: 1, What: "the line is too long once its variables are expanded"}
	}
	key := expanded{pc, string(t.Runes)}
	if n, known := r.script.parsed[key]; known {
		return n, nil
	}
	n, err := parseLine(pc+1, t)
	if err == nil {
		r.script.parsed[key] = n
	}
	return n, err
}

func (r *run) print(s string) { r.host.Out += s }

// variable and argument resolve percent expressions.
func (r *run) variable(name string) (string, error) {
	name = strings.ToUpper(name)
	if name == "ERRORLEVEL" {
		return fmt.Sprint(r.status), nil
	}
	if !r.known[name] {
		return "", fmt.Errorf("the variable %s was never set", name)
	}
	return r.vars[name], nil
}

func (r *run) argument(modifiers string, n int) (string, error) {
	if n >= len(r.args) {
		return "", nil
	}
	switch {
	case modifiers == "~dp": // drive and folder, with the backslash
		return r.args[n][:strings.LastIndex(r.args[n], `\`)+1], nil
	case n == 0 || modifiers == "":
		return r.args[n], nil
	}
	return strings.Trim(r.args[n], `"`), nil
}

// streams is where a command reads and writes.
type streams struct {
	in       string
	out, err func(string)
}

func (r *run) do(n node, s streams) (signal, error) {
	switch x := n.(type) {
	case *command:
		return r.command(x, s)
	case *compound:
		return r.compound(x, s)
	case *conditional:
		return r.conditional(x, s)
	case *loop:
		return r.loop(x, s)
	}
	return signal{}, nil
}

func (r *run) compound(c *compound, s streams) (signal, error) {
	if c.op == "|" {
		var passed strings.Builder
		left := streams{in: s.in, out: func(t string) { passed.WriteString(t) }, err: s.err}
		if _, err := r.do(c.left, left); err != nil {
			return signal{}, err
		}
		return r.do(c.right, streams{in: passed.String(), out: s.out, err: s.err})
	}
	sig, err := r.do(c.left, s)
	if err != nil || sig != (signal{}) || c.op == "&&" && r.failed || c.op == "||" && !r.failed {
		return sig, err
	}
	return r.do(c.right, s)
}

func (r *run) conditional(c *conditional, s streams) (signal, error) {
	left, err := r.late(c.left)
	if err != nil {
		return signal{}, err
	}
	right, err := r.late(c.right)
	if err != nil {
		return signal{}, err
	}
	holds := false
	switch c.test {
	case "errorlevel":
		var n int
		if _, err := fmt.Sscan(left, &n); err != nil {
			return signal{}, &netsh.Error{Line: c.line, Col: c.col, What: "errorlevel needs a number"}
		}
		holds = r.status >= n
	case "exist":
		holds = r.host.Exists(left)
	case "defined":
		holds = r.vars[strings.ToUpper(left)] != ""
	default:
		holds = left == right || c.fold && strings.EqualFold(left, right)
	}
	if holds != c.not {
		return r.do(c.then, s)
	}
	if c.otherwise != nil {
		return r.do(c.otherwise, s)
	}
	return signal{}, nil
}
