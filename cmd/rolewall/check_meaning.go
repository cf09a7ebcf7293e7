package main

import (
	"bytes"
	"cmp"
	"regexp"
	"slices"
	"strings"

	"rolewall/compare"
	"rolewall/diag"
	"rolewall/generators"
	"rolewall/internal/term"
	"rolewall/policy"
	"rolewall/ruleset"

	"github.com/rogpeppe/go-internal/diff"
)

// fileDiff is how a file differs from what it should be.
type fileDiff struct {
	old, new []byte
	before   *ruleset.RuleSet // of which the file was made, where that is known
	basis    string           // how it is known, ready to follow "in meaning"
	report   *compare.Report  // what changes in meaning, where before is known
	rules    []ruleLine       // else the rules that only one side names
	known    bool             // both sides name rules
	lines    []string         // the unified diff, fit for a terminal
}

// ruleLine is a rule that only the old or only the new text names, with the first line that does.
type ruleLine struct {
	isNew  bool
	id     string
	text   string
	number int
}

// explainDiff finds what a stale file changes in meaning. A script cannot be read back, so the rule set that lies beside it
// is asked, or else the IDs of the rules.
func (k *checker) explainDiff(h *policy.Host, name string, d *fileDiff) {
	now := k.resolver.Resolve(h, &diag.List{})
	if d.before == nil {
		d.before, d.basis = k.setOnDisk(h.Name, name, d), "by "+rulesetFile
	}
	if d.before != nil {
		d.report = compare.Hosts([]compare.Host{{Name: h.Name, Set: d.before}}, []compare.Host{{Name: h.Name, Set: now}})
		if name == rulesetFile || !d.report.None() {
			return
		}
		d.report = nil // the rule set is up to date, and the script is not
	}
	old, new := ruleLines(d.old), ruleLines(d.new)
	d.known = len(old) > 0 && len(new) > 0
	d.rules = append(onlyIn(old, new, false), onlyIn(new, old, true)...)
}

// setOnDisk is the rule set that lies beside a script; nil where there is none that can be read.
func (k *checker) setOnDisk(host, name string, d *fileDiff) *ruleset.RuleSet {
	data := d.old
	if name != rulesetFile {
		var err error
		if data, err = read(k.root, host+"/"+rulesetFile); err != nil {
			return nil
		}
	}
	rs, err := generators.Read(data)
	if err != nil || rs.Host != host {
		return nil
	}
	return rs
}

var bracketedIDs = regexp.MustCompile(`\[[0-9a-f]{8}( [0-9a-f]{8})*\]`)

// ruleLines are the first lines that name rules in brackets, by ID.
func ruleLines(text []byte) map[string]ruleLine {
	out := map[string]ruleLine{}
	n := 0
	for line := range bytes.Lines(text) {
		n++
		for _, ids := range bracketedIDs.FindAll(line, -1) {
			for id := range strings.FieldsSeq(string(ids[1 : len(ids)-1])) {
				if _, known := out[id]; !known {
					out[id] = ruleLine{id: id, text: strings.TrimSpace(string(line)), number: n}
				}
			}
		}
	}
	return out
}

func onlyIn(these, others map[string]ruleLine, isNew bool) []ruleLine {
	var out []ruleLine
	for id, line := range these {
		if _, both := others[id]; !both {
			line.isNew = isNew
			out = append(out, line)
		}
	}
	slices.SortFunc(out, func(a, b ruleLine) int { return cmp.Or(cmp.Compare(a.number, b.number), cmp.Compare(a.id, b.id)) })
	return out
}

// unify makes the unified diff. Files whose lines all end in CR LF are shown without the CR.
func (d *fileDiff) unify(oldName, newName string) {
	old, new := d.old, d.new
	if allCRLF(old) && allCRLF(new) {
		old, new = bytes.ReplaceAll(old, []byte("\r\n"), []byte("\n")), bytes.ReplaceAll(new, []byte("\r\n"), []byte("\n"))
	}
	text := strings.TrimRight(string(diff.Diff(oldName, old, newName, new)), "\n")
	_, text, _ = strings.Cut(text, "\n") // "diff OLD NEW", which the next two lines say again
	for line := range strings.SplitSeq(text, "\n") {
		d.lines = append(d.lines, term.FileLine(line))
	}
}

func allCRLF(text []byte) bool {
	return bytes.Count(text, []byte("\r\n")) == bytes.Count(text, []byte("\n"))
}
