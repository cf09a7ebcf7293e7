package cli

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"rolewall/internal/fleet/manifest"
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

// TestFolderPlaces: the folder is where its path leads.
func TestFolderPlaces(t *testing.T) {
	long := strings.Repeat("x", 253)
	for _, c := range []struct{ dir, want string }{
		{"n/e/s/t", "n/e/s/t"}, {"link/../out", "real/out"}, {"absent/../out", "out"}, {"there", "there"}, {"./out/", "out"}, {long, long}, {"link/out//", "real/deep/out"},
	} {
		t.Run(c.dir, func(t *testing.T) {
			dir := treeOf(t, map[string]string{"real/deep/": "", "link": "-> real/deep", "there/x": ""})
			policy := hostsFile(t, filepath.Join(dir, "p.toml"), "one", "a")
			t.Chdir(dir)
			for range 2 {
				must(t, 0, "generate", "--force", "-o", c.dir, policy)
				must(t, 0, "check", "-o", c.dir, policy)
			}
			mustRead(t, filepath.Join(dir, c.want, manifest.Name))
		})
	}
}

// TestFolderTwice: of runs into one new folder at the same time, one is told of the other or comes after it.
func TestFolderTwice(t *testing.T) {
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
}
