//go:build linux

package packettest

import (
	"testing"

	"rolewall/ruleset"
)

// hostOfGuests is a host of containers, pods and virtual machines, whose software makes bridges.
const hostOfGuests = `
os = "linux"
[networks]
office = ["10.20.0.0/16", "fd00:20::/48"]
nodes  = ["10.1.0.0/24"]
admins = ["10.3.0.0/24"]
[audience]
clients    = ["office"]
peers      = ["nodes"]
management = ["admins"]
[hosts.h]
roles    = ["linux-docker", "linux-kubernetes-control", "linux-libvirt-host", "linux-podman"]
services = ["libvirt-dnsmasq"]
features = ["container-dns", "pods"]
`

// TestGuests sweeps a host of guests from a card that is no bridge, and from each bridge: guests reach what their software
// serves on theirs alone.
func TestGuests(t *testing.T) {
	t.Parallel()
	l := NewLab(t)
	rs := resolve(t, text(hostOfGuests), "guests.toml")[0]
	for bridge, want := range map[string]ruleset.Packet{
		"eth0":      {Protocol: ruleset.TCP, Port: 22},
		"docker0":   {Protocol: ruleset.UDP, Port: 53},
		"br-0a1b2c": {Protocol: ruleset.TCP, Port: 53},
		"podman1":   {Protocol: ruleset.UDP, Port: 53},
		"virbr0":    {Protocol: ruleset.UDP, Port: 67},
		"cni0":      {Protocol: ruleset.TCP, Port: 6443},
		"flannel.1": {Protocol: ruleset.TCP, Port: 10250},
	} {
		seen := seenFrom(rs, bridge)
		want.Remote, want.Interface = outsiders(rs)[0], tapLink
		if open := seen.Allows(want); open != (bridge != "eth0") {
			t.Errorf("%s: %s/%d is open to guests: %t", bridge, want.Protocol, want.Port, open)
		}
		l.share = share{first: len(bridge), oneIn: 16}
		for _, x := range targets() {
			Report(t, l.Sweep(t, x.script(t, seen), seen))
		}
	}
}

// seenFrom returns the rule set with the card of the probes in place of the bridge.
func seenFrom(rs *ruleset.RuleSet, bridge string) *ruleset.RuleSet {
	out := *rs
	out.Inbound = nil
	for _, r := range rs.Inbound {
		if len(r.Interfaces) > 0 && r.OnInterface(bridge) {
			moved := *r
			moved.Interfaces = []string{tapLink}
			r = &moved
		}
		out.Inbound = append(out.Inbound, r)
	}
	return &out
}
