package tomldoc

import "strings"

// maxNesting is how deep tables, lists and parts of dotted keys may be nested. The toml library recurses for each
// level and would exhaust its stack. A policy needs only a few levels.
const maxNesting = 32

// MaxValues is how many values a document may have. Keys, tables and elements of lists count. The toml library
// takes 100 to 1,000 bytes for each, even for very short ones.
const MaxValues = 500_000

// excess checks a text against maxNesting and a number of values. It returns the offset of the first bracket or
// dot that is nested too deep, or of the first value beyond most, or -1, and the number of values before it. It
// reads the text once and needs no memory that grows with it. Up to the first syntax error it counts as the toml
// library does.
func excess(src string, most int) (at, values int, isDeep bool) {
	n := nesting{isStart: true}
	for at := 0; at < len(src); {
		next := at + 1
		switch c := src[at]; {
		case c == '#':
			next = skipLine(src, at)
		case c == '"' || c == '\'':
			next = skipString(src, at)
		case c == '[' && n.isStart:
			n.isHeader, n.table = true, 1
		case c == '\n':
			n.endLine()
		default:
			n.read(c)
		}
		if n.depth() > maxNesting {
			return at, values, true
		}
		if next == at+1 && strings.IndexByte("=,[{", src[at]) >= 0 {
			if values++; values > most {
				return at, values, false
			}
		}
		n.isStart = n.isStart && strings.IndexByte(" \t\r", src[at]) >= 0 || n.ended(src[at])
		at = next
	}
	return -1, values, false
}

// nesting tracks how deep a place of a text is nested.
type nesting struct {
	isStart  bool            // only blanks were read on this line so far, and no bracket is open
	isHeader bool            // inside "[a.b]"
	table    int             // number of parts of the last header
	open     int             // number of open brackets of values
	dots     int             // dots of the key or number that is being read
	keys     [maxNesting]int // dots of the key of each open value, by number of open brackets
	sum      int             // sum of keys
}

func (n *nesting) depth() int { return n.table + n.open + n.sum + n.dots }

func (n *nesting) ended(c byte) bool { return c == '\n' && n.open == 0 }

// read reads a byte that is in no string and no comment.
func (n *nesting) read(c byte) {
	switch {
	case n.isHeader:
		if c == '.' {
			n.table++
		}
	case c == '.':
		n.dots++
	case c == '=':
		n.setKey(n.dots)
	case c == ',':
		n.setKey(0)
	case c == '[' || c == '{':
		n.open++
		n.setKey(0)
	case (c == ']' || c == '}') && n.open > 0:
		n.setKey(0)
		n.open--
	}
}

// setKey keeps the dots of the key before a value. Dots that follow do not belong to the key.
func (n *nesting) setKey(dots int) {
	if n.open < len(n.keys) {
		n.sum += dots - n.keys[n.open]
		n.keys[n.open] = dots
	}
	n.dots = 0
}

// endLine ends a statement, unless brackets are still open.
func (n *nesting) endLine() {
	if n.open == 0 {
		n.setKey(0)
		n.isHeader = false
	}
}

// skipLine returns the offset of the end of the line.
func skipLine(src string, at int) int {
	if n := strings.IndexByte(src[at:], '\n'); n >= 0 {
		return at + n
	}
	return len(src)
}

// skipString returns the offset behind the string that begins at an offset, of any of the four kinds. If a
// one-line string is not closed, it ends with the line, where the library reports the mistake.
func skipString(src string, at int) int {
	quote := src[at : at+1]
	isLong := strings.HasPrefix(src[at:], strings.Repeat(quote, 3))
	end := quote
	if isLong {
		end = strings.Repeat(quote, 3)
	}
	for at += len(end); at < len(src); at++ {
		switch {
		case quote == `"` && src[at] == '\\':
			at++
		case src[at] == '\n' && !isLong:
			return at
		case strings.HasPrefix(src[at:], end):
			at += len(end)
			for i := 0; isLong && i < 2 && strings.HasPrefix(src[at:], quote); i++ { // up to two quotes may come before the closing three
				at++
			}
			return at
		}
	}
	return len(src)
}
