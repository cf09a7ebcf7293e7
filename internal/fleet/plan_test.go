package fleet

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"rolewall/internal/fleet/manifest"
	"rolewall/internal/workspace"
)

// TestPrintStopped: a run that was stopped prints no script.
func TestPrintStopped(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	stop()
	if script, err := (&Plan{}).Script(ctx); !errors.Is(err, context.Canceled) || script != nil {
		t.Errorf("%v, %s", err, script)
	}
}

// testPolicy writes a policy of the hosts and returns its name. The word appears in every script.
func testPolicy(t *testing.T, word string, hosts ...string) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("os = \"linux\"\ntargets = [\"nftables\", \"json\"]\n")
	for _, h := range hosts {
		b.WriteString("[hosts." + h + "]\nroles = [\"ssh-managed\"]\nallow = [{ tcp = \"9000\", from = [\"any\"], reason = \"" + word + "\" }]\n")
	}
	name := filepath.Join(t.TempDir(), "policy.toml")
	if err := os.WriteFile(name, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	return name
}

// numbered names n hosts.
func numbered(n int) []string {
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprintf("h%03d", i)
	}
	return names
}

// planOf makes the plan of a policy, or of a part of its hosts.
func planOf(t *testing.T, policy string, shard workspace.Shard) *Plan {
	t.Helper()
	w, err := workspace.Open(context.Background(), workspace.NewFiles(nil), policy, workspace.Options{AsOf: "2026-01-01"})
	if err != nil {
		t.Fatal(err)
	}
	sel, err := w.Select(nil, nil, shard)
	if err != nil {
		t.Fatal(err)
	}
	p, err := NewPlan(context.Background(), w, sel, at{})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// at is an observer that does something when a number of hosts is finished: it stops a run at a named point.
type at struct {
	host int
	do   func()
}

func (a at) Warn(string) {}
func (a at) Progress(done, _ int) {
	if done == a.host && a.do != nil {
		a.do()
	}
}

// filesIn lists the files below a folder with their bytes.
func filesIn(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, _ := filepath.Rel(dir, path)
		out[filepath.ToSlash(name)] = text(t, path)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// write runs a plan into a folder and returns what lies there then.
func write(t *testing.T, p *Plan, dir string) map[string]string {
	t.Helper()
	if err := p.Write(context.Background(), dir, Cache{}, at{}); err != nil {
		t.Fatal(err)
	}
	return filesIn(t, dir)
}

// TestOneRunAtATime: one run at a time writes to a folder. Parts let each other in, and not themselves.
func TestOneRunAtATime(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no locks here")
	}
	policy := testPolicy(t, "one", numbered(8)...)
	whole, first, second := planOf(t, policy, workspace.Shard{}), planOf(t, policy, workspace.Shard{Part: 1, Of: 2}), planOf(t, policy, workspace.Shard{Part: 2, Of: 2})
	for _, c := range []struct {
		name       string
		running    *Plan
		busy, free []*Plan
	}{
		{"the whole runs", whole, []*Plan{whole, first, second}, nil},
		{"a part runs", first, []*Plan{whole, first}, []*Plan{second}},
	} {
		dir := filepath.Join(t.TempDir(), "out")
		err := c.running.Write(context.Background(), dir, Cache{}, at{1, func() {
			for _, other := range c.busy {
				if err := other.Write(context.Background(), dir, Cache{}, at{}); err == nil || !strings.Contains(err.Error(), "another run is writing to this folder") {
					t.Errorf("%s: %v", c.name, err)
				}
			}
			for _, other := range c.free {
				if err := other.Write(context.Background(), dir, Cache{}, at{}); err != nil {
					t.Errorf("%s: %v", c.name, err)
				}
			}
		}})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		if got, want := write(t, whole, dir), write(t, whole, filepath.Join(t.TempDir(), "out")); !maps.Equal(got, want) {
			t.Errorf("%s: %d files, want %d", c.name, len(got), len(want))
		}
	}
}

// TestStopped stops runs when they have finished some hosts: every file is then old or new as a whole, the manifest is as it
// was, and the next run completes the folder, or removes what it does not ask for.
func TestStopped(t *testing.T) {
	older, newer := planOf(t, testPolicy(t, "old", numbered(150)...), workspace.Shard{}), planOf(t, testPolicy(t, "new", numbered(200)...), workspace.Shard{})
	were, want := write(t, older, filepath.Join(t.TempDir(), "old")), write(t, newer, filepath.Join(t.TempDir(), "new"))
	one := planOf(t, testPolicy(t, "one", "h000"), workspace.Shard{})
	onlyOne := write(t, one, filepath.Join(t.TempDir(), "one"))
	for _, host := range []int{0, 1, 40, 199} {
		for _, fresh := range []bool{false, true} {
			dir := filepath.Join(t.TempDir(), "out")
			if !fresh {
				write(t, older, dir)
			}
			ctx, stop := context.WithCancel(context.Background())
			if err := newer.Write(ctx, dir, Cache{}, at{host, stop}); !errors.Is(err, context.Canceled) {
				t.Fatalf("at host %d: %v", host, err)
			}
			for name, got := range filesIn(t, dir) {
				switch {
				case name == JournalName || got == were[name] && !fresh:
				case name == manifest.Name || got != want[name]:
					t.Errorf("at host %d: %s is neither old nor new", host, name)
				}
			}
			shrunk := filepath.Join(t.TempDir(), "out")
			if err := os.CopyFS(shrunk, os.DirFS(dir)); err != nil {
				t.Fatal(err)
			}
			if got := write(t, one, shrunk); !maps.Equal(got, onlyOne) {
				t.Errorf("at host %d: a run for one host leaves %d files, want %d", host, len(got), len(onlyOne))
			}
			if got := write(t, newer, dir); !maps.Equal(got, want) {
				t.Errorf("at host %d: %d files, want %d", host, len(got), len(want))
			}
		}
	}
}
