package main

import (
	"regexp"
	"slices"
	"strings"

	"rolewall/generators"
	"rolewall/generators/target"
	"rolewall/policy"
	"rolewall/ruleset"
)

// script is the script of one target, with the lines that name rules.
type script struct {
	target  string
	file    string
	refused []string
	lines   []string
	named   map[string][]int // numbers of lines, from 1, by ID
}

// ruleID matches IDs of rules; the digest in the header is longer.
var ruleID = regexp.MustCompile(`\b[0-9a-f]{8}\b`)

// targetsFor are the targets of a host; none where no firewall runs on its system and the policy names none, which is no
// reason to say nothing of its ports.
func (x *explainer) targetsFor(h *policy.Host) []target.Target {
	targets, err := x.workspace.TargetsOf(h, x.targets)
	if err != nil {
		return nil
	}
	return targets
}

// scripts renders the scripts of a host.
func (x *explainer) scripts(h *policy.Host, rs *ruleset.RuleSet) ([]script, error) {
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
		if !g.Info().Filter && len(s.named) == 0 { // a script that helps another one says nothing of rules
			continue
		}
		out = append(out, s)
	}
	return out, nil
}

// read notes which lines name rules. Every target writes the ID of a rule beside what it says of it.
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

// hit is where the script names a rule.
func (s *script) hit(id string) scriptHit {
	hit := scriptHit{Target: s.target, File: s.file, Lines: []int{}, Refused: s.refused}
	if lines := s.named[id]; len(lines) > 0 {
		hit.Lines = lines
		hit.Text = strings.TrimSpace(s.lines[lines[0]-1])
	}
	return hit
}

// baselines is what the scripts of the host's targets let in beside the rules, as far as about wants to know it.
func (x *explainer) baselines(h *policy.Host, rs *ruleset.RuleSet, about func(string) bool) []targetBaseline {
	out := []targetBaseline{}
	for _, g := range x.targetsFor(h) {
		b := targetBaseline{Target: g.Info().Name}
		for _, phrase := range baselineOf(g.Info(), rs.Settings) {
			if about(phrase) {
				b.LetsIn = append(b.LetsIn, phrase)
			}
		}
		if len(b.LetsIn) > 0 {
			out = append(out, b)
		}
	}
	return out
}

// othersRules is what Windows Firewall lets in as long as rules of others stay.
const othersRules = "whatever the inbound rules of other owners let in, which stay as they are"

// baselineOf is the baseline of a target as the settings of a host leave it.
func baselineOf(info target.Info, s ruleset.Settings) []string {
	var out []string
	const alone = `with other_rules = "disable" only: `
	for _, phrase := range info.Baseline {
		switch rest, isAlone := strings.CutPrefix(phrase, alone); {
		case isAlone && s.Advfirewall.OtherRules == "disable":
			out = append(out, rest)
		case isAlone:
		case s.Linux.NoPing && strings.HasPrefix(phrase, "echo requests"):
		default:
			out = append(out, phrase)
		}
	}
	if info.Name == "advfirewall" && s.Advfirewall.OtherRules != "disable" {
		out = append(out, othersRules)
	}
	return out
}

// isOwnBaseline reports whether the script itself lets something in beside the rules.
func isOwnBaseline(b targetBaseline) bool {
	return slices.ContainsFunc(b.LetsIn, func(phrase string) bool { return phrase != othersRules })
}

// inBaseline tells which phrases of a baseline have to do with a question.
func inBaseline(q ruleset.Traffic, phrase string) bool {
	words := []string{othersRules}
	switch {
	case q.Protocol == ruleset.ICMP:
		words = append(words, "ICMP ", "echo requests")
	case q.Protocol == ruleset.ICMPv6:
		words = append(words, "ICMPv6", "echo requests", "neighbour discovery", "listener discovery")
	case q.Protocol == 2:
		words = append(words, "IGMP")
	case q.Protocol == ruleset.UDP:
		words = append(words, "udp "+q.Ports.String())
	}
	return slices.ContainsFunc(words, func(w string) bool { return containsWord(phrase, w) })
}

// containsWord reports whether the text holds the word, not as the beginning of a longer number.
func containsWord(text, word string) bool {
	for {
		i := strings.Index(text, word)
		if i < 0 {
			return false
		}
		text = text[i+len(word):]
		if text == "" || text[0] < '0' || text[0] > '9' {
			return true
		}
	}
}
