package report

import (
	"bytes"
	"fmt"
	"strings"
	"text/tabwriter"

	"rolewall/internal/explain"
	"rolewall/internal/term"
)

// fleetText writes the hosts of a policy, and then what they allow.
func fleetText(b *bytes.Buffer, _ term.Paint, t *explain.Fleet) error {
	w := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	writeCells(w, "HOST", "SYSTEM", "RULES", "FROM ANYONE", "ROLES")
	var stay []string
	isLinux := false
	for _, h := range t.Hosts {
		writeCells(w, h.Host, h.OS, fmt.Sprint(h.Rules), fmt.Sprint(h.Anyone), strings.Join(orElse(h.Roles, "-"), ", "))
		if h.Others == explain.OthersStay {
			stay = append(stay, h.Host)
		}
		isLinux = isLinux || h.Others == explain.OthersTables
	}
	_ = w.Flush() // into memory
	from := ""
	if t.From != "" {
		from = " from " + term.Printable(t.From)
	}
	if len(t.Rules) == 0 {
		fmt.Fprintf(b, "\nNo rule allows anything%s.\n", from)
	} else {
		fmt.Fprintf(b, "\nTheir rules allow%s:\n\n", from)
		writeFleetRows(b, t)
	}
	fmt.Fprintf(b, "\nScripts allow more beside these rules: rolewall explain POLICY HOST lists it.\n")
	if len(stay) > 0 {
		fmt.Fprintf(b, "Rules of others stay on %s: see other_rules.\n", term.Printable(term.Hosts(stay)))
	}
	if isLinux {
		b.WriteString("On Linux another table can still drop it, and forwarded traffic, such as published container ports, is not filtered.\n")
	}
	return nil
}

func writeFleetRows(b *bytes.Buffer, t *explain.Fleet) {
	w := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	writeCells(w, "PORT", "PROTOCOL", "FROM", "HOSTS", "BECAUSE OF")
	for _, r := range t.Rules {
		opens, from := r.Opens, sourceCell(r.From)
		if r.Only != "" {
			opens += " " + r.Only
		}
		if r.Share == explain.Part {
			from += " (a part of it)"
		}
		writeCells(w, opens, strings.Join(orElse(r.App, "-"), ", "), from, term.Hosts(r.Hosts), term.Few(r.Because, 3))
	}
	_ = w.Flush() // into memory
}
