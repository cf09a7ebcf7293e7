package wintest

import (
	"fmt"
	"strings"

	"rolewall/internal/wintest/netsh"
)

// node is a command or a composition of commands.
type node interface{ children() []node }

// command is a single command of a line.
type command struct {
	line, col int
	name      string     // lower case
	tail      netsh.Text // what follows the name, carets resolved, redirections taken out
	redirects []redirect
}

// redirect sends a stream to a file, to another stream, or reads standard input from a file.
type redirect struct {
	from   int // 0, 1 or 2
	append bool
	to     string // a file; empty where stream is meant
	stream int
}

// compound joins two commands: "&", "&&", "||" or "|".
type compound struct {
	op          string
	left, right node
}

// conditional is an if.
type conditional struct {
	line, col       int
	not, fold       bool   // fold: letters compare without case
	test            string // errorlevel, exist, defined, or ==
	left, right     string
	then, otherwise node
}

// loop is a for: over words (kind ""), numbers (/l) or lines (/f).
type loop struct {
	line, col int
	kind      string
	options   string
	variable  rune
	set       string
	body      node
}

func (*command) children() []node       { return nil }
func (c *compound) children() []node    { return []node{c.left, c.right} }
func (c *conditional) children() []node { return []node{c.then, c.otherwise} }
func (l *loop) children() []node        { return []node{l.body} }

// commandsOf lists the single commands of a tree. Those that a for /f runs are among them; the variables of loops are
// left open.
func commandsOf(n node) []*command {
	switch x := n.(type) {
	case nil:
		return nil
	case *command:
		return []*command{x}
	case *loop:
		var out []*command
		if inner, err := x.inner(); err == nil && inner != nil {
			out = commandsOf(inner)
		}
		for _, c := range commandsOf(x.body) {
			out = append(out, c.leaveOpen(x.variable))
		}
		return out
	}
	var out []*command
	for _, c := range n.children() {
		out = append(out, commandsOf(c)...)
	}
	return out
}

// leaveOpen is the command with the variable of a loop open.
func (c *command) leaveOpen(variable rune) *command {
	out := *c
	out.tail = netsh.Text{}
	for i := 0; i < len(c.tail.Runes); i++ {
		r, col := c.tail.Runes[i], c.tail.Cols[i]
		if r == '%' && i+1 < len(c.tail.Runes) && c.tail.Runes[i+1] == variable {
			r = netsh.Open
			i++
		}
		out.tail.Runes, out.tail.Cols = append(out.tail.Runes, r), append(out.tail.Cols, col)
	}
	return &out
}

// inner is the command line whose output a for /f reads, if it reads one.
func (l *loop) inner() (node, error) {
	if l.kind != "/f" || len(l.set) < 2 || l.set[0] != '\'' || l.set[len(l.set)-1] != '\'' {
		return nil, nil
	}
	var t netsh.Text
	t.Add(l.set[1:len(l.set)-1], l.col)
	return parseLine(l.line, t)
}

// is compares the name; "netsh.exe" is netsh.
func (c *command) is(name string) bool { return strings.TrimSuffix(c.name, ".exe") == name }

// args splits the tail as the C run-time of the program will.
func (c *command) args() []netsh.Arg { return netsh.SplitArgs(c.tail) }

// jump is the label that the command goes to or calls; empty where it does not jump, or to the end of the file.
func (c *command) jump() string {
	tail := strings.ToLower(strings.TrimSpace(string(c.tail.Runes)))
	switch {
	case c.is("goto"):
		tail = strings.TrimPrefix(tail, ":")
	case c.is("call") && strings.HasPrefix(tail, ":"):
		tail = tail[1:]
	default:
		return ""
	}
	name, _, _ := strings.Cut(tail, " ")
	if name == "eof" {
		return ""
	}
	return name
}

func (c *command) errorf(format string, args ...any) error {
	return &netsh.Error{Line: c.line, Col: c.col, What: fmt.Sprintf(format, args...)}
}

// place gives err the line of the command; the column of an argument is kept.
func (c *command) place(err error) error {
	if e, ok := err.(*netsh.Error); ok && e.Line == 0 {
		e.Line = c.line
		return e
	}
	return netsh.At(c.line, c.col, err)
}
