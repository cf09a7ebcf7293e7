//go:build linux

package packettest

import (
	"net/netip"
	"slices"
	"strings"

	"rolewall/ruleset"
)

// sampleSources returns the source addresses from which every port is probed: for each family one outside all
// source restrictions, and one inside for each combination of restrictions that contains the first address of a
// prefix.
func sampleSources(rs *ruleset.RuleSet) []netip.Addr {
	var out []netip.Addr
	seen := map[string]bool{}
	for _, a := range append(outsiders(rs), insiders(rs)...) {
		if key := membership(rs, a); !seen[key] {
			seen[key] = true
			out = append(out, a)
		}
	}
	return out
}

// membership returns the source restrictions that contain the address, and its family.
func membership(rs *ruleset.RuleSet, a netip.Addr) string {
	keys := []string{"IPv6"}
	if a.Is4() {
		keys[0] = "IPv4"
	}
	for _, r := range rs.Inbound {
		if key := r.Remote.Key(); holds(r.Remote, a) && !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys[1:])
	return strings.Join(keys, "|")
}

func holds(from ruleset.Sources, a netip.Addr) bool {
	return slices.ContainsFunc(from.Prefixes(), func(p netip.Prefix) bool { return p.Contains(a) })
}

// outsiders returns addresses of documentation and benchmark networks that no restriction contains, one for each
// family.
func outsiders(rs *ruleset.RuleSet) []netip.Addr {
	var out []netip.Addr
	for _, candidates := range [][]string{
		{"203.0.113.77", "198.51.100.77", "192.0.2.77", "100.64.0.77"},
		{"2001:db8:77::77", "2001:db8:78::77", "fd77:7777::77"},
	} {
		for _, c := range candidates {
			a := netip.MustParseAddr(c)
			if !slices.ContainsFunc(rs.Inbound, func(r *ruleset.Rule) bool { return holds(r.Remote, a) }) {
				out = append(out, a)
				break
			}
		}
	}
	return out
}

// insiders returns the first usable addresses of all prefixes.
func insiders(rs *ruleset.RuleSet) []netip.Addr {
	var out []netip.Addr
	for _, p := range prefixes(rs) {
		a := p.Addr()
		if !p.IsSingleIP() {
			a = a.Next()
		}
		if usable(a) {
			out = append(out, a)
		}
	}
	return out
}

// edges returns the first and the last address of every prefix, and the ones just outside.
func edges(rs *ruleset.RuleSet) []netip.Addr {
	var out []netip.Addr
	for _, p := range prefixes(rs) {
		last := lastAddress(p)
		for _, a := range []netip.Addr{p.Addr().Prev(), p.Addr(), last, last.Next()} {
			if usable(a) && !slices.Contains(out, a) {
				out = append(out, a)
			}
		}
	}
	return out
}

func prefixes(rs *ruleset.RuleSet) []netip.Prefix {
	var out []netip.Prefix
	for _, r := range rs.Inbound {
		for _, p := range r.Remote.Prefixes() {
			if !slices.Contains(out, p) {
				out = append(out, p)
			}
		}
	}
	return out
}

func lastAddress(p netip.Prefix) netip.Addr {
	b := p.Addr().AsSlice()
	for bit := p.Bits(); bit < len(b)*8; bit++ {
		b[bit/8] |= 0x80 >> (bit % 8)
	}
	a, _ := netip.AddrFromSlice(b)
	return a
}

// usable reports whether a packet from the address reaches the filters. Routing drops packets from multicast and
// loopback addresses, from "this network" and from the server's own addresses before that.
func usable(a netip.Addr) bool {
	if !a.IsValid() || a.IsUnspecified() || a.IsLoopback() || a.IsMulticast() || a.Is4In6() {
		return false
	}
	if a.Is4() {
		first := a.As4()[0]
		return first != 0 && first != 127 && first < 224 && !netip.PrefixFrom(serverEnd().ipv4, 24).Contains(a)
	}
	return !netip.PrefixFrom(serverEnd().ipv6, 64).Contains(a) && a != serverEnd().linkLocal
}
