package explain

import (
	"slices"

	"rolewall/resolver"
	"rolewall/ruleset"
)

// origins holds what each rule of a host was made from, by ID of the rule.
type origins struct {
	endpoints  map[string][]*resolver.EndpointDecision
	exceptions map[string][]resolver.Exception
}

// originsOf returns the origins of all rules.
func originsOf(r *resolver.Resolution) origins {
	byID := make(map[string]*ruleset.Rule, len(r.RuleSet.Inbound))
	for _, rule := range r.RuleSet.Inbound {
		byID[rule.ID] = rule
	}
	rulesOf := func(requests []*ruleset.Rule) []string { // their IDs, each once
		var out []string
		for _, x := range ruleset.Identified(slices.Clone(requests)) {
			rule, found := byID[x.ID] // most rules come from a single request
			if !found {
				rule, found = r.RuleOf(x)
			}
			if found && !slices.Contains(out, rule.ID) {
				out = append(out, rule.ID)
			}
		}
		return out
	}
	out := origins{map[string][]*resolver.EndpointDecision{}, map[string][]resolver.Exception{}}
	for d := range r.Endpoints() {
		for _, id := range rulesOf(d.Requests) {
			out.endpoints[id] = append(out.endpoints[id], d)
		}
	}
	for _, e := range r.Exceptions {
		for _, id := range rulesOf(e.Requests) {
			out.exceptions[id] = append(out.exceptions[id], e)
		}
	}
	return out
}
