package report

import (
	"bytes"
	"fmt"
	"path"
	"strings"

	"rolewall/internal/check"
	"rolewall/internal/term"
)

// mostLines is how many lines of a diff an annotation shows. The text form shows them all.
const mostLines = 60

// checkGitHub writes workflow commands. GitHub shows them next to the files.
func checkGitHub(out *bytes.Buffer, _ term.Paint, r *check.Report) error {
	for _, f := range r.Findings {
		lines := findingLines(r, f)
		if len(lines) > mostLines {
			lines = append(lines[:mostLines], fmt.Sprintf("and %d more lines", len(lines)-mostLines))
		}
		properties := "file=" + term.AnnotationProperty(path.Join(r.Folder, f.File))
		if f.Line > 0 {
			properties += fmt.Sprintf(",line=%d", f.Line)
		}
		fmt.Fprintf(out, "::error %s,title=%s::%s\n", properties, term.AnnotationProperty("rolewall check: "+string(f.Kind)), term.AnnotationText(strings.Join(lines, "\n")))
	}
	fmt.Fprintf(out, "rolewall check: %s\n", term.AnnotationText(checkSummary(r)))
	return nil
}
