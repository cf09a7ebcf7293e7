package ruleset

import (
	"slices"
	"testing"
)

func TestWhat(t *testing.T) {
	for want, r := range map[string]Rule{
		"tcp 80,443":      {Traffic: Traffic{Protocol: TCP, Ports: NewPorts(PortRange{443, 443}, PortRange{80, 80})}},
		"udp 49152-65535": {Traffic: Traffic{Protocol: UDP, Ports: Ports{{49152, 65535}}}},
		"icmp 8,3:4":      {Traffic: Traffic{Protocol: ICMP, ICMP: []ICMPType{{Type: 8}, {Type: 3, Code: 4, HasCode: true}}}},
		"gre":             {Traffic: Traffic{Protocol: GRE}},
		"any":             {Traffic: Traffic{Protocol: AnyProtocol}},
		"112":             {Traffic: Traffic{Protocol: 112}},
	} {
		if got := r.What(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// TestIPsecOnlyIsAnotherRule keeps what comes out of a tunnel apart from the same port in the open: united, one of them
// would be too wide or too narrow.
func TestIPsecOnlyIsAnotherRule(t *testing.T) {
	bare := &Rule{Traffic: Traffic{Protocol: UDP, Ports: Ports{{1701, 1701}}}, Remote: Anyone(), Reasons: []Reason{{App: "L2TP"}}}
	tunnelled := *bare
	tunnelled.IPsecOnly = true
	rules := WithoutListeners(Merge([]*Rule{&tunnelled, bare}))
	if len(rules) != 2 || slices.Equal(rules[0].MergedFrom, rules[1].MergedFrom) || rules[0].IPsecOnly || !rules[1].IPsecOnly {
		t.Errorf("%+v", rules)
	}
}
