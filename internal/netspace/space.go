// Package netspace gives tests of Linux a network namespace: it runs commands and opens sockets inside, hides folders of the host,
// and puts other programs in the place of tools. A namespace vanishes with its test.
package netspace

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Space is a network namespace. It has no name: it lives as long as its file is open.
type Space struct {
	file    *os.File
	path    []string // folders searched for tools before those of PATH
	folders []string // the command that enters the space's own folders, if it has any
	root    string   // where other processes find those folders; empty where there are none
	Hasty   bool     // what waits gives up soon: it is expected to fail
}

// New makes an empty namespace with its loopback up.
func New(t testing.TB) *Space {
	t.Helper()
	file, err := newNamespace()
	if err != nil {
		t.Fatal(err)
	}
	s := &Space{file: file}
	t.Cleanup(func() { file.Close() })
	s.Must(t, "ip", "link", "set", "lo", "up")
	// So that no connection has a port on which a test listens.
	if err := s.Do(func() error {
		return os.WriteFile("/proc/sys/net/ipv4/ip_local_port_range", []byte("28000 31999"), 0)
	}); err != nil {
		t.Fatal(err)
	}
	return s
}

// Do runs f inside the namespace; so do the processes and sockets that f starts.
func (s *Space) Do(f func() error) error { return inNamespace(s.file, f) }

// Path is where other processes find the namespace.
func (s *Space) Path() string { return fmt.Sprintf("/proc/%d/fd/%d", os.Getpid(), s.file.Fd()) }

// Prefer makes the tools in a folder come before all others.
func (s *Space) Prefer(folder string) { s.path = append([]string{folder}, s.path...) }

// PreferLast makes the tools that another space prefers come after the space's own, and before those of PATH.
func (s *Space) PreferLast(other *Space) { s.path = slices.Concat(s.path, other.path) }

// Command prepares a command for Start; it sees the tools and folders of the space.
func (s *Space) Command(command ...string) *exec.Cmd {
	all := slices.Concat(s.folders, command)
	cmd := exec.Command(s.tool(all[0]), all[1:]...)
	cmd.Args[0] = all[0] // by which iptables knows what it is
	cmd.Env = append(os.Environ(), "PATH="+strings.Join(append(s.path, os.Getenv("PATH")), ":"))
	return cmd
}

// tool returns the path of a tool in the first folder that the space prefers and that has it; else the name.
func (s *Space) tool(name string) string {
	for _, folder := range s.path {
		if found, err := exec.LookPath(filepath.Join(folder, name)); err == nil && filepath.Base(name) == name {
			return found
		}
	}
	return name
}

// Exists reports whether the space has a file, in its own folders or in those of the host. It starts no process, so that a test can ask often.
func (s *Space) Exists(file string) bool {
	_, err := os.Stat(s.root + file)
	return err == nil
}

// Start starts a command inside the namespace.
func (s *Space) Start(cmd *exec.Cmd) error { return s.Do(cmd.Start) }

// Run runs a command inside the namespace with text on standard input. It returns what the command said on both
// outputs, and its failure.
func (s *Space) Run(stdin string, command ...string) (string, error) {
	var out bytes.Buffer
	cmd := s.Command(command...)
	cmd.Stdin = strings.NewReader(stdin)
	cmd.Stdout, cmd.Stderr = &out, &out
	err := s.Do(cmd.Run)
	if err != nil {
		err = fmt.Errorf("%s: %w\n%s", strings.Join(command, " "), err, out.String())
	}
	return out.String(), err
}

// Must is Run without input for commands that cannot fail.
func (s *Space) Must(t testing.TB, command ...string) string {
	t.Helper()
	out, err := s.Run("", command...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// HideFolders gives all that runs in the namespace from now on empty folders of its own in the place of the host's.
func (s *Space) HideFolders(t testing.TB, folders ...string) {
	t.Helper()
	script := `for f; do mount -t tmpfs tmpfs "$f"; done; echo ready; exec cat`
	holder := s.Command(append([]string{"unshare", "--mount", "sh", "-ec", script, "sh"}, folders...)...)
	in, err := holder.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := holder.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Start(holder); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close() // cat ends, and the folders with it
		holder.Wait()
	})
	if _, err := io.ReadFull(out, make([]byte, len("ready\n"))); err != nil {
		t.Fatalf("hide %v: %v", folders, err)
	}
	process := fmt.Sprintf("/proc/%d", holder.Process.Pid)
	s.folders = []string{"nsenter", "--mount=" + process + "/ns/mnt", "--"}
	s.root = process + "/root"
}
