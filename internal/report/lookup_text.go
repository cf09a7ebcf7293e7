package report

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"rolewall/catalog"
	"rolewall/internal/lookup"
	"rolewall/internal/term"
)

// entriesText writes entries with an empty line between them.
func entriesText(out *bytes.Buffer, _ term.Paint, list []lookup.Entry) error {
	for i, e := range list {
		if i > 0 {
			fmt.Fprintln(out)
		}
		if err := writeEntry(out, e); err != nil {
			return err
		}
	}
	return nil
}

// writeEntry writes an entry: facts first, then the endpoints and the documents. It escapes text of a site's
// catalog.
func writeEntry(out *bytes.Buffer, e lookup.Entry) error {
	title := e.Kind + " " + e.Name
	if e.Title != "" {
		title += ": " + e.Title
	}
	fmt.Fprintln(out, term.Printable(title))
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fact := func(name string, values ...string) {
		if text := strings.Join(values, ", "); text != "" {
			writeCells(w, "  "+name, text)
		}
	}
	fact("family", e.Family)
	fact("also called", e.Aliases...)
	fact("editions", lookup.EditionRange(e.Editions))
	fact("replaces", e.Replaces)
	fact("includes", e.Includes...)
	fact("services", e.Services...)
	fact("switches on", e.Features...)
	fact("optional", e.Optional...)
	fact("used by", e.UsedBy...)
	fact("optional in", e.OptionalIn...)
	for _, p := range e.Pins {
		fact("pin", pinText(p))
	}
	for _, c := range e.Conflicts {
		fact("conflict", c)
	}
	if e.Mutual {
		fact("mutual", "its hosts are clients of each other")
	}
	fact("note", e.Note)
	if err := w.Flush(); err != nil {
		return err
	}
	if err := writeEndpoints(out, e.Rows); err != nil {
		return err
	}
	return writeDocuments(out, e.Sources)
}

// pinText returns the setting of a pin and what else to know about it.
func pinText(p lookup.Pin) string {
	text := p.Title + ": " + p.Setting
	for _, more := range []string{p.Restart, p.Note} {
		if more != "" {
			text += "; " + more
		}
	}
	return text
}

// writeEndpoints writes endpoints as a table, with each note on a line below its endpoint.
func writeEndpoints(out *bytes.Buffer, rows []lookup.Row) error {
	if len(rows) == 0 {
		return nil
	}
	fmt.Fprintln(out)
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	writeCells(w, "  PORT", "PROTOCOL", "SERVICE", "FOR", "OPEN", "EDITIONS", "LISTENER", "SOURCE")
	for _, r := range rows {
		writeCells(w, "  "+r.Port, r.App, r.Service, rowAudience(r), openText(r), lookup.EditionRange(r.Editions), orDash(r.Listener), r.Source)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	lines := strings.Split(strings.TrimRight(b.String(), "\n"), "\n")
	for i, line := range lines {
		fmt.Fprintln(out, strings.TrimRight(line, " "))
		if i > 0 && rows[i-1].Note != "" {
			fmt.Fprintf(out, "      %s\n", term.Printable(rows[i-1].Note))
		}
	}
	return nil
}

// rowAudience returns the audience of an endpoint, and what its reach adds.
func rowAudience(r lookup.Row) string {
	text := orDash(r.Audience)
	switch catalog.Reach(r.Reach) {
	case catalog.ReachLink:
		text += ", link-local"
	case catalog.ReachAny:
		text += ", from any address"
	}
	if len(r.Interfaces) > 0 {
		text += ", only on " + strings.Join(r.Interfaces, " and ")
	}
	return text
}

// openText returns when an endpoint is open.
func openText(r lookup.Row) string {
	switch {
	case r.Never != "":
		return "never (" + r.Never + ")"
	case r.Feature != "":
		return "with " + r.Feature
	}
	return "yes"
}

// orDash returns s, or a dash if it is empty.
func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// writeDocuments writes the documents that an entry comes from.
func writeDocuments(out *bytes.Buffer, sources []lookup.Source) error {
	if len(sources) == 0 {
		return nil
	}
	fmt.Fprintln(out)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, s := range sources {
		writeCells(w, "  "+s.Tag, s.Title, s.Where)
	}
	return w.Flush()
}

// listText writes a list as a table.
func listText(out *bytes.Buffer, _ term.Paint, l lookup.List) error {
	if len(l.Entries) == 0 {
		writeNothing(out, l)
		return nil
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	heads := map[lookup.Kind][]string{
		lookup.Roles: {"ROLE", "EDITIONS", "IS"}, lookup.Services: {"SERVICE", "EDITIONS", "IS"},
		lookup.Features: {"FEATURE", "OPENS"}, lookup.Targets: {"TARGET", "FILE", "FOR"},
	}
	writeCells(w, heads[l.Kind]...)
	for _, e := range l.Entries {
		switch l.Kind {
		case lookup.Features:
			writeCells(w, e.Name, e.Title)
		case lookup.Targets:
			writeCells(w, e.Name, e.File, e.Title)
		default:
			writeCells(w, e.Name, lookup.EditionRange(e.Editions), e.Title)
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if l.Kind == lookup.Targets && l.OS == "" && len(l.Words) == 0 {
		fmt.Fprintln(out, "\nThere is none for Intune: its Firewall CSP cannot express the dynamic ports of RPC.")
	}
	return nil
}

// singular holds the word for one entry of each list.
var singular = map[lookup.Kind]string{lookup.Roles: "role", lookup.Services: "service", lookup.Features: "feature", lookup.Targets: "target"}

// writeNothing writes that a list is empty, and how a policy opens what the catalog does not have.
func writeNothing(out *bytes.Buffer, l lookup.List) {
	fmt.Fprintf(out, "No %s", singular[l.Kind])
	if l.OS != "" {
		fmt.Fprintf(out, " of %s", l.OS)
	}
	words := term.Printable(strings.Join(l.Words, ", "))
	switch len(l.Words) {
	case 0:
		fmt.Fprintln(out, " is known.")
	case 1:
		fmt.Fprintf(out, " holds %s.\n", words)
	default:
		fmt.Fprintf(out, " holds all of %s.\n", words)
	}
	if l.Kind == lookup.Roles || l.Kind == lookup.Services {
		fmt.Fprint(out, ownService)
	}
}

// ownService is an example of a policy that defines a service and gives it to a host.
const ownService = `A policy may define a service of its own:

    [services.MyApp]
    endpoints = [{ app = "HTTPS", tcp = 8443, audience = "clients" }]

    [hosts.app1]
    services = ["MyApp"]
`

func listJSON(out *bytes.Buffer, _ term.Paint, l lookup.List) error {
	return term.WriteJSON(out, l.Entries)
}

// writeCells writes a line of a table. Cells are escaped.
func writeCells(w io.Writer, cells ...string) {
	for i := range cells {
		cells[i] = term.Printable(cells[i])
	}
	fmt.Fprintln(w, strings.Join(cells, "\t"))
}
