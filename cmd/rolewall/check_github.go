package main

import (
	"bytes"
	"fmt"
	"path"
	"path/filepath"
	"strings"

	"rolewall/internal/term"
)

// mostLines is how many lines an annotation shows; the whole diff is the text form's affair.
const mostLines = 60

// github writes workflow commands, which GitHub shows beside the files.
func (k *checker) github(out *bytes.Buffer) {
	for _, f := range k.faults {
		lines := k.faultLines(f)
		if len(lines) > mostLines {
			lines = append(lines[:mostLines], fmt.Sprintf("and %d more lines", len(lines)-mostLines))
		}
		properties := "file=" + term.AnnotationProperty(path.Join(filepath.ToSlash(k.dir), f.File))
		if f.Line > 0 {
			properties += fmt.Sprintf(",line=%d", f.Line)
		}
		fmt.Fprintf(out, "::error %s,title=%s::%s\n", properties, term.AnnotationProperty("rolewall check: "+string(f.Kind)), term.AnnotationText(strings.Join(lines, "\n")))
	}
	fmt.Fprintf(out, "rolewall check: %s\n", term.AnnotationText(k.summary()))
}
