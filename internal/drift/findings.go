package drift

import (
	"slices"
	"strings"

	"rolewall/compare"
	"rolewall/readers/capture"
	"rolewall/ruleset"
)

// uniteProtocols makes one finding of those for protocols that no rule of the host names. There can be hundreds.
func uniteProtocols(findings []Finding) []Finding {
	var out []Finding
	index := map[string]int{}
	for _, f := range findings {
		if f.Group != capture.UnnamedProtocols {
			out = append(out, f)
			continue
		}
		f.Traffic = ruleset.Traffic{Protocol: ruleset.AnyProtocol}
		f.Expected, f.IDs = nil, nil
		key := f.key()
		if _, known := index[key]; known {
			continue
		}
		index[key] = len(out)
		out = append(out, f)
	}
	return out
}

// extra returns findings for what is open and not allowed by the policy.
func (x *sides) extra(c compare.Change) []Finding {
	switch {
	case c.Kind == compare.Listener:
		return []Finding{x.listener(c)}
	case c.Added.None():
		return nil
	}
	f := Finding{Kind: Open, Traffic: c.Traffic, From: x.named(c.Added.Prefixes), Now: x.named(c.After.Prefixes)}
	if len(c.Before.Prefixes) > 0 {
		f.Kind, f.Policy = Wider, x.named(c.Before.Prefixes)
		f.Expected, f.IDs = x.expected(c.Traffic)
	}
	explain(&f, x.sure)
	return []Finding{f}
}

// listener returns the finding for a port that the same sources reach at another program.
func (x *sides) listener(c compare.Change) Finding {
	f := Finding{Kind: Listener, Traffic: c.Traffic, From: x.named(c.After.Prefixes), Text: "open to " + programs(c.Bindings[1]) + "; the policy opens it to " + programs(c.Bindings[0])}
	f.Expected, f.IDs = x.expected(c.Traffic)
	explain(&f, x.sure)
	return f
}

func programs(list []compare.Binding) string {
	var out []string
	for _, b := range list {
		text := "every program"
		switch {
		case b.Program != "" && b.Service != "":
			text = b.Program + " (" + b.Service + ")"
		case b.Program != "" || b.Service != "":
			text = b.Program + b.Service
		}
		if b.RPC != ruleset.NoRPC {
			text += ", RPC " + string(b.RPC)
		}
		if b.Only != "" {
			text += ", " + b.Only
		}
		out = append(out, text)
	}
	slices.Sort(out)
	return strings.Join(slices.Compact(out), " and ")
}

// lacking returns findings for a change from the required rules to what is open now, even if conditions hold: what
// the policy requires and is not open.
func (x *sides) lacking(c compare.Change, required, now []*ruleset.Rule) []Finding {
	if c.Kind == compare.Listener && x.lacksSourcePorts(c.Traffic, required, now) {
		c.Removed, c.After = c.Before, compare.Addresses{}
	} else if c.Kind == compare.Listener || c.Removed.None() {
		return nil // extra returns the first
	}
	f := Finding{Kind: Missing, Traffic: c.Traffic, From: x.named(c.Removed.Prefixes), Now: x.named(c.After.Prefixes), Policy: x.named(c.Before.Prefixes)}
	if len(c.After.Prefixes) > 0 {
		f.Kind = Narrower
		explain(&f, x.either)
	}
	f.Expected, f.IDs = x.expected(c.Traffic)
	return []Finding{f}
}

// lacksSourcePorts reports whether the same sources are allowed now, but not from all source ports that are required.
func (x *sides) lacksSourcePorts(t ruleset.Traffic, required, now []*ruleset.Rule) bool {
	required, now = placesOfRules(ofEveryProgram(required)).about(t), placesOfRules(ofEveryProgram(now)).about(t)
	if !slices.ContainsFunc(required, func(r *ruleset.Rule) bool { return len(r.FromPorts) > 0 }) {
		return false
	}
	return slices.ContainsFunc(x.changes(union(required, now), now), func(c compare.Change) bool { return c.Traffic.Overlaps(t) })
}

// conditional returns a finding for each opening with conditions that matters: it would open more than the policy
// allows, or the policy requires it.
func (x *sides) conditional() []Finding {
	if len(x.uncertain) == 0 {
		return nil
	}
	var out []Finding
	changes := x.changes(x.required, x.whole)
	for _, b := range x.placed {
		changes = append(changes, x.changes(b.mustHave(), x.openAt(b, x.sure))...)
	}
	lacks := newPlaces(changes, func(c compare.Change) ruleset.Traffic { return c.Traffic })
	rules := union(x.allowed, x.open)
	known, quick := placesOfRules(rules), newCover(rules)
	for _, p := range x.uncertain {
		one := func(from ruleset.Prefixes, text string) {
			f := Finding{Kind: Conditional, Traffic: p.rule.Traffic, From: x.named(from), Text: text, Conditions: p.Conditions}
			fill(&f, p)
			out = append(out, f)
		}
		if x.adds(known, quick, p.rule) && !x.isPlaced(p) {
			one(p.rule.Remote.Prefixes(), "may be open, and the policy does not open it")
			continue
		}
		if slices.ContainsFunc(lacks.about(p.rule.Traffic), func(c compare.Change) bool { return c.Removed.Prefixes.Overlaps(p.rule.Remote.Prefixes()) }) {
			one(p.rule.Remote.Prefixes(), "may be closed, and the policy opens it")
		}
	}
	return out
}

// adds reports whether a rule allows more than the known rules together. There can be hundreds of rules, so it
// compares them only if quick does not give the answer.
func (x *sides) adds(known *places[*ruleset.Rule], quick cover, r *ruleset.Rule) bool {
	switch {
	case quick.has([]*ruleset.Rule{r}):
		return false
	case binding(r) == "":
		return true // rules with a binding cannot allow the rest
	}
	beside := known.about(r.Traffic) // other rules do not matter
	return slices.ContainsFunc(x.changes(beside, union(beside, []*ruleset.Rule{r})), func(c compare.Change) bool { return !c.Added.None() || c.Kind == compare.Listener })
}

// limited returns a finding for each opening with a limit, if the policy opens the traffic without one.
func (x *sides) limited() []Finding {
	var out []Finding
	unlimited, open := placesOfRules(x.unlimited), placesOfRules(x.open)
	for _, p := range x.certain {
		if len(p.Conditions) == 0 && p.Opening.Rule.Limit == (ruleset.Limit{}) {
			continue
		}
		expected := slices.DeleteFunc(unlimited.about(p.rule.Traffic), func(r *ruleset.Rule) bool { return !r.Remote.Overlaps(p.rule.Remote) })
		if len(expected) == 0 {
			continue
		}
		others := slices.DeleteFunc(open.about(p.rule.Traffic), func(r *ruleset.Rule) bool { return r == p.rule }) // rules for other traffic change nothing
		if !slices.ContainsFunc(x.changes(expected, others), func(c compare.Change) bool { return !c.Removed.None() && c.Traffic.Overlaps(p.rule.Traffic) }) {
			continue
		}
		f := Finding{Kind: RateLimited, Traffic: p.rule.Traffic, From: x.named(p.rule.Remote.Prefixes()), Conditions: p.Conditions}
		if l := p.Opening.Rule.Limit; l != (ruleset.Limit{}) {
			f.Text = "at most " + l.String()
		}
		fill(&f, p)
		f.Expected, f.IDs = x.expected(f.Traffic)
		out = append(out, f)
	}
	return out
}

// sourcePorts returns a finding for each opening with source ports, unless the policy allows all of it.
func (x *sides) sourcePorts() []Finding {
	var out []Finding
	if !slices.ContainsFunc(x.certain, func(p opening) bool { return len(p.rule.FromPorts) > 0 }) {
		return nil
	}
	all := placesOfRules(ofEveryProgram(union(x.allowed, x.plain)))
	for _, p := range x.certain {
		if len(p.rule.FromPorts) == 0 || x.isPlaced(p) {
			continue
		}
		known := all.about(p.rule.Traffic) // other rules do not matter
		if !slices.ContainsFunc(x.changes(known, union(known, ofEveryProgram([]*ruleset.Rule{p.rule}))), func(c compare.Change) bool { return !c.Added.None() || c.Kind == compare.Listener }) {
			continue
		}
		f := Finding{Kind: SourcePort, Traffic: p.rule.Traffic, From: x.named(p.rule.Remote.Prefixes())}
		fill(&f, p)
		out = append(out, f)
	}
	return out
}

// ofEveryProgram returns copies of rules without their programs, which do not matter for source ports.
func ofEveryProgram(rules []*ruleset.Rule) []*ruleset.Rule {
	out := make([]*ruleset.Rule, len(rules))
	for i, r := range rules {
		c := *r
		c.Listener = ruleset.Listener{}
		out[i] = &c
	}
	return out
}
