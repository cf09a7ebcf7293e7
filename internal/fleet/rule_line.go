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

// Find returns the first line of a host's script that names the rule. If no script does, it returns the line in
// the rule set.
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

// load reads the files of one host. It keeps only these, since a caller asks about one host after another.
func (s *Scripts) load(host string) {
	if s.host == host {
		return
	}
	s.host, s.held = host, nil
	entries, _ := fs.ReadDir(s.root.FS(), host) // without files, no line is found
	for _, e := range entries {
		if data, err := regular.Read(s.root, host+"/"+e.Name()); err == nil {
			s.held = append(s.held, File{Name: e.Name(), Data: data})
		}
	}
}

// RuleLine returns the number, from 1, of the first line that names a rule by its ID or its label.
func RuleLine(data []byte, id string) (int, bool) {
	lines := RuleLines(data, slices.Values([]string{id}))[id]
	if len(lines) == 0 {
		return 0, false
	}
	return lines[0], true
}

// RuleLines returns by ID the numbers, from 1, of the lines that name rules, in order. Every target writes the ID
// or the label of a rule as a word next to the rule. It reads the text once for all IDs.
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

// isBetweenWords reports whether a character is not part of a word.
func isBetweenWords(c rune) bool {
	return c != '_' && (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z')
}
