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
	for _, r := range rs.Inbound {
		q := wish{r, rs.OS}
		if n := info.Can.missing(q); n != nil {
			able := func(c Can) bool { return n.can(c, q) }
			refuse(Refusal{Kind: n.kind, What: n.text(q) + " (rule " + r.What() + ")", Hint: useTarget(rs.OS, able)})
		}
	}
	if x, ok := g.(refuser); ok {
		for _, r := range x.refuse(rs) {
			refuse(r)
		}
	}
	return out
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
