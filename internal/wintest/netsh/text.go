package netsh

// Text is a line after percent signs are resolved. Cols holds the source column of each character.
type Text struct {
	Runes []rune
	Cols  []int
}

// NewText returns a line of source without changes.
func NewText(line string) Text {
	var t Text
	for i, r := range line {
		t.Runes = append(t.Runes, r)
		t.Cols = append(t.Cols, i+1)
	}
	return t
}

// Add appends a text that replaces what the source has at a column.
func (t *Text) Add(s string, col int) {
	for _, r := range s {
		t.Runes = append(t.Runes, r)
		t.Cols = append(t.Cols, col)
	}
}

// Open stands for a value that is known only at run time.
const Open = '\uE000'
