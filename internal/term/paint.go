package main

import (
	"io"
	"os"
)

// paint colours words on a terminal. Without one, or where NO_COLOR is set, it leaves them alone.
type paint struct{ on bool }

// colour is what a word says to the reader.
type colour string

// The colours. Doors that open are red, doors that close are green.
const (
	inBold    colour = "1"
	inBoldRed colour = "1;31"
	inRed     colour = "31"
	inGreen   colour = "32"
	inYellow  colour = "33"
	inGrey    colour = "2"
)

func newPaint(w io.Writer) paint {
	return paint{isTerminal(w) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"}
}

func (p paint) say(c colour, text string) string {
	if !p.on || text == "" {
		return text
	}
	return "\x1b[" + string(c) + "m" + text + "\x1b[0m"
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
