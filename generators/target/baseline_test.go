package target

import (
	"slices"
	"testing"

	"rolewall/ruleset"
)

func TestBaselineFor(t *testing.T) {
	off := NewBaselineRule("ping", "icmpv6/128", ruleset.Anyone())
	off.When = func(s ruleset.Settings) bool { return !s.Linux.NoPing }
	rules := []BaselineRule{
		{Text: "answers", TextOnly: true}, NewBaselineRule("ping", "icmp/8", ruleset.Anyone()), off,
		NewBaselineRule("IGMP", "protocol/2", ruleset.Anyone()),
	}
	for _, c := range []struct {
		settings ruleset.Settings
		families ruleset.Families
		rules    int
		texts    []string
	}{
		{ruleset.Settings{}, ruleset.Families{IPv4: true, IPv6: true}, 4, []string{"answers", "ping", "IGMP"}},
		{ruleset.Settings{}, ruleset.Families{IPv6: true}, 3, []string{"answers", "ping", "IGMP"}},
		{ruleset.Settings{Linux: ruleset.LinuxSettings{NoPing: true}}, ruleset.Families{IPv6: true}, 2, []string{"answers", "IGMP"}},
		{ruleset.Settings{Linux: ruleset.LinuxSettings{NoPing: true}}, ruleset.Families{IPv4: true}, 3, []string{"answers", "ping", "IGMP"}},
	} {
		got := BaselineFor(rules, c.settings, c.families)
		if texts := BaselineTexts(got); len(got) != c.rules || !slices.Equal(texts, c.texts) {
			t.Errorf("%+v, %v: %d rules, %q", c.settings, c.families, len(got), texts)
		}
	}
}
