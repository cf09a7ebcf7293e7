package flows

import (
	"bytes"
	"encoding/csv"
	"strconv"
	"strings"

	"rolewall/internal/replay"
	"rolewall/internal/term"
)

var csvColumns = []string{
	"kind", "host", "network", "from", "sources", "addresses", "traffic", "interface", "count", "first", "last", "answered", "direction_by_port", "why", "services",
	"roles", "features", "exception",
}

// CSV writes the rows of a result for spreadsheets. Openings that nothing used are rows of kind unused.
func CSV(out *bytes.Buffer, _ term.Paint, r *replay.Result) error {
	w := csv.NewWriter(out)
	write := func(cells ...string) {
		for i := range cells {
			cells[i] = cell(cells[i])
		}
		_ = w.Write(cells) // a buffer never fails
	}
	write(csvColumns...)
	for i := range r.Rows {
		v := newRow(&r.Rows[i])
		what := v.Traffic
		if v.AnyPort {
			what = r.Rows[i].Traffic.Protocol.Text()
		}
		write(string(v.Kind), v.Host, v.Network, v.From, strconv.Itoa(v.Sources), strings.Join(v.Addresses, " "), what, v.Interface, strconv.FormatUint(v.Count, 10),
			v.First, v.Last, yes(v.Answered), yes(v.ByPort), v.Why, strings.Join(v.Services, ", "), strings.Join(v.Roles, ", "), strings.Join(v.Features, ", "), v.Exception)
	}
	kind := "unused"
	if len(r.Partial) > 0 {
		kind = "not_seen"
	}
	for i := range r.Unused {
		x := &r.Unused[i]
		write(kind, x.Host, strings.Join(x.From, ", "), "", "", "", x.Traffic.String(), "", "0", "", "", "", "", x.Why, "", "", "", "")
	}
	w.Flush()
	return w.Error()
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// cell returns a text that a spreadsheet does not read as a formula, nor a terminal as a command.
func cell(s string) string {
	lines := strings.Split(s, "\n")
	for i := range lines {
		lines[i] = term.Printable(lines[i])
	}
	s = strings.Join(lines, "\n")
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}
