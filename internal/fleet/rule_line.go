package fleet

import (
	"bytes"
	"io/fs"
	"iter"
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

// RuleLine returns the number of the first line that names a rule by its ID or its label, from 1.
func RuleLine(data []byte, id string) (int, bool) {
	for n := range RuleLines(data, id) {
		return n, true
	}
	return 0, false
}

// RuleLines returns the numbers of all lines that name a rule by its ID or its label, from 1. Every target writes one of the two
// beside a rule.
func RuleLines(data []byte, id string) iter.Seq[int] {
	label := ruleset.Label(id)
	return func(yield func(int) bool) {
		n := 0
		for line := range bytes.Lines(data) {
			n++
			if (hasWord(line, id) || hasWord(line, label)) && !yield(n) {
				return
			}
		}
	}
}

// hasWord reports whether a line holds a word, and not only as a part of a longer one.
func hasWord(line []byte, word string) bool {
	for {
		i := bytes.Index(line, []byte(word))
		if i < 0 {
			return false
		}
		end := i + len(word)
		if (i == 0 || !inWord(line[i-1])) && (end == len(line) || !inWord(line[end])) {
			return true
		}
		line = line[end:]
	}
}

func inWord(c byte) bool {
	return c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}
