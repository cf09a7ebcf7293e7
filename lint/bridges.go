package lint

import (
	"slices"

	"rolewall/lint/knowledge"
	"rolewall/resolver"
	"rolewall/ruleset"
)

// cutBridges looks for virtualization software whose guests cannot reach what they need on the host.
func cutBridges(v *hostCheck) {
	for i := range v.linter.knowledge.Bridges {
		b := &v.linter.knowledge.Bridges[i]
		d := v.runs(b.Service)
		if d == nil || !v.governs(b.Interface) || v.opensOn(b) || v.removesFeature(b) {
			continue
		}
		v.reportAt(v.roleAt(d), b.Hint, b.What+": nothing opens "+b.Traffic.String()+" on "+b.Interface)
	}
}

// runs returns a decision for a service of the host, or nil if the host does not run the service.
func (v *hostCheck) runs(service string) *resolver.EndpointDecision {
	for d := range v.Endpoints() {
		if d.Service.Name == service && v.RuleSet.OS == ruleset.Linux {
			return d
		}
	}
	return nil
}

// governs reports whether the scripts filter packets that arrive on the interface.
func (v *hostCheck) governs(name string) bool {
	governed := ruleset.Qualifiers{Interfaces: v.RuleSet.Settings.Linux.Interfaces}
	return governed.OnInterface(name)
}

// opensOn reports whether what the guests need is open to them: by a rule for the interface or for anyone, or by
// an exception, which may be for the guests' network.
func (v *hostCheck) opensOn(b *knowledge.Bridge) bool {
	return slices.ContainsFunc(v.RuleSet.Inbound, func(r *ruleset.Rule) bool {
		if !r.OnInterface(b.Interface) || !r.Traffic.Overlaps(b.Traffic) {
			return false
		}
		isException := slices.ContainsFunc(r.Reasons, func(x ruleset.Reason) bool { return x.Allow != nil })
		return len(r.Interfaces) > 0 || r.Remote.IsAnyone() || isException
	})
}

// removesFeature reports whether the policy removes the feature that would open it.
func (v *hostCheck) removesFeature(b *knowledge.Bridge) bool {
	for d := range v.Endpoints() {
		if d.Service.Name == b.Service && d.Cause == resolver.TakenAway && d.Endpoint.Traffic.Overlaps(b.Traffic) {
			return true
		}
	}
	return false
}
