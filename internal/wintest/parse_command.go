package wintest

import (
	"slices"
	"strings"
	"unicode"

	"rolewall/internal/wintest/netsh"
)

// known are the commands that scripts of ours may use.
var known = []string{
	"call", "cd", "copy", "del", "dfsrdiag", "echo", "endlocal", "exit", "find", "findstr", "goto", "mkdir", "move", "net", "netsh",
	"netstat",
	"popd", "powershell", "pushd", "reg", "rem", "sc", "schtasks", "set", "setlocal", "type", "where", "whoami", "winmgmt",
}

// command reads a name and everything up to an operator.
func (p *parser) command() (node, error) {
	c := &command{line: p.line, col: p.col()}
	for !p.end() && !strings.ContainsRune(" \t=,;&|<>()\"", p.peek()) {
		c.name += string(unicode.ToLower(p.peek()))
		p.pos++
	}
	if !slices.ContainsFunc(known, c.is) {
		return nil, c.errorf("%q is not a command that is known here", c.name)
	}
	if c.is("rem") {
		c.tail = netsh.Text{Runes: p.text.Runes[p.pos:], Cols: p.text.Cols[p.pos:]}
		p.pos = len(p.text.Runes)
		return c, nil
	}
	left := len(p.text.Runes) - p.pos
	c.tail = netsh.Text{Runes: make([]rune, 0, left), Cols: make([]int, 0, left)}
	return c, p.tail(c)
}

// tail reads arguments and redirections. In quotation marks nothing but the closing mark has a meaning; outside, a
// caret takes the meaning from what follows.
func (p *parser) tail(c *command) error {
	quoted := false
	for !p.end() {
		r := p.peek()
		switch {
		case r == '"':
			quoted = !quoted
		case quoted:
		case r == '^':
			p.pos++
			if p.end() {
				return p.errorf("a caret at the end would swallow the next line")
			}
		case r == '&' || r == '|' || r == ')' && p.depth > 0:
			return nil
		case r == '<' || r == '>':
			if err := p.redirect(c); err != nil {
				return err
			}
			continue
		}
		c.tail.Runes = append(c.tail.Runes, p.peek())
		c.tail.Cols = append(c.tail.Cols, p.col())
		p.pos++
	}
	if quoted {
		return c.errorf("a quotation mark is not closed")
	}
	return nil
}

// redirect reads ">file", "2>>file", "1>&2" or "<file". The digit was read as part of the tail.
func (p *parser) redirect(c *command) error {
	r := redirect{from: 1}
	if p.peek() == '<' {
		r.from = 0
	}
	if n := len(c.tail.Runes); n > 0 && unicode.IsDigit(c.tail.Runes[n-1]) {
		if n > 1 && c.tail.Runes[n-2] != ' ' {
			return p.errorf("is the digit before %q a stream or text? put a blank between", string(p.peek()))
		}
		r.from = int(c.tail.Runes[n-1] - '0')
		c.tail = netsh.Text{Runes: c.tail.Runes[:n-1], Cols: c.tail.Cols[:n-1]}
	}
	p.pos++
	if p.peek() == '>' {
		r.append = true
		p.pos++
	}
	if p.peek() == '&' {
		p.pos++
		r.stream = int(p.peek() - '0')
		if r.stream != 1 && r.stream != 2 {
			return p.errorf("%q is not a stream", string(p.peek()))
		}
		p.pos++
	} else if r.to = p.target(); r.to == "" {
		return p.errorf("the file of a redirection is missing")
	}
	if r.from > 2 {
		return p.errorf("%d is not a stream", r.from)
	}
	c.redirects = append(c.redirects, r)
	return nil
}

// target reads the name of a file, in quotation marks or not.
func (p *parser) target() string {
	p.blanks()
	var b strings.Builder
	for quoted := false; !p.end(); p.pos++ {
		r := p.peek()
		if r == '"' {
			quoted = !quoted
			continue
		}
		if !quoted && strings.ContainsRune(" \t&|<>)", r) {
			break
		}
		b.WriteRune(r)
	}
	return b.String()
}
