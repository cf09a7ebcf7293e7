package rulesetjson

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rolewall/generators/targettest"
	"rolewall/ruleset"
)

// goldenSets are all rule sets that the json target has written for testdata/policies.
func goldenSets(t testing.TB) map[string][]byte {
	t.Helper()
	names, err := filepath.Glob("../../testdata/golden/*/*/ruleset.json")
	if err != nil || len(names) < 10 {
		t.Fatalf("%d files, %v", len(names), err)
	}
	out := map[string][]byte{}
	for _, name := range names {
		if out[name], err = os.ReadFile(name); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// TestReadBack: what is read is what was written, to the byte.
func TestReadBack(t *testing.T) {
	for name, data := range goldenSets(t) {
		rs, err := Read(data)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := jsonOf(t, rs); got != string(data) {
			t.Errorf("%s is read as\n%s", name, got)
		}
	}
}

func jsonOf(t testing.TB, rs *ruleset.RuleSet) string {
	t.Helper()
	return targettest.Script(t, Target{}, rs)
}

const smallSet = `{
	"version": 1, "host": "dc1", "os": "linux", "roles": [], "features": [], "families": ["ipv4"],
	"rpc": {"mode": "dynamic", "ranges": ["49152-65535"]}, "digest": "x", "settings": {}, "outbound": [],
	"rules": [{"id": "x", "protocol": "tcp", "ports": ["80"], "from": [{"name": "a", "prefixes": ["10.0.0.0/8"]}],
		"reasons": [{"service": "W3SVC", "app": "HTTP"}]}]
}`

func TestReadRefuses(t *testing.T) {
	if _, err := Read([]byte(smallSet)); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ old, new, want string }{
		{`}]`, `}`, "invalid character"},
		{"\n}", "", "cut off"},
		{"\n}", "\n} {}", "something follows the end"},
		{`"version": 1`, `"version": 2`, "version 2 is not known"},
		{`"version": 1`, `"version": "1"`, "version cannot be a string"},
		{`"digest"`, `"extra"`, `unknown field "extra"`},
		{`"digest": "x"`, `"digest": "x", "Digest": "y"`, `the key "Digest" appears twice`},
		{`"protocol": "tcp"`, `"protocol": "tcp", "ID": "\""`, `the key "ID" appears twice`},
		{`"digest": "x"`, `"digest": "x", "d\u0069gest": "y"`, "holds an escape"},
		{`"host": "dc1"`, `"host": "../dc1"`, `host name "../dc1"`},
		{`"linux"`, `"bsd"`, `unknown os "bsd"`},
		{`["ipv4"]`, `["ipx"]`, `unknown family "ipx"`},
		{`["ipv4"]`, `[]`, "families are missing"},
		{`"roles": [], `, ``, "roles, features, outbound or rules are missing"},
		{`"outbound": [],`, ``, "roles, features, outbound or rules are missing"},
		{`"dynamic"`, `"open"`, `unknown RPC mode "open"`},
		{`"49152-65535"`, `"9-1"`, "reversed"},
		{`"tcp"`, `"tpc"`, `rules[0]: unknown protocol "tpc"`},
		{`"tcp"`, `"gre"`, "rules[0]: ports belong to tcp and udp"},
		{`"ports": ["80"]`, `"ports": []`, "ports belong to tcp and udp"},
		{`"80"`, `"0"`, "port 0 is outside 1-65535"},
		{`"80"]`, `"80"], "icmp": ["8"]`, "types belong to icmp"},
		{`"80"]`, `"80"], "rpc": "sometimes"`, `unknown rpc "sometimes"`},
		{`"10.0.0.0/8"`, `"10.0.0.1/8"`, `"10.0.0.1/8" is not a prefix`},
		{`"10.0.0.0/8"`, `"0.0.0.0/0"`, `"0.0.0.0/0" is not a prefix`},
		{`"10.0.0.0/8"`, `"::ffff:10.0.0.0/104"`, "is not a prefix"},
		{`["10.0.0.0/8"]`, `[]`, `the address set "a" is empty`},
		{`{"service": "W3SVC", "app": "HTTP"}`, ``, "the rule has no reason"},
		{`"service": "W3SVC"`, `"role": "x"`, "a reason is a service or an exception"},
		{`"service": "W3SVC"`, `"service": "W3SVC", "allow": {"reason": "x"}`, "a reason is a service or an exception"},
	} {
		text := strings.Replace(smallSet, c.old, c.new, 1)
		if text == smallSet {
			t.Fatalf("%s is nowhere in the text", c.old)
		}
		_, err := Read([]byte(text))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s for %s: got %v, want %s", c.new, c.old, err, c.want)
		}
	}
}

// FuzzRead: whatever is accepted can be written, and is then read as the same.
func FuzzRead(f *testing.F) {
	f.Add([]byte(smallSet))
	f.Fuzz(func(t *testing.T, data []byte) {
		rs, err := Read(data)
		if err != nil {
			return
		}
		text := jsonOf(t, rs)
		again, err := Read([]byte(text))
		if err != nil {
			t.Fatalf("%v in\n%s", err, text)
		}
		if got := jsonOf(t, again); got != text {
			t.Errorf("got\n%s\nwant\n%s", got, text)
		}
	})
}
