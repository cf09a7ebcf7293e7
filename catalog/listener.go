package catalog

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"rolewall/ruleset"
	"rolewall/tomldoc"
)

// Owner is a program that owns the sockets of a listener on some editions.
type Owner struct {
	Program string
	Service string
	Source  string
	Note    string
	Editions
}

func readOwners(t *tomldoc.Table) []Owner {
	var out []Owner
	for _, row := range t.Tables("owners") {
		owner := readOwner(row)
		out = append(out, Owner{owner.Program, owner.Service, row.String("source"), row.String("note"), readEditions(row)})
		row.RejectUnknownKeys()
	}
	return out
}

// serviceVariables are the variables that the firewall service expands in the path of a program. It does not have
// the variables of users and products, so a path with another variable matches nothing.
var serviceVariables = []string{
	"%SystemRoot%", "%windir%", "%SystemDrive%", "%ProgramFiles%", "%ProgramFiles(x86)%", "%ProgramW6432%", "%ProgramData%",
	"%CommonProgramFiles%", "%CommonProgramFiles(x86)%", "%CommonProgramW6432%", "%ALLUSERSPROFILE%", "%PUBLIC%",
}

// ownerService is the short name of a Windows service.
var ownerService = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._$-]*$`)

// ReadOwner reads program and service of a row or policy: a full path, and the short name of a Windows service.
func ReadOwner(t *tomldoc.Table) ruleset.Listener {
	l := readOwner(t)
	if l.Program != "" && l.Program != System && !strings.Contains(l.Program, `\`) {
		t.Fail("program", `program = 'D:\SQL\MSSQL16.PROD\MSSQL\Binn\sqlservr.exe'`, "a program is a full path, not %q", l.Program)
	}
	if l.Service != "" && !ownerService.MatchString(l.Service) {
		t.Fail("service", `service = "MSSQL$PROD"`, "a service is a short name, not %q", l.Service)
	}
	return l
}

// readOwner reads program and service, the owner of a socket. The entry of a listener may name a program without
// its folder. It reports a path with a variable that the firewall service does not expand.
func readOwner(t *tomldoc.Table) ruleset.Listener {
	l := ruleset.Listener{Program: t.String("program"), Service: t.String("service")}
	rest := l.Program
	if strings.HasPrefix(l.Program, "%") {
		if end := strings.IndexByte(l.Program[1:], '%'); end >= 0 {
			name := l.Program[:end+2]
			rest = l.Program[end+2:]
			if !slices.ContainsFunc(serviceVariables, func(v string) bool { return strings.EqualFold(v, name) }) {
				t.Fail("program", "write the folder itself, or use "+strings.Join(serviceVariables[:5], ", "),
					"the firewall service does not know %s: a rule with this path would match nothing", name)
			}
		}
	}
	if strings.ContainsAny(rest, `/*?"<>|`) || strings.ContainsFunc(l.Program+l.Service, unicode.IsControl) || strings.Contains(l.Service, "|") {
		t.Fail("program", `program = 'D:\SQL\MSSQL16.PROD\MSSQL\Binn\sqlservr.exe'`, "a program or service holds a character that no path or name has")
	}
	if strings.Contains(rest, "%") {
		t.Fail("program", `program = 'D:\SQL\MSSQL16.PROD\MSSQL\Binn\sqlservr.exe'`, "a variable can only begin a path")
	}
	return l
}

// System and HTTP are listeners without an entry: the kernel, and the HTTP driver, whose ports several services
// can share.
const (
	System = "System"
	HTTP   = "HTTP"
)

// ListenerOf returns the owner of the endpoint's sockets on os, or the zero value if it is unknown.
func (c *Catalog) ListenerOf(e *Endpoint, os ruleset.OS) ruleset.Listener {
	if !e.Owner.IsZero() && os != ruleset.Linux {
		return e.Owner
	}
	return c.Listener(e.Listener, os)
}

// Listener returns the owner of the named listener's sockets on os. It returns the zero value if the owner is
// unknown, and on linux.
func (c *Catalog) Listener(name string, os ruleset.OS) ruleset.Listener {
	if os == ruleset.Linux {
		return ruleset.Listener{}
	}
	if name == System || name == HTTP {
		return ruleset.Listener{Program: "System"}
	}
	owners, _ := c.listeners.look(name)
	for _, o := range owners {
		if o.Has(os) {
			return ruleset.Listener{Program: o.Program, Service: o.Service}
		}
	}
	return ruleset.Listener{}
}

// UnboundOn returns the editions of Windows, from 2016 on, on which a row opens ports and the catalog does not
// know the program that listens.
func (c *Catalog) UnboundOn(s *Service, e *Endpoint) []ruleset.OS {
	var out []ruleset.OS
	if e.Never != "" || !e.Protocol.HasPorts() {
		return nil
	}
	for _, os := range ruleset.AllOS() {
		if os.IsWindows() && !os.Before(ruleset.Windows2016) && s.Has(os) && e.Has(os) && c.ListenerOf(e, os).IsZero() {
			out = append(out, os)
		}
	}
	return out
}
