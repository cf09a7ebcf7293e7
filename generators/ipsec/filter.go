package ipsec

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"rolewall/generators/winscript"
	"rolewall/ruleset"
)

// filter is one `add filter` command, or one for each port of a range.
type filter struct {
	Range string // "50000,1,50049" for `for /l`; empty for a single command
	Tags  string // the traffic; the script adds the filter list and mirrors
	count int
}

// direction says what the other side of the filter is: a source or a destination.
type direction string

const (
	fromRemote direction = "from"
	toRemote   direction = "to"
)

// written holds the ports of the filters in a list, by address and protocol. No filter is written twice, since it
// is not documented whether adding one again fails.
type written map[string]ruleset.Ports

// left returns the ports of r that have no filter for the address yet, and records that they have one now.
func (w written) left(r *ruleset.Rule, a address) ruleset.Ports {
	key := a.tags("") + " " + r.Protocol.String()
	ports := portsOf(r)
	left := ports.Minus(w[key])
	w[key] = w[key].Union(ports)
	return left
}

// filters returns r as filters: one for each address and port, since a netsh filter takes one port.
func (d direction) filters(r *ruleset.Rule, done written) []filter {
	var out []filter
	for _, a := range addresses(r.Remote) {
		for _, p := range done.left(r, a) {
			f := filter{count: p.Len()}
			port := strconv.Itoa(int(p.First))
			if p.First != p.Last {
				f.Range, port = fmt.Sprintf("%d,1,%d", p.First, p.Last), "%%p"
			}
			f.Tags = d.addresses(a) + " " + traffic(r.Protocol, "0", port) + " " + description(r)
			out = append(out, f)
		}
	}
	return out
}

func (d direction) addresses(a address) string {
	if d == toRemote {
		return "srcaddr=me " + a.tags("dst")
	}
	return a.tags("src") + " dstaddr=me"
}

// portsOf returns the ports of a rule, or 0, which stands for every port and for none.
func portsOf(r *ruleset.Rule) ruleset.Ports {
	if !r.Protocol.HasPorts() || slices.Equal(r.Ports, ruleset.Ports{{First: 1, Last: 65535}}) {
		return ruleset.Ports{{}}
	}
	return r.Ports
}

// traffic returns protocol and ports. Port 0 is every port. ICMP is written without types.
func traffic(p ruleset.Protocol, from, to string) string {
	switch {
	case p.HasPorts():
		return fmt.Sprintf("protocol=%s srcport=%s dstport=%s", strings.ToUpper(p.String()), from, to)
	case p == ruleset.ICMP:
		return "protocol=ICMP"
	case p == ruleset.AnyProtocol:
		return "protocol=ANY"
	}
	return "protocol=" + strconv.Itoa(int(p))
}

// description returns a description of the filter that leads back to the rule.
func description(r *ruleset.Rule) string {
	return fmt.Sprintf(`description="%s [%s]"`, winscript.Text(r.What(), 60), strings.Join(r.Labels(), " "))
}

// address is an IPv4 network as netsh takes it.
type address struct{ address, mask string }

func (a address) tags(side string) string {
	if a.mask == "" {
		return side + "addr=" + a.address
	}
	return fmt.Sprintf("%saddr=%s %smask=%s", side, a.address, side, a.mask)
}

// addresses returns the IPv4 networks of s. The filter store of Windows 2003 has only IPv4.
func addresses(s ruleset.Sources) []address {
	if s.IsAnyone() {
		return []address{{address: "any"}}
	}
	var out []address
	for _, p := range s.IPv4() {
		if p.Bits() == 0 {
			return []address{{address: "any"}}
		}
		out = append(out, address{p.Addr().String(), dottedMask(p)})
	}
	return out
}

// dottedMask returns the mask in the form that every edition reads.
func dottedMask(p netip.Prefix) string {
	mask := ^uint32(0) << (32 - p.Bits())
	return netip.AddrFrom4([4]byte{byte(mask >> 24), byte(mask >> 16), byte(mask >> 8), byte(mask)}).String()
}
