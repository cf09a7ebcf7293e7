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

func TestListing(t *testing.T) {
	targettest.IPTablesBackEnds(t, func(t *testing.T, space func() *netspace.Space) {
		s, script := space(), targettest.Script(t, New(), targettest.LinuxSample())
		empty := targettest.ListIPTables(t, s)
		targettest.RunSh(t, s, script, "check")
		if got := targettest.ListIPTables(t, s); got != empty {
			t.Errorf("check changed something:\n%s", got)
		}
		if said := targettest.RunSh(t, s, script); said != "" {
			t.Errorf("loading said %s", said)
		}
		first := targettest.ListIPTables(t, s)
		targettest.RunSh(t, s, script)
		if second := targettest.ListIPTables(t, s); second != first {
			t.Errorf("the second load changes the listing from\n%s\nto\n%s", first, second)
		}
		for _, want := range []string{
			"-A INPUT -j ROLEWALL-IN",
			`-A ROLEWALL-IN -s fd00:20::/48 -p tcp -m multiport --dports 88,135,389,3268:3269,49152:65535 -m comment --comment "from office" -j ACCEPT`,
			`-A ROLEWALL-IN -s 10.40.0.0/24 -p udp -m udp --dport 137:138 -m comment --comment "from branch, office" -j ACCEPT`,
			`-A ROLEWALL-IN -m ah -m comment --comment "from anyone" -j ACCEPT`,
			"-A ROLEWALL-IN -p ipv6-icmp -m icmp6 --icmpv6-type 135 -m hl --hl-eq 255 -j ACCEPT",
			"-A ROLEWALL-IN -j DROP",
		} {
			if !strings.Contains(first, want+"\n") {
				t.Errorf("the listing lacks %s:\n%s", want, first)
			}
		}
		targettest.RunSh(t, s, script, "remove")
		targettest.RunSh(t, s, script, "remove")
		if got := targettest.ListIPTables(t, s); got != empty {
			t.Errorf("remove leaves\n%s", got)
		}
	})
}

// TestHalfLoaded lets the second family fail after the check. Both families then hold what they held before:
// an earlier version, or nothing.
func TestHalfLoaded(t *testing.T) {
	targettest.IPTablesBackEnds(t, func(t *testing.T, space func() *netspace.Space) {
		v1 := targettest.Script(t, New(), targettest.LinuxSet(
			targettest.LinuxRule(ruleset.TCP, "22", "SSH", "ssh", targettest.Network("admins", "10.1.0.0/24", "fd00:1::/64"))))
		v2 := targettest.Script(t, New(), targettest.LinuxSample())
		failed := filepath.Join(t.TempDir(), "failed")
		for _, fault := range []struct{ name, tool, script string }{
			{"load", "ip6tables-restore", `case $* in *--test*) ;; *) [ -e FAILED ] || { touch FAILED; exit 4; } ;; esac; exec $REAL "$@"`},
			{"load-and-undo", "ip6tables-restore", `case $* in *--test*) ;; *) exit 4 ;; esac; exec $REAL "$@"`},
			{"jump", "ip6tables", `case $* in *-I*) exit 4 ;; esac; exec $REAL "$@"`},
		} {
			for _, earlier := range []string{"", v1} {
				if fault.name == "jump" && earlier != "" {
					continue // the jump is there already
				}
				s := space()
				if earlier != "" {
					targettest.RunSh(t, s, earlier)
				}
				before := targettest.ListIPTables(t, s)
				os.Remove(failed)
				s.Replace(t, fault.tool, strings.ReplaceAll(fault.script, "FAILED", failed))
				out, err := s.Run(v2, "dash", "-s")
				if err == nil || !strings.Contains(out, "putting back the rules") {
					t.Errorf("%s: %v, %s", fault.name, err, out)
				}
				if after := targettest.ListIPTables(t, s); after != before {
					t.Errorf("%s: before\n%s\nafter\n%s", fault.name, before, after)
				}
			}
		}
	})
}

// TestChecksFirst breaks a rule of the second family, and expects that nothing is loaded of the first.
func TestChecksFirst(t *testing.T) {
	targettest.IPTablesBackEnds(t, func(t *testing.T, space func() *netspace.Space) {
		s, loads := space(), filepath.Join(t.TempDir(), "loads")
		s.Replace(t, "iptables-restore", `case $* in *--test*) ;; *) echo "$*" >>`+loads+` ;; esac; exec $REAL "$@"`)
		good := targettest.Script(t, New(), targettest.LinuxSample())
		broken := strings.Replace(good, "--icmpv6-type 143", "--icmpv6-type none", 1)
		if out, err := s.Run(broken, "dash", "-s"); err == nil {
			t.Errorf("a script with a fault loads: %s", out)
		}
		if text, err := os.ReadFile(loads); err == nil {
			t.Errorf("before the fault was found, this was loaded: %s", text)
		}
	})
}

// TestWithoutIPv6 hides what the targettest.Kernel says of IPv6.
func TestWithoutIPv6(t *testing.T) {
	targettest.IPTablesBackEnds(t, func(t *testing.T, space func() *netspace.Space) {
		s, script := space(), targettest.Script(t, New(), targettest.LinuxSample())
		out, err := s.Run(script, "unshare", "--mount", "sh", "-c", "mount -t tmpfs none /proc && exec dash -s")
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(out, "no IPv6: skipping") {
			t.Errorf("the script skips IPv6 without a word: %q", out)
		}
		if four, six := s.Must(t, "iptables", "-S"), s.Must(t, "ip6tables", "-S"); !strings.Contains(four, "ROLEWALL") || strings.Contains(six, "ROLEWALL") {
			t.Errorf("IPv4 holds\n%s\nIPv6 holds\n%s", four, six)
		}
	})
}
