package target

import (
	"slices"
	"strings"
	"testing"

	"rolewall/ruleset"
)

// TestASCII: what is left of free text is one line of harmless characters.
func TestASCII(t *testing.T) {
	for _, c := range []struct {
		text  string
		limit int
		want  string
	}{
		{"plain text ~", 40, "plain text ~"},
		{"tab\there", 40, "tab here"},
		{"line\nend", 40, "line end"},
		{"line\rend", 40, "line end"},
		{"\n", 40, ""},
		{"say \"x\" 'y' `z` $a %b% ^ & | < > ! \\", 60, "say ?x? ?y? ?z? ?a ?b? ? ? ? ? ? ? ?"},
		{"ä\x7f\x00\u2028", 40, "????"},
		{"ends in blanks  ", 40, "ends in blanks"},
		{"four", 4, "four"},
		{"four and", 5, "four"},
	} {
		if got := ASCII(c.text, c.limit); got != c.want {
			t.Errorf("ASCII(%q, %d) = %q, want %q", c.text, c.limit, got, c.want)
		}
	}
	plain := PrintableExcept("x")
	for r, want := range map[rune]bool{' ': true, '~': true, 'x': false, '\x1f': false, '\x7f': false, 'ä': false, -1: false, 'y': true} {
		if got := plain.Contains(r); got != want {
			t.Errorf("%q: %t", r, got)
		}
	}
	if plain.ContainsAll("yxy") || !plain.ContainsAll("yy") || !plain.ContainsAll("") || plain.ContainsAll("ä") {
		t.Error("a text is in the set where one of its bytes is not, or the other way round")
	}
}

// TestHeader holds what the header says of a rule set.
func TestHeader(t *testing.T) {
	dynamic := &ruleset.Rule{Traffic: ruleset.Traffic{Protocol: ruleset.TCP, Ports: ruleset.Ports{{First: 49152, Last: 65535}}}, RPC: ruleset.Dynamic}
	ranges := []ruleset.PortRange{{First: 1025, Last: 5000}, {First: 49152, Last: 65535}}
	rs := func(change func(*ruleset.RuleSet)) *ruleset.RuleSet {
		rs := &ruleset.RuleSet{OS: ruleset.Linux, Families: ruleset.Families{IPv4: true}, RPC: ruleset.RPC{Mode: "dynamic", Ranges: ranges}}
		change(rs)
		return rs
	}
	info := Info{Title: "title"}
	ping := Info{Title: "title", Baseline: []BaselineRule{NewBaselineRule("ping", "icmp/8", ruleset.Anyone())}}
	const plain = "title, made by rolewall, do not edit||os       linux|roles    none|families ipv4|rpc      dynamic|digest   d"
	for _, c := range []struct {
		name string
		info Info
		rs   *ruleset.RuleSet
		want string
	}{
		{"nothing", info, rs(func(*ruleset.RuleSet) {}), plain},
		{"roles", info, rs(func(rs *ruleset.RuleSet) { rs.Roles = []string{"a", "b"} }), strings.Replace(plain, "none", "a, b", 1)},
		{"features", info, rs(func(rs *ruleset.RuleSet) { rs.Features = []string{"x", "y"} }), strings.Replace(plain, "none|", "none|features x, y|", 1)},
		{"dynamic RPC", info, rs(func(rs *ruleset.RuleSet) { rs.Inbound = []*ruleset.Rule{dynamic} }),
			strings.Replace(plain, "rpc      dynamic", "rpc      dynamic, dynamic endpoints on tcp 1025-5000 and 49152-65535", 1)},
		{"outbound dynamic RPC", info, rs(func(rs *ruleset.RuleSet) { rs.Outbound = []*ruleset.Rule{dynamic} }),
			strings.Replace(plain, "rpc      dynamic", "rpc      dynamic, dynamic endpoints on tcp 1025-5000 and 49152-65535", 1)},
		{"notes", info, rs(func(rs *ruleset.RuleSet) { rs.Notes, rs.Warnings = []string{"n"}, []string{"w"} }), plain + "|note     n|WARNING  w"},
		{"a baseline", ping, rs(func(*ruleset.RuleSet) {}), plain + "||Let in on every host, beside the rules below:|  ping"},
		{"a baseline of another family", ping, rs(func(rs *ruleset.RuleSet) { rs.Families = ruleset.Families{IPv6: true} }), strings.Replace(plain, "ipv4", "ipv6", 1)},
	} {
		if got := strings.Join(HeaderWith(c.info, c.rs, "d"), "|"); got != c.want {
			t.Errorf("%s: got\n%s\nwant\n%s", c.name, got, c.want)
		}
	}
	lines := HeaderLines([]string{"first", "", "last "}, "web1", Comment{Before: "# "})
	if want := []string{"# web1: first", "#", "# last"}; !slices.Equal(lines, want) {
		t.Errorf("lines %q, want %q", lines, want)
	}
}

// only is a target for some editions.
type only struct {
	name   string
	filter bool
	os     []ruleset.OS
	notOn  string
	Capabilities
}

func (o only) Info() Info {
	return Info{Name: o.name, Filter: o.filter, OS: o.os, NotOn: o.notOn, Capabilities: o.Capabilities}
}

func (only) Script(*ruleset.RuleSet) (Script, error) { return Script{}, nil }

// TestCheckEditions holds what is said of a host on whose system a target does not run, and which targets the hint names.
func TestCheckEditions(t *testing.T) {
	windows, linux := []ruleset.OS{ruleset.Windows2022}, []ruleset.OS{ruleset.Linux}
	both := Capabilities{IPv4: true, IPv6: true}
	all := []Target{only{"w", true, windows, "", both}, only{"l", true, linux, "", both}, only{"l2", true, linux, "", both}, only{"no-filter", false, linux, "", both}}
	for _, c := range []struct {
		name   string
		target only
		os     ruleset.OS
		want   string
	}{
		{"it runs", only{"x", true, linux, "it needs Windows", both}, ruleset.Linux, ""},
		{"another system", only{"x", true, windows, "it needs Windows", both}, ruleset.Linux,
			"write a script for linux|use the target l, l2, or give x to the Windows hosts alone: groups.windows = { hosts = [\"os:windows\"], targets = [\"x\"] }"},
		{"another edition", only{"x", true, linux, "it came later", both}, ruleset.Windows2022, "write a script for windows-2022: it came later|use the target w"},
		{"another edition, without a word", only{"x", true, linux, "", both}, ruleset.Windows2022, "write a script for windows-2022|use the target w"},
		{"an edition without a target", only{"x", true, linux, "", both}, ruleset.Windows2008, "write a script for windows-2008|no target can do that"},
	} {
		list := Check(c.target, &ruleset.RuleSet{OS: c.os, Families: ruleset.Families{IPv4: true}}, all)
		got := ""
		for _, u := range list {
			got += u.What + "|" + u.Hint
		}
		if got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}
