package wintest_test

import (
	"fmt"
	"strings"
	"testing"

	"rolewall/generators"
	"rolewall/ruleset"
)

// measure counts what the advfirewall script of a rule set holds and does.
func measure(t *testing.T, rs *ruleset.RuleSet) (rules, ports, first, second, size int) {
	file, err := generators.Render(generator(t, "advfirewall"), rs, "host1")
	if err != nil {
		t.Fatal(err)
	}
	h, s := host(rs), script(t, "advfirewall", rs)
	netsh := func() (n int) {
		run(t, h, s)
		for _, c := range h.Ran {
			if strings.HasPrefix(c, "netsh ") {
				n++
			}
		}
		return n
	}
	first, second = netsh(), netsh()
	for _, r := range rs.Inbound {
		ports += max(r.Ports.Len(), len(r.ICMP), 1)
	}
	return len(h.Firewall.Rules) - len(host(rs).Firewall.Rules), ports, first, second, len(file)
}

// The sizes that an admin meets. With -v the test prints the table of docs/windows.md.
func TestMeasures(t *testing.T) {
	c := defaultCatalog(t)
	t.Logf("| role on windows-2022 | rules | one rule per port | netsh commands, first run | second run | bytes |")
	for _, role := range []string{
		"domain-controller", "dns-server", "dhcp-server", "file-server", "print-server", "iis-web", "certificate-authority", "sql-server",
		"rds-session-host", "cluster-node", "hyper-v-host", "exchange-mailbox",
	} {
		toml := fmt.Sprintf("roles = [%q, \"member-baseline\"]\n[networks]\noffice = [\"10.20.0.0/16\", \"fd00:20::/48\"]\nadmins = [\"10.3.0.0/24\"]\nservers = [\"10.1.0.0/24\"]\n[audience]\nclients = [\"office\"]\npeers = [\"servers\"]\nmanagement = [\"admins\"]\n", role)
		rs := resolve(t, text(toml), "host1.toml", c)[0]
		rules, ports, first, second, size := measure(t, rs)
		t.Logf("| %s | %d | %d | %d | %d | %d |", role, rules, ports, first, second, size)
		if rules > ports {
			t.Errorf("%s has %d rules, more than ports", role, rules)
		}
		if role == "domain-controller" && (rules >= 60 || size >= 24_000) {
			t.Errorf("the script of a domain controller has %d rules and %d bytes", rules, size)
		}
	}
}
