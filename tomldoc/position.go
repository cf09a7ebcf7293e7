package tomldoc

import (
	"strconv"
	"strings"

	"github.com/BurntSushi/toml"
)

// positions maps key paths to places. The toml library gives none once it has accepted a file, so the file is scanned
// again; the scanner may be lenient, since only accepted files reach it.
//
// A path is one ".key" a key and one "[index]" an array element: ".hosts.dc1.roles[0]".
type positions map[string]mark

// step is a key's part of a path, quoted where it could be mistaken for more than one key.
func step(key string) string {
	if strings.Trim(key, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") != "" {
		return "." + strconv.Quote(key)
	}
	return "." + key
}

// maxPathBytes limits what the paths of a document take together. What is behind the limit has the place of the table that
// holds it.
const maxPathBytes = 128 << 20

// mark is where a key is and where its value begins; both count bytes from the file's start.
type mark struct{ key, value int }

type scanner struct {
	src    string
	at     int
	marks  positions      // nil where no places are wanted
	arrays map[string]int // elements seen of each array of tables
	paths  int            // bytes of the paths in marks
}

// scan finds the place of every key and array element in src.
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

// skip passes blanks, line ends and comments.
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

// line passes the rest of the line.
func (s *scanner) line() {
	if n := strings.IndexByte(s.src[s.at:], '\n'); n >= 0 {
		s.at += n + 1
		return
	}
	s.at = len(s.src)
}

// record keeps the first place of a path.
func (s *scanner) record(path string, m mark) {
	if _, known := s.marks[path]; known || s.marks == nil {
		return
	}
	s.marks[path] = m
	if s.paths += len(path); s.paths > maxPathBytes {
		s.marks = nil
	}
}

// headerKey reads "[a.b]" or "[[a.b]]" and passes the line.
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
	if len(parts) == 0 { // nothing that toml accepts
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

// value passes the value of path and notes what lies inside it.
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
		s.at = min(s.at+1, len(s.src)) // one byte at least, so that every scan ends
		for s.at < len(s.src) && strings.IndexByte(",]}\n#", s.src[s.at]) < 0 {
			s.at++
		}
	}
}

// more passes blanks, comments and commas and reports whether another element follows before end.
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

// text passes a string of any of the four kinds and returns it with its quotes.
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
