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
	Kind   string // equal for refusals of a target that differ in names and numbers alone
	What   string // what cannot be said, ready to follow "TARGET cannot"
	Hint   string // a setting or another target that can
}

// Error is "dc1: advfirewall cannot ...; hint: ...".
func (r Refusal) Error() string {
	return fmt.Sprintf("%s: %s cannot %s\n  hint: %s", r.Host, r.Target, r.What, r.Hint)
}

// refusal is one whose kind is the text without its values.
func refusal(hint, format string, args ...any) Refusal {
	return Refusal{Kind: format, What: fmt.Sprintf(format, args...), Hint: hint}
}

// Check lists everything in rs that the target cannot say; nothing may be rendered while the list is not empty.
func Check(g Generator, rs *ruleset.RuleSet) []Refusal {
	info := g.Info()
	var out []Refusal
	refuse := func(r Refusal) {
		r.Host, r.Target = rs.Host, info.Name
		if !slices.Contains(out, r) {
			out = append(out, r)
		}
	}
	if !info.RunsOn(rs.OS) {
		r := refusal(useTarget(rs.OS, func(Can) bool { return true }), "write a script for %s", rs.OS)
		if info.NotOn != "" && rs.OS.IsWindows() {
			r.What += ": " + info.NotOn
		}
		refuse(r)
		return out
	}
	if rs.Families.IPv6 && !info.Can.IPv6 {
		refuse(refusal(`say families = ["ipv4"] if the host speaks IPv4 alone, or use another target`, "close IPv6"))
	}
	if rs.Families.IPv4 && !info.Can.IPv4 {
		refuse(refusal(`say families = ["ipv6"] if the host speaks IPv6 alone, or use another target`, "close IPv4"))
	}
	for _, r := range rs.Rules {
		if lack := info.Can.missing(r, rs.OS); lack != nil {
			refuse(Refusal{Kind: lack.kind, What: lack.text() + " (rule " + r.What() + ")", Hint: useTarget(rs.OS, lack.can)})
		}
	}
	if x, ok := g.(refuser); ok {
		for _, r := range x.refuse(rs) {
			refuse(r)
		}
	}
	return out
}

// lack is a thing in a rule that a target cannot say: a text, the value in it if there is one, and a test for the
// targets that can say it.
type lack struct {
	kind  string
	value any
	can   func(Can) bool
}

func (l *lack) text() string {
	if l.value == nil {
		return l.kind
	}
	return fmt.Sprintf(l.kind, l.value)
}

// missing is the first thing in r that a target with these abilities cannot say; nil if it can say all.
func (c Can) missing(r ruleset.Rule, os ruleset.OS) *lack {
	isRange := slices.ContainsFunc(r.Ports, func(p ruleset.PortRange) bool { return p.First != p.Last })
	byKeyword := func(c Can) bool { return c.RPCKeyword && r.RPC == ruleset.Dynamic }
	ranges := func(c Can) bool { return byKeyword(c) || c.PortRanges && !os.Before(since(c.PortRangesSince)) }
	ports := func(c Can) bool { return byKeyword(c) || c.MaxPorts == 0 || len(r.Ports) <= c.MaxPorts }
	others := !r.Protocol.HasPorts() && !r.Protocol.HasTypes() && r.Protocol != ruleset.AnyProtocol
	codes := slices.ContainsFunc(r.ICMP, func(t ruleset.ICMPType) bool { return t.HasCode })
	for _, need := range []struct {
		needed bool
		lack
	}{
		{!r.From.IsAnyone(), lack{"restrict senders", nil, func(c Can) bool { return c.Sources }}},
		{isRange, lack{"say port ranges on %s", os, ranges}},
		{len(r.Ports) > 0, lack{"say %d ports and ranges in one rule", len(r.Ports), ports}},
		{others, lack{"say protocol %s", r.Protocol, func(c Can) bool { return c.Protocols }}},
		{r.Protocol == ruleset.AnyProtocol, lack{"let every protocol in", nil, func(c Can) bool { return c.AnyProtocol }}},
		{len(r.ICMP) > 0, lack{"say ICMP types", nil, func(c Can) bool { return c.ICMPTypes }}},
		{codes, lack{"say ICMP codes", nil, func(c Can) bool { return c.ICMPCodes }}},
	} {
		if need.needed && !need.can(c) {
			return &need.lack
		}
	}
	return nil
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
