package netsh

import (
	"errors"
	"fmt"
)

// Error is a mistake in a script or a listing, at a line and a column that count from 1.
type Error struct {
	Line, Col int
	What      string
}

// Error returns "12:7: what".
func (e *Error) Error() string { return fmt.Sprintf("%d:%d: %s", e.Line, e.Col, e.What) }

// At adds a line and column to err, unless it has them.
func At(line, col int, err error) error {
	var placed *Error
	if err == nil || errors.As(err, &placed) {
		return err
	}
	return &Error{line, col, err.Error()}
}
