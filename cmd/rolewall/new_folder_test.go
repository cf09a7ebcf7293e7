package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"rolewall/internal/workspace"
)

// treeOf writes files and folders, those whose names end in a slash, below a new folder. A text "-> X" is a link.
func treeOf(t *testing.T, files map[string]string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		target, isLink := strings.CutPrefix(text, "-> ")
		err := os.MkdirAll(filepath.Dir(path), 0o755)
		switch {
		case err != nil:
		case strings.HasSuffix(name, "/"):
			err = os.MkdirAll(path, 0o755)
		case isLink:
			err = os.Symlink(target, path)
		default:
			err = os.WriteFile(path, []byte(text), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// everything lists what lies below a folder, and looks into nothing.
func everything(t *testing.T, dir string) string {
	t.Helper()
	var b strings.Builder
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		fmt.Fprintln(&b, path, d.Type())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestNewFolder: a new folder is filled under another name. What a killed run left there is replaced; what may be somebody
// else's stays.
func TestNewFolder(t *testing.T) {
	j := ".new-out/" + journalName
	for _, c := range []struct {
		name  string
		files map[string]string
		ok    bool
	}{
		{"nothing", nil, true},
		{"a run killed at once", map[string]string{".new-out/": ""}, true},
		{"a run killed while it wrote", map[string]string{j: "\n", ".new-out/a/nftables.nft": "half", ".new-out/gone/x": "", ".new-out/.new-manifest.json": ""}, true},
		{"a run killed before the end", map[string]string{j: "\n", ".new-out/a/x": "", ".new-out/manifest.json": "", ".new-out/.rolewall-cache": ""}, true},
		{"a folder of others", map[string]string{".new-out/a/x": ""}, false},
		{"a manifest of others", map[string]string{".new-out/manifest.json": "{}", ".new-out/src/thesis.txt": ""}, false},
		{"others' things beside ours", map[string]string{j: "\n", ".new-out/notes.txt": ""}, false},
		{"a folder that cannot be a host's", map[string]string{j: "\n", ".new-out/my notes/x": ""}, false},
		{"others' files deep in a host's folder", map[string]string{j: "\n", ".new-out/a/mine/x": ""}, false},
		{"others' links in a host's folder", map[string]string{j: "\n", ".new-out/a/x": "-> /etc/hostname"}, false},
		{"a journal that is a folder", map[string]string{j + "/x": ""}, false},
		{"a file", map[string]string{".new-out": ""}, false},
		{"a link to a folder of ours", map[string]string{".new-out": "-> real", "real/" + journalName: "\n", "real/a/x": ""}, false},
		{"a link to nothing", map[string]string{".new-out": "-> real"}, false},
	} {
		dir := treeOf(t, c.files)
		policy, out := hostsFile(t, filepath.Join(dir, "p.toml"), "one", "a"), filepath.Join(dir, "out")
		before := everything(t, dir)
		if !c.ok {
			if text := must(t, 2, "generate", "-o", out+"/", policy); !strings.Contains(text, unfinished(out)+" is in the way") {
				t.Errorf("%s: %s", c.name, text)
			}
			if after := everything(t, dir); after != before {
				t.Errorf("%s: %s is now %s", c.name, before, after)
			}
			continue
		}
		must(t, 0, "generate", "-o", out+"/", policy)
		must(t, 0, "check", "-o", out, policy)
		if after := listing(t, dir); strings.Contains(after, newMark) || strings.Contains(after, journalName) || strings.Contains(after, "gone") {
			t.Errorf("%s: left\n%s", c.name, after)
		}
	}
}

// TestNewFolderPlaces: the folder is where its path leads.
func TestNewFolderPlaces(t *testing.T) {
	long := strings.Repeat("x", 253)
	for _, c := range []struct{ dir, want string }{
		{"n/e/s/t", "n/e/s/t"}, {"link/../out", "real/out"}, {"absent/../out", "out"}, {"absent/../there", "there"}, {"./out/", "out"}, {long, long}, {"link/out//", "real/deep/out"},
	} {
		t.Run(c.dir, func(t *testing.T) {
			dir := treeOf(t, map[string]string{"real/deep/": "", "link": "-> real/deep", "there/x": ""})
			policy := hostsFile(t, filepath.Join(dir, "p.toml"), "one", "a")
			t.Chdir(dir)
			for range 2 {
				must(t, 0, "generate", "--force", "-o", c.dir, policy)
				must(t, 0, "check", "-o", c.dir, policy)
			}
			mustRead(t, filepath.Join(dir, c.want, manifestName))
		})
	}
}

// TestUnfinished holds that what is not whole lies beside its place, wherever links on the way lead.
func TestUnfinished(t *testing.T) {
	for name, want := range map[string]string{
		"out": ".new-out", "out//": ".new-out", "a/out.tar": "a/.new-out.tar", "link/../out.tar": "link/../.new-out.tar", "/out": "/.new-out",
	} {
		if got := unfinished(name); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

// halfNew is a new folder that a run is filling.
func halfNew(t *testing.T, name string) *newFolder {
	t.Helper()
	n, err := openNewFolder(name)
	if err != nil {
		t.Fatal(err)
	}
	j, err := openJournal(n.tree, workspace.Shard{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := n.put(hostFiles{host: "a", files: []file{{name: "x", data: []byte("x")}}}, nil); err != nil {
		t.Fatal(err)
	}
	if err := j.abandon(); err != nil {
		t.Fatal(err)
	}
	return n
}

// TestNewFolderFails: a run that fails leaves nothing, not even the folders above.
func TestNewFolderFails(t *testing.T) {
	dir := t.TempDir()
	n := halfNew(t, filepath.Join(dir, "a/b/out"))
	if got := listing(t, dir); !strings.Contains(got, "a/b/.new-out/"+journalName) || !strings.Contains(got, "a/b/.new-out/a/x") {
		t.Fatalf("while it runs there is\n%s", got)
	}
	if text := must(t, 2, "generate", "-o", filepath.Join(dir, "a/b/out"), hostsFile(t, filepath.Join(t.TempDir(), "p.toml"), "one", "a")); !strings.Contains(text, "another run is writing") {
		t.Error(text)
	}
	if err := n.finish(context.Canceled); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	must(t, 2, "generate", "-o", filepath.Join(dir, "c", strings.Repeat("x", 300), "out"), hostsFile(t, filepath.Join(t.TempDir(), "p.toml"), "one", "a"))
	must(t, 2, "generate", "-o", filepath.Join(dir, ".new-out"), hostsFile(t, filepath.Join(t.TempDir(), "p.toml"), "one", "a"))
	n = halfNew(t, filepath.Join(dir, "out"))
	if err := os.MkdirAll(filepath.Join(dir, "out", "theirs"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := n.finish(nil); err == nil || !strings.Contains(err.Error(), "was made while this run was on") {
		t.Error(err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 || entries[0].Name() != "out" {
		t.Errorf("left: %v, %v", entries, err)
	}
}

// TestNewFolderForgotten: what a killed run left goes with the next run, whichever way the folder came to be, and whether or
// not there is anything else to do.
func TestNewFolderForgotten(t *testing.T) {
	dir := treeOf(t, map[string]string{"out/": "", "mine/" + journalName: "\n", "mine/a/x": ""})
	policy, out := hostsFile(t, filepath.Join(dir, "p.toml"), "one", "a"), filepath.Join(dir, "out")
	for range 3 { // the second and the third are served by the cache
		beside := unfinished(out)
		if err := os.CopyFS(beside, os.DirFS(filepath.Join(dir, "mine"))); err != nil {
			t.Fatal(err)
		}
		must(t, 0, "generate", "-o", out, policy)
		if !isAbsent(beside) {
			t.Error("what a killed run left is still there")
		}
	}
	before := everything(t, filepath.Join(dir, "mine"))
	if err := os.Symlink("mine", unfinished(out)); err != nil {
		t.Fatal(err)
	}
	must(t, 0, "generate", "--force", "-o", out, policy)
	if after := everything(t, filepath.Join(dir, "mine")); after != before || isAbsent(unfinished(out)) {
		t.Errorf("others' link was followed: %s", after)
	}

	// Killed between the name and the journal, a run leaves that one; the next takes it away, whatever the cache says.
	if err := os.WriteFile(filepath.Join(out, journalName), []byte("\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	must(t, 0, "generate", "-o", out, policy)
	must(t, 0, "check", "-o", out, policy)
}

// TestNewFolderTwice: of runs into one new folder at the same time, one is told of the other or comes after it.
func TestNewFolderTwice(t *testing.T) {
	dir := t.TempDir()
	policy := hostsFile(t, filepath.Join(dir, "p.toml"), "one", "a", "b")
	exe := binary(t).Path
	for i := range 25 {
		out := filepath.Join(dir, fmt.Sprint("out", i))
		var texts [3]string
		var errs [3]error
		var runs sync.WaitGroup
		for k := range errs {
			runs.Go(func() {
				text, err := exec.Command(exe, "generate", "-o", out, policy).CombinedOutput()
				texts[k], errs[k] = string(text), err
			})
		}
		runs.Wait()
		for k, err := range errs {
			if err != nil && !strings.Contains(texts[k], "another run is writing") {
				t.Errorf("%v: %s", err, texts[k])
			}
		}
		if !slices.Contains(errs[:], nil) {
			t.Errorf("no run came through: %q", texts)
		}
		must(t, 0, "check", "-o", out, policy)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, newMark+"*")); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}
