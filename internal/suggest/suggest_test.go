package suggest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"rolewall/catalog"
	"rolewall/diag"
	"rolewall/generators"
	"rolewall/internal/drift"
	"rolewall/internal/workspace"
	"rolewall/lint/codes"
	"rolewall/readers"
)

const day = "2026-11-30"

var loadCatalog = sync.OnceValues(catalog.Default)

func builtIn(t testing.TB) *catalog.Catalog {
	t.Helper()
	cat, err := loadCatalog()
	if err != nil {
		t.Fatal(err)
	}
	return cat
}

// read reads the files of a host.
func read(t testing.TB, name string, files ...readers.File) *readers.Host {
	t.Helper()
	errs := &diag.List{}
	h := readers.ReadHost(files, errs)
	if err := errs.Err(); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	h.Name = name
	return h
}

func file(t testing.TB, name string) readers.File {
	t.Helper()
	src, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return readers.File{Name: filepath.Base(name), Data: src}
}

func policyOf(t testing.TB, hosts ...*readers.Host) string {
	t.Helper()
	errs := &diag.List{}
	s := New(builtIn(t), hosts, Options{Day: day, MaxPrefixes: 8}, errs)
	if err := errs.Err(); err != nil {
		t.Fatal(err)
	}
	text, err := s.Policy(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// samples are the rules of hosts that the readers are tested with, by name.
func samples(t testing.TB) map[string][]readers.File {
	t.Helper()
	out := map[string][]readers.File{}
	folders, _ := filepath.Glob("../../readers/netfilter/evaluation/testdata/*")
	for _, folder := range folders {
		names, _ := filepath.Glob(folder + "/*")
		for _, name := range names {
			if !strings.HasSuffix(name, ".golden") {
				key := "linux-" + filepath.Base(folder)
				out[key] = append(out[key], file(t, name))
			}
		}
	}
	single, _ := filepath.Glob("../../readers/iptsave/testdata/*.txt")
	more, _ := filepath.Glob("../../readers/nftjson/testdata/*.json")
	windows, _ := filepath.Glob("../../testdata/captures/windows/*.*")
	loaded, _ := filepath.Glob("../../internal/packettest/testdata/captures/*tables")
	for _, name := range slices.Concat(single, more, windows, loaded) {
		key := strings.ReplaceAll(filepath.Base(name), ".", "-")
		f := file(t, name)
		if errs := (&diag.List{}); readers.ReadHost([]readers.File{f}, errs) != nil { // some files lack content on purpose
			out[key] = []readers.File{f}
		}
	}
	return out
}

// listeners makes a file of sockets that fits the rules of a host: something listens on every port that is open, and on some more.
func listeners(h *readers.Host, windows bool) readers.File {
	ports := map[string]bool{"tcp 22": true, "tcp 80": true, "tcp 443": true, "tcp 3389": true, "udp 53": true, "tcp 53": true, "tcp 5432": true, "tcp 9999": true}
	for _, o := range h.Capture.Openings {
		if t := o.Rule.Traffic; t.Protocol.HasPorts() {
			for _, r := range t.Ports {
				ports[fmt.Sprintf("%s %d", t.Protocol, r.First)] = true
				ports[fmt.Sprintf("%s %d", t.Protocol, r.Last)] = true
			}
		}
	}
	names := map[string]string{"tcp 22": "sshd", "tcp 80": "nginx", "tcp 443": "nginx", "udp 53": "named", "tcp 53": "named", "tcp 5432": "postgres"}
	var b strings.Builder
	for _, p := range slices.Sorted(func(yield func(string) bool) {
		for p := range ports {
			if !yield(p) {
				return
			}
		}
	}) {
		protocol, number, _ := strings.Cut(p, " ")
		switch {
		case number == "0":
		case windows && protocol == "tcp":
			fmt.Fprintf(&b, "  TCP    0.0.0.0:%s    0.0.0.0:0   LISTENING   4\n [svchost.exe]\n", number)
		case windows:
			fmt.Fprintf(&b, "  UDP    0.0.0.0:%s    *:*   4\n [svchost.exe]\n", number)
		default:
			name := names[p]
			if name == "" {
				name = "prog" + number
			}
			state := map[string]string{"tcp": "LISTEN", "udp": "UNCONN"}[protocol]
			fmt.Fprintf(&b, "%s %s 0 128 *:%s *:* users:((\"%s\",pid=7,fd=3))\n", protocol, state, number, name)
		}
	}
	return readers.File{Name: "sockets.txt", Data: []byte(b.String())}
}

// TestSamples holds the laws for every host of the samples, with and without a list of what listens: the policy generates, lint finds
// no error, it opens nothing that is closed today, and what it closes for anyone is said.
func TestSamples(t *testing.T) {
	all := samples(t)
	if len(all) < 20 {
		t.Errorf("there are only %d samples", len(all))
	}
	for name, files := range all {
		t.Run(name, func(t *testing.T) {
			if testing.Short() && name == "handwritten-0-9-8-json" {
				t.Skip("it says the same as linux-handwritten")
			}
			h := read(t, "host1", files...)
			checkLaws(t, h)
			checkLaws(t, read(t, "host1", append(slices.Clone(files), listeners(h, h.Windows))...))
		})
	}
}

// checkLaws writes the policy of one host and holds it against the host.
func checkLaws(t *testing.T, h *readers.Host) {
	t.Helper()
	text := policyOf(t, h)
	found := compareWith(t, text, h)
	for _, f := range found {
		switch f.Kind {
		case drift.Missing, drift.Narrower:
			t.Errorf("the policy opens more than is open: %s %s from %s\n%s", f.Kind, f.Traffic, prefixText(f.From.Prefixes), text)
		case drift.Open, drift.Published, drift.SourcePort:
			flat := strings.ReplaceAll(text, "\n# ", " ")
			if f.ToAnyone() && !strings.Contains(flat, ": "+short(f.Traffic)+" from ANYONE") && !strings.Contains(flat, "rolewall drift shows them") {
				t.Errorf("nothing says that %s from ANYONE closes\n%s", f.Traffic, text)
			}
		}
	}
}

// compareWith opens a policy as the program does, generates it, lints it, and compares it with a host.
func compareWith(t *testing.T, text string, h *readers.Host) []drift.Finding {
	t.Helper()
	name := filepath.Join(t.TempDir(), "servers.toml")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	w, err := workspace.Open(ctx, workspace.NewFiles(nil), name, workspace.Options{AsOf: day})
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	findings, err := w.Lint(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range findings {
		if f.Level == codes.Error {
			t.Errorf("lint: %s %s", f.Code, f.What)
		}
	}
	s := &suggester{cat: builtIn(t), o: Options{Day: day}}
	want := drift.Expected{}
	for _, host := range w.Policy.Hosts {
		if host.Name == h.Name {
			targets, err := w.TargetsOf(host, nil)
			if err != nil {
				t.Fatal(err)
			}
			want, err = s.resolve(text, h.Name)
			if err != nil {
				t.Fatal(err)
			}
			for _, g := range targets {
				if _, err := generators.Render(g, want.Set, h.Name); err != nil {
					t.Errorf("%s: %v\n%s", g.Info().Name, err, text)
				}
			}
		}
	}
	if h.Capture == nil {
		return nil
	}
	return drift.Compare(want, sureOf(h.Capture), drift.Options{}) // what may be open counts as closed: the law is stricter than drift
}
