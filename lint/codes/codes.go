// Package codes says what the codes of lint mean: their levels, titles and texts, and an example of each. It reads codes.toml and
// the policies in examples, which the program holds. How a code is found is a function in package lint.
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

// Code is one thing that lint looks for. Codes are never renamed and never used for another thing.
type Code struct {
	Name   string // RW001
	Level  Level  // unless the policy says otherwise
	Title  string // a line
	Why    string // what is bad about it
	Fix    string // what to do
	Pinned bool   // [lint] cannot change the level
}

// ExampleDay is the day on which the examples are judged.
const ExampleDay = "2027-03-15"

// Example is a policy that has what the code stands for, and as little else as can be.
func (c Code) Example() string {
	src, err := examples.ReadFile("examples/" + c.Name + ".toml")
	if err != nil {
		panic("codes: " + err.Error()) // a test reads every one
	}
	return string(src)
}

// read reads the texts once.
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

// All lists the codes, by name.
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
