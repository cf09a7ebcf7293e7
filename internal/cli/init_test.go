package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// TestStarter holds that the first policy can be used as it is, and that what it shows in comments is right.
func TestStarter(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "servers.toml")
	if code, _, stderr := call(t, "init", name); code != 0 {
		t.Fatal(stderr)
	}
	if code, _, stderr := call(t, "generate", "-o", filepath.Join(dir, "out"), name); code != 0 || stderr != "" {
		t.Errorf("generate: exit code %d, %s", code, stderr)
	}
	if code, stdout, _ := call(t, "lint", name); code != 0 {
		t.Errorf("lint: exit code %d, %s", code, stdout)
	}
	src, err := os.ReadFile(name)
	if err != nil || !strings.HasPrefix(string(src), "#:schema ./rolewall.schema.json\n") {
		t.Fatalf("%v: %.50s", err, src)
	}
	holdsToSchema(t, string(src))
	// What is commented out must hold as well.
	var uncommented strings.Builder
	for line := range strings.Lines(string(src)) {
		if rest, isComment := strings.CutPrefix(line, "# "); isComment && (strings.Contains(rest, " = ") || strings.HasPrefix(rest, "[")) {
			line = rest
		}
		uncommented.WriteString(line)
	}
	if err := os.WriteFile(name, []byte(uncommented.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	if code, stdout, stderr := call(t, "lint", name); code != 0 {
		t.Errorf("uncommented, lint: exit code %d, %s%s", code, stdout, stderr)
	}
	if !strings.Contains(uncommented.String(), "\n[[deny]]\n") || !strings.Contains(uncommented.String(), "\nexpires = ") {
		t.Error("nothing was uncommented")
	}
}

// holdsToSchema checks a policy against the schema that the program prints.
func holdsToSchema(t *testing.T, policy string) {
	t.Helper()
	_, printed, _ := call(t, "schema")
	var tree map[string]any
	if _, err := toml.Decode(policy, &tree); err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(tree)
	if err != nil {
		t.Fatal(err)
	}
	instance, err := jsonschema.UnmarshalJSON(strings.NewReader(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(printed))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("https://rolewall.invalid/policy", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("https://rolewall.invalid/policy")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Validate(instance); err != nil {
		t.Error(err)
	}
}
