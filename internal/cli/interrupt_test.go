//go:build unix

package cli

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
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

// stopper is a stderr that stops a run when it says something. Commands print warnings when they have read the policy and
// before they do their work.
type stopper struct {
	bytes.Buffer
	stop func()
}

func (s *stopper) Write(p []byte) (int, error) {
	s.stop()
	return s.Buffer.Write(p)
}

// stopAtWarning runs the program and stops it at its first warning.
func stopAtWarning(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	var out bytes.Buffer
	errs := &stopper{stop: stop}
	code = run(ctx, append([]string{"rolewall"}, args...), strings.NewReader(""), &out, errs)
	return code, out.String(), errs.String()
}

// TestInterrupted: a run that is stopped prints no page and writes nothing that is not whole, and says what it leaves.
func TestInterrupted(t *testing.T) {
	dir := t.TempDir()
	policy, out := filepath.Join(dir, "policy.toml"), filepath.Join(dir, "out")
	text := "os = \"windows-2022\"\ntargets = [\"json\"]\n"
	for i := range 40 {
		text += fmt.Sprintf("[hosts.h%d]\nroles = [\"iis-web\"]\n", i) // no rule lets management in, which is a warning
	}
	if err := os.WriteFile(policy, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	must(t, 0, "generate", "-o", out, policy)
	must(t, 0, "generate", "-o", filepath.Join(dir, "copy"), policy)
	for _, c := range []struct {
		args string
		said string
	}{
		{"check --format json --diff -o " + out, "interrupted"},
		{"generate --archive " + filepath.Join(dir, "out.tar"), "interrupted: no archive was written"},
		{"generate --force -o " + out, "interrupted: every file is old or new, and the manifest is as it was"},
		{"generate -o " + filepath.Join(dir, "new"), "interrupted: every file is old or new, and the manifest is as it was"},
	} {
		code, stdout, stderr := stopAtWarning(t, append(strings.Fields(c.args), policy)...)
		if code != 130 || stdout != "" || !strings.HasSuffix(stderr, "\n"+c.said+"\n") {
			t.Errorf("%s: exit code %d, %s%s", c.args, code, stdout, stderr)
		}
	}
	same(t, out, filepath.Join(dir, "copy"))
	if left, err := filepath.Glob(filepath.Join(dir, "*.tar*")); err != nil || len(left) > 0 {
		t.Errorf("left: %v, %v", left, err)
	}
	must(t, 0, "generate", "-o", filepath.Join(dir, "new"), policy)
	same(t, filepath.Join(dir, "new"), filepath.Join(dir, "copy"))
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
