package sums

import (
	"net/netip"
	"strings"
	"testing"

	"rolewall/ruleset"
)

func sources(text string) ruleset.Sources {
	if text == "any" {
		return ruleset.Anyone()
	}
	set := ruleset.AddressSet{Name: "x"}
	for p := range strings.FieldsSeq(text) {
		set.Prefixes = append(set.Prefixes, netip.MustParsePrefix(p))
	}
	return ruleset.NewSources(set)
}

func TestLacks(t *testing.T) {
	both, ipv4 := ruleset.Families{IPv4: true, IPv6: true}, ruleset.Families{IPv4: true}
	for _, c := range []struct {
		has, wanted string
		families    ruleset.Families
		want        string
	}{
		{"10.0.0.0/8", "10.1.0.0/16", both, ""},
		{"10.0.0.0/9", "10.0.0.0/8", both, "10.128.0.0/9"},
		{"10.0.0.0/8", "10.1.0.0/16 fd00::/8", both, "fd00::/8"},
		{"10.0.0.0/8", "10.1.0.0/16 fd00::/8", ipv4, ""},
		{"any", "any", both, ""},
		{"any", "10.0.0.0/8", both, ""},
		{"10.0.0.0/8", "any", ipv4, "0.0.0.0/0"},
		{"", "10.0.0.0/8", both, "10.0.0.0/8"},
		{"10.0.0.0/8", "", both, ""},
	} {
		var got []string
		for _, p := range New().Lacks(sources(c.has), sources(c.wanted), c.families) {
			got = append(got, p.String())
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%q without %q: %q, want %q", c.wanted, c.has, got, c.want)
		}
	}
}

// TestRemember holds that work is done once for a key, and that a table does not grow without bound.
func TestRemember(t *testing.T) {
	table, worked := map[int]int{}, 0
	for range 2 {
		for key := range most {
			if got := Remember(table, key, func() int { worked++; return -key }); got != -key {
				t.Fatalf("%d: %d", key, got)
			}
		}
	}
	Remember(table, most, func() int { return 0 })
	if worked != most || len(table) != 1 {
		t.Errorf("worked %d times, and %d results are left", worked, len(table))
	}
}
