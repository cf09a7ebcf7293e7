package compare

import (
	"fmt"
	"testing"
)

func TestDeployment(t *testing.T) {
	set := parseSet(t, "tcp/80 from any for W3SVC")
	nft := &Deployment{[]string{"nftables"}, []string{"nftables"}, "network"}
	for _, c := range []struct {
		name          string
		before, after *Deployment
		want          string
		unfiltered    int
	}{
		{"the same", nft, &Deployment{[]string{"nftables"}, []string{"nftables"}, "network"}, "[]", 0},
		{"in another order", &Deployment{[]string{"json", "nftables"}, nft.Filters, "network"}, &Deployment{[]string{"nftables", "json"}, nft.Filters, "network"}, "[]", 0},
		{"a folder", nil, nft, "[]", 0},
		{"a folder after", nft, nil, "[]", 0},
		{"the only filter gone", nft, &Deployment{[]string{"json"}, nil, "network"}, "[filter: nftables > NONE targets: nftables > json]", 1},
		{"a first filter", &Deployment{nil, nil, "network"}, nft, "[filter: NONE > nftables targets: none > nftables]", 0},
		{"another filter", nft, &Deployment{[]string{"iptables"}, []string{"iptables"}, "network"}, "[targets: nftables > iptables]", 0},
		{"never a filter", &Deployment{[]string{"json"}, nil, "network"}, &Deployment{nil, nil, "network"}, "[targets: json > none]", 0},
		{"access", nft, &Deployment{nft.Targets, nft.Filters, "console"}, "[access: network > console]", 0},
	} {
		r := mustHosts(t, []Host{{Name: "a", Set: set, Deployment: c.before}}, []Host{{Name: "a", Set: set, Deployment: c.after}})
		got := []string{}
		for _, f := range r.Facts {
			got = append(got, fmt.Sprintf("%s: %s > %s", f.Name, f.Before, f.After))
		}
		if fmt.Sprint(got) != c.want || len(r.Unfiltered()) != c.unfiltered || r.None() != (len(got) == 0) {
			t.Errorf("%s: %v, %v without a filter", c.name, got, r.Unfiltered())
		}
	}
}
