package generators

import (
	"bytes"
	"sync"
	"testing"

	"rolewall/diag"
	"rolewall/generators/custom"
	"rolewall/generators/targettest"
)

// TestSideBySide renders each target on all cores at once, a custom one too: the race detector looks on.
func TestSideBySide(t *testing.T) {
	const page = "{{range .Header}}{{comment .}}\n{{end}}{{range .Rules}}{{comment .Why}}{{range .Lines}}{{.Family}} {{.From.Prefix}} {{.PortList}}\n{{end}}{{end}}"
	errs := &diag.List{}
	targets := All().With([]custom.Source{{File: "site/trial.tmpl", Src: []byte(targettest.FrontMatter + page)}}, errs)
	if err := errs.Err(); err != nil {
		t.Fatal(err)
	}
	rs := targettest.LinuxSample()
	rendered := 0
	for _, g := range targets {
		want, err := Render(g, rs, "dc1")
		if err != nil || len(Check(g, rs, targets)) > 0 {
			continue
		}
		rendered++
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				for range 20 {
					if file, err := Render(g, rs, "dc1"); err != nil || !bytes.Equal(file, want) {
						t.Errorf("%s: a page differs: %v", g.Info().Name, err)
					}
				}
			})
		}
		all.Wait()
		file, err := Render(g, rs, "web1")
		if err != nil || !bytes.Equal(bytes.Replace(file, []byte("web1"), []byte("dc1"), 1), want) {
			t.Errorf("%s: the page of web1 differs in more than the name: %v", g.Info().Name, err)
		}
	}
	if _, there := targets.Lookup("trial"); !there || rendered < 3 {
		t.Errorf("%d targets are rendered", rendered)
	}
}
