package fleet

import (
	"bytes"
	"io/fs"
	"iter"
	"slices"
	"strings"

	"rolewall/compare"
	"rolewall/internal/fleet/regular"
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
		if data, err := regular.Read(s.root, host+"/"+e.Name()); err == nil {
			s.held = append(s.held, File{Name: e.Name(), Data: data})
		}
	}
}

// RuleLine returns the number of the first line that names a rule by its ID or its label, from 1.
func RuleLine(data []byte, id string) (int, bool) {
	lines := RuleLines(data, slices.Values([]string{id}))[id]
	if len(lines) == 0 {
		return 0, false
	}
	return lines[0], true
}

// RuleLines returns by ID the numbers of the lines that name rules, from 1, in order. Every target writes the ID of a rule or its
// label beside the rule, as a word of its own. The text is read once, however many rules are looked for.
func RuleLines(data []byte, ids iter.Seq[string]) map[string][]int {
	named := map[string][]string{} // IDs by word
	for id := range ids {
		for _, word := range []string{id, ruleset.Label(id)} {
			if !slices.Contains(named[word], id) {
				named[word] = append(named[word], id)
			}
		}
	}
	out := make(map[string][]int, len(named)/2)
	n := 0
	for line := range bytes.Lines(data) {
		n++
		for word := range bytes.FieldsFuncSeq(line, isBetweenWords) {
			for _, id := range named[string(word)] {
				if at := out[id]; len(at) == 0 || at[len(at)-1] != n {
					out[id] = append(at, n)
				}
			}
		}
	}
	return out
}

// isBetweenWords reports whether a character is part of no word.
func isBetweenWords(c rune) bool {
	return c != '_' && (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z')
}
