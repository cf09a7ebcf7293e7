package generators

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rolewall/internal/packettest"
	"rolewall/ruleset"
)

// iptVersions are two versions of a host's script.
func iptVersions(t *testing.T) (v1, v2 string) {
	t.Helper()
	anyone := ruleset.Anyone()
	return linuxScript(t, newIptables(), linuxSet(linuxRule(ruleset.TCP, "22", "SSH", "ssh", anyone))),
		linuxScript(t, newIptables(), linuxSet(linuxRule(ruleset.TCP, "2222", "SSH", "ssh", anyone)))
}

// TestIptablesCannotList lets the listing of the rules that are there fail: taken for an empty one, it would be what a
// failed load goes back to.
func TestIptablesCannotList(t *testing.T) {
	backEnds(t, func(t *testing.T, space func() *packettest.Space) {
		s := space()
		v1, v2 := iptVersions(t)
		iptRun(t, s, v1)
		before := iptListing(t, s)
		s.Replace(t, "ip6tables", `[ "$*" != "-w 5 -S" ] || exit 4; exec $REAL "$@"`)
		if out, err := s.Run(v2, "dash", "-s"); err == nil || !strings.Contains(out, "nothing is changed") {
			t.Errorf("loading: %v, %s", err, out)
		}
		if out, err := s.Run(v2, "dash", "-s", "save", t.TempDir()); err == nil {
			t.Errorf("saving succeeds: %s", out)
		}
		if after := iptListing(t, s); after != before {
			t.Errorf("before\n%s\nafter\n%s", before, after)
		}
	})
}

// TestIptablesReadOnly loads where /tmp cannot be written to, as it may be while a host starts.
func TestIptablesReadOnly(t *testing.T) {
	_, script := iptVersions(t)
	backEnds(t, func(t *testing.T, space func() *packettest.Space) {
		for _, shell := range []string{"dash", "bash"} {
			s := space()
			out, err := s.Run(script, "unshare", "--mount", "sh", "-ec",
				`mount --bind /tmp /tmp; mount -o remount,bind,ro /tmp; cd /sys; unset TMPDIR; exec "$0" -s`, shell)
			if listing := iptListing(t, s); err != nil || strings.Count(listing, "--dport 2222") != 2 {
				t.Errorf("%s: %v, %s\n%s", shell, err, out, listing)
			}
		}
	})
}

// TestIptablesNobodyListens takes away who reads the warnings before there is one. Both families are loaded.
func TestIptablesNobodyListens(t *testing.T) {
	v1, v2 := iptVersions(t)
	backEnds(t, func(t *testing.T, space func() *packettest.Space) {
		s := space()
		iptRun(t, s, v1)
		s.Must(t, "iptables", "-I", "INPUT", "1", "-s", "192.0.2.9", "-j", "DROP")
		file := filepath.Join(t.TempDir(), "iptables.sh")
		if err := os.WriteFile(file, []byte(v2), 0o755); err != nil {
			t.Fatal(err)
		}
		// A shell that is told to ignore a signal cannot mind it again, so the sender gets it back by env.
		s.Must(t, "env", "--default-signal=PIPE", "sh", "-c", `{ sleep 0.2; dash "$0"; } 2>&1 | :; sleep 0.5`, file)
		if listing := iptListing(t, s); strings.Count(listing, "--dport 2222") != 2 {
			t.Errorf("half loaded:\n%s", listing)
		}
	})
}

// TestIptablesOneJump makes one of the jumps that scripts leave which run at the same time.
func TestIptablesOneJump(t *testing.T) {
	v1, _ := iptVersions(t)
	backEnds(t, func(t *testing.T, space func() *packettest.Space) {
		s := space()
		iptRun(t, s, v1)
		want := iptListing(t, s)
		for range 3 {
			s.Must(t, "iptables", "-I", "INPUT", "-j", "ROLEWALL-IN")
			s.Must(t, "ip6tables", "-A", "INPUT", "-j", "ROLEWALL-IN")
		}
		if out := iptRun(t, s, v1); out != "" {
			t.Errorf("loading says %s", out)
		}
		if got := iptListing(t, s); got != want {
			t.Errorf("once\n%s\nand with more jumps\n%s", want, got)
		}
	})
}

// TestIptablesMissingInterface warns of names that no interface has, and of no others.
func TestIptablesMissingInterface(t *testing.T) {
	packettest.Need(t, "nft", "iptables", "ip6tables", "dash")
	rs := linuxSet()
	rs.Settings.Linux.Interfaces = []string{"lo", "l*", "eht0", "wg*"}
	out, err := packettest.NewSpace(t).Run(linuxScript(t, newIptables(), rs),
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
