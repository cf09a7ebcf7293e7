//go:build unix

package main

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
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
			stdin, err := cmd.StdinPipe()
			if err != nil {
				t.Fatal(err)
			}
			defer stdin.Close()
			stderr := startAndWait(t, cmd)
			signalUntilEnd(t, cmd, c.signal, time.Hour) // once
			if code := cmd.ProcessState.ExitCode(); code != c.code || stderr.String() != "interrupted\n" {
				t.Errorf("exit code %d, want %d, %q", code, c.code, stderr.String())
			}
		})
	}
}

// startAndWait starts the program and gives it the time to listen to signals.
func startAndWait(t *testing.T, cmd *exec.Cmd) *bytes.Buffer {
	t.Helper()
	stderr := &bytes.Buffer{}
	cmd.Stderr = stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(300 * time.Millisecond)
	return stderr
}

// signalUntilEnd sends a signal at once and then in every interval, and fails where the program goes on.
func signalUntilEnd(t *testing.T, cmd *exec.Cmd, s os.Signal, interval time.Duration) {
	t.Helper()
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	deadline := time.After(10 * time.Second)
	for {
		_ = cmd.Process.Signal(s)
		select {
		case <-done:
			return
		case <-time.After(interval):
		case <-deadline:
			_ = cmd.Process.Kill()
			<-done
			t.Fatal("the program went on")
		}
	}
}

// TestSecondSignal: a run that cannot end, since nobody reads what it writes, is killed by the second Ctrl-C.
func TestSecondSignal(t *testing.T) {
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
	signalUntilEnd(t, cmd, os.Interrupt, 100*time.Millisecond)
	if status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); !ok || status.Signal() != syscall.SIGINT {
		t.Errorf("%v, want a program that the signal killed", cmd.ProcessState)
	}
}
