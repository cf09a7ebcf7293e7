package fleet

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
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
	if err := errors.Join(first.finish(nil), second.finish(nil)); err != nil || listed(t, dir) != "f" || text(t, filepath.Join(dir, "f")) != "second" {
		t.Errorf("two runs: %v, %s", err, listed(t, dir))
	}
	planted := start("mine")
	if err := errors.Join(os.Remove(planted.temp), os.Symlink("victim", planted.temp)); err != nil {
		t.Fatal(err)
	}
	if err := planted.finish(nil); err == nil || !strings.Contains(err.Error(), "another program replaced") || text(t, filepath.Join(dir, "f")) != "second" {
		t.Errorf("a link in the place of the file: %v, %s", err, listed(t, dir))
	}
}

// TestUnfinished holds that what is not whole lies beside its place, wherever links on the way lead, and that its name is new.
func TestUnfinished(t *testing.T) {
	for name, want := range map[string]string{
		"out": "^.new-[a-z2-7]{26}-out$", "out//": "^.new-[a-z2-7]{26}-out$", "a/out.tar": "^a/.new-[a-z2-7]{26}-out.tar$", "link/../out.tar": "^link/../.new-[a-z2-7]{26}-out.tar$", "/out": "^/.new-[a-z2-7]{26}-out$",
	} {
		if got := unfinishedName(name); !regexp.MustCompile(want).MatchString(got) || got == unfinishedName(name) {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

// TestUnfinishedGo holds that a run removes what killed ones left of the same file, and nothing else: not what another run is
// writing, not what only looks alike.
func TestUnfinishedGo(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "out.tar")
	alive, err := newFileFor(name)
	if err != nil {
		t.Fatal(err)
	}
	gone := unfinishedName(name)
	stay := []string{unfinishedName(filepath.Join(dir, "other.tar")), filepath.Join(dir, Unfinished+"x-out.tar"), name + ".manifest"}
	for _, f := range append(stay, gone, gone+".manifest") {
		if err := os.WriteFile(f, nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	link := unfinishedName(name)
	if err := os.Symlink(stay[0], link); err != nil {
		t.Skip(err)
	}
	f, err := newFileFor(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.finish(nil); err != nil {
		t.Fatal(err)
	}
	for _, f := range append(stay, link, alive.temp, name) {
		if _, err := os.Lstat(f); err != nil {
			t.Error(err)
		}
	}
	for _, f := range []string{gone, gone + ".manifest"} {
		if _, err := os.Lstat(f); err == nil {
			t.Errorf("%s is left", f)
		}
	}
	if err := alive.finish(nil); err != nil {
		t.Error(err)
	}
}
