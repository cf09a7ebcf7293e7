package nftables

import (
	"slices"
	"strings"
	"testing"

	"rolewall/generators/targettest"
	"rolewall/ruleset"
)

// TestQualified holds how each kind of traffic is written where a rule is for one interface alone.
func TestQualified(t *testing.T) {
	rule := func(p ruleset.Protocol, ports string) *ruleset.Rule {
		return targettest.LinuxRule(p, ports, "x", "x", targettest.Network("office", "10.20.0.0/16"))
	}
	decrypted := rule(ruleset.UDP, "1701")
	decrypted.IPsecOnly = true
	for _, c := range []struct {
		name string
		rule *ruleset.Rule
		want []string
	}{
		{"a port", rule(ruleset.TCP, "22"), []string{"tcp dport 22"}},
		{"ports", rule(ruleset.TCP, "22,80-90"), []string{"tcp dport { 22, 80-90 }"}},
		{"what comes out of a tunnel", decrypted, []string{"meta ipsec exists udp dport 1701"}},
		{"types of ICMP", targettest.WithICMP(rule(ruleset.ICMP, ""), "3:4", "8"), []string{"icmp type 3 icmp code 4", "icmp type 8"}},
		{"a protocol", rule(ruleset.GRE, ""), []string{"meta l4proto 47"}},
		{"every protocol", rule(ruleset.AnyProtocol, ""), []string{""}},
	} {
		script := targettest.Script(t, New(), targettest.LinuxSet(targettest.Narrowed(c.rule, ruleset.Qualifiers{Interfaces: []string{"eth0"}})))
		var got []string
		for line := range strings.Lines(script) {
			if !strings.Contains(line, `iifname "eth0"`) {
				continue
			}
			line = strings.TrimPrefix(strings.TrimSpace(line), `ip saddr $office_ipv4 iifname "eth0" `)
			line, _, _ = strings.Cut(line, `accept comment "from office"`)
			got = append(got, strings.TrimSpace(line))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

// TestAuditInterfaces holds that the sets of the audit script tell interfaces apart where the fate of a packet depends on it.
func TestAuditInterfaces(t *testing.T) {
	ssh := targettest.LinuxRule(ruleset.TCP, "22", "SSH", "ssh", ruleset.Anyone())
	onEth0 := targettest.Narrowed(targettest.LinuxRule(ruleset.TCP, "22", "SSH", "ssh", ruleset.Anyone()), ruleset.Qualifiers{Interfaces: []string{"eth0"}})
	for _, c := range []struct {
		name     string
		rule     *ruleset.Rule
		settings ruleset.LinuxSettings
		want     bool
	}{
		{"all interfaces", ssh, ruleset.LinuxSettings{}, false},
		{"a rule for one", onEth0, ruleset.LinuxSettings{}, true},
		{"some are filtered", ssh, ruleset.LinuxSettings{Interfaces: []string{"eth0"}}, true},
	} {
		rs := targettest.LinuxSet(c.rule)
		rs.Settings.Linux = c.settings
		if got := strings.Contains(targettest.Script(t, NewAudit(), rs), ". meta iifname"); got != c.want {
			t.Errorf("%s: sets hold the interface: %t", c.name, got)
		}
	}
}
