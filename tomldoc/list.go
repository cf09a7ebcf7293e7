package tomldoc

import (
	"iter"
	"slices"
	"strings"
)

// List is a list of texts with their locations. Thousands of tables can have equal lists, so a document keeps the
// texts of equal lists once. A nil List is empty.
type List struct {
	run
	more *[]run // elements appended from other tables; nil for most lists, to keep them small
}

// run is a row of consecutive elements of one array.
type run struct {
	texts []string
	at    Location // the array, and how many of its elements come before
}

// List reads a list of strings as Texts does. It returns nil if the key is absent or the list is empty.
func (t *Table) List(key string) *List {
	var out *List
	for list := t.Texts(key); len(list) > 0; {
		n := 1
		for n < len(list) && list[n].Location.index == list[0].Location.index+n { // Texts may have left out an element
			n++
		}
		at := list[0].Location
		at.index--
		out = out.Append(&List{run{t.doc.intern(list[:n]), at}, nil})
		list = list[n:]
	}
	return out
}

// intern returns the texts of a list. Equal lists of the document share one copy.
func (d *Document) intern(list []Text) []string {
	texts := make([]string, len(list))
	for i, x := range list {
		texts[i] = x.Value
	}
	joined := strings.Join(texts, ",")
	if held := d.lists[joined]; slices.Equal(held, texts) { // lists that differ can have equal joined texts, since a text may hold a comma
		return held
	}
	d.lists[joined] = texts
	return texts
}

// Location returns the location of the list; the zero Location for an empty one.
func (l *List) Location() Location {
	if l == nil {
		return Location{}
	}
	return Location{l.at.table, l.at.key, 0}
}

// Append returns the list followed by another. As after append, the list itself must not be used again.
func (l *List) Append(m *List) *List {
	switch {
	case l == nil:
		return m
	case m == nil:
		return l
	}
	var more []run
	if l.more != nil {
		more = *l.more
	}
	more = slices.AppendSeq(more, m.runs())
	return &List{l.run, &more}
}

func (l *List) runs() iter.Seq[run] {
	return func(yield func(run) bool) {
		if l == nil || !yield(l.run) || l.more == nil {
			return
		}
		for _, r := range *l.more {
			if !yield(r) {
				return
			}
		}
	}
}

// All returns the texts with their locations.
func (l *List) All() iter.Seq[Text] {
	return func(yield func(Text) bool) {
		for r := range l.runs() {
			for i, text := range r.texts {
				if !yield(Text{text, Location{r.at.table, r.at.key, r.at.index + i + 1}}) {
					return
				}
			}
		}
	}
}

// Has reports whether the text is in the list.
func (l *List) Has(text string) bool {
	for r := range l.runs() {
		if slices.Contains(r.texts, text) {
			return true
		}
	}
	return false
}

// Len returns the number of texts.
func (l *List) Len() int {
	n := 0
	for r := range l.runs() {
		n += len(r.texts)
	}
	return n
}

// Values returns the texts alone, in a new slice.
func (l *List) Values() []string {
	var out []string
	for r := range l.runs() {
		out = append(out, r.texts...)
	}
	return out
}
