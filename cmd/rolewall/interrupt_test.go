//go:build unix

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
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
	ctx, stop := context.WithCancel(context.Background())
	stop()
	for _, c := range []struct{ args, want string }{
		{"-o " + filepath.Join(dir, "old"), "interrupted"}, {"--archive " + filepath.Join(dir, "out.tar"), "interrupted"},
	} {
		var stdout, stderr bytes.Buffer
		args := append([]string{"rolewall", "generate"}, strings.Fields(c.args)...)
		if code := run(ctx, append(args, newer), strings.NewReader(""), &stdout, &stderr); code != 130 || stderr.String() != c.want+"\n" || stdout.Len() > 0 {
			t.Errorf("%s: exit code %d, %q", c.args, code, stderr.String())
		}
	}
	stopped := 0
	for after := 2 * time.Millisecond; after < 200*time.Millisecond && stopped < 2; after += 4 * time.Millisecond {
		out := filepath.Join(dir, "out")
		if err := errors.Join(os.RemoveAll(out), os.CopyFS(out, os.DirFS(filepath.Join(dir, "old")))); err != nil {
			t.Fatal(err)
		}
		cmd := binary(t, "generate", "-o", out, newer)
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		timer := time.AfterFunc(after, func() { _ = cmd.Process.Signal(os.Interrupt) })
		_ = cmd.Wait()
		timer.Stop()
		if strings.HasSuffix(stderr.String(), "interrupted: every file is old or new, and the manifest is as it was\n") && cmd.ProcessState.ExitCode() == 130 {
			stopped++
			oldOrNew(t, out, filepath.Join(dir, "old"), filepath.Join(dir, "new"))
			if now, _ := os.ReadFile(filepath.Join(out, manifestName)); !bytes.Equal(now, mustRead(t, filepath.Join(dir, "old", manifestName))) {
				t.Error("the manifest changed")
			}
		} else if strings.Contains(stderr.String(), "error") || strings.Contains(stderr.String(), "context") {
			t.Errorf("after %v: %s", after, stderr.String())
		}
	}
	if stopped == 0 {
		t.Error("no run was stopped while it wrote")
	}
}

func mustRead(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
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
