package netsh

// Text is a line after the percent signs are resolved; Cols holds the source column of each character.
type Text struct {
	Runes []rune
	Cols  []int
}

// NewText is a line of source as it stands.
func NewText(line string) Text {
	var t Text
	for i, r := range line {
		t.Runes = append(t.Runes, r)
		t.Cols = append(t.Cols, i+1)
	}
	return t
}

// Add appends text that stands for what the source has at a column.
func (t *Text) Add(s string, col int) {
	for _, r := range s {
		t.Runes = append(t.Runes, r)
		t.Cols = append(t.Cols, col)
	}
}

// Open stands for a value that is known at run time only.
const Open = '\uE000'
