//go:build linux

package packettest

import (
	"errors"
	"net/netip"
	"regexp"
	"slices"
	"testing"

	"rolewall/ruleset"

	"golang.org/x/sys/unix"
)

// TestOptions asks hosts with each setting that changes what gets in, and with those that must not. The ports at the
// edges of the rules are enough here: every port is swept elsewhere.
func TestOptions(t *testing.T) {
	t.Parallel()
	l := newAnsweringLab(t)
	checks := slices.DeleteFunc(append(sweeps(), check{"connections", checkConnections}), func(c check) bool { return c.name == "ports" })
	for name, settings := range map[string]ruleset.LinuxSettings{
		"no ping":           {NoPing: true},
		"log, reject":       {Log: true, Reject: true, Counters: true},
		"governed":          {Interfaces: []string{serverEnd().link, tapLink}},
		"governed by begin": {Interfaces: []string{"other0", "prob*"}},
		"invalid passes":    {Invalid: "pass"},
		"not governed":      {Interfaces: []string{"other0", "ppp*"}},
	} {
		rs := ruleSet(request(ruleset.TCP, "22", ruleset.Anyone()), request(ruleset.UDP, "53", ruleset.Anyone()))
		rs.Settings.Linux = settings
		for _, x := range targets() {
			for _, f := range l.run(t, x.script(t, rs), rs, checks) {
				t.Errorf("%s, %s: %s: %s", name, x.tool, f.Check, f.Text)
			}
		}
	}
}

// TestReject expects an answer from closed ports.
func TestReject(t *testing.T) {
	t.Parallel()
	l := newAnsweringLab(t)
	rs := ruleSet(request(ruleset.TCP, "22", ruleset.Anyone()))
	rs.Settings.Linux.Reject = true
	for _, x := range targets() {
		l.load(t, x.script(t, rs))
		for _, at := range []netip.Addr{serverEnd().ipv4, serverEnd().ipv6} {
			to := netip.AddrPortFrom(at, closedPort)
			if err := l.Client.Talk("tcp", netip.Addr{}, to); !errors.Is(err, unix.ECONNREFUSED) {
				t.Errorf("%s: tcp to %s: %v", x.tool, to, err)
			}
			// "Administratively prohibited" is told to programs in these words, by family.
			if err := l.Client.Talk("udp", netip.Addr{}, to); !errors.Is(err, unix.EHOSTUNREACH) && !errors.Is(err, unix.EACCES) {
				t.Errorf("%s: udp to %s: %v", x.tool, to, err)
			}
		}
	}
}

// TestCounters expects a packet to be counted by the rule that lets it in.
func TestCounters(t *testing.T) {
	t.Parallel()
	l := newAnsweringLab(t)
	rs := ruleSet(request(ruleset.UDP, "53", ruleset.Anyone()))
	rs.Settings.Linux.Counters = true
	datagram := packet{from: clientEnd().ipv4, to: serverEnd().ipv4, protocol: protoUDP, payload: udpDatagram(40000, 53)}
	for tool, listing := range map[target]struct {
		command []string
		counted string
	}{
		{"nftables", Nftables}: {[]string{"nft", "list", "table", "inet", "rolewall"}, `udp dport 53 counter packets 1 bytes 28 accept`},
		{"iptables", Iptables}: {[]string{"iptables", "-S", "ROLEWALL-IN", "-v"}, `--dport 53 .*-c 1 28`},
	} {
		l.load(t, tool.script(t, rs))
		if _, err := l.probe([]packet{datagram}); err != nil {
			t.Fatal(err)
		}
		if out := l.Server.Must(t, listing.command...); !regexp.MustCompile(listing.counted).MatchString(out) {
			t.Errorf("%s: one packet is not counted in\n%s", tool.tool, out)
		}
	}
}

// TestUpgrade expects nothing of a version that used every option in the listing of the next, which uses none; and
// the other way round.
func TestUpgrade(t *testing.T) {
	t.Parallel()
	l := newAnsweringLab(t)
	ftp := request(ruleset.TCP, "21", ruleset.Anyone())
	ftp.Reasons[0].App = "FTP control"
	rich := sample()
	rich.Inbound = ruleset.Merge(append(rich.Inbound, ftp))
	rich.Settings.Linux = ruleset.LinuxSettings{Log: true, Reject: true, Counters: true, NoPing: true, Interfaces: []string{"server0", "wg*"}}
	plain := ruleSet(request(ruleset.TCP, "22", network("admins", "10.3.0.0/24")))
	for _, x := range targets() {
		for _, versions := range [][]*ruleset.RuleSet{{rich, plain}, {plain, rich}} {
			found, err := l.Upgrade(x.script(t, versions[0]), x.script(t, versions[1]))
			if err != nil {
				t.Fatal(err)
			}
			Report(t, found)
		}
	}
}
