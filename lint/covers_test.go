package lint

import (
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"

	"rolewall/lint/cover"
	"rolewall/resolver"
	"rolewall/ruleset"
)

// crowdedRule is traffic out of so small a space that rules often cover others together.
func crowdedRule(r *rand.Rand) *ruleset.Rule {
	rule := &ruleset.Rule{Traffic: ruleset.Traffic{Protocol: ruleset.TCP}, Remote: ruleset.Anyone()}
	switch r.IntN(16) {
	case 0:
		rule.Protocol = ruleset.AnyProtocol
		return rule
	case 1:
		rule.Protocol, rule.ICMP = ruleset.ICMP, []ruleset.ICMPType{{Type: uint8(r.IntN(3)), Code: uint8(r.IntN(3)), HasCode: r.IntN(2) == 0}}
	}
	for range 1 + r.IntN(2) {
		if rule.Protocol != ruleset.TCP {
			break
		}
		first := uint16(1 + r.IntN(6))
		rule.Ports = ruleset.NewPorts(append(rule.Ports, ruleset.PortRange{First: first, Last: first + uint16(r.IntN(3))})...)
	}
	var set ruleset.AddressSet
	for range 1 + r.IntN(2) {
		set.Prefixes = append(set.Prefixes, netip.PrefixFrom(netip.AddrFrom4([4]byte{10, byte(r.IntN(3)), 0, 0}), 16))
	}
	rule.Remote = ruleset.NewSources(set)
	return rule
}

// lets lists what the asks allow: the sources of a few for every place where a span begins or ends.
func lets(asks []request, leaveOut func(int) bool, places []uint32) []bool {
	var out []bool
	for _, place := range places {
		for _, from := range []string{"10.0.0.1", "10.1.0.1", "10.2.0.1", "10.9.0.1", "192.0.2.1", "2001:db8::1"} {
			addr := netip.MustParseAddr(from)
			source := ruleset.NewSources(ruleset.AddressSet{Prefixes: []netip.Prefix{netip.PrefixFrom(addr, addr.BitLen())}})
			in := false
			for i, a := range asks {
				in = in || !leaveOut(i) && cover.Meet(a.rule.Intervals(), []ruleset.Interval{{First: place, Last: place}}) && a.rule.Remote.Contains(source)
			}
			out = append(out, in)
		}
	}
	return out
}

// TestCovers holds that exceptions that are called covered can all be taken away at once and nothing closes, that no
// other could be taken away beside them, and that what is named as opening the same does.
func TestCovers(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	alone, together := 0, 0
	for range 300 {
		var asks []request
		var places []uint32
		for range 2 + r.IntN(12) {
			a := request{rule: crowdedRule(r), exception: &resolver.Exception{}}
			if r.IntN(3) == 0 {
				a.endpoint, a.exception = &resolver.EndpointDecision{}, nil
			}
			asks = append(asks, a)
			for _, s := range a.rule.Intervals() {
				places = append(places, s.First, s.Last, s.Last+1)
			}
		}
		got := covers(asks)
		covered := func(i int) bool { return got[i] != nil }
		all := lets(asks, func(int) bool { return false }, places)
		if !slices.Equal(all, lets(asks, covered, places)) {
			t.Fatalf("%+v: without %v something closes", asks, got)
		}
		for i, a := range asks {
			switch {
			case covered(i) && a.exception == nil:
				t.Fatalf("%+v: %d is not an exception", asks, i)
			case !covered(i) && a.exception != nil:
				if slices.Equal(all, lets(asks, func(n int) bool { return n == i || covered(n) }, places)) {
					t.Fatalf("%+v: %d opens nothing beside %v", asks, i, got)
				}
			case len(got[i]) == 1:
				alone++
			case covered(i):
				together++
				for n, in := range lets(asks, func(n int) bool { return n != i }, places) {
					if in && !lets(asks, func(n int) bool { return !slices.Contains(got[i], n) }, places)[n] {
						t.Fatalf("%+v: %v do not open %d", asks, got[i], i)
					}
				}
			}
		}
	}
	if alone < 100 || together < 50 {
		t.Errorf("%d covered by one, %d by several", alone, together)
	}
}
