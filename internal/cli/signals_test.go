//go:build unix

package cli

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
)

// TestStoppedWhileReading: a policy that does not come to its end does not hold a run that is told to stop.
func TestStoppedWhileReading(t *testing.T) {
	fifo := filepath.Join(t.TempDir(), "policy.toml")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		args   []string
		signal os.Signal
		code   int
	}{
		{"Ctrl-C and stdin", []string{"generate", "-"}, os.Interrupt, 130},
		{"SIGTERM and stdin", []string{"generate", "-"}, syscall.SIGTERM, 143},
		{"lint", []string{"lint", "-"}, os.Interrupt, 130},
		{"diff", []string{"diff", "-", fifo}, os.Interrupt, 130},
		{"a named pipe", []string{"generate", fifo}, syscall.SIGTERM, 143},
	} {
		t.Run(c.name, func(t *testing.T) {
			cmd := binary(t, c.args...)
			var stderr bytes.Buffer
			cmd.Stderr = &stderr
			stdin, err := cmd.StdinPipe()
			if err != nil {
				t.Fatal(err)
			}
			defer stdin.Close()
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			var into io.Writer = stdin
			if slices.Contains(c.args, fifo) && !slices.Contains(c.args, "-") {
				f, err := os.OpenFile(fifo, os.O_WRONLY, 0) // waits for the reader
				if err != nil {
					t.Fatal(err)
				}
				defer f.Close()
				into = f
			}
			// More than a pipe holds: when it is written, the program is reading.
			if _, err := into.Write(bytes.Repeat([]byte("#\n"), 1<<20)); err != nil {
				t.Fatal(err)
			}
			if err := cmd.Process.Signal(c.signal); err != nil {
				t.Fatal(err)
			}
			_ = cmd.Wait()
			if code := cmd.ProcessState.ExitCode(); code != c.code || stderr.String() != "interrupted\n" {
				t.Errorf("exit code %d, want %d, %q", code, c.code, stderr.String())
			}
		})
	}
}

// TestUnread: a run that cannot end, since nobody reads what it writes, ends with the first Ctrl-C.
func TestUnread(t *testing.T) {
	cmd := binary(t, "schema")
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(stdout, make([]byte, 1)); err != nil { // it writes now
		t.Fatal(err)
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code != 130 {
		t.Errorf("exit code %d", code)
	}
}
