package catalog_test

import (
	"slices"
	"strings"
	"testing"

	"rolewall/catalog"
	"rolewall/ruleset"
)

// TestTraps holds the rows whose source is not a client of the usual kind: DHCP comes from 0.0.0.0, clusters from link
// addresses, traps from devices, L2TP from inside IPsec, a wake-up call to a host that sleeps.
func TestTraps(t *testing.T) {
	c := defaultCatalog(t)
	const (
		clients, peers   = ruleset.Clients, ruleset.Peers
		any, link, plain = catalog.ReachAny, catalog.ReachLink, catalog.ReachAudience
	)
	for _, test := range []struct {
		service, port, feature, never string
		os                            ruleset.OS
		audience                      ruleset.Audience
		reach                         catalog.Reach
		says                          string // in the note of the service or row
	}{
		// DHCP and what looks like it: from 0.0.0.0, or from a relay.
		{"DHCPServer", "udp/67", "", "", ruleset.Windows2003, clients, any, "0.0.0.0"},
		{"DHCPServer", "udp/67", "", "", ruleset.Windows2022, clients, any, "0.0.0.0"},
		{"WDSServer", "udp/67", "", "", ruleset.Windows2022, clients, any, "0.0.0.0"},
		{"CCM_DP", "udp/67", "pxe", "", ruleset.Windows2022, clients, any, "0.0.0.0"},
		{"SharedAccess", "udp/67", "", "", ruleset.Windows2003, clients, any, "0.0.0.0"},
		{"dhcpd", "udp/67", "", "", ruleset.Linux, clients, any, "0.0.0.0"},
		{"DHCPServer", "udp/68", "rogue-detection", "", ruleset.Windows2022, peers, any, ""},
		{"WDSServer", "udp/68", "rogue-detection", "", ruleset.Windows2022, peers, any, ""},
		{"DHCPServer", "udp/547", "dhcpv6", "", ruleset.Windows2022, clients, link, "fe80::"},
		{"dhcpd", "udp/547", "dhcpv6", "", ruleset.Linux, clients, link, "fe80::"},
		{"DHCPServer", "udp/546", "rogue-detection", "", ruleset.Windows2022, peers, link, ""},
		// Deployment: leases of the deployment network, which the role's audience names.
		{"WDSServer", "udp/4011", "", "", ruleset.Windows2022, clients, plain, ""},
		{"WDSServer", "udp/69", "", "", ruleset.Windows2022, clients, plain, ""},
		{"BINLSVC", "udp/4011", "", "", ruleset.Windows2003, clients, plain, ""},
		{"tftpd", "udp/69", "", "", ruleset.Windows2003, clients, plain, ""},
		{"tftpd", "udp/dynamic", "", "outbound", ruleset.Windows2003, clients, plain, "stateless"},
		{"WDSServer", "udp/64001-65000", "", "", ruleset.Windows2008R2, clients, plain, ""},
		{"WDSServer", "udp/dynamic", "multicast", "", ruleset.Windows2012, clients, plain, "no RPC"},
		// Clusters: fe80:: and 169.254 where a cluster network has no other address.
		{"ClusSvc", "udp/3343", "", "", ruleset.Windows2003, peers, link, "fe80::"},
		{"ClusSvc", "udp/3343", "", "", ruleset.Windows2022, peers, link, "fe80::"},
		{"ClusSvc", "tcp/3343", "", "", ruleset.Windows2022, peers, link, ""},
		{"ClusSvc", "tcp/135", "", "", ruleset.Windows2022, peers, link, ""},
		{"ClusSvc", "tcp/dynamic", "", "", ruleset.Windows2022, peers, link, ""},
		{"ClusSvc", "tcp/445", "", "", ruleset.Windows2022, peers, link, ""},
		{"ClusSvc", "icmp/8", "", "", ruleset.Windows2022, peers, link, ""},
		{"ClusSvc", "icmpv6/128", "", "", ruleset.Windows2022, peers, link, ""},
		{"ClusSvc", "tcp/4433", "cluster-sets", "", ruleset.Windows2022, peers, link, ""},
		{"vmms", "udp/3343", "clustered", "", ruleset.Windows2022, peers, link, ""},
		// Discovery on the own subnet.
		{"SSDPSRV", "udp/1900", "", "", ruleset.Windows2022, clients, link, ""},
		{"BranchCache", "udp/3702", "branchcache-distributed", "", ruleset.Windows2022, clients, link, ""},
		{"wsdd", "udp/3702", "", "", ruleset.Linux, clients, link, ""},
		// L2TP arrives inside ESP: Windows Firewall sees it decrypted, the filters of 2000 and 2003 where they are told so.
		{"RemoteAccess", "udp/1701", "l2tp", "", ruleset.Windows2022, clients, plain, "inside ESP"},
		{"RemoteAccess", "udp/1701", "l2tp-inner", "", ruleset.Windows2003, clients, plain, "inside ESP"},
		{"RemoteAccess", "udp/500", "", "knowledge", ruleset.Windows2022, clients, plain, "IKEEXT"},
		// Active FTP begins at the server.
		{"MSFTPSVC", "tcp/20", "", "outbound", ruleset.Windows2003, clients, plain, "source port"},
		{"vsftpd", "tcp/20", "", "outbound", ruleset.Linux, clients, plain, "source port"},
		// Devices, not users: the role's audience names their networks.
		{"SNMPTRAP", "udp/162", "", "", ruleset.Windows2022, clients, plain, "audience"},
		{"snmptrapd", "udp/162", "", "", ruleset.Linux, clients, plain, "audience"},
		{"rsyslogd", "udp/514", "", "", ruleset.Linux, clients, plain, "audience"},
		{"IAS", "udp/1812", "", "", ruleset.Windows2022, clients, plain, "audience"},
		{"IAS", "udp/1813", "", "", ruleset.Windows2022, clients, plain, "audience"},
		{"freeradius", "udp/1812", "", "", ruleset.Linux, clients, plain, "audience"},
		// The host sleeps, its network card answers.
		{"CcmExec", "udp/9", "", "knowledge", ruleset.Windows2022, ruleset.Management, plain, "sleeps"},
	} {
		s, known := c.Service(test.service)
		if !known {
			t.Errorf("no service %s", test.service)
			continue
		}
		i := slices.IndexFunc(s.Endpoints, func(e catalog.Endpoint) bool {
			return e.Port() == test.port && e.Has(test.os) && e.Feature == test.feature && e.Never == test.never
		})
		if i < 0 || !s.Has(test.os) {
			t.Errorf("%s has no row %s (feature %q, never %q) on %s", test.service, test.port, test.feature, test.never, test.os)
			continue
		}
		e := s.Endpoints[i]
		if e.Audience != test.audience || e.Reach != test.reach {
			t.Errorf("%s %s on %s is for %s with reach %s, not for %s with %s", test.service, test.port, test.os, e.Audience, e.Reach, test.audience, test.reach)
		}
		if !strings.Contains(s.Note+" "+e.Note, test.says) {
			t.Errorf("%s %s on %s does not say %q: %s; %s", test.service, test.port, test.os, test.says, s.Note, e.Note)
		}
	}
}

// TestWhoeverReachesAnyone holds that no other row than those of DHCP and of bridges allows anyone whatever the policy says, and that
// link-local sources are for discovery, DHCPv6, clusters and routers alone.
func TestWhoeverReachesAnyone(t *testing.T) {
	c := defaultCatalog(t)
	link := map[string]bool{}
	for _, name := range c.ServiceNames() {
		s, _ := c.Service(name)
		for i := range s.Endpoints {
			switch e := &s.Endpoints[i]; e.Reach {
			case catalog.ReachAny:
				if e.Port() != "udp/67" && e.Port() != "udp/68" && len(e.Interfaces) == 0 {
					t.Errorf("%s %s reaches anyone", name, e.Port())
				}
			case catalog.ReachLink:
				link[name] = true
			}
			if e := &s.Endpoints[i]; e.Port() == "udp/67" && e.Never == "" && e.Reach != catalog.ReachAny {
				t.Errorf("%s udp/67 is closed to computers without an address", name)
			}
		}
	}
	for _, name := range []string{"BranchCache", "ClusSvc", "DHCPServer", "SSDPSRV", "avahi", "dhcpd", "keepalived", "ospfd", "ripd", "vmms", "wsdd"} {
		if !link[name] {
			t.Errorf("%s reaches no link-local source", name)
		}
		delete(link, name)
	}
	if len(link) > 0 {
		t.Errorf("link-local sources reach %v", link)
	}
}

// TestDevicesAreNamed holds that roles whose clients are devices say so, for show and the page.
func TestDevicesAreNamed(t *testing.T) {
	c := defaultCatalog(t)
	for _, name := range []string{"snmp-trap-receiver", "radius-nps", "linux-syslog", "linux-snmp-trap", "linux-radius"} {
		r, _ := c.Role(name)
		if !strings.Contains(r.Note, "devices") || !strings.Contains(r.Note, "audience") {
			t.Errorf("%s does not say that devices are its clients: %s", name, r.Note)
		}
	}
}

// TestDecrypted finds the mark where L2TP is, and refuses it where no target could keep to it.
func TestDecrypted(t *testing.T) {
	c := defaultCatalog(t)
	s, _ := c.Service("RemoteAccess")
	for i := range s.Endpoints {
		if e := &s.Endpoints[i]; e.Decrypted != (e.Port() == "udp/1701") {
			t.Errorf("%s is decrypted: %v", e.Port(), e.Decrypted)
		}
	}
}
