package catalog

import (
	"slices"
	"strings"
	"testing"
)

// TestEvidence holds that every role has one entry, that a name of Linux fits its kernel, and that entries read as the files say.
func TestEvidence(t *testing.T) {
	c, err := Default()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]string{}
	for _, e := range c.Evidence() {
		r, known := c.Role(e.Role.Value)
		if !known {
			t.Errorf("%s: unknown role %s", e.Location.Pos(), e.Role.Value)
			continue
		}
		if len(e.Sources) == 0 {
			t.Errorf("%s: no source", e.Location.Pos())
		}
		for _, name := range e.Processes {
			if len(name) > 15 && !strings.HasSuffix(name, ".exe") {
				t.Errorf("%s: Linux cuts %s at 15 characters", r.Name, name)
			}
		}
		kinds := map[string][]string{"process": e.Processes, "unit": e.Units, "feature": e.Features, "service": e.Services}
		for kind, names := range kinds {
			for _, name := range names {
				key := kind + " " + strings.ToLower(name)
				if seen[key] != "" {
					t.Errorf("%s stands for %s and for %s", key, seen[key], r.Name)
				}
				seen[key] = r.Name
			}
		}
	}
	if len(seen) < 200 {
		t.Errorf("only %d names", len(seen))
	}
	got := c.Evidence()
	i := slices.IndexFunc(got, func(e Evidence) bool { return e.Role.Value == "ssh-managed" })
	ssh := got[i]
	for _, unit := range []string{"ssh.service", "sshd.socket"} {
		if !ssh.HasUnit(unit) {
			t.Errorf("%s is not known", unit)
		}
	}
	if ssh.HasUnit("sshd") || ssh.HasUnit("ssh2.service") || !ssh.HasProcess("sshd") || slices.Contains(ssh.Packages, "openssh-client") {
		t.Error("other names are known")
	}
	i = slices.IndexFunc(got, func(e Evidence) bool { return e.Role.Value == "linux-postgres" })
	if !got[i].HasUnit("postgresql@15-main.service") || got[i].HasUnit("postgresql@15-main") {
		t.Error("an instance of a unit is not known")
	}
	i = slices.IndexFunc(got, func(e Evidence) bool { return e.Role.Value == "dns-server" })
	if !got[i].HasProcess("DNS.EXE") || !got[i].HasService("dns") || !slices.Contains(got[i].Features, "DNS") {
		t.Error("names of Windows have no case")
	}
}
