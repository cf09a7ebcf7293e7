package fleet

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rolewall/internal/workspace"
)

// FuzzManifest: what is read from a manifest names files below the folders of hosts, in order, and is written back as it was
// read.
func FuzzManifest(f *testing.F) {
	for _, s := range []string{
		"", "{}", `{"version": 1, "hosts": {}}`, `{"version": 1, "hosts": {"a": {"os": "linux", "roles": [], "files": {"x": "00"}}}}`,
		`{"version": 1, "hosts": {"a": {"files": {"../x": ""}}}}`, `{"version": 1, "hosts": {}, "catalog": {"digest": "` + strings.Repeat("0", 64) + `", "program": "v1"}}`, `{"version": 1, "hosts": {"..": {"files": {"x": ""}}}}`, `{"version": 1, "hosts": {"b": {}, "a": {}}}`,
		`{"version": 1, "hosts": {"a": {"files": {".new-x": ""}}}}`, `{"version": 1, "hosts": {"a": null, "b": [], "c": 1}}`, `{"version": 1, "hosts": {"a": {"files": {"C:x": ""}}}`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var list []HostEntry
		var record, again CatalogRecord
		if decodeManifest(strings.NewReader(text), &record, func(e HostEntry) bool { list = append(list, e); return true }) != nil {
			return
		}
		var b bytes.Buffer
		w := NewManifestWriter(&b)
		w.Catalog = record
		for i, e := range list {
			for name := range e.Files {
				if !filepath.IsLocal(e.Host+"/"+name) || strings.ContainsAny(name, `/\:`) || strings.HasPrefix(name, ".") || e.foreign() != "" {
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
		if err := decodeManifest(&b, &again, func(e HostEntry) bool { n++; return true }); err != nil || n != len(list) || record != again {
			t.Errorf("%d hosts of %d are read again: %v", n, len(list), err)
		}
	})
}

// FuzzJournal: a run that finds a file in the place of its journal takes nothing for its own that does not lie below the folder
// of a host, leaves the file as it is where it is of another hand, and never writes elsewhere.
func FuzzJournal(f *testing.F) {
	sum := strings.Repeat("0", 64)
	for _, s := range []string{
		"", "\n", "run\tabcdefghijklmnopqrstuvwxyz\n", sum + "\t\"a/x\"\n", sum + "\t\"a/../x\"\n", sum + "\t\"../x/y\"\n", sum + "\t\"a/x", "0000", "precious\n", "ru", sum + "\tx\n", "run\t../../../x\n",
		strings.Repeat("x", 70_000), sum + "\t\"a/.new-x\"\n", sum + "\t\"a/x/y\"\n",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		dir := t.TempDir()
		name := filepath.Join(dir, JournalName)
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		folder, err := openFolder(dir, workspace.Shard{})
		if err != nil {
			t.Fatal(err)
		}
		defer folder.Close()
		j, err := openJournal(folder, workspace.Shard{})
		after, readErr := os.ReadFile(name)
		if readErr != nil || !strings.HasPrefix(string(after), text) {
			t.Fatalf("%q became %q", text, after)
		}
		if err != nil {
			if string(after) != text {
				t.Errorf("%q is of another hand, and became %q", text, after)
			}
			return
		}
		for path := range j.left {
			if host, file, _ := strings.Cut(path, "/"); !filepath.IsLocal(path) || strings.ContainsAny(file, `\:`) || strings.HasPrefix(file, ".") || strings.Contains(file, "/.") || strings.Contains(file, "//") || host == "" {
				t.Errorf("%q is taken for ours", path)
			}
		}
		if err := folder.sweep(j); err != nil {
			t.Error(err)
		}
		if err := j.abandon(); err != nil {
			t.Error(err)
		}
	})
}
