package cli

import (
	"encoding/xml"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// stalePolicy writes a policy and a folder that has every kind of fault and cause.
func stalePolicy(t *testing.T) (policy, dir string) {
	t.Helper()
	base := t.TempDir()
	policy, dir = filepath.Join(base, "p.toml"), filepath.Join(base, "out")
	write := func(name, text string) {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write(policy, diffOld+"expires = 2026-06-30\n[hosts.e]\nroles = [\"iis-web\"]\n[hosts.d]\nroles = [\"iis-web\"]\n")
	for _, args := range [][]string{{"-t", "advfirewall"}, {"-t", "json", "--host", "[ad]"}} {
		if code, _, stderr := call(t, append([]string{"generate", "--as-of", "2026-06-30", "-o", dir, policy}, args...)...); code != 0 {
			t.Fatal(stderr)
		}
	}
	write(policy, diffOld+"expires = 2026-06-30\n[hosts.e]\nroles = [\"iis-web\"]\naudience = { clients = [\"any\"], management = [\"any\"] }\n")
	write(filepath.Join(dir, "e", "iptables.sh"), "mine")
	return policy, dir
}

// TestCheckJSON holds real output to the schema, with and without --diff.
func TestCheckJSON(t *testing.T) {
	policy, dir := stalePolicy(t)
	for _, args := range [][]string{{}, {"--diff"}, {"-t", "advfirewall", "--diff"}} {
		code, stdout, stderr := call(t, append([]string{"check", "--as-of", "2026-07-01", "--format", "json", "-o", dir, policy}, args...)...)
		if code != 1 {
			t.Errorf("%v: exit code %d, %s", args, code, stderr)
		}
		validate(t, "check.schema.json", stdout)
		for _, want := range []string{`"stale"`, `"left-over"`, `"exception-ended"`, `"outdated"`, `"e/iptables.sh"`} {
			if !strings.Contains(stdout, want) && !(len(args) == 3 && want == `"e/iptables.sh"`) {
				t.Errorf("%v: %s is not in\n%s", args, want, stdout)
			}
		}
	}
}

// TestCheckJUnit reads the page back.
func TestCheckJUnit(t *testing.T) {
	policy, dir := stalePolicy(t)
	_, stdout, _ := call(t, "check", "--as-of", "2026-07-01", "--format", "junit", "--diff", "-o", dir, policy)
	var page struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
		Suite    struct {
			Tests    int `xml:"tests,attr"`
			Failures int `xml:"failures,attr"`
			Cases    []struct {
				Failure *struct{} `xml:"failure"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	if err := xml.Unmarshal([]byte(stdout), &page); err != nil {
		t.Fatal(err)
	}
	failed := 0
	for _, c := range page.Suite.Cases {
		if c.Failure != nil {
			failed++
		}
	}
	if page.Tests != len(page.Suite.Cases) || page.Failures != failed || failed == 0 || page.Suite.Tests != page.Tests || page.Suite.Failures != failed {
		t.Errorf("%d tests and %d failures are said to be %d and %d", len(page.Suite.Cases), failed, page.Tests, page.Failures)
	}
}
