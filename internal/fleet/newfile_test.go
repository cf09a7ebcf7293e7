package fleet

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// listed lists a folder.
func listed(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return strings.Join(out, " ")
}

func text(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// TestNewFile: a file gets its name when it is whole, and only from the run that wrote it.
func TestNewFile(t *testing.T) {
	dir := t.TempDir()
	start := func(text string) *newFile {
		f, err := newFileFor(filepath.Join(dir, "f"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.WriteString(text); err != nil {
			t.Fatal(err)
		}
		return f
	}
	broken := errors.New("broken")
	if err := start("a").finish(broken); !errors.Is(err, broken) || listed(t, dir) != "" {
		t.Errorf("a broken file: %v, %s", err, listed(t, dir))
	}
	first, second := start("first"), start("second")
	if err := first.finish(nil); err == nil || !strings.Contains(err.Error(), "another run") || listed(t, dir) != ".new-f" {
		t.Errorf("the first of two runs: %v, %s", err, listed(t, dir))
	}
	if err := second.finish(nil); err != nil || listed(t, dir) != "f" || text(t, filepath.Join(dir, "f")) != "second" {
		t.Errorf("the second of two runs: %v, %s", err, listed(t, dir))
	}
}

// TestUnfinished holds that what is not whole lies beside its place, wherever links on the way lead.
func TestUnfinished(t *testing.T) {
	for name, want := range map[string]string{
		"out": ".new-out", "out//": ".new-out", "a/out.tar": "a/.new-out.tar", "link/../out.tar": "link/../.new-out.tar", "/out": "/.new-out",
	} {
		if got := unfinishedName(name); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}
