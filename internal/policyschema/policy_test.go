package policyschema

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"rolewall/catalog"
	"rolewall/generators"
	"rolewall/policy"

	"github.com/BurntSushi/toml"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// printed is the schema for the built-in catalog and targets, as JSON.
func printed(t *testing.T) string {
	t.Helper()
	cat, err := catalog.Default()
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(Policy(cat, generators.All().Names()))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// compileSchema compiles the schema, as the draft that it names or as another.
func compileSchema(t *testing.T, draft *jsonschema.Draft) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(printed(t)))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if draft != nil {
		delete(doc.(map[string]any), "$schema")
		c.DefaultDraft(draft)
	}
	if err := c.AddResource("https://rolewall.invalid/policy", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("https://rolewall.invalid/policy")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// asJSON is a TOML file as editors hand it to a schema.
func asJSON(t *testing.T, src string) any {
	t.Helper()
	var tree map[string]any
	if _, err := toml.Decode(src, &tree); err != nil {
		t.Fatal(err)
	}
	return plainValue(tree)
}

func plainValue(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for k, x := range v {
			out[k] = plainValue(x)
		}
		return out
	case []map[string]any:
		out := []any{}
		for _, x := range v {
			out = append(out, plainValue(x))
		}
		return out
	case []any:
		out := []any{}
		for _, x := range v {
			out = append(out, plainValue(x))
		}
		return out
	case time.Time:
		return v.Format(time.DateOnly)
	case int64:
		return float64(v)
	}
	return v
}

// policyFiles are all policies of the tests and the examples, with the files that they include.
func policyFiles(t *testing.T) []string {
	t.Helper()
	var out []string
	for _, dir := range []string{"../../testdata/policies", "../../lint/codes/examples"} {
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() && strings.HasSuffix(path, ".toml") {
				out = append(out, path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(out) < 30 {
		t.Fatalf("only %d policies", len(out))
	}
	return out
}

// TestSchemaTakesPolicies validates every policy against the schema, as the draft it names and as the oldest.
func TestSchemaTakesPolicies(t *testing.T) {
	for _, draft := range []*jsonschema.Draft{nil, jsonschema.Draft4, jsonschema.Draft2020} {
		s := compileSchema(t, draft)
		for _, file := range policyFiles(t) {
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Validate(asJSON(t, string(src))); err != nil {
				t.Errorf("%s: %v", file, err)
			}
		}
	}
}

// TestSchemaRefuses holds mistakes that an editor should underline.
func TestSchemaRefuses(t *testing.T) {
	s := compileSchema(t, nil)
	for _, src := range []string{
		"rolls = [\"file-server\"]",
		"roles = \"file-server\"",
		"roles = [\"file server\"]",
		"roles = [\"a\", \"a\"]",
		"os = \"windows-2002\"",
		"features = [\"nethbios\"]",
		"targets = [\"netsh\"]",
		"[audience]\nclients = []",
		"[audience]\nusers = [\"office\"]",
		"[hosts.a]\naddress = [\"10.0.0.1\"]",
		"[hosts.a]\naddresses = [\"server\"]",
		"[[allow]]\ntcp = 65536\nfrom = [\"any\"]\nreason = \"r\"",
		"[[allow]]\ntcp = []\nfrom = [\"any\"]\nreason = \"r\"",
		"[[allow]]\nudp = [80, \"https\"]\nfrom = [\"any\"]\nreason = \"r\"",
		"[[allow]]\nicmp = 256\nfrom = [\"any\"]\nreason = \"r\"",
		"[[allow]]\ntcp = \"443\"\nfrom = [\"any\"]",
		"[[allow]]\ntcp = \"443\"\nfrom = [\"any\"]\nreason = \"r\"\nexpires = \"next year\"",
		"[[allow]]\nprotocol = 256\nfrom = [\"any\"]\nreason = \"r\"",
		"[rpc]\nmode = \"open\"",
		"[rpc.ports]\nLSASS = 70000",
		"[lint]\nRW001 = \"off\"",
		"[lint]\nRW001 = { level = \"off\" }",
		"[lint]\nRW001 = [{ level = \"off\", reason = \"r\" }, { level = \"loud\", reason = \"r\" }]",
		"[[deny]]\ntcp = \"445\"\nfrom = [\"any\"]",
		"[services.X]\nendpoints = [{ app = \"x\", tcp = \"1\", audience = \"everyone\" }]",
		"[linux]\nlogs = true",
		"[[allow]]\ntcp = \"0\"\nfrom = [\"any\"]\nreason = \"r\"",
		"[[allow]]\ntcp = \"80, 65536\"\nfrom = [\"any\"]\nreason = \"r\"",
		"[[allow]]\ntcp = \"80-70000\"\nfrom = [\"any\"]\nreason = \"r\"",
		"[[deny]]\nudp = 0\nreason = \"r\"",
		"[services.X]\nendpoints = [{ app = \"x\", tcp = \"99999\", audience = \"clients\" }]",
		"[networks]\noffice = []",
		"[rpc]\nmode = \"static\"",
		"[rpc]\nmode = \"range\"",
		"[rpc]\nmode = \"range\"\nrange = \"50000-70000\"",
		"[groups.a]\nhosts = [\"web 1\"]",
	} {
		if s.Validate(asJSON(t, src)) == nil {
			t.Errorf("the schema takes\n%s", src)
		}
	}
}

// oneFile is a policy without includes.
type oneFile string

func (f oneFile) ReadFile(string) ([]byte, error) { return []byte(f), nil }
func (oneFile) Glob(string) ([]string, error)     { return nil, nil }

// TestSchemaKnowsEveryKey compares the keys of every table of the schema with those that policies know: an unknown key
// makes the reader list them.
func TestSchemaKnowsEveryKey(t *testing.T) {
	cat, err := catalog.Default()
	if err != nil {
		t.Fatal(err)
	}
	var root map[string]any
	if err := json.Unmarshal([]byte(printed(t)), &root); err != nil {
		t.Fatal(err)
	}
	for path, probes := range map[string][]string{
		"":                        {"zzzzzzzzzzzzzzzz = 1\n[hosts.h]", "zzzzzzzzzzzzzzzz = 1\nroles = []"},
		"audience":                {"[audience]\nzzzzzzzzzzzzzzzz = 1"},
		"rpc":                     {"[rpc]\nzzzzzzzzzzzzzzzz = 1"},
		"allow.[]":                {"[[allow]]\nzzzzzzzzzzzzzzzz = 1", "[[allow]]\nprotocol = \"any\"\nzzzzzzzzzzzzzzzz = 1"},
		"advfirewall":             {"[advfirewall]\nzzzzzzzzzzzzzzzz = 1"},
		"ipsec":                   {"[ipsec]\nzzzzzzzzzzzzzzzz = 1"},
		"ipsec.outbound.[]":       {"[[ipsec.outbound]]\nprotocol = 47\nzzzzzzzzzzzzzzzz = 1"},
		"linux":                   {"[linux]\nzzzzzzzzzzzzzzzz = 1"},
		"groups.*":                {"[groups.g]\nzzzzzzzzzzzzzzzz = 1"},
		"hosts.*":                 {"[hosts.h]\nzzzzzzzzzzzzzzzz = 1"},
		"roles.*":                 {"[roles.own]\nzzzzzzzzzzzzzzzz = 1"},
		"roles.*.services.[].^1":  {"[roles.own]\nservices = [{ zzzzzzzzzzzzzzzz = 1 }]"},
		"services.*":              {"[services.Own]\nzzzzzzzzzzzzzzzz = 1"},
		"services.*.endpoints.[]": {"[services.Own]\nendpoints = [{ protocol = 47, zzzzzzzzzzzzzzzz = 1 }]"},
		"services.*.pins.[]":      {"[services.Own]\npins = [{ zzzzzzzzzzzzzzzz = 1 }]"},
		"lint.*":                  {"[lint]\nRW001 = { zzzzzzzzzzzzzzzz = 1 }"},
		"deny.[]":                 {"[[deny]]\nzzzzzzzzzzzzzzzz = 1", "[[deny]]\nprotocol = \"any\"\nzzzzzzzzzzzzzzzz = 1"},
	} {
		var known []string
		for _, probe := range probes {
			_, err := policy.Load(oneFile(probe), "p.toml", cat)
			if err == nil {
				t.Fatalf("%s: the key is known", probe)
			}
			_, rest, found := strings.Cut(err.Error(), "hint: keys here: ")
			if !found {
				t.Fatalf("%s: no keys in %v", probe, err)
			}
			line, _, _ := strings.Cut(rest, "\n")
			known = append(known, strings.Split(line, ", ")...)
		}
		known = slices.DeleteFunc(known, func(k string) bool { return strings.HasPrefix(k, "zzz") })
		slices.Sort(known)
		known = slices.Compact(known)
		if got := propertiesAt(t, root, path); !slices.Equal(got, known) {
			t.Errorf("%q: the schema knows\n%v, policies know\n%v", path, got, known)
		}
	}
}

// propertiesAt follows a path: a key, * for the tables of any name, [] for elements, ^N for an alternative.
func propertiesAt(t *testing.T, at map[string]any, path string) []string {
	t.Helper()
	for step := range strings.SplitSeq(path, ".") {
		var next any
		switch {
		case step == "":
			continue
		case step == "*":
			next = at["additionalProperties"]
		case step == "[]":
			next = at["items"]
		case strings.HasPrefix(step, "^"):
			next = at["anyOf"].([]any)[step[1]-'0']
		default:
			next = at["properties"].(map[string]any)[step]
		}
		table, ok := next.(map[string]any)
		if !ok {
			t.Fatalf("the schema has no %s", path)
		}
		at = table
	}
	var names []string
	for name := range at["properties"].(map[string]any) {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// TestSchemaIsPlain holds that the schema uses keywords that every editor knows, and describes every key.
func TestSchemaIsPlain(t *testing.T) {
	var root map[string]any
	if err := json.Unmarshal([]byte(printed(t)), &root); err != nil {
		t.Fatal(err)
	}
	plain := strings.Fields("$schema title description type enum pattern format minimum maximum items minItems uniqueItems properties required additionalProperties anyOf")
	var walk func(path string, s map[string]any, isKey bool)
	walk = func(path string, s map[string]any, isKey bool) {
		if text, _ := s["description"].(string); isKey && text == "" {
			t.Errorf("%s has no description", path)
		}
		for word, v := range s {
			if !slices.Contains(plain, word) {
				t.Errorf("%s uses %s", path, word)
			}
			switch v := v.(type) {
			case map[string]any:
				if word != "properties" {
					walk(path+" "+word, v, false)
					continue
				}
				for key, x := range v {
					walk(path+" "+key, x.(map[string]any), true)
				}
			case []any:
				for _, x := range v {
					if x, ok := x.(map[string]any); ok {
						walk(path+" "+word, x, false)
					}
				}
			}
		}
	}
	walk("policy", root, false)
}
