package suggest

import (
	"rolewall/diag"
	"rolewall/readers/capture"
)

// place returns the location of evidence, to be added to a text.
func place(p diag.Pos) string {
	if p.File == "" {
		return ""
	}
	return " (" + p.String() + ")"
}

func firstPos(o capture.Opening) diag.Pos {
	if len(o.Rules) == 0 {
		return diag.Pos{}
	}
	return o.Rules[len(o.Rules)-1].Pos
}
