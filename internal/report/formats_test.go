package report

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"rolewall/compare"
	"rolewall/internal/term"
)

// TestNewFormat adds a format to a list: names, help and writing follow from that line.
func TestNewFormat(t *testing.T) {
	counted := Format[*compare.Report]{"count", func(out *bytes.Buffer, _ term.Paint, r *compare.Report) error {
		_, err := fmt.Fprintln(out, r.Compared)
		return err
	}}
	formats := append(Diff(), counted)
	if got := formats.Usage(); got != "text, json, markdown or count" {
		t.Errorf("the help text lists %s", got)
	}
	var out strings.Builder
	if err := formats.Write(&out, "count", &compare.Report{Compared: 7}); err != nil || out.String() != "7\n" {
		t.Errorf("%q is written, %v", out.String(), err)
	}
	if err := formats.Write(&out, "none", &compare.Report{}); err == nil {
		t.Error("an unknown format is taken")
	}
}

// TestFormatError holds that an error leaves no part of the output.
func TestFormatError(t *testing.T) {
	broken := errors.New("broken")
	formats := Formats[int]{{"text", func(out *bytes.Buffer, _ term.Paint, _ int) error {
		out.WriteString("half")
		return broken
	}}}
	var out strings.Builder
	if err := formats.Write(&out, "text", 1); !errors.Is(err, broken) || out.Len() > 0 {
		t.Errorf("%q is written, %v", out.String(), err)
	}
}
