package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"rolewall/diag"
	"rolewall/generators/target"
	"rolewall/internal/workspace"
	"rolewall/lint/findings"
	"rolewall/resolver"
	"rolewall/ruleset"
)

// TestAnswersKnowOpenings holds for every host of every golden policy that what its scripts allow beside their rules is known
// to explain, to --who, and to a [[deny]] of everything.
func TestAnswersKnowOpenings(t *testing.T) {
	files, err := filepath.Glob("../../testdata/policies/*.toml")
	if err != nil || len(files) == 0 {
		t.Fatal(err)
	}
	seen := 0
	for _, file := range files {
		file, err := filepath.Abs(file)
		if err != nil {
			t.Fatal(err)
		}
		all := filepath.Join(t.TempDir(), "all.toml")
		text := "include = [\"" + filepath.ToSlash(file) + "\"]\n[[deny]]\nprotocol = \"any\"\nfrom = [\"any\"]\nreason = \"nothing may get in\"\n"
		if err := os.WriteFile(all, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		w, err := workspace.Open(context.Background(), workspace.NewFiles(nil), all, workspace.Options{AsOf: "2026-01-01"})
		if err != nil {
			if strings.Contains(err.Error(), "an included file cannot choose") {
				continue
			}
			t.Fatal(err)
		}
		found, err := w.Lint(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		r := resolver.New(w.Policy, w.Day)
		for _, h := range w.Policy.Hosts {
			rs := r.RuleSet(h, &diag.List{})
			targets, err := w.TargetsOf(h, nil)
			if err != nil {
				continue
			}
			table := runJSON(t, "explain", "--as-of", "2026-01-01", "--format", "json", file, h.Name)
			for _, g := range targets {
				for _, o := range target.Openings(g, rs) {
					if !strings.Contains(table, jsonText(t, o.Text)) {
						t.Errorf("%s, %s: explain does not know %q", filepath.Base(file), h.Name, o.Text)
					}
					if _, typed := o.Rule(); !typed || o.Cause == target.Baseline {
						continue
					}
					seen++
					if !denied(found, h.Name, o.Text) {
						t.Errorf("%s, %s: no [[deny]] sees %q", filepath.Base(file), h.Name, o.Text)
					}
					who := runJSON(t, "explain", "--as-of", "2026-01-01", "--format", "json", file, "--who", pointOf(o))
					if !strings.Contains(who, jsonText(t, o.Text)) {
						t.Errorf("%s, %s: --who does not know %q", filepath.Base(file), h.Name, o.Text)
					}
				}
			}
		}
	}
	if seen == 0 {
		t.Error("no golden policy has an opening beside rules and baseline")
	}
}

// pointOf asks for a point of an opening.
func pointOf(o target.Opening) string {
	t := o.Traffic
	switch {
	case t.Protocol == ruleset.AnyProtocol:
		return "tcp/9"
	case t.Protocol.HasPorts():
		return t.Protocol.String() + "/" + strconv.Itoa(int(t.Ports[0].First))
	case t.Protocol.HasTypes():
		return t.Protocol.String() + "/" + t.ICMP[0].String()
	}
	return t.String()
}

func denied(found []findings.Finding, host, text string) bool {
	for _, f := range found {
		for _, h := range f.Hosts {
			if f.Code == "RW026" && h == host && strings.Contains(f.What, text) {
				return true
			}
		}
	}
	return false
}

// runJSON runs a command that must end well.
func runJSON(t *testing.T, args ...string) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	if code := run(context.Background(), append([]string{"rolewall"}, args...), strings.NewReader(""), &stdout, &stderr); code != 0 {
		t.Fatalf("%v: %d, %s", args, code, stderr.String())
	}
	return stdout.String()
}

// jsonText is a text as encodeJSON writes it, without quotes.
func jsonText(t *testing.T, text string) string {
	t.Helper()
	b := &bytes.Buffer{}
	enc := json.NewEncoder(b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(text); err != nil {
		t.Fatal(err)
	}
	return strings.Trim(strings.TrimSpace(b.String()), `"`)
}
