package main

import (
	"fmt"
	"strings"

	"rolewall/catalog"
)

// doc is the page while it is written.
type doc struct {
	strings.Builder
	c *catalog.Catalog
}

// page is the whole page.
func page(c *catalog.Catalog) string {
	d := &doc{c: c}
	d.intro()
	d.roles()
	d.features()
	d.services()
	d.conflicts()
	d.sources()
	return d.String()
}

func (d *doc) line(format string, args ...any) {
	fmt.Fprintf(&d.Builder, format+"\n", args...)
}

func (d *doc) intro() {
	rows := 0
	for _, name := range d.c.ServiceNames() {
		s, _ := d.c.Service(name)
		rows += len(s.Endpoints)
	}
	d.line("# The catalog")
	d.line("")
	d.line("<!-- written by `make docs`; change catalog/data instead -->")
	d.line("")
	d.line("What rolewall knows: %d [roles](#roles) made of %d [services](#services) with %d rows, %d [features](#features) that switch rows on,",
		len(d.c.RoleNames()), len(d.c.ServiceNames()), rows, len(d.c.FeatureNames()))
	d.line("services that [cannot share a port](#conflicts), and the [documents](#sources) that say so. `rolewall list` and `rolewall show NAME` look the same things up.")
	d.line("")
	d.line("How to read it:")
	d.line("")
	d.line("- **clients**, **peers** and **management** say who uses a port. Clients' ports are open to peers and management too, so they are not printed again there.")
	d.line("- **RPC** is TCP 135 and the dynamic range: 1025-5000 on Windows 2000 and 2003, 49152-65535 from 2008 on, or what the policy's `[rpc]` makes of it.")
	d.line("- **echo** is ping, IPv4 and IPv6. **dynamic** is a port of the dynamic range without RPC.")
	d.line("- **link** means that link-local sources are allowed beside the audience, **anyone** that the source has no address yet (DHCP).")
	d.line("- Editions are those of Windows Server. A role or service that is not for Windows alone exists on `os = \"linux\"` as well, with its newest rows.")
	d.line("- Rows that are never opened are printed as knowledge: what a host asks of others (outbound), what stays inside it (loopback), misprints (erratum).")
}

// table writes a table; cells must hold no line ends.
func (d *doc) table(head []string, rows [][]string) {
	write := func(cells []string) {
		for i, c := range cells {
			cells[i] = strings.ReplaceAll(c, "|", `\|`)
		}
		d.line("| %s |", strings.Join(cells, " | "))
	}
	d.line("")
	write(head)
	d.line("|%s", strings.Repeat("---|", len(head)))
	for _, r := range rows {
		write(r)
	}
}

// link is a link to the heading of an entry.
func link(name, title string) string { return "[" + name + "](#" + slug(heading(name, title)) + ")" }

func heading(name, title string) string { return name + ": " + title }

// slug is the anchor that GitHub gives a heading.
func slug(heading string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case r == '-' || r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z':
			return r
		}
		return -1
	}, strings.ToLower(heading))
}

func (d *doc) serviceLink(name string) string {
	s, _ := d.c.Service(name)
	return link(s.Name, s.Title)
}

func (d *doc) roleLink(name string) string {
	r, _ := d.c.Role(name)
	return link(r.Name, r.Title)
}
