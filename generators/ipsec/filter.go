package generators

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"rolewall/ruleset"
)

// ipsecFilter is one `add filter` command, or one for each port of a range.
type ipsecFilter struct {
	Range string // "50000,1,50049" for `for /l`; empty where there is one command
	Tags  string // the traffic; the page adds the filter list and mirrors
	count int
}

// ipsecDirection says who the filter's other side is: a sender, or a destination.
type ipsecDirection string

const (
	ipsecFrom ipsecDirection = "from"
	ipsecTo   ipsecDirection = "to"
)

// ipsecWritten are the ports of the filters that a list has, by address and protocol. No filter is written twice: that
// adding one again fails is not documented, nor that it does not.
type ipsecWritten map[string]ruleset.Ports

// left are the ports of r that have no filter for the address yet; they have one now.
func (w ipsecWritten) left(r *ruleset.Rule, a ipsecAddress) ruleset.Ports {
	key := a.tags("") + " " + r.Protocol.String()
	ports := ipsecPorts(r)
	left := ports.Minus(w[key])
	w[key] = w[key].Union(ports)
	return left
}

// filters says r in filters: one for each address and port, since netsh takes one number a filter.
func (d ipsecDirection) filters(r *ruleset.Rule, written ipsecWritten) []ipsecFilter {
	var out []ipsecFilter
	for _, a := range ipsecAddresses(r.Remote) {
		for _, p := range written.left(r, a) {
			f := ipsecFilter{count: p.Len()}
			port := strconv.Itoa(int(p.First))
			if p.First != p.Last {
				f.Range, port = fmt.Sprintf("%d,1,%d", p.First, p.Last), "%%p"
			}
			f.Tags = d.addresses(a) + " " + ipsecTraffic(r.Protocol, "0", port) + " " + ipsecDescription(r)
			out = append(out, f)
		}
	}
	return out
}

func (d ipsecDirection) addresses(a ipsecAddress) string {
	if d == ipsecTo {
		return "srcaddr=me " + a.tags("dst")
	}
	return a.tags("src") + " dstaddr=me"
}

// ipsecPorts are the ports of a rule, or 0, which stands for every port and for none.
func ipsecPorts(r *ruleset.Rule) ruleset.Ports {
	if !r.Protocol.HasPorts() || slices.Equal(r.Ports, ruleset.Ports{{First: 1, Last: 65535}}) {
		return ruleset.Ports{{}}
	}
	return r.Ports
}

// ipsecTraffic says protocol and ports, 0 being every port. Of ICMP there are no types.
func ipsecTraffic(p ruleset.Protocol, from, to string) string {
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

// ipsecDescription leads from the filter back to the rule.
func ipsecDescription(r *ruleset.Rule) string {
	return fmt.Sprintf(`description="%s [%s]"`, cmdText(r.What(), 60), strings.Join(r.IDs(), " "))
}

// ipsecAddress is an IPv4 network as netsh takes it.
type ipsecAddress struct{ address, mask string }

func (a ipsecAddress) tags(side string) string {
	if a.mask == "" {
		return side + "addr=" + a.address
	}
	return fmt.Sprintf("%saddr=%s %smask=%s", side, a.address, side, a.mask)
}

// ipsecAddresses are the IPv4 networks of s; the filter store of Windows 2003 holds no others.
func ipsecAddresses(s ruleset.Sources) []ipsecAddress {
	if s.IsAnyone() {
		return []ipsecAddress{{address: "any"}}
	}
	var out []ipsecAddress
	for _, p := range s.IPv4() {
		if p.Bits() == 0 {
			return []ipsecAddress{{address: "any"}}
		}
		out = append(out, ipsecAddress{p.Addr().String(), dottedMask(p)})
	}
	return out
}

// dottedMask is the mask in the form that every edition reads.
func dottedMask(p netip.Prefix) string {
	mask := ^uint32(0) << (32 - p.Bits())
	return netip.AddrFrom4([4]byte{byte(mask >> 24), byte(mask >> 16), byte(mask >> 8), byte(mask)}).String()
}
