package generators

import (
	"fmt"
	"slices"
	"strings"

	"rolewall/ruleset"
)

// Refusal says what a target cannot express and what would help. It is an error.
type Refusal struct {
	Host   string
	Target string
	What   string // what cannot be said, ready to follow "TARGET cannot"
	Hint   string // a setting or another target that can
}

// Error is "dc1: advfirewall cannot ...; hint: ...".
func (r Refusal) Error() string {
	return fmt.Sprintf("%s: %s cannot %s\n  hint: %s", r.Host, r.Target, r.What, r.Hint)
}

// Check lists everything in rs that the target cannot say; nothing may be rendered while the list is not empty.
func Check(g Generator, rs *ruleset.RuleSet) []Refusal {
	info := g.Info()
	var out []Refusal
	refuse := func(what, hint string) {
		r := Refusal{Host: rs.Host, Target: info.Name, What: what, Hint: hint}
		if !slices.Contains(out, r) {
			out = append(out, r)
		}
	}
	if !info.RunsOn(rs.OS) {
		what := "write a script for " + string(rs.OS)
		if info.NotOn != "" && rs.OS.IsWindows() {
			what += ": " + info.NotOn
		}
		refuse(what, useTarget(rs.OS, func(Can) bool { return true }))
		return out
	}
	if rs.Families.IPv6 && !info.Can.IPv6 {
		refuse("close IPv6", `say families = ["ipv4"] if the host speaks IPv4 alone, or use another target`)
	}
	if rs.Families.IPv4 && !info.Can.IPv4 {
		refuse("close IPv4", `say families = ["ipv6"] if the host speaks IPv6 alone, or use another target`)
	}
	for _, r := range rs.Rules {
		if what, can := info.Can.missing(r, rs.OS); what != "" {
			refuse(what+" (rule "+r.What()+")", useTarget(rs.OS, can))
		}
	}
	if x, ok := g.(refuser); ok {
		for _, r := range x.refuse(rs) {
			refuse(r.What, r.Hint)
		}
	}
	return out
}

// missing names the first thing in r that a target with these abilities cannot say, and a test for the targets that
// can say it.
func (c Can) missing(r ruleset.Rule, os ruleset.OS) (string, func(Can) bool) {
	isRange := slices.ContainsFunc(r.Ports, func(p ruleset.PortRange) bool { return p.First != p.Last })
	byKeyword := func(c Can) bool { return c.RPCKeyword && r.RPC == ruleset.Dynamic }
	ranges := func(c Can) bool { return byKeyword(c) || c.PortRanges && !os.Before(since(c.PortRangesSince)) }
	ports := func(c Can) bool { return byKeyword(c) || c.MaxPorts == 0 || len(r.Ports) <= c.MaxPorts }
	others := !r.Protocol.HasPorts() && !r.Protocol.HasTypes() && r.Protocol != ruleset.AnyProtocol
	codes := slices.ContainsFunc(r.ICMP, func(t ruleset.ICMPType) bool { return t.HasCode })
	for _, need := range []struct {
		needed bool
		can    func(Can) bool
		what   string
	}{
		{!r.From.IsAnyone(), func(c Can) bool { return c.Sources }, "restrict senders"},
		{isRange, ranges, "say port ranges on " + string(os)},
		{len(r.Ports) > 0, ports, fmt.Sprintf("say %d ports and ranges in one rule", len(r.Ports))},
		{others, func(c Can) bool { return c.Protocols }, "say protocol " + r.Protocol.String()},
		{r.Protocol == ruleset.AnyProtocol, func(c Can) bool { return c.AnyProtocol }, "let every protocol in"},
		{len(r.ICMP) > 0, func(c Can) bool { return c.ICMPTypes }, "say ICMP types"},
		{codes, func(c Can) bool { return c.ICMPCodes }, "say ICMP codes"},
	} {
		if need.needed && !need.can(c) {
			return need.what, need.can
		}
	}
	return "", nil
}

func since(os ruleset.OS) ruleset.OS {
	if os == "" {
		return ruleset.Windows2000
	}
	return os
}

// useTarget names the filters that run on the edition and can say something.
func useTarget(os ruleset.OS, can func(Can) bool) string {
	var names []string
	for _, g := range All() {
		if info := g.Info(); info.Filter && info.RunsOn(os) && can(info.Can) {
			names = append(names, info.Name)
		}
	}
	if len(names) == 0 {
		return "no target says it"
	}
	return "use the target " + strings.Join(names, ", ")
}
