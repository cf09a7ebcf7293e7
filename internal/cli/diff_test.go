package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// TestDiffJSON holds real output, of every pair of policies in testdata, to the schema.
func TestDiffJSON(t *testing.T) {
	policies, err := filepath.Glob("../../testdata/policies/*.toml")
	if err != nil || len(policies) < 3 {
		t.Fatal(policies, err)
	}
	kinds := map[string]bool{}
	for i, old := range policies {
		for _, new := range policies[i:] {
			code, stdout, stderr := call(t, "diff", "--format", "json", "--as-of", "2026-01-01", old, new)
			if (old == new) != (code == 0) || stderr != "" {
				t.Errorf("%s, %s: exit code %d, %s", old, new, code, stderr)
			}
			validate(t, "diff.schema.json", stdout)
			note(t, kinds, stdout)
		}
	}
	dir := t.TempDir()
	for _, x := range []struct{ name, text string }{{"old", diffOld}, {"new", diffNew}} {
		file := filepath.Join(dir, x.name+".toml")
		if err := os.WriteFile(file, []byte(x.text), 0o644); err != nil {
			t.Fatal(err)
		}
		for _, args := range [][]string{{"-t", "json"}, {"-t", "advfirewall", "--host", "a"}} {
			if code, _, stderr := call(t, append([]string{"generate", "-o", filepath.Join(dir, x.name), file}, args...)...); code != 0 {
				t.Fatal(stderr)
			}
		}
	}
	_, stdout, _ := call(t, "diff", "--format", "json", filepath.Join(dir, "old"), filepath.Join(dir, "new"))
	validate(t, "diff.schema.json", stdout)
	note(t, kinds, stdout)
	for _, kind := range []string{"opened", "widened", "moved", "listener", "narrowed", "closed", "reasons"} {
		if !kinds[kind] {
			t.Errorf("nothing was %s", kind)
		}
	}
}

// note gathers the kinds of changes in a report.
func note(t *testing.T, kinds map[string]bool, output string) {
	var v struct{ Changes []struct{ Kind string } }
	if err := json.Unmarshal([]byte(output), &v); err != nil {
		t.Fatal(err)
	}
	for _, c := range v.Changes {
		kinds[c.Kind] = true
	}
}

// Two policies between which everything happens that can happen.
const (
	diffOld = `
[networks]
office = ["10.20.0.0/16", "fd00:20::/48"]
admins = ["10.3.0.0/24"]
[audience]
clients = ["office"]
management = ["admins"]
peers = ["none"]
[services.Portal]
title = "Portal"
endpoints = [{ app = "HTTPS", tcp = "8443", audience = "clients", listener = "HTTP" }]
[hosts.c]
services = ["Portal"]
audience = { clients = ["10.1.0.0/16"], management = ["none"], peers = ["none"] }
[hosts.a]
roles = ["iis-web", "member-baseline"]
services = ["Portal"]
[[hosts.a.allow]]
protocol = "any"
from = ["10.9.9.9"]
reason = "backup"
`
	diffNew = `
os = "windows-2025"
[networks]
office = ["10.20.0.0/17", "fd00:20::/48"]
admins = ["10.4.0.0/24"]
hq     = ["fd00:20::/48"]
[audience]
clients = ["office"]
management = ["admins"]
peers = ["none"]
[services.Portal]
title = "Portal"
endpoints = [{ app = "HTTPS", tcp = "8443", audience = "clients" }]
[hosts.a]
roles = ["iis-web", "file-server"]
services = ["Portal"]
audience = { clients = ["any"], management = ["office"] }
advfirewall = { log_dropped = true }
[[hosts.a.allow]]
tcp = "80"
from = ["10.9.9.9"]
reason = "backup"
[hosts.c]
services = ["Portal"]
audience = { clients = ["10.1.0.0/16"], management = ["none"], peers = ["none"] }
[hosts.b]
os = "linux"
targets = ["json"]
roles = ["ssh-managed"]
`
)
