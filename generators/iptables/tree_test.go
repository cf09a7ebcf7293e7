package iptables

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"rolewall/generators/linux"
	"rolewall/generators/targettest"
	"rolewall/internal/netspace"
	"rolewall/ruleset"
)

// groupsFrom makes a group of each text: prefixes that an address set with the name of the group holds.
func groupsFrom(texts ...string) []linux.Group {
	var out []linux.Group
	for i, text := range texts {
		name := fmt.Sprintf("group%d", i)
		out = append(out, linux.Group{Name: name, Remote: targettest.Network(name, strings.Fields(text)...)})
	}
	return out
}

// step is one rule of a tree.
type step struct {
	from  netip.Prefix // not valid where every packet matches
	to    string
	final bool // -g
}

// stepsOf reads the rules of a tree by chain.
func stepsOf(tree *tree) map[string][]step {
	out := map[string][]step{}
	for _, section := range tree.sections {
		for _, l := range section {
			words := strings.Fields(l)
			if words[0] == "#" {
				continue
			}
			s := step{to: words[len(words)-1], final: words[len(words)-2] == "-g"}
			if i := slices.Index(words, "-s"); i >= 0 {
				s.from = netip.MustParsePrefix(words[i+1])
			}
			out[words[1]] = append(out[words[1]], s)
		}
	}
	return out
}

// walk follows a packet through a tree, and returns the groups that it meets and how many rules it met.
func walk(tree *tree, steps map[string][]step, chain string, a netip.Addr) (groups []int, cost int) {
	if i := slices.Index(tree.to, chain); i >= 0 {
		return []int{i}, 0
	}
	for _, s := range steps[chain] {
		cost++
		if s.from.IsValid() && !s.from.Contains(a) {
			continue
		}
		found, more := walk(tree, steps, s.to, a)
		groups, cost = append(groups, found...), cost+more
		if s.final {
			break
		}
	}
	return groups, cost
}

// TestRandomTrees asks for every address which groups hold it.
func TestRandomTrees(t *testing.T) {
	d := rand.New(rand.NewPCG(18, 7))
	for _, family := range []struct {
		ruleset.Families
		base netip.Addr
	}{
		{ruleset.Families{IPv4: true}, netip.MustParseAddr("255.255.255.0")},
		{ruleset.Families{IPv6: true}, netip.MustParseAddr("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ff00")},
	} {
		for range 100 {
			texts := targettest.RandomPrefixes(d, family.base, 8, 6)
			groups := groupsFrom(texts...)
			tree, root := newTree(groups, family.Families)
			_, chain, _ := strings.Cut(root[0], "-j ")
			steps := stepsOf(tree)
			for a := family.base; a.IsValid(); a = a.Next() {
				var want []int
				for i, g := range groups {
					if g.Remote.ContainsAddr(a) {
						want = append(want, i)
					}
				}
				if got, _ := walk(tree, steps, chain, a); !slices.Equal(got, want) {
					t.Fatalf("%q: %s goes to the rules of %v, want %v:\n%s", texts, a, got, want, tree.sections)
				}
			}
		}
	}
}

// TestCost bounds how many rules of the tree a packet meets beside 200 sources.
func TestCost(t *testing.T) {
	var apart, nested []string
	for i := range 200 {
		apart = append(apart, fmt.Sprintf("10.%d.0.0/24", i))
		nested = append(nested, fmt.Sprintf("10.%d.%d.0/24", i%32, i/32))
	}
	for i := range 24 {
		nested[i] = fmt.Sprintf("10.0.0.0/%d", 8+i)
	}
	for name, texts := range map[string][]string{"apart": apart, "nested": nested} {
		tree, root := newTree(groupsFrom(texts...), ruleset.Families{IPv4: true})
		_, chain, _ := strings.Cut(root[0], "-j ")
		steps := stepsOf(tree)
		for i := range 256 * 8 {
			a := netip.AddrFrom4([4]byte{10, byte(i / 8), byte(i % 8), 1})
			if groups, cost := walk(tree, steps, chain, a); cost-len(groups) > 12 {
				t.Errorf("%s: a packet from %s meets %d rules before those of its %d groups", name, a, cost, len(groups))
			}
		}
	}
}

func TestChainNames(t *testing.T) {
	var taken []string
	for _, c := range []struct{ group, want string }{
		{"office", "office"},
		{"office", "office_2"},
		{"@domain-controller, office", "domain_control"},
		{"domain-controllers", "domain_contr_2"},
		{"10.3.0.0/24", "10_3_0_0_24"},
		{"net-1", "net_1"}, // net-1 is a chain of the tree
		{"ä", "_"},
		{"azAZ09", "azAZ09"},
		{"`{@[/:", "______"},
	} {
		got := chainOf(c.group, taken)
		if got != fromPrefix+c.want || len(got) > 28 {
			t.Errorf("%q: %s, want %s", c.group, got, fromPrefix+c.want)
		}
		taken = append(taken, got)
	}
}

// TestMany holds from how many rules in one family on sources get chains of their own, and that a family without sources has
// no tree.
func TestMany(t *testing.T) {
	sources := func(n, more int, format string) string {
		var requests []*ruleset.Rule
		for i := range n {
			requests = append(requests, targettest.LinuxRule(ruleset.TCP, fmt.Sprint(1000+i), "App", "service", targettest.Network(fmt.Sprintf("net-%d", i), fmt.Sprintf(format, i))))
		}
		for i := range more {
			requests = append(requests, targettest.LinuxRule(ruleset.TCP, fmt.Sprint(2000+i), "App", "service", targettest.Network(fmt.Sprintf("other-%d", i), fmt.Sprintf("10.9.%d.0/24", i))))
		}
		return targettest.Script(t, New(), targettest.LinuxSet(requests...))
	}
	const four, six, tree4, tree6 = "10.0.%d.0/24", "fd00:%x::/32", "Packets over IPv4 go to the rules of their source", "Packets over IPv6 go to the rules of their source"
	for _, c := range []struct {
		name         string
		script       string
		want4, want6 bool
	}{
		{"few", sources(fewLines, 0, four), false, false},
		{"one more", sources(fewLines+1, 0, four), true, false},
		{"few of IPv6", sources(fewLines, 0, six), false, false},
		{"one more of IPv6", sources(fewLines+1, 0, six), false, true},
		{"few of either", sources(fewLines, fewLines, six), false, false},
	} {
		if got4, got6 := strings.Contains(c.script, tree4), strings.Contains(c.script, tree6); got4 != c.want4 || got6 != c.want6 {
			t.Errorf("%s: a tree for IPv4 %t, for IPv6 %t", c.name, got4, got6)
		}
	}
}

// TestTreeComesAndGoes loads more sources, fewer, and goes back, with both back ends.
func TestTreeComesAndGoes(t *testing.T) {
	few, many, others := targettest.Script(t, New(), targettest.ManySources(fewLines)), targettest.Script(t, New(), targettest.ManySources(22)), targettest.Script(t, New(), targettest.ManySources(18))
	if strings.Contains(few, "\n:"+fromPrefix) || !strings.Contains(many, "\n:"+fromPrefix) {
		t.Errorf("chains for sources do not begin beyond %d rules", fewLines)
	}
	targettest.IPTablesBackEnds(t, func(t *testing.T, space func() *netspace.Space) {
		fresh := map[string]string{}
		for _, script := range []string{few, many, others} {
			s := space()
			targettest.RunSh(t, s, script)
			fresh[script] = targettest.RunSh(t, s, script, "listing")
		}
		s, dir := space(), t.TempDir()
		for i, script := range []string{many, others, few, many} {
			targettest.RunSh(t, s, script)
			if got := targettest.RunSh(t, s, script, "listing"); got != fresh[script] {
				t.Fatalf("load %d: the listing is\n%s\nwant\n%s", i+1, got, fresh[script])
			}
			chains := strings.Count(s.Must(t, "iptables", "-S"), "-N "+fromPrefix)
			if want := strings.Count(script, "\n:"+fromPrefix); chains != want {
				t.Fatalf("load %d: %d chains for sources, want %d", i+1, chains, want)
			}
		}
		targettest.RunSh(t, s, others, "save", dir)
		targettest.RunSh(t, s, others)
		targettest.RunSh(t, s, others, "restore", dir)
		if got := targettest.RunSh(t, s, others, "listing"); got != fresh[many] {
			t.Errorf("going back makes\n%s\nwant\n%s", got, fresh[many])
		}
		targettest.RunSh(t, s, few, "remove")
		for _, family := range []string{"iptables", "ip6tables"} {
			if left := s.Must(t, family, "-S"); strings.Contains(left, "ROLEWALL") {
				t.Errorf("remove leaves\n%s", left)
			}
		}
	})
}
