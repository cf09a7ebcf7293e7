package fleet

import (
	"bytes"
	"io/fs"
	"strings"

	"rolewall/compare"
	"rolewall/ruleset"
)

// Find returns the first line of a host's script that names the rule; of the rule set only where no script does.
func (s *Scripts) Find(host, id string) (compare.Line, bool) {
	s.load(host)
	var last compare.Line
	for _, f := range s.held {
		line, found := RuleLine(f.Data, id)
		if !found {
			continue
		}
		at := compare.Line{File: strings.TrimSuffix(s.dir, "/") + "/" + host + "/" + f.Name, Number: line}
		if f.Name != RuleSetFile {
			return at, true
		}
		last = at
	}
	return last, last.Number > 0
}

// load holds the files of one host, since changes of a host are told one after the other.
func (s *Scripts) load(host string) {
	if s.host == host {
		return
	}
	s.host, s.held = host, nil
	entries, _ := fs.ReadDir(s.root.FS(), host) // without files, no line is named
	for _, e := range entries {
		if data, err := ReadRegular(s.root, host+"/"+e.Name()); err == nil {
			s.held = append(s.held, File{Name: e.Name(), Data: data})
		}
	}
}

// RuleLine returns the number of the first line that names a rule by its ID or its label, in brackets as scripts do or in
// quotes.
func RuleLine(data []byte, id string) (int, bool) {
	n := 0
	for line := range bytes.Lines(data) {
		n++
		if names(line, id) || names(line, ruleset.Label(id)) {
			return n, true
		}
	}
	return 0, false
}

// names reports whether a line holds a word between brackets, blanks or quotes.
func names(line []byte, word string) bool {
	i := bytes.Index(line, []byte(word))
	end := i + len(word)
	return i > 0 && end < len(line) && bytes.IndexByte([]byte(`[ "`), line[i-1]) >= 0 && bytes.IndexByte([]byte(`] "`), line[end]) >= 0
}
