package manifest

import (
	"bytes"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// TestManifestSchema holds docs/manifest.schema.json to what is written.
func TestManifestSchema(t *testing.T) {
	schema, err := jsonschema.NewCompiler().Compile("../../../docs/manifest.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	w := NewWriter(&b)
	w.Add("db1", Entry{OS: "linux"})
	w.Add("web1", Entry{OS: "linux", Roles: []string{"linux-web"}, Files: map[string]string{"nftables.nft": strings.Repeat("0", 64)}})
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	manifest, err := jsonschema.UnmarshalJSON(&b)
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(manifest); err == nil {
		t.Error("an entry without files is taken")
	}
	b.Reset()
	w = NewWriter(&b)
	w.Add("web1", Entry{OS: "linux", Files: map[string]string{"nftables.nft": strings.Repeat("0", 64)}})
	w.Catalog = Catalog{strings.Repeat("0", 64), "v1.0.0"}
	w.Add("gpo", Entry{Files: map[string]string{"{1}/Backup.xml": strings.Repeat("0", 64)}, Bundle: true})
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if manifest, err = jsonschema.UnmarshalJSON(&b); err == nil {
		err = schema.Validate(manifest)
	}
	if err != nil {
		t.Error(err)
	}
}
