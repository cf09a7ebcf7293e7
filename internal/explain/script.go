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
	return x.namedTargets(h, x.targets)
}

// ownTargets returns the targets that the policy gives to a host, whichever the question names.
func (x *Explainer) ownTargets(h *policy.Host) []target.Target { return x.namedTargets(h, nil) }

func (x *Explainer) namedTargets(h *policy.Host, names []string) []target.Target {
	targets, err := x.workspace.TargetsOf(h, names)
	if err != nil {
		return nil
	}
	return slices.DeleteFunc(targets, func(g target.Target) bool { return g == nil }) // unknown ones are reported elsewhere
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
