package target

import "fmt"

// Unsupported is something that a target cannot express, with a hint. It is an error.
type Unsupported struct {
	Host   string
	Target string
	Kind   string // equal for values of a target that differ only in names and numbers
	What   string // what the target cannot express, worded to follow "TARGET cannot"
	Hint   string // a setting, or another target that can express it
}

// Text returns "dc1: advfirewall cannot ...", without the hint.
func (u Unsupported) Text() string { return fmt.Sprintf("%s: %s cannot %s", u.Host, u.Target, u.What) }

// Error returns the text, with the hint on a second line.
func (u Unsupported) Error() string { return u.Text() + "\n  hint: " + u.Hint }

// Unsupportedf returns an Unsupported. Its kind is the format, and its text is the format with the values.
func Unsupportedf(hint, format string, args ...any) Unsupported {
	return Unsupported{Kind: format, What: fmt.Sprintf(format, args...), Hint: hint}
}
