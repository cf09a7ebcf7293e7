//go:build unix

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
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

// TestArchiveStopped: an archive is whole or not there, and what a run leaves is what the next one replaces.
func TestArchiveStopped(t *testing.T) {
	policy := filepath.Join(t.TempDir(), "policy.toml")
	writeFleet(t, policy, 1000, "archive")
	for _, c := range []struct {
		name   string
		signal os.Signal
		code   int
		left   string
		said   string
	}{
		{"SIGTERM", syscall.SIGTERM, 143, "", "interrupted: no archive was written\n"},
		{"Ctrl-C", os.Interrupt, 130, "", "interrupted: no archive was written\n"},
		{"SIGKILL", os.Kill, -1, ".new-out.tar", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir, temp := t.TempDir(), t.TempDir()
			archive := filepath.Join(dir, "out.tar")
			cmd := binary(t, "generate", "--archive", archive, policy)
			cmd.Env = append(os.Environ(), "TMPDIR="+temp)
			var stderr bytes.Buffer
			cmd.Stderr = &stderr
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			for start := time.Now(); time.Since(start) < 10*time.Second; {
				if info, err := os.Stat(filepath.Join(dir, ".new-out.tar")); err == nil && info.Size() > 0 {
					break
				}
			}
			signalUntilEnd(t, cmd, c.signal, time.Hour)
			if code := cmd.ProcessState.ExitCode(); code != c.code || stderr.String() != c.said {
				t.Errorf("exit code %d, want %d, %q", code, c.code, stderr.String())
			}
			if got := names(t, dir) + names(t, temp); got != c.left {
				t.Errorf("%q is left, want %q", got, c.left)
			}
			if code, _, text := call(t, "generate", "--archive", archive, policy); code != 0 || names(t, dir) != "out.tar" {
				t.Errorf("the next run: exit code %d, %s, %s", code, text, names(t, dir))
			}
		})
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
