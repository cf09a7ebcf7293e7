package catalog_test

import (
	"slices"
	"strings"
	"testing"

	"rolewall/catalog"
	"rolewall/ruleset"
)

// holdings are the endpoints that services open on an edition with some features.
func holdings(t *testing.T, c *catalog.Catalog, os ruleset.OS, services, features string) []catalog.Holding {
	t.Helper()
	var out []catalog.Holding
	for name := range strings.FieldsSeq(services) {
		s, known := c.Service(name)
		if !known {
			t.Fatalf("no service %s", name)
		}
		for i := range s.Endpoints {
			e := &s.Endpoints[i]
			if s.Has(os) && e.Has(os) && e.Never == "" && (e.Feature == "" || slices.Contains(strings.Fields(features), e.Feature)) {
				out = append(out, catalog.Holding{Service: s, Endpoint: e})
			}
		}
	}
	return out
}

// TestConflicting holds which services of a host cannot share a port, and that only open rows count.
func TestConflicting(t *testing.T) {
	c := defaultCatalog(t)
	for _, test := range []struct {
		what, services, features string
		os                       ruleset.OS
		want                     string // of each conflict the port and the services
	}{
		{"media and web", "WMServer W3SVC", "", ruleset.Windows2003, "tcp/80 WMServer W3SVC"},
		{"media and two behind the driver", "W3SVC ReportServer WMServer", "", ruleset.Windows2003, "tcp/80 WMServer W3SVC ReportServer"},
		{"two behind the driver", "W3SVC ReportServer", "https", ruleset.Windows2003, ""},
		{"many behind the driver", "W3SVC adfssrv TSGateway SstpSvc BranchCache CertSvcWeb", "", ruleset.Windows2022, ""},
		{"the same service twice", "W3SVC W3SVC", "", ruleset.Windows2022, ""},
		{"a row whose feature is off", "WMServer WinRM", "", ruleset.Windows2008, ""},
		{"a row whose feature is on", "WMServer WinRM", "winrm-1.1", ruleset.Windows2008, "tcp/80 WMServer WinRM"},
		{"a row of other editions", "WMServer WinRM", "winrm-1.1", ruleset.Windows2008R2, ""},
		{"WSUS before its own port", "WMServer WsusService", "", ruleset.Windows2008R2, "tcp/80 WMServer WsusService"},
		{"WSUS with its own port", "WMServer WsusService", "", ruleset.Windows2012, ""},
		{"desktop and NetMeeting", "TermService mnmsrvc", "", ruleset.Windows2003, "tcp/3389 TermService mnmsrvc"},
		{"sharing, DHCP and DNS", "SharedAccess DHCPServer DNS", "", ruleset.Windows2008, "tcp/53 SharedAccess DNS; udp/53 SharedAccess DNS; udp/67 SharedAccess DHCPServer"},
		{"WDS and DHCP", "WDSServer DHCPServer", "", ruleset.Windows2022, "udp/67 WDSServer DHCPServer"},
		{"a distribution point uses WDS", "WDSServer CCM_DP", "pxe", ruleset.Windows2022, ""},
		{"a distribution point without PXE and DHCP", "CCM_DP DHCPServer", "", ruleset.Windows2022, ""},
		{"a distribution point and DHCP", "CCM_DP DHCPServer", "pxe", ruleset.Windows2022, "udp/67 CCM_DP DHCPServer"},
		{"two directories", "ADAM LSASS", "ldaps", ruleset.Windows2022, "tcp/389 ADAM LSASS; tcp/636 ADAM LSASS"},
		{"one domain controller", "LSASS kdc Netlogon lanmanserver RpcSs Dfs DFSR W32Time DNS", "ldaps global-catalog", ruleset.Windows2022, ""},
		{"Exchange 2003 on the SMTP service", "Exchange-Server SMTPSVC W3SVC", "rpc-over-http", ruleset.Windows2003, ""},
		{"Exchange 2007 beside the SMTP service", "MSExchangeTransport SMTPSVC", "", ruleset.Windows2008, "tcp/25 SMTPSVC MSExchangeTransport"},
		{"admin center and web", "ServerManagementGateway W3SVC", "", ruleset.Windows2022, "tcp/443 ServerManagementGateway W3SVC"},
		{"admin center and live migration", "ServerManagementGateway vmms", "", ruleset.Windows2022, ""},
		{"local admin center and live migration", "ServerManagementGateway vmms", "wac-local-mode", ruleset.Windows2022, "tcp/6600 vmms ServerManagementGateway"},
		{"Samba and its parts", "samba-ad-dc smbd slapd krb5kdc", "", ruleset.Linux, "tcp/88 krb5kdc samba-ad-dc; tcp/389 slapd samba-ad-dc; tcp/445 smbd samba-ad-dc; udp/88 krb5kdc samba-ad-dc"},
	} {
		var got []string
		for _, x := range c.Conflicting(holdings(t, c, test.os, test.services, test.features)) {
			got = append(got, x.Port+" "+strings.Join(x.Services, " "))
			if x.Note == "" || x.Source == "" {
				t.Errorf("%s: no note or no source: %+v", test.what, x)
			}
		}
		if text := strings.Join(got, "; "); text != test.want {
			t.Errorf("%s: got %q, want %q", test.what, text, test.want)
		}
	}
}

// share are services that open one port without being in each other's way, and why.
var share = map[string]string{
	"tcp/25 Exchange-Server SMTPSVC":      "Exchange 2000 and 2003 use the SMTP service of Windows",
	"tcp/25 SMTPSVC SPTimerV4":            "incoming mail of SharePoint comes through the SMTP service of Windows",
	"udp/1434 MSSQL$UDDI MSSQLSERVER":     "instances answer for each other",
	"udp/1434 MSSQL$UDDI SQLBrowser":      "the browser answers for all instances",
	"udp/1434 MSSQLSERVER SQLBrowser":     "the browser answers for all instances",
	"udp/443 lanmanserver W3SVC":          "both speak QUIC through the kernel",
	"udp/68 DHCPServer WDSServer":         "udp/67 says it already",
	"udp/67 CCM_DP WDSServer":             "a distribution point boots computers through WDS",
	"udp/69 CCM_DP WDSServer":             "a distribution point boots computers through WDS",
	"udp/4011 CCM_DP WDSServer":           "a distribution point boots computers through WDS",
	"udp/3784 bgpd ospfd":                 "one BFD daemon serves both routing protocols",
	"tcp/139 ipa-trust smbd":              "FreeIPA answers its trusts with Samba",
	"tcp/445 ipa-trust smbd":              "FreeIPA answers its trusts with Samba",
	"udp/138 ipa-trust nmbd":              "FreeIPA answers its trusts with Samba",
	"tcp/80 vmms behind the HTTP driver":  "Hyper-V Replica shares through the driver, though no page that was read says who holds its socket",
	"tcp/443 vmms behind the HTTP driver": "Hyper-V Replica shares through the driver, though no page that was read says who holds its socket",
}

// onInterfaces reports whether a service has the port on some interfaces alone.
func onInterfaces(s *catalog.Service, port string) bool {
	return !slices.ContainsFunc(s.Endpoints, func(e catalog.Endpoint) bool { return e.Port() == port && len(e.Interfaces) == 0 })
}

// TestConflictsAreComplete holds that two services that can open one fixed port on one host are a conflict of the data,
// have one listener, or stand in share: for all editions of Windows, and for the Linux services among themselves.
func TestConflictsAreComplete(t *testing.T) {
	c := defaultCatalog(t)
	used := map[string]bool{}
	names := c.ServiceNames()
	for i, a := range names {
		for _, b := range names[i+1:] {
			first, _ := c.Service(a)
			second, _ := c.Service(b)
			for _, port := range meeting(c, first, second) {
				if onInterfaces(first, port) || onInterfaces(second, port) {
					continue // each answers on interfaces of its own
				}
				key := port + " " + a + " " + b
				behind := port + " " + a + " behind the HTTP driver"
				if _, known := share[behind]; !known {
					behind = port + " " + b + " behind the HTTP driver"
				}
				_, meant := share[key]
				_, meantAll := share[behind]
				declared := slices.ContainsFunc(c.Conflicts(), func(x catalog.Conflict) bool {
					return x.Port == port && slices.Contains(x.Services, a) && slices.Contains(x.Services, b)
				})
				used[key], used[behind] = used[key] || meant, used[behind] || meantAll && !declared
				if !declared && !meant && !meantAll {
					t.Errorf("%s: %s and %s: a conflict, or do they share?", port, a, b)
				}
			}
		}
	}
	for key := range share {
		if !used[key] {
			t.Errorf("share speaks of %s, which never meet", key)
		}
	}
}

// meeting lists the fixed ports that two services can both open on one edition through different listeners.
func meeting(c *catalog.Catalog, a, b *catalog.Service) []string {
	var out []string
	for i := range a.Endpoints {
		for j := range b.Endpoints {
			x, y := &a.Endpoints[i], &b.Endpoints[j]
			if x.Never != "" || y.Never != "" || !x.Protocol.HasPorts() || x.OwnRange || x.Port() != y.Port() || slices.Contains(out, x.Port()) ||
				x.Listener != "" && x.Listener == y.Listener {
				continue
			}
			if slices.ContainsFunc(ruleset.AllOS(), func(os ruleset.OS) bool {
				if os == ruleset.Linux && (a.Platform != "linux" || b.Platform != "linux") {
					return false
				}
				return a.Has(os) && b.Has(os) && x.Has(os) && y.Has(os)
			}) {
				out = append(out, x.Port())
			}
		}
	}
	return out
}

// TestConflictsAreReal holds that every conflict of the data can happen: its services have an open row for the port, and
// where there are more than two, one is compared with those behind the HTTP driver or all against all.
func TestConflictsAreReal(t *testing.T) {
	c := defaultCatalog(t)
	for _, x := range c.Conflicts() {
		for i, name := range x.Services {
			s, known := c.Service(name)
			if !known || s.Name != name {
				t.Errorf("%s: no service %s", x.Port, name)
				continue
			}
			meets := slices.ContainsFunc(x.Services, func(other string) bool {
				o, known := c.Service(other)
				return known && o != s && slices.Contains(meeting(c, s, o), x.Port)
			})
			if !meets {
				t.Errorf("%s: %s meets none of the others", x.Port, name)
			}
			if slices.Contains(x.Services[:i], name) {
				t.Errorf("%s names %s twice", x.Port, name)
			}
		}
	}
}
