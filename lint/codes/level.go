package codes

import "slices"

// Level is the severity of a finding.
type Level string

// The levels, least severe first. Off means that the finding is not reported.
const (
	Off     Level = "off"
	Note    Level = "note"
	Warning Level = "warning"
	Error   Level = "error"
)

// AtLeast reports whether l is as severe as m or more.
func (l Level) AtLeast(m Level) bool {
	order := []Level{Off, Note, Warning, Error}
	return slices.Index(order, l) >= slices.Index(order, m)
}
