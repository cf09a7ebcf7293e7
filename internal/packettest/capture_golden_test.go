//go:build linux

package packettest

import (
	"os"
	"path/filepath"
	"testing"

	"rolewall/generators"
	"rolewall/generators/rulesetjson"
	generated "rolewall/generators/target"
	"rolewall/internal/drift"
)

// TestCaptureGolden loads the golden scripts of Linux, captures what the host then holds, and compares it with the policy: nothing
// differs.
func TestCaptureGolden(t *testing.T) {
	t.Parallel()
	l := newCaptureLab(t)
	files, err := filepath.Glob("../../testdata/golden/*/*/ruleset.json")
	if err != nil || len(files) == 0 {
		t.Fatal("no golden rule sets", err)
	}
	last := ""
	for _, f := range files {
		dir := filepath.Dir(f)
		policy := filepath.Base(filepath.Dir(dir))
		if policy == last && policy != "linux" && policy != "families" && os.Getenv("ROLEWALL_SWEEP") == "" {
			continue // one host of each policy, and all of those that Linux treats otherwise
		}
		last = policy
		src, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		rs, err := rulesetjson.Read(src)
		if err != nil {
			t.Fatal(f, err)
		}
		for _, x := range targets() {
			script, err := os.ReadFile(filepath.Join(dir, map[Tool]string{Nftables: "nftables.nft"}[x.tool]+map[bool]string{true: "iptables.sh"}[x.tool != Nftables]))
			if err != nil {
				continue // the policy has no such target
			}
			t.Run(policy+"/"+filepath.Base(dir)+"/"+x.tool.String(), func(t *testing.T) {
				l.load(t, Script{Tool: x.tool, Text: string(script)})
				g, _ := generators.All().Lookup(x.name)
				want := drift.Expected{Host: rs.Host, Set: rs, Beside: generated.Openings(g, rs)}
				for _, d := range drift.Compare(want, l.capture(t), drift.Options{StrictBaseline: true}) {
					t.Errorf("%s: %s from %v, policy %v: %s %v", d.Kind, d.Traffic, d.From.Prefixes, d.Policy.Prefixes, d.Text, d.Conditions)
				}
			})
		}
	}
}
