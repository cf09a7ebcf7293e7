package compare

import (
	"fmt"
	"net/netip"
	"slices"

	"rolewall/ruleset"
)

// matchRenamed finds hosts that have a new name: a host on each side that the other side does not have by name,
// with equal addresses that no third host has. It returns the old list with the new names, and the old names by
// the new ones.
func matchRenamed(before, after []Host) ([]Host, map[string]string) {
	gone, come := byAddresses(before, after), byAddresses(after, before)
	old := map[string]string{}
	out := slices.Clone(before)
	for i, h := range out {
		key := addressKey(h.Addresses)
		if one := come[key]; len(gone[key]) == 1 && len(one) == 1 && gone[key][0] == h.Name {
			out[i] = h.renamed(one[0])
			old[one[0]] = h.Name
		}
	}
	return out, old
}

// byAddresses returns the names of hosts that are not in others, by the hosts' addresses.
func byAddresses(hosts, others []Host) map[string][]string {
	known := map[string]bool{}
	for _, h := range others {
		known[foldName(h.Name)] = true
	}
	out := map[string][]string{}
	for _, h := range hosts {
		if !known[foldName(h.Name)] && len(h.Addresses) > 0 {
			out[addressKey(h.Addresses)] = append(out[addressKey(h.Addresses)], h.Name)
		}
	}
	return out
}

func addressKey(list []netip.Addr) string {
	return fmt.Sprint(slices.SortedFunc(slices.Values(list), netip.Addr.Compare))
}

// renamed returns the host with another name. Its own exceptions get the new name, too, so that they do not count
// as changed.
func (h Host) renamed(name string) Host {
	at, now := "hosts."+h.Name, "hosts."+name
	set := *h.Set
	set.Inbound, set.Outbound = moveReasons(set.Inbound, at, now), moveReasons(set.Outbound, at, now)
	h.Name, h.Set = name, &set
	return h
}

func moveReasons(rules []*ruleset.Rule, at, now string) []*ruleset.Rule {
	out := slices.Clone(rules)
	for i, r := range out {
		if !slices.ContainsFunc(r.Reasons, func(x ruleset.Reason) bool { return x.At == at }) {
			continue
		}
		moved := *r
		moved.Reasons = slices.Clone(r.Reasons)
		for j := range moved.Reasons {
			if moved.Reasons[j].At == at {
				moved.Reasons[j].At = now
			}
		}
		out[i] = &moved
	}
	return out
}
