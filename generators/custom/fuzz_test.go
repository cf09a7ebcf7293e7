package custom_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rolewall/diag"
	"rolewall/generators"
	"rolewall/generators/custom"
	"rolewall/generators/targettest"
)

// FuzzTemplate feeds whatever may appear in a template's file: it is a target or a mistake with a place, and a target's page
// is a page or an error with a place. Nothing panics, and everything ends.
func FuzzTemplate(f *testing.F) {
	examples, err := filepath.Glob("../../testdata/templates/*.tmpl")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range examples {
		src, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(src)
	}
	for _, page := range []string{
		"{{.Host}}{{range 1000000000}}{{end}}", "{{define \"a\"}}{{template \"a\"}}{{end}}{{.Host}}{{template \"a\"}}",
		"{{.Host}}{{$x := 1}}{{range $i, $x := .Rules}}{{$x}}{{$i}}{{break}}{{else}}{{continue}}{{end}}",
		"{{.Host}}{{with $y := index .Rules 0}}{{(slice $y.Lines 0 1)}}{{end}}{{block \"b\" .}}{{.OS | printf \"%q\"}}{{end}}",
		"{{.Host}}{{- /* c */ -}}\n{{if and .Roles (not .Notes)}}{{join \"\" (wrap 1 (index .Header 1))}}{{else if or}}{{end}}",
		"{{.Host}}{{range .Settings.Linux.Interfaces}}{{end}}{{.Settings.IPsec.DefaultExempt}}{{range .Header}}{{end}}{{range 'a'}}{{end}}",
	} {
		f.Add([]byte(targettest.FrontMatter + page))
	}
	sample := targettest.LinuxSample()
	sample.Host = "dc1"
	f.Fuzz(func(t *testing.T, src []byte) {
		errs := &diag.List{}
		targets := generators.All().With([]custom.Source{{File: "site/trial.tmpl", Src: src}}, errs)
		if err := errs.Err(); err != nil {
			for line := range strings.Lines(err.Error()) {
				if !strings.HasPrefix(line, "site/trial.tmpl") && !strings.HasPrefix(line, "  hint: ") {
					t.Errorf("the mistake has no place: %q", err)
				}
				break
			}
			return
		}
		g, known := targets.Lookup("trial")
		if !known {
			t.Fatal("neither a target nor a mistake")
		}
		if _, err := g.Script(sample); err != nil {
			if !strings.HasPrefix(err.Error(), "site/trial.tmpl:") {
				t.Errorf("the error has no place: %q", err)
			}
		}
	})
}
