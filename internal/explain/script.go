package explain

import (
	"regexp"
	"slices"
	"strings"

	"rolewall/generators"
	"rolewall/generators/target"
	"rolewall/policy"
	"rolewall/ruleset"
)

// script is the script of a target for a host, with the lines that name rules.
type script struct {
	target  string
	file    string
	refused []string
	lines   []string
	named   map[string][]int // numbers of lines, from 1, by ID or label
}

// ruleID matches IDs of rules and their labels; the digest in the header is longer.
var ruleID = regexp.MustCompile(`\b[0-9a-f]{8}(?:[0-9a-f]{24})?\b`)

// targetsFor returns the targets of a host. It returns none where the policy names none and no firewall runs on the system of
// the host: the ports can be explained all the same.
func (x *Explainer) targetsFor(h *policy.Host) []target.Target {
	targets, err := x.workspace.TargetsOf(h, x.targets)
	if err != nil {
		return nil
	}
	return targets
}

// scripts renders the scripts of a host. A target that refuses the host has reasons in place of lines.
func (x *Explainer) scripts(h *policy.Host, rs *ruleset.RuleSet) ([]script, error) {
	var out []script
	for _, g := range x.targetsFor(h) {
		s := script{target: g.Info().Name, file: h.Name + "/" + g.Info().File, named: map[string][]int{}}
		for _, r := range generators.Check(g, rs, generators.All()) {
			s.refused = append(s.refused, "it cannot "+r.What)
		}
		if s.refused == nil {
			file, err := generators.Render(g, rs, h.Name)
			if err != nil {
				return nil, err
			}
			s.read(string(file))
		}
		if !g.Info().Filter && len(s.named) == 0 { // it helps another script and names no rules
			continue
		}
		out = append(out, s)
	}
	return out, nil
}

// read finds the lines that name rules. Every target writes the ID of a rule, or its label, beside it.
func (s *script) read(text string) {
	s.lines = strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	for i, line := range s.lines {
		for _, id := range ruleID.FindAllString(line, -1) {
			if !slices.Contains(s.named[id], i+1) {
				s.named[id] = append(s.named[id], i+1)
			}
		}
	}
}

// linesOf returns the lines that name a rule.
func (s *script) linesOf(id string) ScriptLines {
	out := ScriptLines{Target: s.target, File: s.file, Lines: []int{}, Refused: s.refused}
	lines := slices.Concat(s.named[id], s.named[ruleset.Label(id)])
	slices.Sort(lines)
	if lines = slices.Compact(lines); len(lines) > 0 {
		out.Lines = lines
		out.Text = strings.TrimSpace(s.lines[lines[0]-1])
	}
	return out
}

// baselines returns what the scripts of the targets of a host allow beside the rules: those for which about is true.
func (x *Explainer) baselines(h *policy.Host, rs *ruleset.RuleSet, about func(target.BaselineRule) bool) []Baseline {
	out := []Baseline{}
	for _, g := range x.targetsFor(h) {
		b := Baseline{Target: g.Info().Name}
		rules := slices.DeleteFunc(BaselineOf(g.Info(), rs.Settings), func(r target.BaselineRule) bool { return !about(r) })
		b.Allows = target.BaselineTexts(rules)
		if len(b.Allows) > 0 {
			out = append(out, b)
		}
	}
	return out
}

// othersRules is what Windows Firewall allows as long as rules of other owners stay.
const othersRules = "whatever the inbound rules of other owners let in, which stay as they are"

// BaselineOf returns the baseline of a target as the settings of a host leave it.
func BaselineOf(info target.Info, s ruleset.Settings) []target.BaselineRule {
	out := target.BaselineFor(info.Baseline, s, ruleset.Families{IPv4: true, IPv6: true})
	if info.Name == "advfirewall" && s.Advfirewall.OtherRules != "disable" {
		out = append(out, target.BaselineRule{Text: othersRules, TextOnly: true})
	}
	return out
}

// isOwnBaseline reports whether the script itself allows something beside the rules.
func isOwnBaseline(b Baseline) bool {
	return slices.ContainsFunc(b.Allows, func(phrase string) bool { return phrase != othersRules })
}

// inBaseline reports whether a rule of a baseline has to do with a question.
func inBaseline(q ruleset.Traffic, b target.BaselineRule) bool {
	return b.Text == othersRules || !b.TextOnly && b.Traffic.Overlaps(q)
}
