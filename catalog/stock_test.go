package catalog_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"rolewall/ruleset"
)

// stockRules are what Microsoft's own rules of a domain controller of 2022 open, with what a policy says to have them: the
// lines hold the port, the program and the service ("-" for none) in lower case, and the group.
var stockRules = []struct{ services, features, lines string }{
	{"", "", `
tcp/135     svchost.exe rpcss      RPC endpoint mapper, in most groups
tcp/dynamic lsass.exe -            Active Directory Domain Services: replication, SAM, LSA, Net Logon
tcp/389     lsass.exe -            Active Directory Domain Services: LDAP
udp/389     lsass.exe -            Active Directory Domain Services: LDAP
tcp/636     lsass.exe -            Active Directory Domain Services: LDAP over TLS
tcp/3268    lsass.exe -            Active Directory Domain Services: global catalog
tcp/3269    lsass.exe -            Active Directory Domain Services: global catalog over TLS
tcp/445     system -               Active Directory Domain Services: SAM and LSA over named pipes
udp/123     svchost.exe w32time    Active Directory Domain Services: time
icmp/8      system -               Active Directory Domain Services: echo
icmpv6/128  system -               Active Directory Domain Services: echo
tcp/88      lsass.exe -            Kerberos Key Distribution Center
udp/88      lsass.exe -            Kerberos Key Distribution Center
tcp/464     lsass.exe -            Kerberos Key Distribution Center: password change
udp/464     lsass.exe -            Kerberos Key Distribution Center: password change
tcp/9389    microsoft.activedirectory.webservices.exe adws   Active Directory Web Services
tcp/dynamic dfsrs.exe dfsr         DFS Replication
tcp/53      dns.exe dns            DNS Service
udp/53      dns.exe dns            DNS Service
tcp/dynamic dfsfrshost.exe -       DFS Management
tcp/dynamic svchost.exe winmgmt    Windows Management Instrumentation
tcp/5985    system -               Windows Remote Management
tcp/3389    svchost.exe termservice Remote Desktop
tcp/dynamic svchost.exe eventlog   Remote Event Log Management
tcp/dynamic svchost.exe schedule   Remote Scheduled Tasks Management
tcp/dynamic services.exe -         Remote Service Management
tcp/dynamic svchost.exe policyagent Windows Firewall Remote Management
tcp/dynamic vds.exe vds            Remote Volume Management
tcp/dynamic vdsldr.exe -           Remote Volume Management
tcp/dynamic dllhost.exe comsysapp  COM+ Remote Administration
tcp/dynamic wbengine.exe wbengine  Windows Backup
`},
	{`, "SysmonLog"`, `"remote-console", "rdp-udp"`, `
tcp/dynamic dns.exe dns            DNS Service: management
tcp/dynamic plasrv.exe -           Performance Logs and Alerts
udp/3389    svchost.exe termservice Remote Desktop
`},
	{"", `"netbios"`, `
tcp/139     system -               File and Printer Sharing
udp/137     system -               File and Printer Sharing
udp/138     system -               File and Printer Sharing
`},
	// Two rows that nothing needs: SMB never uses UDP 445, and the datagrams belong to NetBIOS.
	{"", `"stock-rules"`, `
udp/445     system -               Active Directory Domain Services: SAM and LSA over UDP
udp/138     system -               Active Directory Domain Services: NetBIOS datagrams
`},
}

// TestStockRulesOfADomainController holds that a domain controller with DNS and the services for administration opens all
// that Microsoft's predefined rules open, bound to the same listeners, and what of it waits for which feature. File
// Replication has a stock rule as well, though 2019 removed the service.
func TestStockRulesOfADomainController(t *testing.T) {
	c := defaultCatalog(t)
	f := newFleet(`os = "windows-2022"`)
	host := func(name, services, features string) {
		f.host(name, `roles = ["domain-controller", "dns-server", "console-managed", "winrm-managed"]`,
			`services = ["TermService", "DfsManagement"`+services+`]`, `features = [`+features+`]`)
	}
	host("plain", "", "")
	for i, group := range stockRules {
		host(fmt.Sprint("group", i), group.services, group.features)
	}
	sets := f.resolve(t, c)
	for i, group := range stockRules {
		for line := range strings.Lines(strings.TrimSpace(group.lines)) {
			if !opensStock(sets[fmt.Sprint("group", i)], line) {
				t.Errorf("closed with %s: %s", group.features, line)
			}
			if waits := i > 0; opensStock(sets["plain"], line) == waits {
				t.Errorf("open without %s: %t, %s", group.features, !waits, line)
			}
		}
	}
}

// opensStock reports whether a rule allows what a line of stock rules says, at the same listener.
func opensStock(rs *ruleset.RuleSet, line string) bool {
	fields := strings.Fields(line)
	port, program, service := fields[0], fields[1], fields[2]
	protocol, number, _ := strings.Cut(port, "/")
	return slices.ContainsFunc(rs.Inbound, func(r *ruleset.Rule) bool {
		last := strings.ToLower(r.Listener.Program)
		last = last[strings.LastIndexByte(last, '\\')+1:]
		if last != program || strings.ToLower(r.Listener.Service) != strings.TrimPrefix(service, "-") {
			return false
		}
		switch {
		case number == "dynamic":
			return r.RPC == ruleset.Dynamic
		case number == "135":
			return r.RPC == ruleset.EndpointMapper
		}
		return r.What() == protocol+" "+number
	})
}
