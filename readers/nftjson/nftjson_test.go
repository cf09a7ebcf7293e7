package nftjson_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"rolewall/diag"
	"rolewall/readers/capture"
	"rolewall/readers/iptsave"
	"rolewall/readers/netfilter"
	"rolewall/readers/netfilter/evaluation"
	"rolewall/readers/nftjson"
)

// evaluate reads texts of files, by name, and returns what they open, a line each, without places.
func evaluate(t testing.TB, files ...string) ([]string, error) {
	t.Helper()
	var st netfilter.State
	var errs diag.List
	for _, f := range files {
		src, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if iptsave.Detect(src) {
			iptsave.Read(f, src, &st, &errs)
		} else {
			nftjson.Read(f, src, &st, &errs)
		}
	}
	return lines(evaluation.Evaluate(&st, &errs)), errs.Err()
}

func lines(c *capture.Capture) []string {
	var out []string
	for _, o := range c.Openings {
		text := fmt.Sprintf("%s from %s on %v not %v to %v", o.Rule.Traffic, o.Rule.Remote.Key(), o.Rule.Interfaces, o.NotOn, o.To)
		for _, x := range o.Conditions {
			text += " " + x.Text
		}
		out = append(out, text)
	}
	slices.Sort(out)
	return out
}

// TestVersions reads listings of one rule set by two versions.
func TestVersions(t *testing.T) {
	old, err := evaluate(t, "testdata/firewalld-1.0.6.json")
	if err != nil {
		t.Fatal(err)
	}
	recent, err := evaluate(t, "testdata/firewalld-1.1.3.json")
	if err != nil {
		t.Fatal(err)
	}
	if len(old) < 50 || !slices.Equal(old, recent) {
		t.Errorf("1.0.6 and 1.1.3 differ:\n%s\n\n%s", strings.Join(old, "\n"), strings.Join(recent, "\n"))
	}
}

// TestLostStatements makes a rule depend on what nft 0.9 leaves out.
func TestLostStatements(t *testing.T) {
	got, err := evaluate(t, "testdata/handwritten-0.9.8.json")
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(got, func(l string) bool {
		return strings.HasPrefix(l, "tcp/22 from 10.20.0.0/16") && strings.Contains(l, "nft 0.9")
	}) {
		t.Error("tcp/22 from 10.20.0.0/16 does not depend on the lost limit")
	}
}

// TestUnreadable wants iptables-save for tables whose content the listing leaves out, in the shapes of both versions.
func TestUnreadable(t *testing.T) {
	for _, f := range []string{"testdata/ufw-0.9.8.json", "testdata/ufw-1.1.3.json"} {
		if _, err := evaluate(t, f); err == nil || !strings.Contains(err.Error(), "of iptables") || !strings.Contains(err.Error(), "iptables-save prints on the host") {
			t.Errorf("%s alone: %v", f, err)
		}
		got, err := evaluate(t, f, "../netfilter/evaluation/testdata/ufw/iptables-save.txt", "../netfilter/evaluation/testdata/ufw/ip6tables-save.txt")
		if err != nil {
			t.Error(err)
		}
		if !slices.Contains(got, "tcp/22 from any on [] not [] to []") {
			t.Errorf("%s with saves opens %v", f, got)
		}
	}
}

// listing wraps rules of one input chain.
func listing(exprs ...string) string {
	text := `{"nftables": [{"table": {"family": "inet", "name": "t"}},
{"chain": {"family": "inet", "table": "t", "name": "c", "type": "filter", "hook": "input", "prio": 0, "policy": "drop"}}`
	for _, e := range exprs {
		text += ",\n" + `{"rule": {"family": "inet", "table": "t", "chain": "c", "expr": [` + e + `]}}`
	}
	return text + "]}"
}

func port(n string) string {
	return `{"match": {"op": "==", "left": {"payload": {"protocol": "tcp", "field": "dport"}}, "right": ` + n + `}}, {"accept": null}`
}

// TestBadInput gives place and sentence.
func TestBadInput(t *testing.T) {
	deep := strings.Repeat(`{"a":[`, 70)
	for _, c := range []struct{ name, src, want string }{
		{"cut", listing(port("22"))[:200], "f:3:"},
		{"cut in the middle of a member", `{"nftables": [{"table": {"fam`, "f:1:30: the file is cut"},
		{"empty list, cut", `{"nftables": [`, "f:1:15: the file is cut"},
		{"prompt of a shell", "root@web1:~# nft -j list ruleset\n", "f:1:1: the file is not JSON"},
		{"another document", `{"version": 1}`, `the file must begin with {"nftables": [`},
		{"port 70000", listing(port("70000")), "f:3:1: port 70000 is outside 0-65535"},
		{"negative port", listing(port("-1")), "f:3:1: -1 is no value of a packet"},
		{"range of ports", listing(port(`{"range": [80, 70]}`)), "f:3:1: the range from port 80 to 70 is reversed"},
		{"protocol 300", listing(`{"match": {"op": "==", "left": {"meta": {"key": "l4proto"}}, "right": 300}}, {"accept": null}`), "f:3:1: protocol 300 is outside 0-255"},
		{"no chain", listing(`{"jump": {"target": "nowhere"}}`), `f:3:1: inet t c rule 1 leads to the chain "nowhere", which is not in the file`},
		{"loop", listing(`{"jump": {"target": "c"}}`), "f:2:1: chain c of table inet t leads back to itself"},
		{"deep", `{"nftables": [` + deep, "f:1:"},
		{"something behind", listing() + " x", "something follows the listing"},
	} {
		var st netfilter.State
		var errs diag.List
		nftjson.Read("f", []byte(c.src), &st, &errs)
		evaluation.Evaluate(&st, &errs)
		if err := errs.Err(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
}

// TestUnknown makes what is not known a condition.
func TestUnknown(t *testing.T) {
	accept := `, {"accept": null}`
	for _, c := range []struct{ expr, want string }{
		{`{"match": {"op": "==", "left": {"payload": {"protocol": "ip", "field": "dscp"}}, "right": 8}}` + accept, "depends on ip dscp of the packet"},
		{`{"match": {"op": "==", "left": {"meta": {"key": "skuid"}}, "right": 8}}` + accept, "depends on the program (meta skuid)"},
		{`{"something new": {"x": 1}}` + accept, "depends on a statement that rolewall does not follow"},
		{`{"match": {"op": "==", "left": {"payload": {"protocol": "tcp", "field": "dport"}}, "right": "@gone"}}` + accept, "depends on the set gone, which is not in the listing"},
		{`{"queue": {"num": 3}}`, "a program decides (queue num 3)"},
		{`{"vmap": {"key": {"numgen": {"mode": "random", "mod": 2}}, "data": {"set": [[0, {"accept": null}], [1, {"drop": null}]]}}}`, "depends on"},
	} {
		var st netfilter.State
		var errs diag.List
		nftjson.Read("f", []byte(listing(c.expr)), &st, &errs)
		got := evaluation.Evaluate(&st, &errs)
		if err := errs.Err(); err != nil {
			t.Errorf("%s: %v", c.expr, err)
			continue
		}
		if len(got.Openings) == 0 {
			t.Errorf("%s opens nothing", c.expr)
		}
		for _, o := range got.Openings {
			if len(o.Conditions) == 0 || !strings.Contains(o.Conditions[0].Text, c.want) {
				t.Errorf("%s: %v", c.expr, o.Conditions)
			}
		}
	}
}

// TestFilled makes sets dynamic that rules fill, also those whose elements are names, and whichever rule comes first.
func TestFilled(t *testing.T) {
	key := `{"concat": [{"meta": {"key": "l4proto"}}, {"payload": {"protocol": "th", "field": "dport"}}]}`
	src := strings.Replace(listing(
		`{"match": {"op": "==", "left": `+key+`, "right": "@s"}}, {"accept": null}`,
		`{"set": {"op": "add", "elem": `+key+`, "set": "@s"}}`,
	), `{"chain"`, `{"set": {"family": "inet", "table": "t", "name": "s", "type": ["inet_proto", "inet_service"], "elem": [{"concat": ["tcp", 53]}]}},
{"chain"`, 1)
	var st netfilter.State
	var errs diag.List
	nftjson.Read("f", []byte(src), &st, &errs)
	c := evaluation.Evaluate(&st, &errs)
	if errs.Err() != nil || len(c.Openings) == 0 {
		t.Fatal(errs.Err(), c.Openings)
	}
	for _, o := range c.Openings {
		if len(o.Conditions) != 1 || o.Conditions[0].Text != "depends on the set s, which packets fill" {
			t.Errorf("%s: %v", o.Rule.Traffic, o.Conditions)
		}
	}
}

// FuzzRead never panics, and evaluates what it takes.
func FuzzRead(f *testing.F) {
	f.Add(listing(port("22"), port(`{"set": [80, {"range": [443, 445]}]}`), port(`"@x"`)))
	f.Add(listing(`{"vmap": {"key": {"meta": {"key": "l4proto"}}, "data": {"set": [["tcp", {"accept": null}]]}}}`))
	f.Add(listing(`{"set": {"op": "add", "elem": {"payload": {"protocol": "ip", "field": "saddr"}}, "set": "@dyn", "stmt": [{"limit": {"rate": 5, "per": "minute"}}]}}`))
	if files, err := filepath.Glob("testdata/*.json"); err == nil {
		for _, name := range files {
			if src, err := os.ReadFile(name); err == nil {
				f.Add(string(src))
			}
		}
	}
	f.Fuzz(func(t *testing.T, src string) {
		var st netfilter.State
		var errs diag.List
		nftjson.Detect([]byte(src))
		nftjson.Read("f", []byte(src), &st, &errs)
		if errs.Err() == nil {
			evaluation.Evaluate(&st, &errs)
		}
	})
}

// TestBits compares sums of bits as nft does: "in" is one of them, "!" none, "==" and "!=" the value as a whole. The first packet of a
// connection has the flag SYN, and is new to connection tracking.
func TestBits(t *testing.T) {
	flags := `{"payload": {"protocol": "tcp", "field": "flags"}}`
	masked := func(bits string) string { return `{"&": [` + flags + `, ` + bits + `]}` }
	state, status := `{"ct": {"key": "state"}}`, `{"ct": {"key": "status"}}`
	for _, c := range []struct {
		left, op, right string
		want            string // "open", "closed", or a part of the condition
	}{
		{flags, "in", `["syn", "rst"]`, "open"},
		{flags, "in", `["fin", "rst"]`, "closed"},
		{flags, "!", `["syn", "rst"]`, "closed"},
		{flags, "!", `["fin", "syn", "rst", "psh", "ack", "urg"]`, "closed"},
		{flags, "!", `"ack"`, "open"},
		{flags, "==", "6", "closed"},
		{flags, "!=", "6", "open"},
		{flags, "==", `"syn"`, "open"},
		{masked(`["syn", "rst"]`), "==", `["syn", "rst"]`, "closed"},
		{masked(`["syn", "rst"]`), "!=", `["syn", "rst"]`, "open"},
		{masked(`["syn", "rst"]`), "==", `"syn"`, "open"},
		{masked(`["fin", "syn", "rst", "ack"]`), "==", `"syn"`, "open"},
		{masked(`{"|": ["syn", "rst"]}`), "==", `{"|": ["syn", "rst"]}`, "closed"},
		{flags, "==", `{"set": [{"|": ["syn", "ack"]}, "syn"]}`, "open"},
		{state, "in", `["established", "related"]`, "closed"},
		{state, "!", `"new"`, "closed"},
		{state, "!", `["established", "related"]`, "open"},
		{state, "!=", `{"|": ["established", "related"]}`, "open"},
		{state, "==", `"new"`, "open"},
		{status, "in", `"dnat"`, "closed"},
		{status, "!", `"dnat"`, "open"},
		{status, "!=", `"dnat"`, "depends on"},
		{`{"&": [` + status + `, "dnat"]}`, "==", `"dnat"`, "closed"},
		{`{"&": [{"payload": {"protocol": "ip", "field": "saddr"}}, "0.0.0.255"]}`, "==", `"0.0.0.5"`, "depends on a mask"},
		{flags, "<=>", `"syn"`, "depends on"},
		{`{"concat": []}`, "==", `{"concat": []}`, "depends on"},
	} {
		var st netfilter.State
		var errs diag.List
		src := listing(`{"mangle": {"key": {"ct": {"key": "mark"}}, "value": 1}}`, `{"match": {"op": "`+c.op+`", "left": `+c.left+`, "right": `+c.right+`}}, {"match": {"op": "==", "left": {"payload": {"protocol": "tcp", "field": "dport"}}, "right": 22}}, {"accept": null}`)
		nftjson.Read("f", []byte(src), &st, &errs)
		got := "closed"
		for _, o := range evaluation.Evaluate(&st, &errs).Openings {
			got = "open"
			if len(o.Conditions) > 0 {
				got = o.Conditions[0].Text
			}
		}
		if err := errs.Err(); err != nil || !strings.Contains(got, c.want) {
			t.Errorf("%s %s %s: %s %v, want %s", c.left, c.op, c.right, got, err, c.want)
		}
	}
}
