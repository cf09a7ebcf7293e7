package report

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"
	"text/tabwriter"

	"rolewall/internal/exceptions"
	"rolewall/internal/term"
)

// Exceptions returns the formats of a list of exceptions.
func Exceptions() Formats[*exceptions.List] {
	return Formats[*exceptions.List]{{"text", exceptionsText}, {"json", asJSON[*exceptions.List]}, {"csv", exceptionsCSV}}
}

// exceptionsText writes exceptions as a table. The first column is the one that the list is sorted by.
func exceptionsText(out *bytes.Buffer, _ term.Paint, l *exceptions.List) error {
	if len(l.Exceptions) == 0 {
		text := "No exception"
		if l.EndsBefore != "" {
			text += " ends before " + l.EndsBefore
		}
		fmt.Fprintln(out, text+".")
		return nil
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	row := func(last, owner, hosts, opens, from, reason, at string) {
		cells := []string{last, owner, hosts, opens, from, reason, at}
		switch l.By {
		case exceptions.ByOwner:
			cells[0], cells[1] = owner, last
		case exceptions.ByHost:
			cells[0], cells[1], cells[2] = hosts, last, owner
		}
		writeCells(w, cells...)
	}
	row("LAST DAY", "OWNER", "HOSTS", "OPENS", "FROM", "REASON", "AT")
	for _, x := range l.Exceptions {
		last := orDash(x.Expires)
		if x.Ended {
			last += " (ended)"
		}
		opens := strings.Join(x.Opens, ", ")
		if x.Only != "" {
			opens += " " + x.Only
		}
		row(last, orDash(x.Owner), term.Hosts(x.Hosts), opens, term.Few(x.From, 4), x.Reason, fmt.Sprintf("%s:%d", x.At.File, x.At.Line))
	}
	return w.Flush()
}

// exceptionsCSV writes exceptions as CSV, one on each line.
func exceptionsCSV(out *bytes.Buffer, _ term.Paint, l *exceptions.List) error {
	w := csv.NewWriter(out)
	rows := [][]string{{"expires", "ended", "owner", "hosts", "opens", "only", "from", "reason", "by", "file", "line"}}
	for _, x := range l.Exceptions {
		rows = append(rows, []string{
			x.Expires, strconv.FormatBool(x.Ended), x.Owner, strings.Join(x.Hosts, " "), strings.Join(x.Opens, " "), x.Only, strings.Join(x.From, " "), x.Reason,
			x.By, x.At.File, strconv.Itoa(x.At.Line),
		})
	}
	for _, row := range rows {
		for i := range row {
			row[i] = csvCell(row[i])
		}
	}
	return w.WriteAll(rows)
}

// csvCell returns a text that a spreadsheet does not read as a formula, nor a terminal as a command.
func csvCell(text string) string {
	text = term.Printable(text)
	if strings.IndexAny(text, "=+-@") == 0 {
		return "'" + text
	}
	return text
}
