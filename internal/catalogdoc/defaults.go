package main

import (
	"fmt"
	"slices"
	"strings"
)

// defaultsPage returns docs/defaults.md: the table of testdata/defaults.tsv, a section for each role. It fails for a line that
// has another number of cells than the line of column names.
func defaultsPage(table string) (string, error) {
	d := &doc{}
	d.line("# Defaults of Windows roles")
	d.line("")
	d.line("<!-- written by `make docs`; change testdata/defaults.tsv instead -->")
	d.line("")
	d.line("What the predefined rules of a role open on Windows, and what rolewall opens for it by default. A test compares")
	d.line("`testdata/defaults.tsv` with the catalog.")
	d.line("")
	d.line("A row is open that Windows' own rule group opens with the role, that is bound to its program, and behind which nothing listens until")
	d.line("it is configured. What has no peer today is closed. `without` takes away what a feature of the role turns on.")
	var rows [][]string
	role := ""
	flush := func() {
		if len(rows) > 0 {
			d.table([]string{"predefined rule", "port", "program, service", "rolewall", "why it differs"}, rows)
		}
		rows = nil
	}
	columns := 0
	for line := range strings.Lines(table) {
		if line = strings.TrimSuffix(line, "\n"); strings.HasPrefix(line, "#") {
			continue
		}
		cells := strings.Split(line, "\t")
		if columns == 0 {
			columns = len(cells)
			continue
		}
		if len(cells) != columns || columns != 8 {
			return "", fmt.Errorf("testdata/defaults.tsv: %d cells: %s", len(cells), line)
		}
		if heading := cells[0] + ", " + cells[1]; heading != role {
			flush()
			role = heading
			d.line("\n## %s", role)
		}
		owner := strings.Join(slices.DeleteFunc([]string{cells[4], cells[5]}, func(s string) bool { return s == "-" }), ", ")
		rule := cells[2]
		if rule == "-" {
			rule = ""
		}
		rows = append(rows, []string{rule, cells[3], owner, cells[6], cells[7]})
	}
	flush()
	return d.String(), nil
}
