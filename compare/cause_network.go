package compare

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"

	"rolewall/ruleset"
)

// networksOf returns the addresses of every network of a side, and of every address set that its rules name.
func networksOf(side Side) map[string]ruleset.Prefixes {
	type list struct {
		name  string
		first *netip.Prefix
	}
	out := map[string]ruleset.Prefixes{}
	seen, sets := map[list]bool{}, map[*ruleset.RuleSet]bool{}
	for name, list := range side.Networks {
		out[name] = ruleset.NewPrefixes(list...)
	}
	for _, h := range side.Hosts {
		if sets[h.Set] {
			continue
		}
		sets[h.Set] = true
		for _, r := range slices.Concat(h.Set.Inbound, h.Set.Outbound) {
			for _, s := range r.Remote.Sets() {
				if len(s.Prefixes) == 0 || seen[list{s.Name, &s.Prefixes[0]}] {
					continue
				}
				seen[list{s.Name, &s.Prefixes[0]}] = true
				out[s.Name] = out[s.Name].Union(ruleset.NewPrefixes(s.Prefixes...))
			}
		}
	}
	return out
}

// networkEdits returns a cause for every difference between networks that both sides name. Networks with the same
// difference are one cause, as when one contains the other. So are networks that were renumbered in the same way.
func networkEdits(networks [2]map[string]ruleset.Prefixes) []*Cause {
	known := map[string]*Cause{}
	var out []*Cause
	for _, name := range slices.Sorted(maps.Keys(networks[1])) {
		before, named := networks[0][name]
		after := networks[1][name]
		if !named || before.Equal(after) {
			continue
		}
		x := &Cause{Kind: NetworkEdit, Names: []string{name}, Added: after.Minus(before), Removed: before.Minus(after)}
		if strings.HasPrefix(name, "@") {
			x.Kind = MembersEdit
		}
		keys := []string{fmt.Sprint(x.Kind, x.Added, x.Removed)}
		if moves := renumbering(x.Removed, x.Added); moves != nil {
			x.Kind, x.moves, keys = Renumbered, moves, moves
		}
		i := slices.IndexFunc(keys, func(k string) bool { return known[k] != nil })
		if i < 0 {
			out = append(out, x)
			x.key = keys[0]
		} else {
			first := known[keys[i]]
			first.Names, first.moves = append(first.Names, x.Names...), append(first.moves, x.moves...)
			first.Added, first.Removed = first.Added.Union(x.Added), first.Removed.Union(x.Removed)
			x = first
		}
		for _, k := range keys {
			known[k] = x
		}
	}
	return out
}

// explainingEdits returns the edits of networks that explain a change in full: they add all addresses that the
// change adds, and remove all that it removes. It returns nil if they leave a part unexplained.
func explainingEdits(c Change, edits []*Cause) []*Cause {
	var added, removed ruleset.Prefixes
	var out []*Cause
	for _, x := range edits {
		if x.isNamed(c) && (x.Added.Overlaps(c.Added.Prefixes) || x.Removed.Overlaps(c.Removed.Prefixes)) {
			added, removed = added.Union(x.Added), removed.Union(x.Removed)
			out = append(out, x)
		}
	}
	if !added.Contains(c.Added.Prefixes) || !removed.Contains(c.Removed.Prefixes) {
		return nil
	}
	return out
}

// isNamed reports whether the change names a network of the cause.
func (x *Cause) isNamed(c Change) bool {
	return slices.ContainsFunc(x.Names, func(n string) bool { return slices.Contains(c.Before.Names, n) || slices.Contains(c.After.Names, n) })
}

// renumbering returns a text for each family, if the added addresses are the removed ones with the same bits
// changed in all of them. Otherwise it returns nil.
func renumbering(removed, added ruleset.Prefixes) []string {
	var out []string
	for _, f := range []ruleset.Families{{IPv4: true}, {IPv6: true}} {
		old, now := removed.Restrict(f), added.Restrict(f)
		if len(old) != len(now) {
			return nil
		}
		if len(old) == 0 {
			continue
		}
		bits, found := movedBits(old, now)
		if !found {
			return nil
		}
		out = append(out, bits)
	}
	return out
}

// movedBits returns the bits that differ between each prefix of one list and its partner in the other.
func movedBits(old, now ruleset.Prefixes) (string, bool) {
	for _, p := range now {
		bits := xor(old[0].Addr(), p.Addr())
		isMoved := func(q netip.Prefix) bool {
			return slices.Contains(now, netip.PrefixFrom(xor(q.Addr(), bits), q.Bits()))
		}
		if all(old, isMoved) {
			return bits.String(), true
		}
	}
	return "", false
}

func xor(a, b netip.Addr) netip.Addr {
	x, y := a.AsSlice(), b.AsSlice()
	for i := range x {
		x[i] ^= y[i]
	}
	out, _ := netip.AddrFromSlice(x)
	return out
}

// Supernets returns for each family the smallest prefix that contains all of p.
func Supernets(p ruleset.Prefixes) []netip.Prefix {
	var out []netip.Prefix
	for _, f := range []ruleset.Families{{IPv4: true}, {IPv6: true}} {
		list := p.Restrict(f)
		if len(list) == 0 {
			continue
		}
		net := list[0]
		for !all(list, func(q netip.Prefix) bool { return q.Bits() >= net.Bits() && net.Contains(q.Addr()) }) {
			net = netip.PrefixFrom(net.Addr(), net.Bits()-1).Masked()
		}
		out = append(out, net)
	}
	return out
}
