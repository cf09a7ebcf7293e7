package linux_test

import (
	"testing"

	"rolewall/generators/nftables"
	"rolewall/generators/targettest"
	"rolewall/ruleset"
)

// TestOpenings holds what the filters for Linux allow beside the rules: other interfaces, and what the FTP helper follows.
func TestOpenings(t *testing.T) {
	rule := func(p ruleset.Protocol, ports, app string, from ruleset.Sources) *ruleset.Rule {
		return targettest.LinuxRule(p, ports, app, "ftpd", from)
	}
	admins := targettest.Network("admins", "10.3.0.0/24")
	control := rule(ruleset.TCP, "21", "FTP control", targettest.Office)
	const helper = "helper all of tcp from office [ipv4 ipv6]\n"
	for _, c := range []struct {
		name     string
		rules    []*ruleset.Rule
		settings ruleset.LinuxSettings
		want     string
	}{
		{"all interfaces", []*ruleset.Rule{rule(ruleset.TCP, "80", "HTTP", targettest.Office)}, ruleset.LinuxSettings{}, ""},
		{"some interfaces", nil, ruleset.LinuxSettings{Interfaces: []string{"eth0"}}, "interfaces all of any from any [ipv4 ipv6]\n"},
		{"FTP", []*ruleset.Rule{control}, ruleset.LinuxSettings{}, helper},
		{"FTP without the helper", []*ruleset.Rule{control}, ruleset.LinuxSettings{NoFTPHelper: true}, ""},
		{"FTP with a range of its own", []*ruleset.Rule{control, rule(ruleset.TCP, "50000-50009", "FTP passive data", targettest.Office)}, ruleset.LinuxSettings{}, ""},
		{"FTP, and others who may reach its port", []*ruleset.Rule{control, rule(ruleset.TCP, "20-22", "x", admins)}, ruleset.LinuxSettings{},
			"helper all of tcp from admins [ipv4]\n" + helper},
		{"FTP, and others who may reach the next port", []*ruleset.Rule{control, rule(ruleset.TCP, "22", "x", admins)}, ruleset.LinuxSettings{}, helper},
		{"FTP, and anyone who may reach its port", []*ruleset.Rule{control, rule(ruleset.TCP, "21", "x", ruleset.Anyone())}, ruleset.LinuxSettings{}, "helper all of tcp from any [ipv4 ipv6]\n"},
		{"FTP of udp", []*ruleset.Rule{rule(ruleset.UDP, "21", "FTP control", targettest.Office)}, ruleset.LinuxSettings{}, ""},
		{"another service of port 21", []*ruleset.Rule{rule(ruleset.TCP, "21", "Gopher", targettest.Office)}, ruleset.LinuxSettings{}, ""},
	} {
		rs := targettest.LinuxSet(c.rules...)
		rs.Settings.Linux = c.settings
		if got := targettest.Openings(nftables.New(), rs); got != c.want {
			t.Errorf("%s: got\n%swant\n%s", c.name, got, c.want)
		}
	}
}
