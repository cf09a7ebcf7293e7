package strict

import (
	"iter"
	"slices"
	"strings"
)

// List is a list of texts with its place. Thousands of tables say the same: the texts of equal lists of a document are
// held once. A nil List is empty.
type List struct {
	texts []string
	at    Ref
	next  *List // what another table adds
}

// List reads a list of strings as Texts does; nil where the key is absent or the list empty.
func (t *Table) List(key string) *List {
	list := t.Texts(key)
	if len(list) == 0 {
		return nil
	}
	texts := make([]string, len(list))
	for i, x := range list {
		texts[i] = x.Value
	}
	joined := strings.Join(texts, ",")
	if held := t.doc.lists[joined]; slices.Equal(held, texts) { // a text may hold a comma
		texts = held
	} else {
		t.doc.lists[joined] = texts
	}
	return &List{texts: texts, at: t.Ref(key)}
}

// At is the place of the list; no place for an empty one.
func (l *List) At() Ref {
	if l == nil {
		return Ref{}
	}
	return l.at
}

// And is the list followed by another.
func (l *List) And(m *List) *List {
	switch {
	case l == nil:
		return m
	case m == nil:
		return l
	}
	return &List{l.texts, l.at, l.next.And(m)}
}

// All are the texts with their places.
func (l *List) All() iter.Seq[Text] {
	return func(yield func(Text) bool) {
		for part := l; part != nil; part = part.next {
			for i, text := range part.texts {
				if !yield(Text{text, Ref{part.at.table, part.at.key, i + 1}}) {
					return
				}
			}
		}
	}
}

// Has reports whether the text is in the list.
func (l *List) Has(text string) bool {
	return l != nil && (slices.Contains(l.texts, text) || l.next.Has(text))
}

// Values are the texts alone, in a list of the caller's own.
func (l *List) Values() []string {
	if l == nil {
		return nil
	}
	return append(slices.Clone(l.texts), l.next.Values()...)
}
