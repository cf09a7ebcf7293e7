package wintest_test

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"rolewall/diag"
	"rolewall/generators"
	"rolewall/internal/drift"
	"rolewall/internal/wintest"
	"rolewall/internal/wintest/netsh"
	"rolewall/internal/wintest/rulestore"
	"rolewall/internal/workspace"
	"rolewall/readers"
	"rolewall/readers/capture"
)

// emptyPolicy is what the collector writes where there is no Group Policy.
const emptyPolicy = "Windows Registry Editor Version 5.00\r\n\r\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\WindowsFirewall]\r\n\r\n"

// TestDrift closes the circle: what a script leaves on a host does not differ from the policy that the script was made of. A rule
// that goes, and one that somebody adds, is the one difference.
func TestDrift(t *testing.T) {
	files, err := filepath.Glob("../../testdata/policies/*.toml")
	if err != nil {
		t.Fatal(err)
	}
	hosts := 0
	for _, file := range files {
		w, err := workspace.Open(context.Background(), workspace.NewFiles(strings.NewReader("")), file, workspace.Options{AsOf: "2026-11-24"})
		if err != nil {
			t.Fatal(err)
		}
		for _, rs := range resolve(t, folder{}, file, defaultCatalog(t)) {
			if len(generators.Check(generator(t, "advfirewall"), rs, generators.All())) > 0 {
				continue
			}
			h := wintest.NewHost(rs.OS, build(rs.OS))
			obeyPins(h, rs)
			run(t, h, script(t, "advfirewall", rs))
			name := rs.Host
			hosts++
			if found := driftOf(t, w, name, h.Firewall); len(found) > 0 {
				t.Errorf("%s, %s: %+v", file, name, found)
			}
			if len(rs.Inbound) == 0 {
				continue
			}
			store := h.Firewall.Clone()
			store.Rules = append(store.Rules, netsh.Rule{Name: "mine", Protocol: 115})
			if found := driftOf(t, w, name, store); kinds(found) != "open" && kinds(found) != "wider" || found[0].Traffic.String() != "protocol/115" {
				t.Errorf("%s, %s with a rule more: %s", file, name, kinds(found))
			}
			store.Rules = slices.DeleteFunc(h.Firewall.Clone().Rules, func(r netsh.Rule) bool { return !strings.Contains(r.Name, "[baseline]") })
			if found := driftOf(t, w, name, store); len(found) == 0 || strings.Contains(kinds(found), "open") {
				t.Errorf("%s, %s without its rules: %s", file, name, kinds(found))
			}
		}
	}
	if hosts < 15 {
		t.Errorf("only %d hosts", hosts)
	}
}

// driftOf returns how a host with a store differs from its policy.
func driftOf(t *testing.T, w *workspace.Workspace, host string, store *rulestore.Firewall) []drift.Finding {
	t.Helper()
	sel, err := w.Select([]string{"advfirewall"}, []string{host}, workspace.Shard{})
	if err != nil {
		t.Fatal(err)
	}
	read := func(errs *diag.List) []*capture.Capture {
		return readers.Read([]readers.File{{Name: "local.reg", Data: store.RegExport()}, {Name: "policy.reg", Data: []byte(emptyPolicy)}}, errs)
	}
	result, err := drift.Run(context.Background(), w, sel, []drift.Input{{Name: host, Host: host, Named: true, Read: read}}, drift.Options{StrictBaseline: true})
	if err != nil {
		t.Fatal(err)
	}
	return result.Findings
}

// kinds are the kinds of findings, each once.
func kinds(list []drift.Finding) string {
	var out []string
	for _, f := range list {
		if s := string(f.Kind); !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return strings.Join(out, " ")
}
