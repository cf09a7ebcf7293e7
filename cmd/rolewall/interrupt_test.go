//go:build unix

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rolewall/internal/fleet"
)

// staleFleet is a policy of many hosts, and a folder in which every file is stale.
func staleFleet(t *testing.T) (older, newer, out string) {
	t.Helper()
	dir := t.TempDir()
	older, newer, out = filepath.Join(dir, "old.toml"), filepath.Join(dir, "new.toml"), filepath.Join(dir, "out")
	writeFleet(t, older, 400, "old")
	writeFleet(t, newer, 400, "new")
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
			case code == 130 && stderr.String() == "interrupted\n" && stdout.Len() == 0:
				stopped++
			case code == -1 && stdout.Len() == 0: // before it listens to signals
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

// TestInterruptedWriting: a run that writes says what it leaves, and it is so.
func TestInterruptedWriting(t *testing.T) {
	older, newer, _ := staleFleet(t)
	dir := t.TempDir()
	for name, policy := range map[string]string{"old": older, "new": newer} {
		if code, _, stderr := call(t, "generate", "-o", filepath.Join(dir, name), policy); code != 0 {
			t.Fatal(stderr)
		}
	}
	stopAt := func(sign string, args ...string) (int, string) {
		ctx, stop := context.WithCancel(context.Background())
		defer stop()
		go func() { // as soon as the file is there
			for ctx.Err() == nil {
				if _, err := os.Lstat(sign); err == nil {
					stop()
				}
			}
		}()
		var stdout, stderr bytes.Buffer
		code := run(ctx, append([]string{"rolewall", "generate"}, args...), strings.NewReader(""), &stdout, &stderr)
		return code, stderr.String()
	}
	if code, text := stopAt(newer, "--archive", filepath.Join(dir, "out.tar"), newer); code != 130 || text != "interrupted\n" {
		t.Errorf("before the first byte: exit code %d, %q", code, text)
	}
	stoppedNew := false
	for try := range 10 {
		code, text := stopAt(filepath.Join(dir, fmt.Sprintf("%snone%d", fleet.Unfinished, try)), "-o", filepath.Join(dir, fmt.Sprint("none", try)), newer)
		if code == 0 {
			continue // done before the folder was seen
		}
		stoppedNew = true
		if code != 130 || !strings.HasSuffix(text, "interrupted: nothing was written\n") {
			t.Errorf("a new folder: exit code %d, %q", code, text)
		}
		if left, _ := filepath.Glob(filepath.Join(dir, fmt.Sprintf("*none%d", try))); len(left) > 0 {
			t.Errorf("left: %v", left)
		}
		break
	}
	if !stoppedNew {
		t.Error("no run was stopped while it wrote a new folder")
	}
	for try := range 10 {
		out := filepath.Join(dir, fmt.Sprintf("out%d", try))
		if err := os.CopyFS(out, os.DirFS(filepath.Join(dir, "old"))); err != nil {
			t.Fatal(err)
		}
		code, text := stopAt(filepath.Join(out, fleet.Unfinished+fleet.ManifestName), "-o", out, newer)
		if code == 0 {
			continue // done before the file was seen
		}
		if code != 130 || !strings.HasSuffix(text, "interrupted: every file is old or new, and the manifest is as it was\n") {
			t.Errorf("exit code %d, %q", code, text)
		}
		oldOrNew(t, out, filepath.Join(dir, "old"), filepath.Join(dir, "new"))
		if !bytes.Equal(mustRead(t, filepath.Join(out, fleet.ManifestName)), mustRead(t, filepath.Join(dir, "old", fleet.ManifestName))) {
			t.Error("the manifest changed")
		}
		return
	}
	t.Error("no run was stopped while it wrote")
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
