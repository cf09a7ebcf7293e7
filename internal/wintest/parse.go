package wintest

import (
	"strings"
	"unicode"

	"rolewall/internal/wintest/netsh"
)

// parser reads one line after its percent signs are resolved.
type parser struct {
	line  int
	text  netsh.Text
	pos   int
	depth int // of parentheses
}

// parseLine reads a line. A block that goes on in the next line is not read.
func parseLine(line int, t netsh.Text) (node, error) {
	p := &parser{line: line, text: t}
	p.blanks()
	if p.peek() == '@' {
		p.pos++
		p.blanks()
	}
	if p.end() {
		return nil, nil
	}
	n, err := p.sequence()
	if err == nil && !p.end() {
		err = p.errorf("%q has no place here", string(p.text.Runes[p.pos:]))
	}
	return n, err
}

func (p *parser) errorf(format string, args ...any) error {
	return (&command{line: p.line, col: p.col()}).errorf(format, args...)
}

// col is the source column of the next character.
func (p *parser) col() int {
	switch {
	case p.pos < len(p.text.Cols):
		return p.text.Cols[p.pos]
	case len(p.text.Cols) > 0:
		return p.text.Cols[len(p.text.Cols)-1] + 1
	}
	return 1
}

func (p *parser) end() bool { return p.pos >= len(p.text.Runes) }

// peek is the next character; a NUL at the end.
func (p *parser) peek() rune { return p.look(0) }

func (p *parser) look(n int) rune {
	if p.pos+n < len(p.text.Runes) {
		return p.text.Runes[p.pos+n]
	}
	return 0
}

func (p *parser) blanks() {
	for p.peek() == ' ' || p.peek() == '\t' {
		p.pos++
	}
}

// operator takes the operator if it is next; a longer one that begins the same is another.
func (p *parser) operator(op string) bool {
	p.blanks()
	for i, r := range op {
		if p.look(i) != r {
			return false
		}
	}
	if len(op) == 1 && p.look(1) == rune(op[0]) {
		return false
	}
	p.pos += len(op)
	return true
}

// word takes the keyword if it is next.
func (p *parser) word(w string) bool {
	p.blanks()
	for i, r := range w {
		if unicode.ToLower(p.look(i)) != r {
			return false
		}
	}
	if next := p.look(len(w)); next != 0 && !strings.ContainsRune(" \t(\"", next) {
		return false
	}
	p.pos += len(w)
	p.blanks()
	return true
}

// sequence is everything up to the end or a closing parenthesis: "&" binds least, then "||", "&&" and "|".
func (p *parser) sequence() (node, error) {
	return p.binary("&", func() (node, error) {
		return p.binary("||", func() (node, error) {
			return p.binary("&&", func() (node, error) {
				return p.binary("|", p.single)
			})
		})
	})
}

func (p *parser) binary(op string, operand func() (node, error)) (node, error) {
	left, err := operand()
	for err == nil && p.operator(op) {
		var right node
		if right, err = operand(); err == nil {
			left = &compound{op, left, right}
		}
	}
	return left, err
}

// single is a block in parentheses, an if, a for or a command.
func (p *parser) single() (node, error) {
	p.blanks()
	switch {
	case p.end():
		return nil, p.errorf("a command is missing")
	case p.peek() == '(':
		return p.block()
	case p.word("if"):
		return p.conditional()
	case p.word("for"):
		return p.loop()
	}
	return p.command()
}

func (p *parser) block() (node, error) {
	p.pos++
	p.depth++
	n, err := p.sequence()
	if err != nil {
		return nil, err
	}
	p.blanks()
	if p.peek() != ')' {
		return nil, p.errorf("the parenthesis is not closed on this line")
	}
	p.pos++
	p.depth--
	return n, nil
}
