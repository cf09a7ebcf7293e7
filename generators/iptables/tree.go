package iptables

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"sort"
	"strings"

	"rolewall/generators/linux"
	"rolewall/generators/target"
	"rolewall/ruleset"
)

// fromPrefix is the beginning of the names of chains for sources. Later versions find them by name, so it must not
// change.
const fromPrefix = "ROLEWALL-FROM-"

// fewLines is the largest number of rules for sources that a packet passes one after the other. Each takes about
// 50 ns. If there are more, each group has a chain, and a tree of chains leads a packet to the chain of its
// source.
const fewLines = 16

// fewPrefixes is how many prefixes a chain of the tree compares at most.
const fewPrefixes = 4

// tree collects the chains for sources.
type tree struct {
	groups   []linux.Group
	chains   []string          // all names, to declare them
	to       []string          // the chain of each group
	shared   map[string]string // the chain for several groups, by their numbers
	sections [][]string        // comments and whole rules of the groups
	nodes    []string          // rules that compare addresses of the present family
	option   string            // the option that keeps a rule to this family
}

// many reports whether the groups have too many rules to follow one another.
func many(groups []linux.Group) bool {
	lines := map[string]int{}
	for _, g := range groups {
		for _, l := range groupLines(g, false) {
			option, _, _ := strings.Cut(l, " ")
			lines[option]++
		}
	}
	return lines["-4"] > fewLines || lines["-6"] > fewLines
}

// newTree writes each group into a chain, and returns the rules that lead to the trees of both families.
func newTree(groups []linux.Group, f ruleset.Families) (t *tree, root []string) {
	t = &tree{groups: groups, shared: map[string]string{}}
	for _, g := range groups {
		t.to = append(t.to, t.declare(chainOf(g.Name, t.chains)))
		t.sections = append(t.sections, inChain(t.to[len(t.to)-1], groupLines(g, true)))
	}
	for _, f := range linux.Families(f) {
		if entries := entriesOf(f, groups); len(entries) > 0 {
			t.nodes, t.option = []string{"# Packets over " + f.Name + " go to the rules of their source"}, f.IPTables
			root = append(root, f.IPTables+" -j "+t.node(entries, nil))
			t.sections = append(t.sections, t.nodes)
		}
	}
	return t, root
}

func (t *tree) declare(name string) string {
	t.chains = append(t.chains, name)
	return name
}

// chainOf returns a name for the chain of a group: as much as fits, and a number if another group has the same
// name.
func chainOf(group string, taken []string) string {
	base := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, strings.TrimPrefix(group, "@"))
	room := 28 - len(fromPrefix)
	name := fromPrefix + base[:min(len(base), room)]
	for i := 2; slices.Contains(taken, name); i++ {
		suffix := fmt.Sprintf("_%d", i)
		name = fromPrefix + base[:min(len(base), room-len(suffix))] + suffix
	}
	return name
}

// inChain puts rules into a chain and keeps comments.
func inChain(chain string, lines []string) []string {
	for i, l := range lines {
		if !strings.HasPrefix(l, "#") {
			lines[i] = "-A " + chain + " " + l
		}
	}
	return lines
}

// entry is a prefix that a group names, with all groups that contain it.
type entry struct {
	prefix netip.Prefix
	groups []int
}

// entriesOf returns the prefixes of all groups in a family by address. A wider prefix comes before those inside
// it.
func entriesOf(f linux.Family, groups []linux.Group) []entry {
	naming := map[netip.Prefix][]int{}
	for i, g := range groups {
		for _, p := range f.Prefixes(g.Remote) {
			naming[p] = append(naming[p], i)
		}
	}
	var out []entry
	for p, named := range naming {
		out = append(out, entry{p, named})
	}
	slices.SortFunc(out, func(a, b entry) int {
		return cmp.Or(a.prefix.Addr().Compare(b.prefix.Addr()), cmp.Compare(a.prefix.Bits(), b.prefix.Bits()))
	})
	var around []entry // entries that contain the present one, the narrowest last
	for i, e := range out {
		for len(around) > 0 && !around[len(around)-1].prefix.Contains(e.prefix.Addr()) {
			around = around[:len(around)-1]
		}
		if len(around) > 0 {
			all := append(slices.Clone(around[len(around)-1].groups), e.groups...)
			slices.Sort(all)
			out[i].groups = slices.Compact(all)
		}
		around = append(around, out[i])
	}
	return out
}

// node writes a chain that leads each packet to the groups of the narrowest entry that contains its source. If no
// entry does, it leads to the groups of otherwise. Each prefix that it compares halves the remaining entries, so
// the cost grows with their logarithm.
func (t *tree) node(entries []entry, otherwise []int) string {
	chain := t.declare(fmt.Sprintf("%snet-%d", fromPrefix, len(t.chains)+1))
	at := len(t.nodes)
	var lines []string
	add := func(p netip.Prefix, to string) {
		lines = append(lines, fmt.Sprintf("-A %s %s -s %s -g %s", chain, t.option, p, to))
	}
	for len(entries) > fewPrefixes {
		p, first, end := half(entries)
		inside, left := entries[first:end], slices.Concat(entries[:first], entries[end:])
		known := otherwise
		for _, e := range entries[:first] {
			if e.prefix.Contains(p.Addr()) && e.prefix.Bits() < p.Bits() {
				known = e.groups
			}
		}
		if inside[0].prefix == p {
			known, inside = inside[0].groups, inside[1:]
		}
		if len(inside) == 0 {
			add(p, t.rulesOf(known))
		} else {
			add(p, t.node(inside, known))
		}
		entries = left
	}
	for _, e := range slices.Backward(entries) {
		add(e.prefix, t.rulesOf(e.groups))
	}
	if len(otherwise) > 0 {
		lines = append(lines, fmt.Sprintf("-A %s %s -g %s", chain, t.option, t.rulesOf(otherwise)))
	}
	t.nodes = slices.Insert(t.nodes, at, lines...)
	return chain
}

// half returns the prefix that contains as close to half of the entries as possible, and which entries it
// contains.
func half(entries []entry) (best netip.Prefix, first, end int) {
	for i, e := range entries {
		candidates := []netip.Prefix{e.prefix}
		if i+1 < len(entries) {
			candidates = append(candidates, common(e.prefix, entries[i+1].prefix))
		}
		for _, p := range candidates {
			from := sort.Search(i, func(n int) bool {
				q := entries[n].prefix
				return q.Addr().Compare(p.Addr()) > 0 || q.Addr() == p.Addr() && q.Bits() >= p.Bits()
			})
			to := i + sort.Search(len(entries)-i, func(n int) bool { return !p.Contains(entries[i+n].prefix.Addr()) })
			if to-from < len(entries) && (end == 0 || distance(to-from, len(entries)) < distance(end-first, len(entries))) {
				best, first, end = p, from, to
			}
		}
	}
	return best, first, end
}

func distance(part, all int) int { return max(2*part-all, all-2*part) }

// common returns the narrowest prefix that contains both.
func common(a, b netip.Prefix) netip.Prefix {
	bits := min(a.Bits(), b.Bits())
	for {
		p, _ := a.Addr().Prefix(bits)
		if p.Contains(b.Addr()) {
			return p
		}
		bits--
	}
}

// rulesOf returns the chain with the rules of the groups.
func (t *tree) rulesOf(groups []int) string {
	if len(groups) == 1 {
		return t.to[groups[0]]
	}
	key := fmt.Sprint(groups)
	if t.shared[key] == "" {
		chain := t.declare(fmt.Sprintf("%sshared-%d", fromPrefix, len(t.shared)+1))
		names, lines := make([]string, len(groups)), []string{""}
		for i, g := range groups {
			names[i] = t.groups[g].Name
			lines = append(lines, "-A "+chain+" -j "+t.to[g])
		}
		lines[0] = "# " + target.Remark("Addresses that several sources hold: "+strings.Join(names, "; "), 200)
		t.shared[key] = chain
		t.sections = append(t.sections, lines)
	}
	return t.shared[key]
}
