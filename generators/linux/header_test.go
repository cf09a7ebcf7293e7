package linux_test

import (
	"strings"
	"testing"

	"rolewall/generators/iptables"
	"rolewall/generators/nftables"
	"rolewall/generators/target"
	"rolewall/generators/targettest"
	"rolewall/ruleset"
)

// TestLinuxHeaderText holds what the header says of a host against what its script does.
func TestLinuxHeaderText(t *testing.T) {
	decrypted := targettest.LinuxRule(ruleset.UDP, "1701", "L2TP", "RemoteAccess", ruleset.Anyone())
	decrypted.IPsecOnly = true
	ping := targettest.LinuxRule(ruleset.ICMP, "", "Ping", "ping", targettest.Network("office", "10.0.0.0/8"))
	ping.ICMP = []ruleset.ICMPType{{Type: 13}}
	rpc := targettest.LinuxRule(ruleset.TCP, "49152-65535", "RPC", "LSASS", ruleset.Anyone())
	rpc.RPC = ruleset.Dynamic
	for _, c := range []struct {
		name          string
		rules         []*ruleset.Rule
		settings      ruleset.LinuxSettings
		families      ruleset.Families
		says, saysNot []string
	}{
		{
			"plain", []*ruleset.Rule{ping}, ruleset.LinuxSettings{}, ruleset.Families{IPv4: true, IPv6: true},
			[]string{"echo requests (ping), IPv4 and IPv6", "From office; nothing over IPv6", "IGMP, and IPv6", "# rpc      dynamic\n"},
			[]string{"no address", "governs", "IPsec", "dynamic endpoints"},
		},
		{
			"RPC", []*ruleset.Rule{rpc}, ruleset.LinuxSettings{}, ruleset.Families{IPv4: true, IPv6: true},
			[]string{"# rpc      dynamic, dynamic endpoints on tcp 49152-65535\n"}, nil,
		},
		{
			"IPv4", nil, ruleset.LinuxSettings{}, ruleset.Families{IPv4: true},
			[]string{"  echo requests (ping)\n", "  IGMP\n", "  ICMP errors"}, []string{"  ICMPv6", "  DHCPv6", "  IPv6"},
		},
		{
			"IPv6, no ping", nil, ruleset.LinuxSettings{NoPing: true}, ruleset.Families{IPv6: true},
			[]string{"  ICMPv6 errors", "  IPv6 multicast"}, []string{"  IGMP", "  ICMP errors", "  echo requests", "rrors and echo"},
		},
		{
			"invalid passes", nil, ruleset.LinuxSettings{Invalid: "pass"}, ruleset.Families{IPv4: true},
			[]string{"# note     packets that connection tracking calls invalid are not dropped"}, []string{"ct state invalid", "ctstate INVALID"},
		},
		{
			"interfaces, L2TP", []*ruleset.Rule{decrypted}, ruleset.LinuxSettings{Interfaces: []string{"eth0", "wg*"}}, ruleset.Families{IPv4: true},
			[]string{"# note     governs eth0, wg* alone; every other interface is open\n", "# note     udp 1701 is open to what comes out of IPsec alone"}, nil,
		},
	} {
		rs := targettest.LinuxSet(c.rules...)
		rs.Settings.Linux, rs.Families = c.settings, c.families
		for _, g := range []target.Target{nftables.New(), iptables.New()} {
			text := targettest.Script(t, g, rs)
			for _, want := range c.says {
				if !strings.Contains(text, want) {
					t.Errorf("%s, %s: the script does not say %q:\n%s", c.name, g.Info().Name, want, text)
				}
			}
			for _, not := range c.saysNot {
				if strings.Contains(text, not) {
					t.Errorf("%s, %s: the script says %q:\n%s", c.name, g.Info().Name, not, text)
				}
			}
		}
	}
}

// TestLinuxDecrypted keeps bare packets out of what comes inside IPsec, and out of nothing else on the same port.
func TestLinuxDecrypted(t *testing.T) {
	decrypted := targettest.LinuxRule(ruleset.UDP, "1701", "L2TP", "RemoteAccess", ruleset.Anyone())
	decrypted.IPsecOnly = true
	own := targettest.LinuxRule(ruleset.UDP, "1701", "Telemetry", "Mine", targettest.Network("office", "10.0.0.0/8"))
	rs := targettest.LinuxSet(decrypted, own)
	for g, want := range map[target.Target][]string{
		nftables.New(): {"meta ipsec exists udp dport 1701 accept", "ip saddr $office_ipv4 udp dport $office_udp accept"},
		iptables.New(): {"-p udp -m udp --dport 1701 -m policy --dir in --pol ipsec -m", "-4 -s 10.0.0.0/8 -p udp --dport 1701 -m"},
	} {
		for _, w := range want {
			if text := targettest.Script(t, g, rs); !strings.Contains(text, w) {
				t.Errorf("%s lacks %q:\n%s", g.Info().Name, w, text)
			}
		}
	}
}
