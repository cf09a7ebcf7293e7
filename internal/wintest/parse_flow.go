package wintest

import (
	"strings"
	"unicode"
)

// conditional reads what follows the word if. Everything up to the end of the line or block belongs to it.
func (p *parser) conditional() (node, error) {
	c := &conditional{line: p.line, col: p.col()}
	c.fold = p.word("/i")
	c.not = p.word("not")
	switch {
	case p.word("errorlevel"):
		c.test = "errorlevel"
	case p.word("exist"):
		c.test = "exist"
	case p.word("defined"):
		c.test = "defined"
	}
	c.left = p.operand()
	if c.left == "" {
		return nil, p.errorf("the condition is missing")
	}
	if c.test == "" {
		c.test = "=="
		p.blanks()
		if p.look(0) != '=' || p.look(1) != '=' {
			return nil, p.errorf("== is missing")
		}
		p.pos += 2
		if c.right = p.operand(); c.right == "" {
			return nil, p.errorf("what to compare with is missing")
		}
	}
	p.blanks()
	inBlock := p.peek() == '('
	var err error
	if inBlock {
		c.then, err = p.block()
	} else {
		c.then, err = p.sequence()
	}
	if err == nil && inBlock && p.word("else") {
		c.otherwise, err = p.sequence()
	}
	return c, err
}

// operand reads one side of a comparison, quotation marks included.
func (p *parser) operand() string {
	p.blanks()
	var b strings.Builder
	for quoted := false; !p.end(); p.pos++ {
		r := p.peek()
		if r == '"' {
			quoted = !quoted
		}
		if !quoted && (r == ' ' || r == '\t' || r == '=' && p.look(1) == '=') {
			break
		}
		b.WriteRune(r)
	}
	return b.String()
}

// loop reads what follows the word for.
func (p *parser) loop() (node, error) {
	l := &loop{line: p.line, col: p.col()}
	switch {
	case p.word("/l"):
		l.kind = "/l"
	case p.word("/f"):
		l.kind = "/f"
		if p.peek() == '"' {
			l.options = strings.Trim(p.operand(), `"`)
			p.blanks()
		}
	}
	if p.peek() != '%' || !unicode.IsLetter(p.look(1)) {
		return nil, p.errorf("the variable of the loop is missing")
	}
	l.variable = p.look(1)
	p.pos += 2
	if !p.word("in") || p.peek() != '(' {
		return nil, p.errorf("in (...) is missing")
	}
	if err := p.loopSet(l); err != nil {
		return nil, err
	}
	if !p.word("do") {
		return nil, p.errorf("do is missing")
	}
	var err error
	l.body, err = p.sequence()
	return l, err
}

// loopSet reads up to the closing parenthesis.
func (p *parser) loopSet(l *loop) error {
	var b strings.Builder
	quoted := false
	for p.pos++; !p.end(); p.pos++ {
		r := p.peek()
		switch {
		case r == '"':
			quoted = !quoted
		case quoted:
		case r == '^':
			p.pos++
			r = p.peek()
		case r == ')':
			p.pos++
			l.set = strings.TrimSpace(b.String())
			return nil
		case r == '|' || r == '&' || r == '<' || r == '>':
			return p.errorf("%q ends the loop here; put a caret before it", string(r))
		}
		if !p.end() {
			b.WriteRune(r)
		}
	}
	return p.errorf("the parenthesis of the loop is not closed")
}
