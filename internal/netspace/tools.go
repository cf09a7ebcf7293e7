package netspace

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// Need skips the test unless it runs on Linux with IPv6, as root, and the tools exist. In CI on Linux it fails
// instead, so that nothing goes untested unnoticed.
func Need(t testing.TB, tools ...string) {
	t.Helper()
	lacks := func(what string) {
		t.Helper()
		if os.Getenv("CI") != "" {
			t.Fatalf("this test needs %s", what)
		}
		t.Skipf("this test needs %s", what)
	}
	if runtime.GOOS != "linux" {
		t.Skip("this test needs Linux")
	}
	if os.Getuid() != 0 {
		lacks("root")
	}
	if _, err := os.Stat("/proc/sys/net/ipv6"); err != nil {
		lacks("IPv6 in the kernel")
	}
	for _, tool := range append(tools, "ip") {
		if _, err := exec.LookPath(tool); err != nil {
			lacks(tool)
		}
	}
}

// Has reports whether a tool that a part of a test needs exists. In CI the test fails without it.
func Has(t testing.TB, tool string) bool {
	t.Helper()
	_, err := exec.LookPath(tool)
	switch {
	case err == nil:
		return true
	case os.Getenv("CI") != "":
		t.Errorf("this test needs %s", tool)
	default:
		t.Logf("a part of this test needs %s, and is left out", tool)
	}
	return false
}

// UseLegacy makes iptables and ip6tables use the legacy back end for everything that runs in the namespace from
// now on.
func (s *Space) UseLegacy(t testing.TB) {
	t.Helper()
	dir := t.TempDir()
	for _, tool := range []string{"iptables", "ip6tables"} {
		for _, suffix := range []string{"", "-save", "-restore"} {
			real, err := exec.LookPath(tool + "-legacy" + suffix)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.Symlink(real, filepath.Join(dir, tool+suffix)); err != nil {
				t.Fatal(err)
			}
		}
	}
	s.Prefer(dir)
}

// Replace replaces a tool by a shell script for everything that runs in the namespace from now on. In the script
// REAL is the path of the tool.
func (s *Space) Replace(t testing.TB, tool, script string) {
	t.Helper()
	out, err := s.Run("", "sh", "-c", "command -v "+tool)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	text := "#!/bin/sh\nREAL=" + strings.TrimSpace(out) + "\n" + script + "\n"
	if err := os.WriteFile(filepath.Join(dir, tool), []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
	s.Prefer(dir)
}
