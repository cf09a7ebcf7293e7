package linux_test

import (
	"strings"
	"testing"

	"rolewall/generators/iptables"
	"rolewall/generators/nftables"
	"rolewall/generators/target"
	"rolewall/generators/targettest"
	"rolewall/internal/netspace"
	"rolewall/ruleset"
)

// TestLinuxSettings reads in the kernel's listings what each setting of Linux hosts adds, and that it adds nothing
// when it is off.
func TestLinuxSettings(t *testing.T) {
	netspace.Need(t, "nft", "iptables", "ip6tables", "dash")
	off := []string{"log prefix", "reject with", "iifname !=", "counter packets 0 bytes 0 accept", "LOG", "REJECT", "-i eth0", "ROLEWALL-GOVERNED"}
	for _, c := range []struct {
		name     string
		settings ruleset.LinuxSettings
		nft, ipt []string
	}{
		{"none", ruleset.LinuxSettings{}, nil, nil},
		{
			"log", ruleset.LinuxSettings{Log: true},
			[]string{`limit rate 5/minute burst 10 packets log prefix "rolewall drop: " level info`},
			[]string{`-m limit --limit 5/min --limit-burst 10 -j LOG --log-prefix "rolewall drop: " --log-level 6`},
		},
		{
			"reject", ruleset.LinuxSettings{Reject: true},
			[]string{"meta l4proto tcp counter packets 0 bytes 0 reject with tcp reset", "reject with icmpx admin-prohibited"},
			[]string{
				"-p tcp -j REJECT --reject-with tcp-reset", "-j REJECT --reject-with icmp-admin-prohibited",
				"-j REJECT --reject-with icmp6-adm-prohibited",
			},
		},
		{
			"interfaces", ruleset.LinuxSettings{Interfaces: []string{"eth0", "wg*"}},
			[]string{`iifname != "eth0" iifname != "wg*" accept`},
			[]string{"-A ROLEWALL-IN -i eth0 -j ROLEWALL-GOVERNED", "-A ROLEWALL-IN -i wg+ -j ROLEWALL-GOVERNED"},
		},
		{
			"counters", ruleset.LinuxSettings{Counters: true},
			[]string{`tcp dport 22 counter packets 0 bytes 0 accept comment "from anyone"`}, nil,
		},
	} {
		rs := targettest.LinuxSet(targettest.LinuxRule(ruleset.TCP, "22", "SSH", "ssh", ruleset.Anyone()))
		rs.Settings.Linux = c.settings
		nft, ipt := netspace.New(t), netspace.New(t)
		targettest.RunSh(t, ipt, targettest.Script(t, iptables.New(), rs))
		for listing, want := range map[string][]string{
			targettest.LoadNft(t, nft, targettest.Script(t, nftables.New(), rs)): c.nft, targettest.ListIPTables(t, ipt): c.ipt,
		} {
			for _, w := range want {
				if !strings.Contains(listing, w) {
					t.Errorf("%s: the listing lacks %s:\n%s", c.name, w, listing)
				}
			}
			for _, w := range off {
				if len(want) == 0 && strings.Contains(listing, w) {
					t.Errorf("%s: the listing has %s:\n%s", c.name, w, listing)
				}
			}
			if strings.Contains(listing, "ROLEWALL") {
				continue
			}
			if !strings.HasSuffix(listing, "\t\tcounter packets 0 bytes 0 drop\n\t}\n}\n") {
				t.Errorf("%s: the last rule is not a drop:\n%s", c.name, listing)
			}
		}
	}
}

// TestLinuxRefusals names what neither target can say.
func TestLinuxRefusals(t *testing.T) {
	extension := targettest.LinuxSet(targettest.LinuxRule(60, "", "Options", "x", ruleset.Anyone()))
	four := targettest.LinuxSet(targettest.LinuxRule(60, "", "Options", "x", targettest.Network("four", "10.0.0.0/8")))
	zero := targettest.LinuxSet(targettest.LinuxRule(0, "", "Every protocol, to iptables", "x", targettest.Network("four", "10.0.0.0/8")))
	wild := targettest.LinuxSet()
	wild.Settings.Linux.Interfaces = []string{`eth0" accept`, "-j", "averyverylongname"}
	all := targettest.LinuxRule(ruleset.ICMP, "", "Every type", "x", ruleset.Anyone())
	all.ICMP = []ruleset.ICMPType{{Type: 255}}
	for _, c := range []struct {
		name     string
		rs       *ruleset.RuleSet
		nft, ipt int
	}{
		{"an extension header as a protocol", extension, 1, 1},
		{"the same over IPv4", four, 0, 0},
		{"protocol 0 over IPv4", zero, 1, 1},
		{"names that are none", wild, 3, 3},
		{"ICMP type 255", targettest.LinuxSet(all), 0, 1},
		{"the sample", targettest.LinuxSample(), 0, 0},
	} {
		if got := len(target.Check(nftables.New(), c.rs, nil)); got != c.nft {
			t.Errorf("%s: nftables refuses %d", c.name, got)
		}
		if got := len(target.Check(iptables.New(), c.rs, nil)); got != c.ipt {
			t.Errorf("%s: iptables refuses %d", c.name, got)
		}
	}
}
