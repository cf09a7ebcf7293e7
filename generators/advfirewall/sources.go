package advfirewall

import (
	"net/netip"
	"strings"

	"rolewall/ruleset"
)

// listLimit keeps a rule's list of sources, and with it the line, well under the 8,191 characters of cmd.exe.
const listLimit = 4000

// remoteTags are the tags of sources, a rule each; a rule whose tag is empty lets anyone in.
func remoteTags(to reach) []string {
	if to.from.IsAnyone() {
		// A host that does not speak a family lets nobody in over it; of ICMP the protocol says as much.
		if to.families == to.all {
			return []string{""}
		}
		return []string{"remoteip=" + strings.Join(everyAddress(to.families), ",")}
	}
	var addresses []string
	for _, p := range to.from.Restrict(to.families).Prefixes() {
		addresses = append(addresses, prefixTexts(p)...)
	}
	var out []string
	for _, list := range splitList(addresses, listLimit) {
		out = append(out, "remoteip="+list)
	}
	return out
}

// prefixTexts writes a prefix. netsh takes lengths from 1 on, and a single address needs none.
func prefixTexts(p netip.Prefix) []string {
	switch {
	case p.Bits() == 0:
		return everyAddress(ruleset.Families{IPv4: p.Addr().Is4(), IPv6: !p.Addr().Is4()})
	case p.IsSingleIP():
		return []string{p.Addr().String()}
	}
	return []string{p.String()}
}

// everyAddress is each family in two halves, since a prefix of length 0 is not to be had.
func everyAddress(f ruleset.Families) []string {
	var halves []string
	if f.IPv4 {
		halves = append(halves, "0.0.0.0/1", "128.0.0.0/1")
	}
	if f.IPv6 {
		halves = append(halves, "::/1", "8000::/1")
	}
	return halves
}

// splitList joins items by commas into texts of at most limit bytes.
func splitList(items []string, limit int) []string {
	var out []string
	for _, item := range items {
		if n := len(out); n > 0 && len(out[n-1])+1+len(item) <= limit {
			out[n-1] += "," + item
			continue
		}
		out = append(out, item)
	}
	return out
}
