//go:build unix

package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// names lists a folder.
func names(t *testing.T, dir string) string {
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

// TestArchiveKilled: an archive that a killed run left unfinished goes with the next run; what only looks alike stays.
func TestArchiveKilled(t *testing.T) {
	dir, policy := t.TempDir(), filepath.Join(t.TempDir(), "policy.toml")
	writeFleet(t, policy, 3, "archive")
	for _, name := range []string{".new-out.tar", ".new-abcdefghijklmnopqrstuvwxyz-out.tar"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("half"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	must(t, 0, "generate", "--archive", filepath.Join(dir, "out.tar"), policy)
	if got := names(t, dir); got != ".new-out.tar out.tar" {
		t.Errorf("%s is there", got)
	}
}

// TestArchiveDiskFull says once what went wrong and leaves nothing.
func TestArchiveDiskFull(t *testing.T) {
	disk := smallDisk(t)
	policy := filepath.Join(t.TempDir(), "policy.toml")
	writeFleet(t, policy, 1000, "full")
	for _, name := range []string{"out.tar", "out.tar.gz"} {
		if err := os.WriteFile(filepath.Join(disk, "ballast"), make([]byte, 950<<10), 0o644); err != nil {
			t.Fatal(err)
		}
		code, _, stderr := call(t, "generate", "--archive", filepath.Join(disk, name), policy)
		if code != 2 || strings.Count(stderr, "\n") != 1 || !strings.Contains(stderr, "no space left on device") {
			t.Errorf("%s: exit code %d, %s", name, code, stderr)
		}
		if left := names(t, disk); left != "ballast" {
			t.Errorf("%s: %s is left", name, left)
		}
	}
}
