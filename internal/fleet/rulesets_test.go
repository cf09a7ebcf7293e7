package fleet

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"rolewall/ruleset"
)

// TestReadGolden: what the json target writes is read back with the digest that it gives, and not with another one.
func TestReadGolden(t *testing.T) {
	files, err := filepath.Glob("../../testdata/golden/*/*/ruleset.json")
	if err != nil || len(files) < 20 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var v struct{ Host string }
		if err := json.Unmarshal(data, &v); err != nil {
			t.Fatal(err)
		}
		m := &setReader{known: map[string]*ruleset.RuleSet{}}
		if _, err := m.read(v.Host, data); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := m.read(v.Host, bytes.Replace(data, []byte("sha256:"), []byte("sha256:0"), 1)); !errors.Is(err, errDigest) {
			t.Errorf("%s with another digest: %v", name, err)
		}
	}
}
