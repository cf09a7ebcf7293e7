// Package jsonlist reads JSON files that hold a list of objects of one kind, as ConvertTo-Json of PowerShell writes them.
package jsonlist

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
)

// Read passes each object of a list to visit, with the line on which it ends. The text may also be a single
// object. Mistakes go to fail with their position. Objects are decoded one by one, so memory does not grow with
// the list.
func Read[T any](text []byte, visit func(line int, x T) bool, fail func(line, column int, problem string)) {
	d := json.NewDecoder(bytes.NewReader(text))
	place := func(err error) {
		at, problem := len(text), "it ends too early"
		var syntax *json.SyntaxError
		var kind *json.UnmarshalTypeError
		switch {
		case errors.As(err, &syntax) && !errors.Is(err, io.ErrUnexpectedEOF):
			at, problem = int(syntax.Offset)-1, syntax.Error()
		case errors.As(err, &kind):
			at, problem = int(d.InputOffset()), strconv.Quote(kind.Field)+" holds a value of another kind"
		}
		before := text[:min(max(at, 0), len(text))]
		fail(bytes.Count(before, []byte("\n"))+1, len([]rune(string(before[bytes.LastIndexByte(before, '\n')+1:])))+1, problem)
	}
	counted, line := 0, 1
	one := func() bool {
		var x T
		if err := d.Decode(&x); err != nil {
			place(err)
			return false
		}
		at := int(d.InputOffset())
		line += bytes.Count(text[counted:at], []byte("\n"))
		counted = at
		return visit(line, x)
	}
	if !bytes.HasPrefix(bytes.TrimLeft(text, " \t\r\n"), []byte("[")) {
		if one() && len(bytes.TrimSpace(text[d.InputOffset():])) > 0 {
			fail(line, 1, "more follows the object")
		}
		return
	}
	if _, err := d.Token(); err != nil {
		place(err)
		return
	}
	for d.More() {
		if !one() {
			return
		}
	}
	if _, err := d.Token(); err != nil {
		place(err)
		return
	}
	if len(bytes.TrimSpace(text[d.InputOffset():])) > 0 {
		fail(line, 1, "more follows the list")
	}
}
