package constraint

import (
	"net/netip"
	"strings"
	"testing"

	"rolewall/lint/cover"
	"rolewall/ruleset"
)

func tcp(first, last uint16) ruleset.Traffic {
	return ruleset.Traffic{Protocol: ruleset.TCP, Ports: ruleset.Ports{{First: first, Last: last}}}
}

// sources reads "NAME=PREFIX PREFIX, NAME=PREFIX"; "any" is anyone, and the empty text nobody.
func sources(text string) ruleset.Sources {
	if text == "any" {
		return ruleset.Anyone()
	}
	var sets []ruleset.AddressSet
	for part := range strings.SplitSeq(text, ", ") {
		name, list, found := strings.Cut(part, "=")
		if !found {
			break
		}
		set := ruleset.AddressSet{Name: name}
		for p := range strings.FieldsSeq(list) {
			set.Prefixes = append(set.Prefixes, netip.MustParsePrefix(p))
		}
		sets = append(sets, set)
	}
	return ruleset.NewSources(sets...)
}

var (
	both = ruleset.Families{IPv4: true, IPv6: true}
	only = ruleset.Families{IPv4: true}
)

func TestForbidden(t *testing.T) {
	for _, c := range []struct {
		name, from, outside, rule string
		port                      uint16
		families                  ruleset.Families
		want                      string
	}{
		{"another port", "any", "", "any", 81, both, ""},
		{"anyone", "any", "", "any", 80, both, "anyone"},
		{"all of it is allowed", "any", "all=10.0.0.0/8", "office=10.20.0.0/16", 80, both, ""},
		{"a part is allowed", "any", "half=10.20.0.0/17", "office=10.20.0.0/16", 80, both, "office"},
		{"the second of two", "any", "office=10.20.0.0/16", "office=10.20.0.0/16, guests=10.66.0.0/16", 80, both, "guests"},
		{"named ones alone", "guests=10.66.0.0/16", "", "office=10.20.0.0/16", 80, both, ""},
		{"a rule inside the named ones", "guests=10.66.0.0/16", "", "desk=10.66.7.0/24", 80, both, "desk"},
		{"a rule around the named ones", "guests=10.66.0.0/16", "", "site=10.0.0.0/8", 80, both, "site"},
		{"the shared part is allowed", "guests=10.66.0.0/16", "desk=10.66.7.0/24", "desk=10.66.7.0/24", 80, both, ""},
		{"anyone is around the named ones", "guests=10.66.0.0/16", "", "any", 80, both, "anyone, and so guests"},
		{"anyone, and the named ones are allowed", "guests=10.66.0.0/16", "site=10.0.0.0/8", "any", 80, both, ""},
		{"a host of IPv6 alone", "any", "site=fd00::/16", "far=2001:db8::/32", 80, ruleset.Families{IPv6: true}, "far"},
		{"a family that the host does not speak", "guests=fd00:66::/32", "", "any", 80, only, ""},
	} {
		d := NewDeny(tcp(80, 80), sources(c.from), sources(c.outside))
		r := &ruleset.Rule{Traffic: tcp(c.port, c.port), Remote: sources(c.rule)}
		if got := d.Forbidden(r, c.families); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestForbidsSome(t *testing.T) {
	d := NewDeny(tcp(80, 80), ruleset.Anyone(), sources("site=10.0.0.0/8"))
	for text, want := range map[string]bool{"any": true, "office=10.20.0.0/16": false, "near=10.20.0.0/16, far=192.0.2.0/24": true, "far=fd00::/16": false} {
		if got := d.ForbidsSome(sources(text), only); got != want {
			t.Errorf("%s: %t", text, got)
		}
	}
}

func TestNames(t *testing.T) {
	d := NewDeny(tcp(80, 90), sources("guests=10.66.0.0/16"), ruleset.Sources{})
	every := ruleset.Traffic{Protocol: ruleset.AnyProtocol}
	for _, c := range []struct {
		traffic  ruleset.Traffic
		families ruleset.Families
		want     bool
	}{{tcp(85, 85), both, true}, {tcp(91, 91), both, false}, {every, both, false}, {tcp(85, 85), ruleset.Families{IPv6: true}, false}} {
		if got := d.Names(c.traffic, c.families); got != c.want {
			t.Errorf("%s on %+v: %t", c.traffic, c.families, got)
		}
	}
}

func TestGap(t *testing.T) {
	open := []cover.Piece{{Spans: tcp(80, 80).Intervals(), From: sources("a=10.0.0.0/9")}, {Spans: tcp(80, 90).Intervals(), From: sources("b=10.128.0.0/9")}}
	own := []netip.Addr{netip.MustParseAddr("192.0.2.7")}
	for _, c := range []struct {
		first, last uint16
		from, want  string
	}{
		{80, 80, "all=10.0.0.0/8", ""},
		{80, 81, "all=10.0.0.0/8", "all"},
		{80, 81, "b=10.129.0.0/16", ""},
		{80, 80, "any", "anyone"},
		{80, 80, "x=10.1.0.0/16 192.0.2.8/32", "x (192.0.2.8)"},
		{80, 80, "x=10.1.0.0/16 192.0.2.7/32 198.51.100.1/32 198.51.100.3/32 198.51.100.5/32 198.51.100.7/32 198.51.100.9/32", "x (198.51.100.1, 198.51.100.3, 198.51.100.5, 198.51.100.7, 198.51.100.9)"},
		{80, 80, "x=10.1.0.0/16 192.0.2.7/32 198.51.100.1/32 198.51.100.3/32 198.51.100.5/32 198.51.100.7/32 198.51.100.9/32 198.51.100.11/32", "x (198.51.100.1, 198.51.100.3, 198.51.100.5, 198.51.100.7 and 2 more)"},
		{80, 80, "x=192.0.2.7/32", ""},
		{80, 80, "x=192.0.2.0/24, y=10.1.0.0/16", "x"},
	} {
		if got := NewGap(tcp(c.first, c.last), sources(c.from), open).Text(own); got != c.want {
			t.Errorf("%d-%d from %s: %q, want %q", c.first, c.last, c.from, got, c.want)
		}
	}
	if got := NewGap(tcp(80, 80), ruleset.Anyone(), []cover.Piece{{Spans: tcp(1, 99).Intervals(), From: ruleset.Anyone()}}).Text(own); got != "" {
		t.Errorf("anyone may, and %q", got)
	}
}
