package tomldoc

import (
	"strconv"
	"strings"

	"github.com/BurntSushi/toml"
)

// positions maps key paths to their marks. The toml library gives no positions of an accepted file, so the file is
// scanned again. The scanner may be lenient, since it reads only accepted files.
//
// A path has ".key" for each key and "[index]" for each array element: ".hosts.dc1.roles[0]".
type positions map[string]mark

// step returns a key as part of a path. It quotes a key that could be read as more than one.
func step(key string) string {
	if strings.Trim(key, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") != "" {
		return "." + strconv.Quote(key)
	}
	return "." + key
}

// maxPathBytes limits the total length of the paths of a document. A value beyond the limit gets the position of
// the table that contains it.
const maxPathBytes = 128 << 20

// mark holds where a key and its value begin, in bytes from the start of the file.
type mark struct{ key, value int }

type scanner struct {
	src    string
	at     int
	marks  positions      // nil if no positions are wanted
	arrays map[string]int // number of elements seen of each array of tables
	paths  int            // total length of the paths in marks
}

// scan finds the position of every key and array element in src.
func scan(src string) positions {
	s := &scanner{src: src, marks: positions{}, arrays: map[string]int{}}
	marks, table := s.marks, ""
	for s.skip(); s.at < len(s.src) && s.marks != nil; s.skip() {
		if s.peek() == '[' {
			table = s.header()
		} else {
			s.keyValue(table)
		}
	}
	return marks
}

func (s *scanner) peek() byte {
	if s.at < len(s.src) {
		return s.src[s.at]
	}
	return 0
}

// skip skips blanks, line ends and comments.
func (s *scanner) skip() {
	for s.at < len(s.src) {
		switch s.src[s.at] {
		case ' ', '\t', '\r', '\n':
			s.at++
		case '#':
			s.line()
		default:
			return
		}
	}
}

// line skips the rest of the line.
func (s *scanner) line() {
	if n := strings.IndexByte(s.src[s.at:], '\n'); n >= 0 {
		s.at += n + 1
		return
	}
	s.at = len(s.src)
}

// record keeps the mark of a path that has none yet.
func (s *scanner) record(path string, m mark) {
	if _, known := s.marks[path]; known || s.marks == nil {
		return
	}
	s.marks[path] = m
	if s.paths += len(path); s.paths > maxPathBytes {
		s.marks = nil
	}
}

// headerKey reads "[a.b]" or "[[a.b]]" and skips the line.
func (s *scanner) headerKey() (parts []part, isArray bool) {
	s.at++
	if isArray = s.peek() == '['; isArray {
		s.at++
	}
	parts = s.key()
	s.line()
	return parts, isArray
}

// header reads "[a.b]" or "[[a.b]]" and returns the path of the table it opens.
func (s *scanner) header() string {
	parts, isArray := s.headerKey()
	path := ""
	for i, part := range parts {
		path += step(part.name)
		s.record(path, mark{part.at, part.at})
		n, seen := s.arrays[path]
		if i == len(parts)-1 && isArray {
			s.arrays[path] = n + 1
			path += "[" + strconv.Itoa(n) + "]"
			s.record(path, mark{part.at, part.at})
		} else if seen {
			path += "[" + strconv.Itoa(n-1) + "]"
		}
	}
	return path
}

// keyValue reads "a.b = value" inside the table at path.
func (s *scanner) keyValue(path string) {
	parts := s.key()
	if len(parts) == 0 { // the toml library accepts no such line
		s.at++
		return
	}
	for _, part := range parts {
		if s.marks != nil {
			path += step(part.name)
			s.record(path, mark{part.at, part.at})
		}
	}
	s.skip()
	if s.peek() == '=' {
		s.at++
	}
	s.skip()
	if s.marks != nil {
		s.marks[path] = mark{parts[len(parts)-1].at, s.at}
	}
	s.value(path)
}

// value skips the value of path and records the marks inside it.
func (s *scanner) value(path string) {
	switch s.peek() {
	case '[':
		s.at++
		for i := 0; s.more(']'); i++ {
			element := path
			if s.marks != nil {
				element += "[" + strconv.Itoa(i) + "]"
				s.record(element, mark{s.at, s.at})
			}
			s.value(element)
		}
	case '{':
		s.at++
		for s.more('}') {
			s.keyValue(path)
		}
	case '"', '\'':
		s.text()
	default:
		s.at = min(s.at+1, len(s.src)) // always move, so that every scan ends
		for s.at < len(s.src) && strings.IndexByte(",]}\n#", s.src[s.at]) < 0 {
			s.at++
		}
	}
}

// more skips blanks, comments and commas. It reports whether another element comes before end.
func (s *scanner) more(end byte) bool {
	for s.skip(); s.peek() == ','; s.skip() {
		s.at++
	}
	if s.at >= len(s.src) {
		return false
	}
	if s.peek() == end {
		s.at++
		return false
	}
	return true
}

// text skips a string of any of the four kinds and returns it with its quotes.
func (s *scanner) text() string {
	start, quote := s.at, s.src[s.at]
	end := s.src[s.at : s.at+1]
	if triple := strings.Repeat(end, 3); strings.HasPrefix(s.src[s.at:], triple) {
		end = triple
	}
	for s.at += len(end); s.at < len(s.src); s.at++ {
		if quote == '"' && s.src[s.at] == '\\' {
			s.at++
			continue
		}
		if strings.HasPrefix(s.src[s.at:], end) {
			s.at += len(end)
			for len(end) == 3 && s.peek() == quote { // up to two quotes may appear before the closing three
				s.at++
			}
			break
		}
	}
	s.at = min(s.at, len(s.src))
	return s.src[start:s.at]
}

// part is one part of a dotted key and the byte where it begins.
type part struct {
	name string
	at   int
}

// key reads a dotted key.
func (s *scanner) key() []part {
	var parts []part
	for {
		s.skipBlanks()
		start := s.at
		name, ok := s.keyPart()
		if !ok {
			return parts
		}
		parts = append(parts, part{name, start})
		s.skipBlanks()
		if s.peek() != '.' {
			return parts
		}
		s.at++
	}
}

func (s *scanner) skipBlanks() {
	for s.peek() == ' ' || s.peek() == '\t' {
		s.at++
	}
}

func (s *scanner) keyPart() (string, bool) {
	if q := s.peek(); q == '"' || q == '\'' {
		raw := s.text()
		var v struct{ K string }
		if _, err := toml.Decode("K = "+raw, &v); err != nil {
			return "", false
		}
		return v.K, true
	}
	start := s.at
	for s.at < len(s.src) && strings.IndexByte(" \t\r\n.=]#,{}\"'", s.src[s.at]) < 0 {
		s.at++
	}
	return s.src[start:s.at], s.at > start
}
