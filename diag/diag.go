// Package diag collects all mistakes in an administrator's files, so that one run reports them together.
//
// A Diagnostic is an error with a position (file, line, column), a message in the administrator's words, and a
// hint that can be pasted. A List collects diagnostics. Its method Err returns them in the order of files and
// lines, or nil. Suggest finds the word that a misspelt word was meant to be.
package diag

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/xrash/smetrics"
)

// Pos is a position in a file. Line and Column count from 1, Column in characters. Line 0 means the whole file.
type Pos struct {
	File         string
	Line, Column int
}

// String returns "file:line:column", or the file alone.
func (p Pos) String() string {
	if p.Line == 0 {
		return p.File
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
}

// Diagnostic is one mistake in a file, in a command line, or in what a target cannot express.
type Diagnostic struct {
	Pos     Pos    // zero if the mistake is not in a file
	Message string // what is wrong, in words for an administrator
	Hint    string // what would help; may be empty
	Kind    string // equal for mistakes that differ only in names
}

// Errorf returns a mistake that is not in a file, such as a wrong argument. hint may be empty. Its Kind is the
// format.
func Errorf(hint, format string, args ...any) error {
	return &Diagnostic{Message: fmt.Sprintf(format, args...), Hint: hint, Kind: format}
}

// Text returns "file:line:column: message", without the hint. Without a position it returns the message alone.
func (e *Diagnostic) Text() string {
	if e.Pos == (Pos{}) {
		return e.Message
	}
	return e.Pos.String() + ": " + e.Message
}

// Error returns the text, with the hint on a second line.
func (e *Diagnostic) Error() string {
	if e.Hint == "" {
		return e.Text()
	}
	return e.Text() + "\n  hint: " + e.Hint
}

// Prefix returns the error with a text before its message, such as "h1: " for a mistake at a host. A Diagnostic stays
// one, with its position, hint and kind. Each error inside a joined error gets the text.
func Prefix(text string, err error) error {
	switch e := err.(type) {
	case *Diagnostic:
		prefixed := *e
		prefixed.Message = text + e.Message
		return &prefixed
	case interface{ Unwrap() []error }:
		var errs []error
		for _, x := range e.Unwrap() {
			errs = append(errs, Prefix(text, x))
		}
		return errors.Join(errs...)
	}
	return fmt.Errorf("%s%w", text, err)
}

// List collects the mistakes of a run. The zero value is an empty list.
type List struct {
	list   []*Diagnostic
	closed map[string]bool // files whose only diagnostic is the one of AddInstead
	hints  int             // number of words for which Suggest has searched
	more   int             // number of mistakes beyond maxKept
}

// maxKept is how many mistakes a List keeps. A few lines of a policy can hold a mistake for each pair of hosts and
// groups, and nobody reads them all.
const maxKept = 10_000

// Add adds a mistake. The message is made of format and args as by fmt.Sprintf, and format is its Kind. hint may
// be empty.
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

// AddInstead adds a diagnostic about a file that cannot be read at all. It replaces every other diagnostic of that
// file, both earlier and later ones.
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

// IsFull reports whether the list is full. A full list only counts further mistakes.
func (e *List) IsFull() bool { return len(e.list) >= maxKept }

// First returns a list that holds only the mistake that was added first.
func (e *List) First() *List { return &List{list: slices.Clone(e.list[:min(1, len(e.list))])} }

// Err returns all mistakes as one error in the order of files and lines, each once. It returns nil if there are
// none. If a mistake was added with two hints, the hint that sorts first stays: of two hints with the same
// beginning, the longer one offers a way that does not help in both cases.
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

// maxHints is for how many words of a run a List searches a similar word. It is enough for every message that is
// shown, and it keeps a run with very many mistakes fast.
const maxHints = 100

// Suggest returns what the function Suggest returns. After maxHints words of a run it returns "".
func (e *List) Suggest(word string, candidates func() []string) string {
	return e.Hint(func() string { return Suggest(word, candidates()) })
}

// Hint returns what find returns. After maxHints words of a run it returns "".
func (e *List) Hint(find func() string) string {
	if e.hints++; e.hints > maxHints {
		return ""
	}
	return find()
}

// SuggestOrList returns what Suggest returns. If no candidate is similar and there are few, it returns a list of
// all.
func SuggestOrList(word string, candidates []string) string {
	hint := Suggest(word, candidates)
	if hint == "" && len(candidates) > 0 && len(candidates) <= 12 {
		return "choose from " + strings.Join(candidates, ", ")
	}
	return hint
}

// maxWord is the longest word that is compared, since the time grows with the square of the length.
const maxWord = 200

// Suggest returns a hint that names the candidate most similar to word, or "" if none is similar.
func Suggest(word string, candidates []string) string {
	best, found := Nearest(word, candidates)
	if !found {
		return ""
	}
	return fmt.Sprintf("did you mean %q?", best)
}

// Nearest returns the candidate most similar to word, without regard to case. It returns false if none is similar.
func Nearest(word string, candidates []string) (best string, found bool) {
	if len(word) > maxWord {
		return "", false
	}
	best, distance := "", max(1, len(word)/3)+1
	for _, c := range candidates {
		if len(c)-len(word) > distance || len(word)-len(c) > distance {
			continue // the lengths differ too much
		}
		d := smetrics.WagnerFischer(strings.ToLower(word), strings.ToLower(c), 1, 1, 1)
		if d < distance || d == distance && best != "" && isBetter(word, c, best) {
			best, distance = c, d
		}
	}
	return best, best != ""
}

// isBetter reports whether c is a better suggestion than best, which is equally similar. People rarely mistype the
// first letter.
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
