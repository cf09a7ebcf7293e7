// Package diag collects what is wrong with the files of an administrator, so that a run reports all mistakes at once.
//
// A Diagnostic is an error with a place (file, line, column), a message in the administrator's words, and a hint that can be
// pasted. A List collects diagnostics; Err returns them in the order of files and lines, or nil. Suggest finds the word that a
// misspelt one was meant to be.
package diag

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/xrash/smetrics"
)

// Pos is a place in a file. Line and Column count from 1, Column in characters; Line 0 means the file as a whole.
type Pos struct {
	File         string
	Line, Column int
}

// String writes "file:line:column", or the file alone.
func (p Pos) String() string {
	if p.Line == 0 {
		return p.File
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
}

// Diagnostic is one mistake in a file, in a call, or in what is asked of a target.
type Diagnostic struct {
	Pos     Pos    // zero where no file is at fault
	Message string // what is wrong, in the admin's words
	Hint    string // what would help; may be empty
	Kind    string // equal for mistakes that differ in names alone
}

// Errorf returns a mistake that no file holds, such as a wrong argument of a call. An empty hint is left out. The kind of
// the mistake is the format.
func Errorf(hint, format string, args ...any) error {
	return &Diagnostic{Message: fmt.Sprintf(format, args...), Hint: hint, Kind: format}
}

// Error writes "file:line:column: message", the message alone where there is no position, and the hint on a line of its own.
func (e *Diagnostic) Error() string {
	text := e.Message
	if e.Pos != (Pos{}) {
		text = e.Pos.String() + ": " + text
	}
	if e.Hint != "" {
		text += "\n  hint: " + e.Hint
	}
	return text
}

// List collects the mistakes of a run. The zero value is ready.
type List struct {
	list   []*Diagnostic
	closed map[string]bool // files whose one diagnostic AddInstead added: they take no other
	hints  int             // words for which Suggest has looked
	more   int             // mistakes beyond maxKept
}

// maxKept is how many mistakes a List keeps. A few lines of a policy can hold a mistake for each pair of hosts and groups, and
// nobody reads them all.
const maxKept = 10_000

// Add adds a mistake. The message is made of format and args, as in fmt.Sprintf; format is its Kind. An empty hint is not
// printed.
func (e *List) Add(pos Pos, hint, format string, args ...any) {
	if e.closed[pos.File] {
		return
	}
	if e.IsFull() {
		e.more++
		return
	}
	e.list = append(e.list, &Diagnostic{pos, fmt.Sprintf(format, args...), hint, format})
}

// AddInstead adds a diagnostic about a file that cannot be read at all. It takes the place of every other diagnostic of that
// file, of those added before and of those still to come.
func (e *List) AddInstead(pos Pos, hint, format string, args ...any) {
	e.list = slices.DeleteFunc(e.list, func(x *Diagnostic) bool { return x.Pos.File == pos.File })
	e.Add(pos, hint, format, args...)
	if e.closed == nil {
		e.closed = map[string]bool{}
	}
	e.closed[pos.File] = true
}

// Len returns the number of mistakes.
func (e *List) Len() int { return len(e.list) + e.more }

// IsFull reports whether the list keeps no more mistakes, and only counts them.
func (e *List) IsFull() bool { return len(e.list) >= maxKept }

// First returns a list of the first mistake that was added.
func (e *List) First() *List { return &List{list: slices.Clone(e.list[:min(1, len(e.list))])} }

// Err joins the mistakes in the order of files and lines, each once; it returns nil if there are none. Where a mistake was
// added with two hints, the one that sorts first stays: a longer one with the same beginning offers a way that does not help
// in both cases.
func (e *List) Err() error {
	if len(e.list) == 0 {
		return nil
	}
	sorted := slices.Clone(e.list)
	slices.SortStableFunc(sorted, func(a, b *Diagnostic) int {
		return cmp.Or(cmp.Compare(a.Pos.File, b.Pos.File), cmp.Compare(a.Pos.Line, b.Pos.Line), cmp.Compare(a.Pos.Column, b.Pos.Column),
			cmp.Compare(a.Message, b.Message), cmp.Compare(a.Hint, b.Hint))
	})
	sorted = slices.CompactFunc(sorted, func(a, b *Diagnostic) bool { return a.Pos == b.Pos && a.Message == b.Message })
	errs := make([]error, len(sorted))
	for i, x := range sorted {
		errs[i] = x
	}
	if e.more > 0 {
		errs = append(errs, Errorf("", "there are more than %d mistakes, and the others are not told", maxKept))
	}
	return errors.Join(errs...)
}

// maxHints is for how many words of a run a List looks for the words that were meant: enough for every message that is shown,
// and little beside the rest of a run with very many mistakes and candidates.
const maxHints = 100

// Suggest returns what the function Suggest returns, for the first words of a run; an empty text for those after maxHints.
func (e *List) Suggest(word string, candidates func() []string) string {
	return e.Hint(func() string { return Suggest(word, candidates()) })
}

// Hint returns what find returns, for the first words of a run; an empty text for those after maxHints.
func (e *List) Hint(find func() string) string {
	if e.hints++; e.hints > maxHints {
		return ""
	}
	return find()
}

// SuggestOrList returns what Suggest does, or a list of all candidates where none is near and they are few.
func SuggestOrList(word string, candidates []string) string {
	hint := Suggest(word, candidates)
	if hint == "" && len(candidates) > 0 && len(candidates) <= 12 {
		return "choose from " + strings.Join(candidates, ", ")
	}
	return hint
}

// maxWord is the longest word that is looked at: comparing takes the square of the length.
const maxWord = 200

// Suggest returns a hint that names the candidate most like word, or an empty text if none is near.
func Suggest(word string, candidates []string) string {
	best, found := Nearest(word, candidates)
	if !found {
		return ""
	}
	return fmt.Sprintf("did you mean %q?", best)
}

// Nearest returns the candidate most like word, without regard to case; false if none is near.
func Nearest(word string, candidates []string) (best string, found bool) {
	if len(word) > maxWord {
		return "", false
	}
	best, distance := "", max(1, len(word)/3)+1
	for _, c := range candidates {
		if len(c)-len(word) > distance || len(word)-len(c) > distance {
			continue // so many letters must be added or taken away
		}
		d := smetrics.WagnerFischer(strings.ToLower(word), strings.ToLower(c), 1, 1, 1)
		if d < distance || d == distance && best != "" && isBetter(word, c, best) {
			best, distance = c, d
		}
	}
	return best, best != ""
}

// isBetter decides between two candidates that are equally near: people rarely mistype the first letter.
func isBetter(word, c, best string) bool {
	begins := func(s string) bool {
		return word != "" && strings.HasPrefix(strings.ToLower(s), strings.ToLower(word[:1]))
	}
	if begins(c) != begins(best) {
		return begins(c)
	}
	return c < best
}

// Join adds the mistakes of other, which may be nil.
func (e *List) Join(other *List) {
	if other != nil {
		n := min(len(other.list), maxKept-len(e.list))
		e.list = append(e.list, other.list[:n]...)
		e.more += other.Len() - n
	}
}
