package compare

import (
	"fmt"
	"testing"
)

func TestSaid(t *testing.T) {
	set := parseSet(t, "tcp/80 from any for W3SVC")
	nft := &Said{[]string{"nftables"}, []string{"nftables"}, "network"}
	for _, c := range []struct {
		name          string
		before, after *Said
		want          string
		unfiltered    int
	}{
		{"the same", nft, &Said{[]string{"nftables"}, []string{"nftables"}, "network"}, "[]", 0},
		{"in another order", &Said{[]string{"json", "nftables"}, nft.Filters, "network"}, &Said{[]string{"nftables", "json"}, nft.Filters, "network"}, "[]", 0},
		{"a folder", nil, nft, "[]", 0},
		{"a folder after", nft, nil, "[]", 0},
		{"the only filter gone", nft, &Said{[]string{"json"}, nil, "network"}, "[filter: nftables > NONE targets: nftables > json]", 1},
		{"a first filter", &Said{nil, nil, "network"}, nft, "[filter: NONE > nftables targets: none > nftables]", 0},
		{"another filter", nft, &Said{[]string{"iptables"}, []string{"iptables"}, "network"}, "[targets: nftables > iptables]", 0},
		{"never a filter", &Said{[]string{"json"}, nil, "network"}, &Said{nil, nil, "network"}, "[targets: json > none]", 0},
		{"access", nft, &Said{nft.Targets, nft.Filters, "console"}, "[access: network > console]", 0},
	} {
		r := Hosts([]Host{{"a", set, c.before}}, []Host{{"a", set, c.after}})
		got := []string{}
		for _, f := range r.Facts {
			got = append(got, fmt.Sprintf("%s: %s > %s", f.Name, f.Before, f.After))
		}
		if fmt.Sprint(got) != c.want || len(r.Unfiltered()) != c.unfiltered || r.None() != (len(got) == 0) {
			t.Errorf("%s: %v, %v without a filter", c.name, got, r.Unfiltered())
		}
	}
}
