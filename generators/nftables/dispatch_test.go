package nftables

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
		out = append(out, linux.Group{Remote: targettest.Network(string(rune('a'+i)), strings.Fields(text)...)})
	}
	return out
}

func TestPieces(t *testing.T) {
	for _, c := range []struct {
		groups []string
		want   string
	}{
		{[]string{"10.0.0.0/24", "10.0.2.0/24"}, "10.0.0.0/24[0] 10.0.2.0/24[1]"},
		{[]string{"10.0.0.0/24", "10.0.1.0/24"}, "10.0.0.0/24[0] 10.0.1.0/24[1]"},
		{[]string{"10.0.0.0/30", "10.0.0.1/32"}, "10.0.0.0/32[0] 10.0.0.1/32[0 1] 10.0.0.2/31[0]"},
		{[]string{"10.0.0.0/29", "10.0.0.0/32"}, "10.0.0.0/32[0 1] 10.0.0.1-10.0.0.7[0]"},
		{[]string{"10.0.0.0/8", "10.0.0.0/8"}, "10.0.0.0/8[0 1]"},
		{[]string{"0.0.0.0/0", "255.255.255.255/32"}, "0.0.0.0-255.255.255.254[0] 255.255.255.255/32[0 1]"},
		{[]string{"fd00::/16", "ffff::/16"}, ""},
	} {
		var got []string
		for _, p := range pieces(linux.Families(ruleset.Families{IPv4: true})[0], groupsFrom(c.groups...)) {
			got = append(got, fmt.Sprintf("%s%v", p, p.groups))
		}
		if text := strings.Join(got, " "); text != c.want {
			t.Errorf("%q: %s, want %s", c.groups, text, c.want)
		}
	}
}

// TestPiecesOfRandomGroups asks for every address which groups hold it.
func TestPiecesOfRandomGroups(t *testing.T) {
	d := rand.New(rand.NewPCG(18, 7))
	for _, family := range []struct {
		ruleset.Families
		base netip.Addr
	}{
		{ruleset.Families{IPv4: true}, netip.MustParseAddr("255.255.255.0")},
		{ruleset.Families{IPv6: true}, netip.MustParseAddr("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ff00")},
	} {
		for range 300 {
			texts := targettest.RandomPrefixes(d, family.base, 6, 4)
			groups := groupsFrom(texts...)
			all := pieces(linux.Families(family.Families)[0], groups)
			for a := family.base; a.IsValid(); a = a.Next() {
				var want, got []int
				for i, g := range groups {
					if g.Remote.ContainsAddr(a) {
						want = append(want, i)
					}
				}
				for _, p := range all {
					if p.first.Compare(a) <= 0 && a.Compare(p.last) <= 0 {
						got = append(got, p.groups...)
					}
				}
				if !slices.Equal(got, want) {
					t.Fatalf("%q: %s goes to the rules of %v, want %v: %v", texts, a, got, want, all)
				}
			}
		}
	}
}

// TestDispatch expects chains beyond few groups alone, and what the kernel makes of them.
func TestDispatch(t *testing.T) {
	if few := targettest.Script(t, New(), targettest.ManySources(fewGroups)); strings.Contains(few, "vmap") {
		t.Errorf("%d groups have chains:\n%s", fewGroups, few)
	}
	script := targettest.Script(t, New(), targettest.ManySources(fewGroups+1))
	for _, want := range []string{
		"\t\t\t10.0.1.0/24 : jump shared_all_and_net_1,  # all, net-1\n",
		"\t\t\t10.0.0.0/24 : jump from_all,  # all\n",
		"\tchain shared_all_and_net_1 {\n\t\tjump from_all\n\t\tjump from_net_1\n\t}\n",
		"\t\ttcp dport $net_1_tcp accept comment \"from net-1\"\n",
	} {
		if !strings.Contains(script, want) {
			t.Errorf("the script lacks %q:\n%s", want, script)
		}
	}
	var requests []*ruleset.Rule
	for i := range fewGroups + 1 {
		from := targettest.Network(fmt.Sprintf("net-%d", i), fmt.Sprintf("10.0.%d.0/24", i))
		requests = append(requests, targettest.LinuxRule(ruleset.TCP, fmt.Sprint(1000+i), "App", "service", from))
	}
	if four := targettest.Script(t, New(), targettest.LinuxSet(requests...)); strings.Contains(four, "ip6 saddr vmap") || !strings.Contains(four, "ip saddr vmap") {
		t.Errorf("sources of one family have a map of the other:\n%s", four)
	}
	netspace.Need(t, "nft")
	s := netspace.New(t)
	first := targettest.LoadNft(t, s, script)
	if second := targettest.LoadNft(t, s, script); second != first {
		t.Errorf("the second load changes the listing from\n%s\nto\n%s", first, second)
	}
	if small := targettest.LoadNft(t, s, targettest.Script(t, New(), targettest.ManySources(1))); !strings.Contains(small, "\tchain from_all {\n\t}\n") || strings.Contains(small, "net-1") {
		t.Errorf("a smaller version leaves more than empty chains:\n%s", small)
	}
}

// TestAuditLeadsToChains loads the script that only watches, with more groups than stand one after the other.
func TestAuditLeadsToChains(t *testing.T) {
	netspace.Need(t, "nft")
	s := netspace.New(t)
	if _, err := s.Run(targettest.Script(t, NewAudit(), targettest.ManySources(fewGroups+1)), "nft", "-f", "-"); err != nil {
		t.Fatal(err)
	}
	if listing := s.Must(t, "nft", "list", "table", "inet", "rolewall-audit"); !strings.Contains(listing, "\tchain shared_all_and_net_1 {\n\t\tjump from_all\n\t\tjump from_net_1\n\t}\n") {
		t.Errorf("the table lacks chains of sources:\n%s", listing)
	}
}
