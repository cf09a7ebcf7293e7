//go:build linux

package packettest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"rolewall/generators"
	generated "rolewall/generators/target"
	"rolewall/internal/drift"
	"rolewall/ruleset"
)

// ownRules makes rules as policies do, with source ports, interfaces and limits, that often open the same ports to the same sources.
func (d dice) ownRules() *ruleset.RuleSet {
	sources := []ruleset.Sources{
		ruleset.Anyone(), network("office", "10.20.0.0/16", "fd00:20::/48"), network("admins", "10.3.0.0/24", "fd00:3::/64"),
		network("lab", "10.20.7.0/24"), network("one", "10.20.7.9/32", "10.3.0.5/32"),
	}
	limit, err := ruleset.ParseLimit("10/minute")
	if err != nil {
		panic(err)
	}
	var list []*ruleset.Rule
	for range 4 + d.IntN(8) {
		r := request([]ruleset.Protocol{ruleset.TCP, ruleset.UDP}[d.IntN(2)], d.pick("4000", "4000-4010", "4005-4020", "22", "4000,4002,4010-4030"), sources[d.IntN(len(sources))])
		if d.IntN(2) == 0 {
			if r.FromPorts, err = ruleset.ParsePorts(d.pick("40069", "1-1023", "1-40000", "40000-65535", "53,1024-65535")); err != nil {
				panic(err)
			}
		}
		switch d.IntN(5) {
		case 0:
			r.Interfaces = []string{d.pick(tapLink, "elsewhere0", "pro*")}
		case 1:
			r.Interfaces = []string{"elsewhere0", tapLink}
		}
		if d.IntN(6) == 0 { // as iptables takes it
			r.Limit, r.Remote, r.Ports = limit, network("one", d.pick("10.20.7.9/32", "10.20.0.0/16", "fd00:3::/64")), ruleset.Ports{{First: 4000, Last: 4010}}
			r.FromPorts = r.FromPorts[:min(1, len(r.FromPorts))]
			r.Interfaces = r.Interfaces[:min(1, len(r.Interfaces))]
		}
		list = append(list, r)
	}
	return ruleSet(list...)
}

// TestCaptureOwn loads scripts for random rules, captures what the host then holds, and compares it with the rules: nothing differs.
func TestCaptureOwn(t *testing.T) {
	t.Parallel()
	l := newCaptureLab(t)
	for seed := range uint64(randomRules()) {
		rs := dice{rand.New(rand.NewPCG(seed, 23))}.ownRules()
		for _, x := range targets() {
			t.Run(fmt.Sprint(seed, "/", x.tool), func(t *testing.T) {
				l.load(t, x.script(t, rs))
				g, _ := generators.All().Lookup(x.name)
				c := l.capture(t)
				for _, d := range drift.Compare(drift.Expected{Host: rs.Host, Set: rs, Beside: generated.Openings(g, rs)}, c, drift.Options{}) {
					t.Errorf("%s: %s from %v, policy %v on %v: %s %s %v", d.Kind, d.Traffic, d.From.Prefixes, d.Policy.Prefixes, d.Interfaces, d.Text, d.Where, d.Conditions)
				}
				if t.Failed() {
					for _, r := range rs.Inbound {
						t.Log(r.Traffic, r.Remote.Names(), r.Only())
					}
					for _, o := range c.Openings {
						if slices.Contains([]ruleset.Protocol{ruleset.TCP, ruleset.UDP}, o.Rule.Protocol) {
							t.Log("captured:", o.Rule.Traffic, o.Rule.Remote.Key(), o.Rule.Only(), o.NotOn, o.Conditions)
						}
					}
				}
			})
		}
	}
}
