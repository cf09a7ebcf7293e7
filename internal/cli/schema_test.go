package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// validate holds output of the program to a schema in docs.
func validate(t *testing.T, schema, output string) {
	t.Helper()
	c := jsonschema.NewCompiler()
	files, err := filepath.Glob("../../docs/*.schema.json")
	if err != nil || len(files) == 0 {
		t.Fatal("no schemas", err)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		doc, err := jsonschema.UnmarshalJSON(strings.NewReader(string(text)))
		if err == nil {
			err = c.AddResource("https://rolewall.invalid/"+filepath.Base(name), doc)
		}
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	s, err := c.Compile("https://rolewall.invalid/" + schema)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(output))
	if err == nil {
		err = s.Validate(doc)
	}
	if err != nil {
		t.Errorf("%v in\n%s", err, output)
	}
}

// TestDriftSchema holds the JSON of drift, with a finding of every kind, to its schema.
func TestDriftSchema(t *testing.T) {
	for _, name := range []string{"captured.json", "captured-none.json"} {
		text, err := os.ReadFile(filepath.Join("../report/testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		validate(t, "drift.schema.json", string(text))
	}
}
