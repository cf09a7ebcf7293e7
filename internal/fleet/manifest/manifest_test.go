package manifest

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestBundles: bundles follow the hosts in what is written and in what is read, of parts as well.
func TestBundles(t *testing.T) {
	var b bytes.Buffer
	w := NewWriter(&b)
	w.Add("web1", Entry{OS: "linux", Files: map[string]string{"a": strings.Repeat("e", 64)}})
	w.Add("gpo", Entry{Files: map[string]string{"{1}/x": strings.Repeat("e", 64)}, Bundle: true})
	w.Catalog = Catalog{strings.Repeat("e", 64), "v1.0.0"}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	var read []string
	var record Catalog
	if err := decode(bytes.NewReader(b.Bytes()), &record, func(e HostEntry) bool {
		read = append(read, e.Host)
		return e.Bundle == (e.Host == "gpo")
	}); err != nil || !slices.Equal(read, []string{"web1", "gpo"}) {
		t.Errorf("%v, %v\n%s", read, err, &b)
	}
	if record != w.Catalog {
		t.Errorf("the catalog is read as %v", record)
	}
	for _, c := range []struct{ old, new string }{
		{`"{1}/x"`, `"../x"`}, {`"{1}/x"`, `"{1}//x"`}, {`"{1}/x"`, `".x"`}, {`"{1}/x"`, `"{1}\\x"`}, {`"a"`, `"a/b"`}, {`"gpo"`, `"../gpo"`},
		{"\n  }\n}\n", "\n  }\n"}, {"\n  }\n}\n", "\n"}, {`"digest": "e`, `"digest": "`}, {`"program"`, `"others"`}, {`"catalog": {`, `"catalog": [`}, {`"bundles": {`, `"bundles": [`}, {`"bundles"`, `"others"`}, {`"files": {
        "{1}`, `"os": "x", "files": {
        "{1}`},
	} {
		text := strings.Replace(b.String(), c.old, c.new, 1)
		if text == b.String() {
			t.Fatalf("no %s in\n%s", c.old, text)
		}
		if err := decode(strings.NewReader(text), &record, func(HostEntry) bool { return true }); err == nil {
			t.Errorf("%s for %s is taken", c.new, c.old)
		}
	}
}

// Fuzz: what is read from a manifest names files below the folders of hosts, in order, and is written back as it was
// read.
func Fuzz(f *testing.F) {
	for _, s := range []string{
		"", "{}", `{"version": 1, "hosts": {}}`, `{"version": 1, "hosts": {"a": {"os": "linux", "roles": [], "files": {"x": "00"}}}}`,
		`{"version": 1, "hosts": {"a": {"files": {"../x": ""}}}}`, `{"version": 1, "hosts": {}, "catalog": {"digest": "` + strings.Repeat("0", 64) + `", "program": "v1"}}`, `{"version": 1, "hosts": {"..": {"files": {"x": ""}}}}`, `{"version": 1, "hosts": {"b": {}, "a": {}}}`,
		`{"version": 1, "hosts": {"a": {"files": {".new-x": ""}}}}`, `{"version": 1, "hosts": {"a": null, "b": [], "c": 1}}`, `{"version": 1, "hosts": {"a": {"files": {"C:x": ""}}}`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var list []HostEntry
		var record, again Catalog
		if decode(strings.NewReader(text), &record, func(e HostEntry) bool { list = append(list, e); return true }) != nil {
			return
		}
		var b bytes.Buffer
		w := NewWriter(&b)
		w.Catalog = record
		for i, e := range list {
			for name := range e.Files {
				if !filepath.IsLocal(e.Host+"/"+name) || strings.ContainsAny(name, `/\:`) || strings.HasPrefix(name, ".") || e.Foreign() != "" {
					t.Errorf("%q is a file of host %q", name, e.Host)
				}
			}
			if i > 0 && list[i-1].Host >= e.Host {
				t.Errorf("%q stands before %q", list[i-1].Host, e.Host)
			}
			w.Add(e.Host, e.Entry)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		n := 0
		if err := decode(&b, &again, func(e HostEntry) bool { n++; return true }); err != nil || n != len(list) || record != again {
			t.Errorf("%d hosts of %d are read again: %v", n, len(list), err)
		}
	})
}

// TestReadCatalog holds that parts of one whole tell a catalog where all of them were made with it.
func TestReadCatalog(t *testing.T) {
	root, err := os.OpenRoot(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	one, two := strings.Repeat("1", 64), strings.Repeat("2", 64)
	for _, c := range []struct {
		name  string
		parts []Catalog
		want  Catalog
	}{
		{"none", nil, Catalog{}},
		{"one", []Catalog{{one, "v1"}}, Catalog{one, "v1"}},
		{"two alike, by two versions", []Catalog{{one, "v1"}, {one, "v2"}}, Catalog{one, "v1"}},
		{"two that differ", []Catalog{{one, "v1"}, {two, "v1"}}, Catalog{}},
		{"an old one", []Catalog{{}}, Catalog{}},
		{"an old one beside a new one", []Catalog{{}, {one, "v1"}}, Catalog{}},
		{"a new one beside an old one", []Catalog{{one, "v1"}, {}}, Catalog{}},
	} {
		var names []string
		for i, part := range c.parts {
			name := fmt.Sprintf("manifest.%d-of-2.json", i+1)
			f, err := root.Create(name)
			if err != nil {
				t.Fatal(err)
			}
			w := NewWriter(f)
			w.Catalog = part
			if err := errors.Join(w.Close(), f.Close()); err != nil {
				t.Fatal(err)
			}
			names = append(names, name)
		}
		if got, err := ReadCatalog(root, names); err != nil || got != c.want {
			t.Errorf("%s: %v, %v", c.name, got, err)
		}
	}
}
