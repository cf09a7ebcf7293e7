//go:build unix

package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// staleFleet is a policy of many hosts, and a folder in which every file is stale.
func staleFleet(t *testing.T) (older, newer, out string) {
	t.Helper()
	dir := t.TempDir()
	older, newer, out = filepath.Join(dir, "old.toml"), filepath.Join(dir, "new.toml"), filepath.Join(dir, "out")
	fleet(t, older, 400, "old")
	fleet(t, newer, 400, "new")
	if text, err := binary(t, "generate", "-o", out, older).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return older, newer, out
}

// TestInterrupted: a run that is stopped has printed its page or nothing, and has written nothing.
func TestInterrupted(t *testing.T) {
	older, newer, out := staleFleet(t)
	copied := t.TempDir()
	if err := os.CopyFS(copied, os.DirFS(out)); err != nil {
		t.Fatal(err)
	}
	stopped := 0
	for i, args := range [][]string{
		{"check", "--format", "json", "--diff", "-o", out, newer}, {"diff", "--format", "json", older, newer}, {"diff", "--format", "json", out, newer},
	} {
		for after := time.Duration(0); after < 60*time.Millisecond; after += 6 * time.Millisecond {
			cmd := binary(t, args...)
			var stdout, stderr bytes.Buffer
			cmd.Stdout, cmd.Stderr = &stdout, &stderr
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			timer := time.AfterFunc(after, func() { _ = cmd.Process.Signal(os.Interrupt) })
			_ = cmd.Wait()
			timer.Stop()
			switch code := cmd.ProcessState.ExitCode(); {
			case code == 1 && json.Valid(stdout.Bytes()):
			case code != 1 && code != 0 && stdout.Len() == 0:
				stopped++
			default:
				t.Errorf("%d, after %v: exit code %d, %d bytes on stdout, %s", i, after, code, stdout.Len(), stderr.String())
			}
		}
	}
	if stopped == 0 {
		t.Error("no run was stopped")
	}
	same(t, out, copied)
}

// TestBrokenPipe: a reader that goes away ends the program, without a word and without a trace.
func TestBrokenPipe(t *testing.T) {
	older, newer, out := staleFleet(t)
	copied := t.TempDir()
	if err := os.CopyFS(copied, os.DirFS(out)); err != nil {
		t.Fatal(err)
	}
	for _, args := range []string{"check --diff -o " + out + " " + newer, "diff --format json " + older + " " + newer} {
		cmd := exec.Command("sh", "-c", "rolewall "+args+" | head -c 10")
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		stdout, err := cmd.Output()
		if err != nil || len(stdout) != 10 || strings.Contains(stderr.String(), "error") || strings.Contains(stderr.String(), "goroutine") {
			t.Errorf("%s: %v, %q, %s", args, err, stdout, stderr.String())
		}
	}
	same(t, out, copied)
}
