package target

import (
	"fmt"
	"slices"
	"strings"

	"rolewall/ruleset"
)

// Check returns everything in rs that the target cannot express. The hints name targets in all that can.
func Check(t Target, rs *ruleset.RuleSet, all []Target) []Unsupported {
	info := t.Info()
	var out []Unsupported
	add := func(u Unsupported) {
		u.Host, u.Target = rs.Host, info.Name
		if !slices.Contains(out, u) {
			out = append(out, u)
		}
	}
	if !info.RunsOn(rs.OS) {
		u := Unsupportedf(useTarget(all, rs.OS, func(Capabilities) bool { return true }), "write a script for %s", rs.OS)
		if info.NotOn != "" && rs.OS.IsWindows() {
			u.What += ": " + info.NotOn
		}
		if !rs.OS.IsWindows() {
			u.Hint += fmt.Sprintf(`, or give %s to the Windows hosts alone: groups.windows = { hosts = ["os:windows"], targets = [%q] }`, info.Name, info.Name)
		}
		add(u)
		return out
	}
	if rs.Families.IPv6 && !info.Capabilities.IPv6 {
		add(Unsupportedf(`say families = ["ipv4"] if the host speaks IPv4 alone, or use another target`, "close IPv6"))
	}
	if rs.Families.IPv4 && !info.Capabilities.IPv4 {
		add(Unsupportedf(`say families = ["ipv6"] if the host speaks IPv6 alone, or use another target`, "close IPv4"))
	}
	for _, r := range rs.Inbound {
		on := ruleOn{r, rs.OS}
		if q := info.Capabilities.firstMissing(on); q != nil {
			able := func(c Capabilities) bool { return q.met(c, on) }
			add(Unsupported{Kind: q.kind, What: q.text(on) + " (rule " + r.What() + ")", Hint: useTarget(all, rs.OS, able)})
		}
	}
	if x, ok := t.(Refuser); ok {
		for _, u := range x.Refuse(rs) {
			add(u)
		}
	}
	return out
}

// useTarget returns a hint that names the filters that run on the edition and have the capability.
func useTarget(all []Target, os ruleset.OS, able func(Capabilities) bool) string {
	var names []string
	for _, t := range all {
		if info := t.Info(); info.Filter && info.RunsOn(os) && able(info.Capabilities) {
			names = append(names, info.Name)
		}
	}
	if len(names) == 0 {
		return "no target can do that"
	}
	return "use the target " + strings.Join(names, ", ")
}
