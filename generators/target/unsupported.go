package target

import "fmt"

// Unsupported says what a target cannot express and what would help. It is an error.
type Unsupported struct {
	Host   string
	Target string
	Kind   string // equal for those of a target that differ in names and numbers alone
	What   string // what the target cannot express, ready to follow "TARGET cannot"
	Hint   string // a setting or another target that can
}

// Error is "dc1: advfirewall cannot ...", and the hint on a line of its own.
func (u Unsupported) Error() string {
	return fmt.Sprintf("%s: %s cannot %s\n  hint: %s", u.Host, u.Target, u.What, u.Hint)
}

// Unsupportedf returns one whose kind is the format, and whose text is the format with its values.
func Unsupportedf(hint, format string, args ...any) Unsupported {
	return Unsupported{Kind: format, What: fmt.Sprintf(format, args...), Hint: hint}
}
