// Package codes describes the codes of lint: their levels, titles and texts, and an example of each. It reads the
// embedded codes.toml and examples. The functions that find a code are in package lint.
package codes

import (
	"embed"
	"slices"
	"strings"
	"sync"

	"rolewall/diag"
	"rolewall/tomldoc"
)

//go:embed codes.toml
var text []byte

//go:embed examples/*.toml
var examples embed.FS

// Code is one thing that lint looks for. A code is never renamed and never gets another meaning.
type Code struct {
	Name   string // RW001
	Level  Level  // the level, unless the policy changes it
	Title  string // one line
	Why    string // why it is a problem
	Fix    string // what to do
	Pinned bool   // [lint] cannot change the level
}

// ExampleDay is the day for which the examples are checked.
const ExampleDay = "2027-03-15"

// Example returns a small policy that has the problem.
func (c Code) Example() string {
	src, err := examples.ReadFile("examples/" + c.Name + ".toml")
	if err != nil {
		panic("codes: " + err.Error()) // a test reads every example
	}
	return string(src)
}

// read reads the embedded texts on first use.
var read = sync.OnceValue(func() []Code {
	errs := &diag.List{}
	t := tomldoc.Parse("codes.toml", text, errs)
	var out []Code
	for _, name := range t.Keys() {
		row := t.Table(name)
		c := Code{Name: name, Level: Level(row.String("level")), Title: row.String("title"), Why: row.String("why"), Fix: row.String("fix")}
		c.Pinned, _ = row.Bool("pinned")
		row.RejectUnknownKeys()
		out = append(out, c)
	}
	if err := errs.Err(); err != nil {
		panic("codes: " + err.Error()) // a test reads them
	}
	slices.SortFunc(out, func(a, b Code) int { return strings.Compare(a.Name, b.Name) })
	return out
})

// All returns the codes, by name.
func All() []Code { return slices.Clone(read()) }

// Lookup finds a code by name, without regard to case.
func Lookup(name string) (Code, bool) {
	for _, c := range read() {
		if strings.EqualFold(c.Name, name) {
			return c, true
		}
	}
	return Code{}, false
}
