package term

import (
	"io"
	"os"
)

// Paint colours words on a terminal. The zero value leaves them unchanged.
type Paint struct{ on bool }

// Colour is the parameter of a terminal's colour sequence.
type Colour string

// The colours. A port that opens is red, a port that closes is green.
const (
	Bold    Colour = "1"
	BoldRed Colour = "1;31"
	Red     Colour = "31"
	Green   Colour = "32"
	Yellow  Colour = "33"
	Grey    Colour = "2"
)

// NewPaint returns the paint for w. It colours only on a terminal, and not if NO_COLOR is set or TERM is "dumb".
func NewPaint(w io.Writer) Paint {
	return Paint{isTerminal(w) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"}
}

// In returns text in a colour.
func (p Paint) In(c Colour, text string) string {
	if !p.on || text == "" {
		return text
	}
	return "\x1b[" + string(c) + "m" + text + "\x1b[0m"
}

func isTerminal(w io.Writer) bool {
	if behind, ok := w.(interface{ Unwrap() io.Writer }); ok {
		w = behind.Unwrap()
	}
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
