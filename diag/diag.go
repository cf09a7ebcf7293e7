package strict

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/xrash/smetrics"
)

// Pos is a place in a file. Line and Col count from 1, Col in characters; Line 0 means the file as a whole.
type Pos struct {
	File      string
	Line, Col int
}

// String writes "file:line:column", or the file alone.
func (p Pos) String() string {
	if p.Line == 0 {
		return p.File
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Col)
}

// Error is one mistake in a file.
type Error struct {
	Pos  Pos
	What string // what is wrong, in the admin's words
	Hint string // what would help; may be empty
	Kind string // equal for mistakes that differ in names alone
}

// Error writes "file:line:column: what", and the hint on a line of its own.
func (e *Error) Error() string {
	text := e.Pos.String() + ": " + e.What
	if e.Hint != "" {
		text += "\n  hint: " + e.Hint
	}
	return text
}

// Errors collects the mistakes of a run. The zero value is ready.
type Errors struct {
	list   []*Error
	noTOML map[string]bool // files that are none: what else is wrong with them cannot be known
}

// Add notes a mistake; an empty hint is left out.
func (e *Errors) Add(pos Pos, hint, format string, args ...any) {
	if e.noTOML[pos.File] {
		return
	}
	e.list = append(e.list, &Error{pos, fmt.Sprintf(format, args...), hint, format})
}

// addNoTOML notes why a file is no TOML, which is then all that is said of it.
func (e *Errors) addNoTOML(pos Pos, hint, format string, args ...any) {
	e.list = slices.DeleteFunc(e.list, func(x *Error) bool { return x.Pos.File == pos.File })
	e.Add(pos, hint, format, args...)
	if e.noTOML == nil {
		e.noTOML = map[string]bool{}
	}
	e.noTOML[pos.File] = true
}

// Len is the number of mistakes noted.
func (e *Errors) Len() int { return len(e.list) }

// First is the first mistake that was noted, alone.
func (e *Errors) First() *Errors { return &Errors{list: slices.Clone(e.list[:min(1, len(e.list))])} }

// Err joins the mistakes in the order of files and lines, each once; nil if there are none. Of two hints for one mistake
// the shorter stays where the other goes on from it: what goes on offers a way that does not help in both cases.
func (e *Errors) Err() error {
	if len(e.list) == 0 {
		return nil
	}
	sorted := slices.Clone(e.list)
	slices.SortStableFunc(sorted, func(a, b *Error) int {
		return cmp.Or(cmp.Compare(a.Pos.File, b.Pos.File), cmp.Compare(a.Pos.Line, b.Pos.Line), cmp.Compare(a.Pos.Col, b.Pos.Col),
			cmp.Compare(a.What, b.What), cmp.Compare(a.Hint, b.Hint))
	})
	sorted = slices.CompactFunc(sorted, func(a, b *Error) bool { return a.Pos == b.Pos && a.What == b.What })
	errs := make([]error, len(sorted))
	for i, x := range sorted {
		errs[i] = x
	}
	return errors.Join(errs...)
}

// Choose is DidYouMean, or a list of all candidates where none is near and they are few.
func Choose(word string, candidates []string) string {
	hint := DidYouMean(word, candidates)
	if hint == "" && len(candidates) > 0 && len(candidates) <= 12 {
		return "choose from " + strings.Join(candidates, ", ")
	}
	return hint
}

// DidYouMean is a hint that names the candidate most like word, or empty if none is near.
func DidYouMean(word string, candidates []string) string {
	best, distance := "", max(1, len(word)/3)+1
	for _, c := range candidates {
		d := smetrics.WagnerFischer(strings.ToLower(word), strings.ToLower(c), 1, 1, 1)
		if d < distance || d == distance && best != "" && c < best {
			best, distance = c, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf("did you mean %q?", best)
}

// Join adds the mistakes of other.
func (e *Errors) Join(other *Errors) {
	if other != nil {
		e.list = append(e.list, other.list...)
	}
}
