package check

import (
	"bytes"
	"cmp"
	"regexp"
	"slices"
	"strings"

	"rolewall/compare"
	"rolewall/generators/rulesetjson"
	"rolewall/internal/fleet"
	"rolewall/internal/fleet/regular"
	"rolewall/policy"
	"rolewall/ruleset"

	"github.com/rogpeppe/go-internal/diff"
)

// findMeaning finds what a stale file changes in meaning. A script cannot be read back. So it compares the rule
// set that the script was made from, if that is known. Otherwise it compares the rule set in the folder. Otherwise,
// and where the differences are too many, it compares the IDs of the rules in the two texts.
func (k *checker) findMeaning(h *policy.Host, name string, d *Diff, from origin) {
	if from.set == nil {
		from = origin{k.setOnDisk(h.Name, name, d.Old), "by " + fleet.RuleSetFile}
	}
	if from.set != nil {
		now := k.plan.RuleSet(h)
		r, err := compare.Hosts([]compare.Host{{Name: h.Name, Set: from.set}}, []compare.Host{{Name: h.Name, Set: now}})
		if err == nil && (name == fleet.RuleSetFile || !r.None()) { // otherwise the rule set in the folder is up to date and only the script is not
			r.Locate(k.lineOnDisk(name, d.Old), nil)
			d.Meaning, d.Basis = r, from.basis
			return
		}
	}
	old, new := ruleLines(d.Old), ruleLines(d.New)
	d.HasIDs = len(old) > 0 && len(new) > 0
	d.Rules = append(onlyIn(old, new, false), onlyIn(new, old, true)...)
}

// lineOnDisk returns a Finder for the old text of a file, since the new text is not on disk.
func (k *checker) lineOnDisk(name string, old []byte) compare.Finder {
	return func(host, id string) (compare.Line, bool) {
		n, found := fleet.RuleLine(old, id)
		return compare.Line{File: k.report.Path(host + "/" + name), Number: n}, found
	}
}

// setOnDisk returns the rule set in the folder of a host, or nil if there is none that can be read. old is the
// text of the named file.
func (k *checker) setOnDisk(host, name string, old []byte) *ruleset.RuleSet {
	data := old
	if name != fleet.RuleSetFile {
		var err error
		if data, err = regular.Read(k.folder.Root, host+"/"+fleet.RuleSetFile); err != nil {
			return nil
		}
	}
	rs, err := rulesetjson.Read(data)
	if err != nil || rs.Host != host {
		return nil
	}
	return rs
}

var bracketedIDs = regexp.MustCompile(`\[[0-9a-f]{8,32}( [0-9a-f]{8,32})*\]`) // as Rule.Labels writes them

// ruleLines returns by ID the first line that names a rule in brackets.
func ruleLines(text []byte) map[string]RuleLine {
	out := map[string]RuleLine{}
	n := 0
	for line := range bytes.Lines(text) {
		n++
		for _, ids := range bracketedIDs.FindAll(line, -1) {
			for id := range strings.FieldsSeq(string(ids[1 : len(ids)-1])) {
				if _, known := out[id]; !known {
					out[id] = RuleLine{ID: id, Text: strings.TrimSpace(string(line)), Number: n}
				}
			}
		}
	}
	return out
}

// onlyIn returns the lines of rules that are not in others, in the order of the text.
func onlyIn(these, others map[string]RuleLine, isNew bool) []RuleLine {
	var out []RuleLine
	for id, line := range these {
		if _, both := others[id]; !both {
			line.IsNew = isNew
			out = append(out, line)
		}
	}
	slices.SortFunc(out, func(a, b RuleLine) int { return cmp.Or(cmp.Compare(a.Number, b.Number), cmp.Compare(a.ID, b.ID)) })
	return out
}

// unifiedDiff returns the lines of a unified diff. If all lines of both files end in CR LF, it ignores the CR.
func unifiedDiff(oldName, newName string, old, new []byte) []string {
	if allCRLF(old) && allCRLF(new) {
		old, new = bytes.ReplaceAll(old, []byte("\r\n"), []byte("\n")), bytes.ReplaceAll(new, []byte("\r\n"), []byte("\n"))
	}
	text := strings.TrimRight(string(diff.Diff(oldName, old, newName, new)), "\n")
	_, text, _ = strings.Cut(text, "\n") // removes "diff OLD NEW", which the next two lines repeat
	return strings.Split(text, "\n")
}

// allCRLF reports whether every line ends in CR LF.
func allCRLF(text []byte) bool {
	return bytes.Count(text, []byte("\r\n")) == bytes.Count(text, []byte("\n"))
}
