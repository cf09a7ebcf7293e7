package evaluation_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"rolewall/diag"
	"rolewall/readers/capture"
	"rolewall/readers/netfilter"
	"rolewall/readers/netfilter/evaluation"
	"rolewall/readers/nftjson"
)

// TestTooLarge ends an evaluation whose rules have too much to do with each other. It then says so, and it says of
// nothing that it is open: what is missing among such openings would count as closed.
func TestTooLarge(t *testing.T) {
	network := func(i int) string { return fmt.Sprintf("11.%d.%d", i>>8, i&255) }
	for _, c := range []struct {
		name  string
		rules int
		rule  func(i int) string
		large bool
	}{
		{"ports of their own", 3000, func(i int) string { return fmt.Sprintf("-s %s.0/24 -p tcp --dport %d", network(i), 1000+i) }, false},
		{"ports that overlap", 700, func(i int) string { return fmt.Sprintf("-s %s.0/24 -p tcp --dport %d:%d", network(i), 1000+i, 30000+i) }, true},
		{"sources that overlap", 5000, func(i int) string {
			return fmt.Sprintf("-p tcp -m iprange --src-range %s.1-12.%d.%d.9 -m tcp --dport 22", network(i), i>>8, i&255)
		}, true},
		{"conditions", 1000, func(i int) string { return fmt.Sprintf("-p tcp -m bogus%d --foo x", i) }, true},
		{"a few conditions", 60, func(i int) string { return fmt.Sprintf("-p tcp -m bogus%d --foo x", i) }, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			lines := []string{"*filter", ":INPUT DROP [0:0]"}
			for i := range c.rules {
				lines = append(lines, "-A INPUT "+c.rule(i)+" -j ACCEPT")
			}
			got := evaluateSave(t, append(lines, "COMMIT"))
			large := slices.ContainsFunc(got.Facts, func(f capture.Fact) bool { return f.Code == "too-large" && f.Unsafe })
			if large != c.large || large && len(got.Openings) > 0 {
				t.Errorf("too large: %v, want %v; %d openings", large, c.large, len(got.Openings))
			}
		})
	}
}

// TestChainForEachSource evaluates a script with a chain for each source, as our target nftables writes it: a port is looked up in
// the chains that name it, and not in all.
func TestChainForEachSource(t *testing.T) {
	const sources = 4000
	var chains, elements []string
	for i := range sources {
		chains = append(chains,
			fmt.Sprintf(`{"chain": {"family": "inet", "table": "t", "name": "c%d", "handle": 1}}`, i),
			fmt.Sprintf(`{"rule": {"family": "inet", "table": "t", "chain": "c%d", "handle": 1, "expr": [
				{"match": {"op": "==", "left": {"payload": {"protocol": "tcp", "field": "dport"}}, "right": %d}}, {"accept": null}]}}`, i, 2000+7*i))
		elements = append(elements, fmt.Sprintf(`["11.%d.%d.9", {"jump": {"target": "c%d"}}]`, i>>8, i&255, i))
	}
	src := `{"nftables": [{"metainfo": {"version": "1.1.3", "json_schema_version": 1}}, {"table": {"family": "inet", "name": "t", "handle": 1}},
		{"chain": {"family": "inet", "table": "t", "name": "input", "handle": 1, "type": "filter", "hook": "input", "prio": 0, "policy": "drop"}},
		` + strings.Join(chains, ",") + `,
		{"rule": {"family": "inet", "table": "t", "chain": "input", "handle": 1, "expr": [{"vmap": {
			"key": {"payload": {"protocol": "ip", "field": "saddr"}}, "data": {"set": [` + strings.Join(elements, ",") + `]}}}]}}]}`
	var st netfilter.State
	var errs diag.List
	nftjson.Read("nft.json", []byte(src), &st, &errs)
	c := evaluation.Evaluate(&st, &errs)
	if err := errs.Err(); err != nil {
		t.Fatal(err)
	}
	if len(c.Openings) != sources || slices.ContainsFunc(c.Facts, func(f capture.Fact) bool { return f.Code == "too-large" }) {
		t.Errorf("%d openings, want %d; facts %v", len(c.Openings), sources, c.Facts)
	}
}

// TestChainsInATree does so for a tree of chains, as our target iptables writes it.
func TestChainsInATree(t *testing.T) {
	const branches, leaves = 40, 40
	lines := []string{"*filter", ":INPUT DROP [0:0]"}
	var rules []string
	for b := range branches {
		lines = append(lines, fmt.Sprintf(":B%d - [0:0]", b))
		rules = append(rules, fmt.Sprintf("-A INPUT -s 11.%d.0.0/16 -g B%d", b, b))
		for l := range leaves {
			lines = append(lines, fmt.Sprintf(":L%d-%d - [0:0]", b, l))
			rules = append(rules, fmt.Sprintf("-A B%d -s 11.%d.%d.0/24 -g L%d-%d", b, b, l, b, l),
				fmt.Sprintf("-A L%d-%d -p tcp -m tcp --dport %d -j ACCEPT", b, l, 2000+7*(b*leaves+l)))
		}
	}
	c := evaluateSave(t, append(append(lines, rules...), "COMMIT"))
	if len(c.Openings) != branches*leaves || slices.ContainsFunc(c.Facts, func(f capture.Fact) bool { return f.Code == "too-large" }) {
		t.Errorf("%d openings, want %d; facts %v", len(c.Openings), branches*leaves, c.Facts)
	}
}
