package sides

import (
	"cmp"
	"strings"

	"rolewall/compare"
	"rolewall/generators"
	"rolewall/generators/target"
	"rolewall/ruleset"
)

// beside returns as rules what the scripts of targets allow besides the rules of a rule set and the baseline.
func beside(targets []target.Target, rs *ruleset.RuleSet) []*ruleset.Rule {
	var out []*ruleset.Rule
	for _, g := range targets {
		for _, o := range target.Openings(g, rs) {
			if r, typed := o.Rule(); typed && o.Cause != target.Baseline {
				out = append(out, r)
			}
		}
	}
	if out == nil {
		return nil
	}
	return ruleset.Merge(out)
}

// addBeside adds to the hosts of a comparison what their scripts allow besides their rules. A folder of rule sets
// does not tell the targets of a host, so it takes those of the same host on the other side. Without one, it takes
// the default filters of the host's system.
func addBeside(hosts, others []compare.Host, all generators.Targets) {
	byName := map[string]*compare.Deployment{}
	for _, h := range others {
		byName[strings.ToLower(h.Name)] = h.Deployment
	}
	for i := range hosts {
		h := &hosts[i]
		d := cmp.Or(h.Deployment, byName[strings.ToLower(h.Name)])
		var names []string
		if d != nil {
			names = d.Targets
		} else if name, ok := generators.Default(h.Set.OS); ok {
			names = []string{name}
			if len(h.Set.Outbound) > 0 {
				names = append(names, "ipsec")
			}
		}
		var targets []target.Target
		for _, name := range names {
			if g, known := all.Lookup(name); known {
				targets = append(targets, g)
			}
		}
		h.Beside, h.Targets = beside(targets, h.Set), strings.Join(names, " ")
	}
}
