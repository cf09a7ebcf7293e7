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

// TestReplaySchema holds the JSON of replay, with a row of every kind, to its schema.
func TestReplaySchema(t *testing.T) {
	for _, name := range []string{"replay.json", "replay-none.json"} {
		text, err := os.ReadFile(filepath.Join("../report/testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		validate(t, "replay.schema.json", string(text))
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

// TestCaptureSchema holds what explain says of a capture to its schema.
func TestCaptureSchema(t *testing.T) {
	file := filepath.Join(t.TempDir(), "web1.save")
	rules := "*filter\n:INPUT DROP [0:0]\n-A INPUT -s 10.0.0.0/8 -p tcp -m tcp --dport 22 -j ACCEPT\n-A INPUT -p tcp -m tcp --dport 25 -m time --timestart 20:00:00 -j ACCEPT\nCOMMIT\n"
	if err := os.WriteFile(file, []byte(rules), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, question := range [][]string{{}, {"tcp/22", "--from", "10.0.0.1"}, {"tcp/25"}, {"tcp/26"}} {
		code, stdout, stderr := call(t, append([]string{"explain", "--format", "json", file}, question...)...)
		if code != 0 {
			t.Fatal(code, stderr)
		}
		validate(t, "explain-capture.schema.json", stdout)
	}
}
