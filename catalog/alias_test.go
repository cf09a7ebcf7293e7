package catalog_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"rolewall/catalog"
	"rolewall/diag"
	"rolewall/ruleset"
	"rolewall/tomldoc"
)

// TestRolesCalled holds the words of people to the roles that they mean.
func TestRolesCalled(t *testing.T) {
	c := defaultCatalog(t)
	for word, want := range map[string]string{
		"AD-Domain-Services": "domain-controller", "AD DS": "domain-controller", "adds": "domain-controller", "DC": "domain-controller",
		"DNS": "dns-server linux-dns", "Web-Server": "iis-web linux-web", "IIS": "iis-web", "FS-FileServer": "file-server",
		"ADCS-Cert-Authority": "certificate-authority", "ADCS": "adcs-web certificate-authority", "NPAS": "radius-nps", "NPS": "radius-nps",
		"RDS-RD-Server": "rds-session-host", "RDS-Connection-Broker": "rds-broker", "RDS-Gateway": "rds-gateway", "RDS-Licensing": "rds-licensing",
		"RDS-Web-Access": "rds-web-access", "RDS": "rds-broker rds-gateway rds-licensing rds-session-host rds-web-access",
		"Hyper-V": "hyper-v-host", "SQL Server 2022": "linux-sql-server sql-server", "Microsoft SQL Server 2019": "linux-sql-server sql-server", "MSSQL": "sql-server",
		"Exchange 2019": "exchange-mailbox", "Exchange Server 2016": "exchange-mailbox", "Exchange 2010": "exchange-2007-2010", "Exchange 2003": "exchange-2000-2003",
		"SharePoint Server 2019": "sharepoint", "UpdateServices": "wsus", "WDS-Deployment": "wds", "Failover-Clustering": "cluster-node",
		"nginx": "linux-web", "Apache": "linux-web", "postgresql": "linux-postgres", "bind": "linux-dns", "MariaDB": "linux-mysql", "samba": "linux-file-server",
		"grafana": "linux-grafana", "Domain Controller": "domain-controller linux-domain-controller", "Windows Server Update Services": "wsus",
		"": "", " ": "", "2022": "", "zzz": "",
	} {
		if got := strings.Join(c.RolesCalled(word), " "); got != want {
			t.Errorf("%q: got %q, want %q", word, got, want)
		}
	}
}

// TestServicesCalled holds the words of people to the services that they mean.
func TestServicesCalled(t *testing.T) {
	c := defaultCatalog(t)
	for word, want := range map[string]string{
		"rdp": "TermService xrdp", "Remote Desktop": "TermService xrdp", "https": "httpd W3SVC", "smb": "lanmanserver smbd", "IIS": "W3SVC", "nginx": "httpd",
		"sshd": "ssh", "dns": "DNS", "bind9": "named", "ntp": "ntpd W32Time", "snmp": "SNMP", "kerberos": "kdc krb5kdc", "ldap": "LSASS slapd", "ftp": "MSFTPSVC vsftpd",
		"sql server": "mssql-server MSSQLSERVER", "syslog": "rsyslogd", "ping": "HostPing", "wmi": "winmgmt", "rpc": "RpcSs", "radius": "freeradius IAS",
		"Print Spooler": "Spooler", "": "", "-": "", "zzz": "",
	} {
		if got := strings.Join(c.ServicesCalled(word), " "); got != want {
			t.Errorf("%q: got %q, want %q", word, got, want)
		}
	}
}

// TestServiceAliasesAreNew holds that an alias says nothing that the service is called without it.
func TestServiceAliasesAreNew(t *testing.T) {
	c := defaultCatalog(t)
	for _, name := range c.ServiceNames() {
		s, _ := c.Service(name)
		for i, alias := range s.Aliases {
			for _, other := range append([]string{name, s.Title}, s.Aliases[:i]...) {
				if strings.EqualFold(other, alias) {
					t.Errorf("%s: the alias %q says what %q says", name, alias, other)
				}
			}
			if other, isService := c.Service(alias); isService {
				t.Errorf("%s: the alias %q is the service %s", name, alias, other.Name)
			}
		}
	}
}

// windowsFeatures are the names that Install-WindowsFeature takes for what a role here stands for.
const windowsFeatures = `AD-Certificate ADCS-Cert-Authority ADCS-Enroll-Web-Pol ADCS-Enroll-Web-Svc ADCS-Web-Enrollment ADCS-Device-Enrollment ADCS-Online-Cert
AD-Domain-Services ADFS-Federation ADLDS DHCP DNS Fax FileAndStorage-Services File-Services FS-FileServer FS-BranchCache FS-DFS-Namespace FS-DFS-Replication
FS-iSCSITarget-Server FS-NFS-Service FS-SyncShareService Hyper-V NPAS Print-Services Print-Server Print-LPD-Service RemoteAccess DirectAccess-VPN
Web-Application-Proxy Remote-Desktop-Services RDS-Connection-Broker RDS-Gateway RDS-Licensing RDS-RD-Server RDS-Web-Access VolumeActivation Web-Server
Web-WebServer Web-Ftp-Server Web-Ftp-Service WDS WDS-Deployment WDS-Transport UpdateServices UpdateServices-Services BranchCache Failover-Clustering IPAM
MSMQ-Services MSMQ-Server SMTP-Server SNMP-Service Storage-Replica Telnet-Server WINS Simple-TCPIP`

// TestWindowsFeatures holds that every feature of Windows Server that listens leads to a role.
func TestWindowsFeatures(t *testing.T) {
	c := defaultCatalog(t)
	for word := range strings.FieldsSeq(windowsFeatures) {
		if len(c.RolesCalled(word)) == 0 {
			t.Errorf("no role is called %s", word)
		}
	}
}

// TestAliasesAreNew holds that an alias is neither the name of another role, which would win, nor what the role is called
// without it.
func TestAliasesAreNew(t *testing.T) {
	c := defaultCatalog(t)
	shape := regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9 ._-]*$`)
	for _, name := range c.RoleNames() {
		r, _ := c.Role(name)
		for i, alias := range r.Aliases {
			if _, isRole := c.Role(strings.ToLower(alias)); isRole {
				t.Errorf("%s: the alias %q is a role", name, alias)
			}
			if !shape.MatchString(alias) {
				t.Errorf("%s: the alias %q is odd", name, alias)
			}
			plain := func(s string) string { return regexp.MustCompile(`[^a-z0-9]`).ReplaceAllString(strings.ToLower(s), "") }
			for _, other := range append([]string{name, strings.TrimPrefix(name, "linux-"), r.Title}, r.Aliases[:i]...) {
				if plain(other) == plain(alias) {
					t.Errorf("%s: the alias %q says what %q says", name, alias, other)
				}
			}
		}
	}
}

func TestSuggestRole(t *testing.T) {
	c := defaultCatalog(t)
	for _, x := range []struct {
		word, mark string
		systems    []ruleset.OS
		want       string
	}{
		{"IIS", "", nil, `write "iis-web"`},
		{"IIS", "@", nil, `write "@iis-web"`},
		{"DNS", "", nil, `write one of "dns-server", "linux-dns"`},
		{"Web-Server", "", []ruleset.OS{ruleset.Linux}, `write "linux-web"`},
		{"SQL Server 2022", "", []ruleset.OS{ruleset.Windows2022}, `write "sql-server"`},
		{"nginx", "", []ruleset.OS{ruleset.Windows2022}, `write "linux-web"`},
		{"ADCS", "", []ruleset.OS{ruleset.Windows2022}, `write one of "adcs-web", "certificate-authority"`},
		{"domain-controler", "", nil, `did you mean "domain-controller"?`},
		{"domain-controler", "@", nil, `did you mean "@domain-controller"?`},
		{"ADCS-Cert-Authorty", "", nil, `write "certificate-authority"`},
		{"zzzzzz", "", nil, ``},
	} {
		if got := c.SuggestRole(x.word, x.mark, x.systems...); got != x.want {
			t.Errorf("%s%s on %v: got %s, want %s", x.mark, x.word, x.systems, got, x.want)
		}
	}
}

// TestServiceOrRole holds what is said where a service stands for a role, or the reverse.
func TestServiceOrRole(t *testing.T) {
	c, errs := defaultCatalog(t), &diag.List{}
	c.CheckRoleName(tomldoc.Text{Value: "TermService"}, "", errs, nil)
	c.CheckRoleName(tomldoc.Text{Value: "W32Time"}, "", errs, nil)
	c.CheckRoleName(tomldoc.Text{Value: "https"}, "", errs, nil)
	onLinux, onWindows := func() []ruleset.OS { return []ruleset.OS{ruleset.Linux} }, func() []ruleset.OS { return []ruleset.OS{ruleset.Windows2022} }
	c.CheckServiceName(tomldoc.Text{Value: "IIS"}, errs, nil)
	c.CheckServiceName(tomldoc.Text{Value: "RDS"}, errs, nil)
	c.CheckServiceName(tomldoc.Text{Value: "https"}, errs, onLinux)
	c.CheckServiceName(tomldoc.Text{Value: "smb"}, errs, onWindows)
	c.CheckServiceName(tomldoc.Text{Value: "W3SV"}, errs, onWindows)
	want := []string{
		`hint: did you mean "W3SVC"?`,
		`hint: it is a service: services with one of "httpd", "W3SVC"`,
		`hint: name a role: roles with one of "rds-broker", "rds-gateway", "rds-licensing", "rds-session-host", "rds-web-access"`,
		`hint: services = ["TermService"]`,
		`hint: write "W3SVC", or name the role: roles = ["iis-web"]`,
		`hint: write "httpd"`,
		`hint: write "lanmanserver", or name the role: roles = ["file-server"]`,
		`hint: write "time-server", or for the service alone services = ["W32Time"]`,
	}
	var got []string
	for line := range strings.SplitSeq(errs.Err().Error(), "\n") {
		if line, isHint := strings.CutPrefix(strings.TrimSpace(line), "hint: "); isHint {
			got = append(got, "hint: "+line)
		}
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s", strings.Join(got, "\n"))
	}
}

// TestWindowsRoles holds that no role of Windows' own software exists on Linux.
func TestWindowsRoles(t *testing.T) {
	c := defaultCatalog(t)
	shared := strings.Fields("bastion-host dhcp-server dns-server file-server ftp-server iscsi-target nfs-server simple-tcpip snmp-agent snmp-trap-receiver ssh-managed time-server")
	var got []string
	for _, name := range c.RoleNames() {
		r, _ := c.Role(name)
		if r.Has(ruleset.Linux) && !strings.HasPrefix(name, "linux-") {
			got = append(got, name)
		}
	}
	if !slices.Equal(got, shared) {
		t.Errorf("beside linux-*, these exist on linux: %v", got)
	}
	for word, want := range map[string]string{
		"Windows Server 2022": `write "windows-2022"`, "win2019": `write "windows-2019"`, "ubuntu": `write "linux"`, "windows-2002": `did you mean "windows-2000"?`,
		"solaris": "windows-2000, windows-2003, windows-2008, windows-2008r2, windows-2012, windows-2012r2, windows-2016, windows-2019, windows-2022, windows-2025, linux",
	} {
		if got := catalog.SuggestOS(word); got != want {
			t.Errorf("%s: got %s, want %s", word, got, want)
		}
	}
}

// TestWindowsServices holds that no service of Windows' own software exists on Linux: what is named there opens ports that
// other software listens on.
func TestWindowsServices(t *testing.T) {
	c := defaultCatalog(t)
	shared := strings.Fields("DHCPServer DNS HostPing lanmanserver MSFTPSVC NfsService SimpTcp SNMP SNMPTRAP ssh W32Time WinTarget")
	var got []string
	for _, name := range c.ServiceNames() {
		s, _ := c.Service(name)
		if s.Has(ruleset.Linux) && s.Platform != "linux" {
			got = append(got, name)
		}
	}
	if !slices.Equal(got, shared) {
		t.Errorf("beside services of Linux, these exist there: %v", got)
	}
}
