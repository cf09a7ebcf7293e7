package policyschema

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"rolewall/policy/fields"
)

var update = flag.Bool("update", false, "write the list of keys in the README")

// keyTable is the list of keys in the README.
func keyTable() string {
	escape := strings.NewReplacer("|", `\|`, "*", `\*`)
	var b strings.Builder
	b.WriteString("| key | where | meaning |\n|---|---|---|\n")
	for _, f := range fields.Of("") {
		key := f.Key
		switch f.Type {
		case fields.Table, fields.Named:
			key = "[" + key + "]"
		case fields.Tables:
			key = "[[" + key + "]]"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", key, f.Scope, escape.Replace(f.Doc))
	}
	return b.String()
}

// TestReadmeKeys holds the README's list of keys to the fields of policies.
func TestReadmeKeys(t *testing.T) {
	const name = "../../README.md"
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(text), "| key | where | meaning |\n")
	if !found {
		t.Fatal("the README has no list of keys")
	}
	_, after, _ := strings.Cut(rest, "\n\n")
	want := before + keyTable() + "\n" + after
	if *update {
		if err := os.WriteFile(name, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if string(text) != want {
		t.Errorf("the README's list of keys is not\n%s\nwrite it with: go test ./internal/policyschema -update", keyTable())
	}
}
