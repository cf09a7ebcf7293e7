package iptables

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rolewall/generators/targettest"
	"rolewall/internal/netspace"
	"rolewall/ruleset"
)

// iptVersions are two versions of a host's script.
func iptVersions(t *testing.T) (v1, v2 string) {
	t.Helper()
	anyone := ruleset.Anyone()
	return targettest.Script(t, New(), targettest.LinuxSet(targettest.LinuxRule(ruleset.TCP, "22", "SSH", "ssh", anyone))),
		targettest.Script(t, New(), targettest.LinuxSet(targettest.LinuxRule(ruleset.TCP, "2222", "SSH", "ssh", anyone)))
}

// TestCannotList lets the listing of the rules that are there fail: taken for an empty one, it would be what a
// failed load goes back to.
func TestCannotList(t *testing.T) {
	targettest.IPTablesBackEnds(t, func(t *testing.T, space func() *netspace.Space) {
		s := space()
		v1, v2 := iptVersions(t)
		targettest.RunSh(t, s, v1)
		before := targettest.ListIPTables(t, s)
		s.Replace(t, "ip6tables", `[ "$*" != "-w 5 -S" ] || exit 4; exec $REAL "$@"`)
		if out, err := s.Run(v2, "dash", "-s"); err == nil || !strings.Contains(out, "nothing is changed") {
			t.Errorf("loading: %v, %s", err, out)
		}
		if out, err := s.Run(v2, "dash", "-s", "save", t.TempDir()); err == nil {
			t.Errorf("saving succeeds: %s", out)
		}
		if after := targettest.ListIPTables(t, s); after != before {
			t.Errorf("before\n%s\nafter\n%s", before, after)
		}
	})
}

// TestReadOnly loads where /tmp cannot be written to, as it may be while a host starts.
func TestReadOnly(t *testing.T) {
	_, script := iptVersions(t)
	targettest.IPTablesBackEnds(t, func(t *testing.T, space func() *netspace.Space) {
		for _, shell := range []string{"dash", "bash"} {
			s := space()
			out, err := s.Run(script, "unshare", "--mount", "sh", "-ec",
				`mount --bind /tmp /tmp; mount -o remount,bind,ro /tmp; cd /sys; unset TMPDIR; exec "$0" -s`, shell)
			if listing := targettest.ListIPTables(t, s); err != nil || strings.Count(listing, "--dport 2222") != 2 {
				t.Errorf("%s: %v, %s\n%s", shell, err, out, listing)
			}
		}
	})
}

// TestNobodyListens takes away who reads the warnings before there is one. Both families are loaded.
func TestNobodyListens(t *testing.T) {
	v1, v2 := iptVersions(t)
	targettest.IPTablesBackEnds(t, func(t *testing.T, space func() *netspace.Space) {
		s := space()
		targettest.RunSh(t, s, v1)
		s.Must(t, "iptables", "-I", "INPUT", "1", "-s", "192.0.2.9", "-j", "DROP")
		file := filepath.Join(t.TempDir(), "iptables.sh")
		if err := os.WriteFile(file, []byte(v2), 0o755); err != nil {
			t.Fatal(err)
		}
		reader, writer, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		reader.Close()
		// A shell that is told to ignore a signal cannot mind it again, so it gets the signal back by env.
		cmd := s.Command("env", "--default-signal=PIPE", "dash", file)
		cmd.Stdout, cmd.Stderr = writer, writer
		if err := s.Start(cmd); err != nil {
			t.Fatal(err)
		}
		writer.Close()
		_ = cmd.Wait() // killed by the signal or not, both families are loaded
		if listing := targettest.ListIPTables(t, s); strings.Count(listing, "--dport 2222") != 2 {
			t.Errorf("half loaded:\n%s", listing)
		}
	})
}

// TestOneJump makes one of the jumps that scripts leave which run at the same time.
func TestOneJump(t *testing.T) {
	v1, _ := iptVersions(t)
	targettest.IPTablesBackEnds(t, func(t *testing.T, space func() *netspace.Space) {
		s := space()
		targettest.RunSh(t, s, v1)
		want := targettest.ListIPTables(t, s)
		for range 3 {
			s.Must(t, "iptables", "-I", "INPUT", "-j", "ROLEWALL-IN")
			s.Must(t, "ip6tables", "-A", "INPUT", "-j", "ROLEWALL-IN")
		}
		if out := targettest.RunSh(t, s, v1); out != "" {
			t.Errorf("loading says %s", out)
		}
		if got := targettest.ListIPTables(t, s); got != want {
			t.Errorf("once\n%s\nand with more jumps\n%s", want, got)
		}
	})
}

// TestMissingInterface warns of names that no interface has, and of no others.
func TestMissingInterface(t *testing.T) {
	netspace.Need(t, "nft", "iptables", "ip6tables", "dash")
	rs := targettest.LinuxSet()
	rs.Settings.Linux.Interfaces = []string{"lo", "l*", "eht0", "wg*"}
	out, err := netspace.New(t).Run(targettest.Script(t, New(), rs),
		"unshare", "--mount", "sh", "-c", "mount -t sysfs sysfs /sys && cd / && exec dash -s")
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]int{"lo": 0, "l*": 0, "eht0": 1, "wg*": 1} {
		if got := strings.Count(out, "no interface is named "+name+";"); got != want {
			t.Errorf("%s is warned of %d times: %s", name, got, out)
		}
	}
}
