package explain

import (
	"iter"
	"slices"
	"strings"

	"rolewall/generators"
	"rolewall/generators/target"
	"rolewall/internal/fleet"
	"rolewall/policy"
	"rolewall/ruleset"
)

// script is the script of a target for a host, with the lines that name rules.
type script struct {
	target  string
	file    string
	refused []string
	lines   []string
	named   map[string][]int // numbers of lines, from 1, by ID of a rule of the host
}

// targetsFor returns the targets of a host. If the policy names none and no firewall runs on the host's system, it
// returns none: ports can still be explained.
func (x *Explainer) targetsFor(h *policy.Host) []target.Target {
	return x.namedTargets(h, x.targets)
}

// ownTargets returns the targets that the policy gives to a host, even if the question names others.
func (x *Explainer) ownTargets(h *policy.Host) []target.Target { return x.namedTargets(h, nil) }

func (x *Explainer) namedTargets(h *policy.Host, names []string) []target.Target {
	targets, err := x.workspace.TargetsOf(h, names)
	if err != nil {
		return nil
	}
	return slices.DeleteFunc(targets, func(g target.Target) bool { return g == nil }) // unknown targets are reported elsewhere
}

// scripts renders the scripts of a host. If a target refuses the host, its entry has the reasons instead of lines.
func (x *Explainer) scripts(h *policy.Host, rs *ruleset.RuleSet) ([]script, error) {
	var out []script
	for _, g := range x.targetsFor(h) {
		s := script{target: g.Info().Name, file: fileOf(g, h.Name)}
		for _, r := range generators.Check(g, rs, generators.All()) {
			s.refused = append(s.refused, "it cannot "+r.What)
		}
		if s.refused == nil {
			file, err := generators.Render(g, rs, h.Name)
			if err != nil {
				return nil, err
			}
			s.lines = strings.Split(string(file), "\n")
			s.named = fleet.RuleLines(file, idsOf(rs))
		}
		if !g.Info().Filter && len(s.named) == 0 { // it helps another script and names no rules
			continue
		}
		out = append(out, s)
	}
	return out, nil
}

// idsOf returns the IDs of the rules.
func idsOf(rs *ruleset.RuleSet) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, rules := range [][]*ruleset.Rule{rs.Inbound, rs.Outbound} {
			for _, r := range rules {
				if !yield(r.ID) {
					return
				}
			}
		}
	}
}

// fileOf returns the file of a host with the script. A target for the whole fleet has several files, of which it
// returns one.
func fileOf(g target.Target, host string) string {
	if x, is := g.(target.Bundler); is {
		return x.Info().File + x.ScriptFile()
	}
	return host + "/" + g.Info().File
}

// linesOf returns the lines that name a rule.
func (s *script) linesOf(id string) ScriptLines {
	out := ScriptLines{Target: s.target, File: s.file, Lines: append([]int{}, s.named[id]...), Refused: s.refused}
	if len(out.Lines) > 0 {
		out.Text = strings.TrimSpace(s.lines[out.Lines[0]-1])
	}
	return out
}
