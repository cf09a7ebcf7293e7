package cli

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"rolewall/internal/fleet"
	"rolewall/internal/fleet/manifest"
)

// writeFleet writes a policy of n hosts; word goes into an exception of every host, so that it changes every script.
func writeFleet(t *testing.T, name string, n int, word string) {
	t.Helper()
	var b strings.Builder
	b.WriteString("os = \"linux\"\ntargets = [\"nftables\", \"json\"]\n")
	for i := range n {
		fmt.Fprintf(&b, "[hosts.h%05d]\nroles = [\"ssh-managed\"]\nallow = [{ tcp = \"%d\", from = [\"any\"], reason = \"%s\" }]\n", i, 1024+i, word)
	}
	if err := os.WriteFile(name, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

// binary is this test program, which is rolewall when it is told so.
func binary(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	exe, err := exec.LookPath("rolewall") // testscript puts it into the path of scripts only
	if err != nil {
		exe = filepath.Join(t.TempDir(), "rolewall")
		if out, err := exec.Command("go", "build", "-o", exe, "../../cmd/rolewall").CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	return exec.Command(exe, args...)
}

// oldOrNew fails for a finished file in dir that is neither.
func oldOrNew(t *testing.T, dir, older, newer string) {
	t.Helper()
	_ = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return nil
		}
		rel, _ := filepath.Rel(dir, path)
		if strings.Contains(rel, fleet.Unfinished) || rel == fleet.JournalName { // not finished, and known to be so by the name
			return nil
		}
		got, _ := os.ReadFile(path)
		a, _ := os.ReadFile(filepath.Join(older, rel))
		b, _ := os.ReadFile(filepath.Join(newer, rel))
		if string(got) != string(a) && string(got) != string(b) {
			t.Errorf("%s is neither old nor new", rel)
		}
		return nil
	})
}

// same fails where two folders differ, files of some names aside.
func same(t *testing.T, got, want string, aside ...string) {
	t.Helper()
	if a, b := listing(t, got, aside...), listing(t, want); a != b {
		t.Errorf("%s differs from %s:\n%s\nwant\n%s", got, want, a, b)
	}
}

func listing(t *testing.T, dir string, aside ...string) string {
	t.Helper()
	var b strings.Builder
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || slices.Contains(aside, d.Name()) {
			return err
		}
		data, err := os.ReadFile(path)
		rel, _ := filepath.Rel(dir, path)
		fmt.Fprintf(&b, "%s %x\n", rel, sha256.Sum256(data))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestDiskFull fills the disk under a run: it fails, names a host, leaves the manifest and every file as they were or
// as they must be, and the next run on a larger disk is whole.
func TestDiskFull(t *testing.T) {
	dir := t.TempDir()
	disk := smallDisk(t)
	older, newer := filepath.Join(dir, "old.toml"), filepath.Join(dir, "new.toml")
	writeFleet(t, older, 40, "old")
	writeFleet(t, newer, 400, "new")
	out := filepath.Join(disk, "out")
	for name, policy := range map[string]string{filepath.Join(dir, "old"): older, filepath.Join(dir, "new"): newer, out: older} {
		if code, _, stderr := call(t, "generate", "-o", name, policy); code != 0 {
			t.Fatal(stderr)
		}
	}
	listed, _ := os.ReadFile(filepath.Join(out, manifest.Name))
	code, _, stderr := call(t, "generate", "-o", out, newer)
	if code != 2 || !strings.Contains(stderr, "no space left on device") || !strings.Contains(stderr, "error: h0") {
		t.Errorf("exit code %d, %s", code, stderr)
	}
	if now, _ := os.ReadFile(filepath.Join(out, manifest.Name)); string(now) != string(listed) {
		t.Error("the manifest changed")
	}
	oldOrNew(t, out, filepath.Join(dir, "old"), filepath.Join(dir, "new"))
	if text := must(t, 2, "generate", "-o", filepath.Join(disk, "new"), newer); !strings.Contains(text, "no space left on device") {
		t.Error(text)
	}
	mount(t, "-o", "remount,size=64M", disk)
	if code, _, stderr := call(t, "generate", "-o", out, newer); code != 0 {
		t.Fatal(stderr)
	}
	must(t, 0, "generate", "-o", filepath.Join(disk, "new"), newer)
	for _, name := range []string{out, filepath.Join(disk, "new")} {
		same(t, name, filepath.Join(dir, "new"))
	}
}

// smallDisk is a disk of one megabyte.
func smallDisk(t *testing.T) string {
	t.Helper()
	if os.Getuid() != 0 {
		if os.Getenv("CI") != "" {
			t.Fatal("needs root")
		}
		t.Skip("needs root to mount a small disk")
	}
	disk := t.TempDir()
	mount(t, "-t", "tmpfs", "-o", "size=1M", "tmpfs", disk)
	t.Cleanup(func() { _ = exec.Command("umount", disk).Run() })
	return disk
}

func mount(t *testing.T, args ...string) {
	t.Helper()
	if out, err := exec.Command("mount", args...).CombinedOutput(); err != nil {
		t.Fatalf("mount %v: %v %s", args, err, out)
	}
}
