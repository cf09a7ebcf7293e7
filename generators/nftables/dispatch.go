package nftables

import (
	"cmp"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"

	"rolewall/generators/linux"
	"rolewall/generators/target"
	"rolewall/ruleset"
)

// fewGroups is the largest number of groups that a packet passes one after the other. Each takes about 100 ns. If
// there are more groups, each has a chain, and a map sends a packet only to the chains of its source.
const fewGroups = 4

// dispatch writes each group into a chain, and the map that leads to the chains.
func (d *data) dispatch(rs *ruleset.RuleSet, groups []linux.Group, names definitions) {
	chains := definitions{}
	to := make([]string, len(groups))
	for i, g := range groups {
		if g.Families.None() { // such a group has only a title, which says so
			d.Senders = append(d.Senders, describe(g, names, rs.Settings.Linux))
			continue
		}
		c := describeChain(g, names, chains, rs.Settings.Linux)
		to[i] = c.Chain
		d.Chains = append(d.Chains, c)
	}
	m := group{Title: "Packets go to the rules of their source"}
	shared := map[string]*group{}
	for _, f := range linux.Families(rs.Families) {
		all := pieces(f, groups)
		for _, p := range all {
			if len(p.groups) > 1 && shared[p.key()] == nil {
				c := sharedChain(p, all, to, chains)
				shared[p.key()] = &c
				d.Chains = append(d.Chains, c)
			}
		}
		if len(all) > 0 {
			m.Rules = append(m.Rules, verdictMap(f, all, func(p piece) string {
				if len(p.groups) == 1 {
					return to[p.groups[0]]
				}
				return shared[p.key()].Chain
			}))
		}
	}
	d.Senders = append(d.Senders, m)
}

// sharedChain writes a chain for addresses that are in several groups. It holds the rules of each.
func sharedChain(p piece, all []piece, to []string, chains definitions) group {
	names := map[string]bool{}
	for _, q := range all {
		if slices.Equal(q.groups, p.groups) {
			for _, n := range q.names {
				names[n] = true
			}
		}
	}
	label := strings.Join(slices.Sorted(maps.Keys(names)), ", ")
	c := group{
		Title: target.Remark("Addresses of "+label+": the rules of each source that holds them", 200),
		Chain: chains.next("shared " + label),
	}
	for _, g := range p.groups {
		c.Rules = append(c.Rules, "jump "+to[g])
	}
	return c
}

// verdictMap writes the rule that sends each piece to its chain, with one element a line.
func verdictMap(f linux.Family, all []piece, chain func(piece) string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s saddr vmap {\n", keyword(f))
	for _, p := range all {
		fmt.Fprintf(&b, "\t\t\t%s : jump %s,", p, chain(p))
		if names := strings.Join(p.names, ", "); names != p.String() {
			b.WriteString("  # " + target.Remark(names, 200))
		}
		b.WriteString("\n")
	}
	b.WriteString("\t\t}")
	return b.String()
}

// piece is a range of addresses that are in the same groups.
type piece struct {
	first, last netip.Addr
	groups      []int    // in the order of their rules
	names       []string // of the address sets that contain it, sorted
}

func (p piece) key() string { return fmt.Sprint(p.groups) }

// String returns a prefix, or a range if the piece is not a prefix: "10.0.0.0/8", "10.0.0.1-10.0.0.9".
func (p piece) String() string {
	if prefixes := ruleset.AddressRange(p.first, p.last); len(prefixes) == 1 {
		return prefixes[0].String()
	}
	return p.first.String() + "-" + p.last.String()
}

// edge is an address at which an address set of a group begins or has just ended.
type edge struct {
	at    netip.Addr // invalid for the end of the family's addresses
	group int
	name  string
	step  int // 1 if the set begins here, -1 if it has ended
}

func edges(f linux.Family, groups []linux.Group) []edge {
	var out []edge
	for i, g := range groups {
		for _, s := range g.Remote.Sets() {
			for _, p := range s.Prefixes {
				if p.Addr().Is4() == f.IPv4 {
					out = append(out, edge{p.Masked().Addr(), i, s.Name, 1}, edge{ruleset.LastAddr(p).Next(), i, s.Name, -1})
				}
			}
		}
	}
	slices.SortFunc(out, func(a, b edge) int {
		if a.at.IsValid() != b.at.IsValid() {
			if a.at.IsValid() {
				return -1
			}
			return 1
		}
		return cmp.Or(a.at.Compare(b.at), a.group-b.group)
	})
	return out
}

// pieces splits the sources of the groups in a family into the fewest ranges of addresses that are in the same
// groups, sorted by address.
func pieces(f linux.Family, groups []linux.Group) []piece {
	inGroup, inSet := map[int]int{}, map[string]int{}
	var out []piece
	all := edges(f, groups)
	for i := 0; i < len(all); {
		at := all[i].at
		for ; i < len(all) && all[i].at == at; i++ {
			count(inGroup, all[i].group, all[i].step)
			count(inSet, all[i].name, all[i].step)
		}
		if len(inGroup) == 0 {
			continue
		}
		p := piece{first: at, last: ruleset.LastAddr(netip.PrefixFrom(at, 0)), groups: slices.Sorted(maps.Keys(inGroup)), names: slices.Sorted(maps.Keys(inSet))}
		if all[i].at.IsValid() {
			p.last = all[i].at.Prev()
		}
		if n := len(out); n > 0 && out[n-1].last.Next() == at && slices.Equal(out[n-1].groups, p.groups) {
			names := append(out[n-1].names, p.names...)
			slices.Sort(names)
			out[n-1].last, out[n-1].names = p.last, slices.Compact(names)
			continue
		}
		out = append(out, p)
	}
	return out
}

// count adds step to the number of open intervals of a key, and removes a key that reaches 0.
func count[K comparable](open map[K]int, key K, step int) {
	open[key] += step
	if open[key] == 0 {
		delete(open, key)
	}
}
