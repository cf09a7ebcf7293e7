package catalog

import (
	"rolewall/ruleset"
	"rolewall/tomldoc"
)

// Owner is a program that owns a listener's sockets on some editions.
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
		out = append(out, Owner{row.String("program"), row.String("service"), row.String("source"), row.String("note"), readEditions(row)})
		row.RejectUnknownKeys()
	}
	return out
}

// System and HTTP are listeners without an entry: the kernel, and the HTTP driver whose ports services can share.
const (
	System = "System"
	HTTP   = "HTTP"
)

// Listener is who owns the sockets of the named listener on os; the zero value where that is not known, and on linux.
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
