package codes

import "slices"

// Level is the weight of a finding.
type Level string

// The levels, lightest first. Off is none: the finding is not made.
const (
	Off     Level = "off"
	Note    Level = "note"
	Warning Level = "warning"
	Error   Level = "error"
)

// AtLeast reports whether l is as heavy as m.
func (l Level) AtLeast(m Level) bool {
	order := []Level{Off, Note, Warning, Error}
	return slices.Index(order, l) >= slices.Index(order, m)
}
