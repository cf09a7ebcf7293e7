package winrules

import (
	"os"
	"testing"

	"rolewall/diag"
	"rolewall/readers/capture"
	"rolewall/readers/winstore"
)

// read reads files of testdata and evaluates them.
func read(t *testing.T, files ...string) *capture.Capture {
	t.Helper()
	st, errs := &winstore.State{}, &diag.List{}
	for _, f := range files {
		src, err := os.ReadFile("../../testdata/captures/windows/" + f)
		if err != nil {
			t.Fatal(err)
		}
		if !Detect(src[:min(len(src), 512)]) {
			t.Errorf("%s is not detected", f)
		}
		Read(f, src, st, errs)
	}
	if err := errs.Err(); err != nil {
		t.Fatal(err)
	}
	return winstore.Evaluate(st)
}

func TestSamples(t *testing.T) {
	c := read(t, "firewallpolicy-local.reg", "firewallpolicy-gpo.reg")
	if len(c.Openings) != 10 || len(c.Unmapped) != 0 {
		t.Errorf("%d openings, %v", len(c.Openings), c.Unmapped)
	}
}
