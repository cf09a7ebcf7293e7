package resolver

import (
	"strings"
	"testing"
)

// TestRemarks holds what the header and stderr are told beside the rules.
func TestRemarks(t *testing.T) {
	const (
		locked = `no rule lets management in (tcp 22, 3389, 5985, 5986 or an endpoint for management); say access = "console" if that is meant`
		alone  = "tcp 135 is open, but no RPC port that the endpoint mapper could name"
	)
	for _, c := range []struct{ name, src, notes, warnings string }{
		{"nothing for management", `services = ["Web"]`, ``, locked},
		{"nothing at all", `roles = []`, ``, locked},
		{"by console", "services = ['Web']\naccess = 'console'", ``, ``},
		{"by the network", "services = ['Web']\naccess = 'network'", ``, locked},
		{"an endpoint for management", `services = ["App"]`, ``, ``},
		{"an endpoint for nobody", "services = ['App']\naudience = { clients = ['any'], peers = ['none'], management = ['none'] }", ``, locked},
		{"an endpoint of another family", "services = ['App']\nfamilies = ['ipv4']\naudience = { clients = ['any'], peers = ['none'], management = ['fd00::/8'] }",
			`the host speaks ipv4 alone: the other prefixes of fd00::/8 are left out`, locked},
		{"an exception", "services = ['Web']\nallow = [{ tcp = '3389', from = ['10.3.0.0/24'], reason = 'r' }]", ``, ``},
		{"an exception that ended", "services = ['Web']\nallow = [{ tcp = '3389', from = ['10.3.0.0/24'], reason = 'r', expires = 2020-01-01 }]", ``,
			"the exception for tcp/3389 (r) ended on 2020-01-01 and opens nothing\n" + locked},
		{"two exceptions with the same words", "services = ['Web']\nallow = [" +
			"{ tcp = '3389', from = ['10.3.0.0/24'], reason = 'r', expires = 2020-01-01 }, { tcp = '3390', from = ['any'], reason = 'r', expires = 2020-01-01 }, " +
			"{ tcp = '3389', from = ['10.4.0.0/24'], reason = 'r', expires = 2020-01-01 }]", ``,
			"the exception for tcp/3389 (r) ended on 2020-01-01 and opens nothing\nthe exception for tcp/3390 (r) ended on 2020-01-01 and opens nothing\n" + locked},
		{"the mapper alone", "services = ['Locator']\naccess = 'console'", alone, ``},
		{"the mapper and what it names", "services = ['Locator', 'Rpc']\naccess = 'console'", ``, ``},
		{"the mapper and a fixed port", "services = ['Fixed']\naccess = 'console'", ``, ``},
	} {
		rs := resolve(t, c.src).set("p")
		want(t, c.name+": notes", strings.Join(rs.Notes, "\n"), c.notes)
		want(t, c.name+": warnings", strings.Join(rs.Warnings, "\n"), c.warnings)
	}
}
