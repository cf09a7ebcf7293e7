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
	named   map[string][]int // numbers of lines, from 1, by ID
}

// ruleID matches IDs of rules; the digest in the header is longer.
var ruleID = regexp.MustCompile(`\b[0-9a-f]{8}\b`)

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

// read finds the lines that name rules. Every target writes the ID of a rule beside it.
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
	if lines := s.named[id]; len(lines) > 0 {
		out.Lines = lines
		out.Text = strings.TrimSpace(s.lines[lines[0]-1])
	}
	return out
}

// baselines returns what the scripts of a host's targets allow beside the rules: the phrases for which about is true.
func (x *Explainer) baselines(h *policy.Host, rs *ruleset.RuleSet, about func(string) bool) []Baseline {
	out := []Baseline{}
	for _, g := range x.targetsFor(h) {
		b := Baseline{Target: g.Info().Name}
		for _, phrase := range BaselineOf(g.Info(), rs.Settings) {
			if about(phrase) {
				b.Allows = append(b.Allows, phrase)
			}
		}
		if len(b.Allows) > 0 {
			out = append(out, b)
		}
	}
	return out
}

// othersRules is what Windows Firewall allows as long as rules of other owners stay.
const othersRules = "whatever the inbound rules of other owners let in, which stay as they are"

// BaselineOf returns what the script of a target allows beside the rules, under the settings of a host.
func BaselineOf(info target.Info, s ruleset.Settings) []string {
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

// isOwnBaseline reports whether the script itself allows something beside the rules.
func isOwnBaseline(b Baseline) bool {
	return slices.ContainsFunc(b.Allows, func(phrase string) bool { return phrase != othersRules })
}

// inBaseline reports whether a phrase of a baseline has to do with traffic.
func inBaseline(t ruleset.Traffic, phrase string) bool {
	words := []string{othersRules}
	switch {
	case t.Protocol == ruleset.ICMP:
		words = append(words, "ICMP ", "echo requests")
	case t.Protocol == ruleset.ICMPv6:
		words = append(words, "ICMPv6", "echo requests", "neighbour discovery", "listener discovery")
	case t.Protocol == 2:
		words = append(words, "IGMP")
	case t.Protocol == ruleset.UDP:
		words = append(words, "udp "+t.Ports.String())
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
