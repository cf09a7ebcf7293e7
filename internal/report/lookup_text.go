package report

import (
	"bytes"
	"fmt"
	"rolewall/catalog"
	"rolewall/internal/lookup"
	"rolewall/internal/term"
	"strings"
	"text/tabwriter"
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

// writeEntry writes an entry for people: facts first, then the rows.
func writeEntry(out *bytes.Buffer, e lookup.Entry) error {
	fmt.Fprintf(out, "%s %s", e.Kind, e.Name)
	if e.Title != "" {
		fmt.Fprintf(out, ": %s", e.Title)
	}
	fmt.Fprintln(out)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fact := func(name string, values ...string) {
		if text := strings.Join(values, ", "); text != "" {
			fmt.Fprintf(w, "  %s\t%s\n", name, text)
		}
	}
	fact("family", e.Family)
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
	fact("note", e.Note)
	if err := w.Flush(); err != nil {
		return err
	}
	if err := writeEndpoints(out, e.Rows); err != nil {
		return err
	}
	return writeDocuments(out, e.Sources)
}

func pinText(p lookup.Pin) string {
	text := p.Title + ": " + p.Setting
	for _, more := range []string{p.Restart, p.Note} {
		if more != "" {
			text += "; " + more
		}
	}
	return text
}

// writeEndpoints writes rows as a table, each note on a line below its row.
func writeEndpoints(out *bytes.Buffer, rows []lookup.Row) error {
	if len(rows) == 0 {
		return nil
	}
	fmt.Fprintln(out)
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "  PORT\tPROTOCOL\tSERVICE\tFOR\tOPEN\tEDITIONS\tLISTENER\tSOURCE")
	for _, r := range rows {
		fmt.Fprintf(w, "  %s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", r.Port, r.App, r.Service, rowAudience(r), openText(r), lookup.EditionRange(r.Editions), orDash(r.Listener), r.Source)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	lines := strings.Split(strings.TrimRight(b.String(), "\n"), "\n")
	for i, line := range lines {
		fmt.Fprintln(out, strings.TrimRight(line, " "))
		if i > 0 && rows[i-1].Note != "" {
			fmt.Fprintf(out, "      %s\n", rows[i-1].Note)
		}
	}
	return nil
}

// rowAudience is the audience with what reach adds to it.
func rowAudience(r lookup.Row) string {
	switch catalog.Reach(r.Reach) {
	case catalog.ReachLink:
		return r.Audience + ", link-local"
	case catalog.ReachAny:
		return r.Audience + ", from any address"
	}
	return orDash(r.Audience)
}

// openText says when the row is open.
func openText(r lookup.Row) string {
	switch {
	case r.Never != "":
		return "never (" + r.Never + ")"
	case r.Feature != "":
		return "with " + r.Feature
	}
	return "yes"
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

func writeDocuments(out *bytes.Buffer, sources []lookup.Source) error {
	if len(sources) == 0 {
		return nil
	}
	fmt.Fprintln(out)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, s := range sources {
		fmt.Fprintf(w, "  %s\t%s\t%s\n", s.Tag, s.Title, s.Where)
	}
	return w.Flush()
}

func listText(out *bytes.Buffer, _ term.Paint, l lookup.List) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	head := map[lookup.Kind]string{lookup.Roles: "ROLE\tEDITIONS\tIS", lookup.Services: "SERVICE\tEDITIONS\tIS", lookup.Features: "FEATURE\tOPENS", lookup.Targets: "TARGET\tFILE\tFOR"}
	fmt.Fprintln(w, head[l.Kind])
	for _, e := range l.Entries {
		switch l.Kind {
		case lookup.Features:
			fmt.Fprintf(w, "%s\t%s\n", e.Name, e.Title)
		case lookup.Targets:
			fmt.Fprintf(w, "%s\t%s\t%s\n", e.Name, e.File, e.Title)
		default:
			fmt.Fprintf(w, "%s\t%s\t%s\n", e.Name, lookup.EditionRange(e.Editions), e.Title)
		}
	}
	return w.Flush()
}

func listJSON(out *bytes.Buffer, _ term.Paint, l lookup.List) error {
	return encodeJSON(out, l.Entries)
}
