package lint

import (
	"slices"

	"rolewall/generators/target"
	"rolewall/ruleset"
)

const (
	disableOthers = "[advfirewall] other_rules = \"disable\", once you have looked at what it switches off"
	othersCanOpen = "inbound rules of others stay and can open what a [[deny]] forbids"
)

// keepsOthers reports whether a host with Windows Firewall keeps rules that rolewall did not write.
func (v *hostCheck) keepsOthers() bool {
	return v.RuleSet.OS.IsWindows() && slices.ContainsFunc(v.Targets, func(t Target) bool {
		return slices.ContainsFunc(t.Openings, func(o target.Opening) bool { return o.Cause == target.Others })
	})
}

// deniesHere returns the denies that apply to the host as locations of a finding.
func (v *hostCheck) deniesHere(what string) []func(*draft) {
	var out []func(*draft)
	for i := range v.linter.denies {
		if d := &v.linter.denies[i]; v.linter.appliesTo(d, v.Host) {
			out = append(out, withPlace(d.Location, what))
		}
	}
	return out
}

// othersStay looks for denies on Windows Firewall hosts that keep rules of others. If a setting says to keep them,
// the finding is there. One finding covers all denies.
func othersStay(v *hostCheck) {
	denies := v.deniesHere("holds for the rules of this policy alone")
	if len(denies) == 0 || !v.keepsOthers() {
		return
	}
	if x := v.linter.p.Effective(v.Host).Advfirewall.OtherRules; x != nil {
		v.reportAt(x.Location, disableOthers, othersCanOpen, denies...)
		return
	}
	v.reportHost(disableOthers, "other_rules is not given, so "+othersCanOpen, denies...)
}

// othersByDefault looks for Windows Firewall hosts that keep rules of others because the policy does not set
// other_rules. If a deny applies, othersStay reports it.
func othersByDefault(v *hostCheck) {
	if v.keepsOthers() && v.linter.p.Effective(v.Host).Advfirewall.OtherRules == nil && len(v.deniesHere("")) == 0 {
		v.reportHost("[advfirewall] other_rules = \"keep\", or \"disable\"", "other_rules is not given, so inbound rules of others stay and open what they open")
	}
}

// publishedPorts looks for denies on hosts that forward ports to containers.
func publishedPorts(v *hostCheck) {
	if v.RuleSet.OS != ruleset.Linux {
		return
	}
	denies := v.deniesHere("holds for what is meant for the host itself alone")
	for _, service := range v.linter.knowledge.Publishers {
		if len(denies) > 0 && v.runs(service) != nil {
			v.reportHost("publish on 127.0.0.1 or filter in the chain DOCKER-USER, and switch the finding off with the reason",
				"published ports of containers are forwarded and not filtered, so a [[deny]] does not hold for them", denies...)
			return
		}
	}
}
