package fleet

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"rolewall/internal/workspace"
)

// fleetPolicy writes a policy whose hosts have a target that writes for all of them.
func fleetPolicy(t *testing.T, hosts ...string) string {
	t.Helper()
	text := "targets = [\"gpo\"]\naudience = { clients = [\"10.0.0.0/8\"], management = [\"10.3.0.0/24\"], peers = [\"none\"] }\n"
	for _, h := range hosts {
		text += "[hosts." + h + "]\nroles = [\"file-server\"]\nallow = [{ tcp = \"9000\", from = [\"10.1.1.1\"], reason = \"" + h + "\" }]\n"
	}
	name := filepath.Join(t.TempDir(), "policy.toml")
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return name
}

// TestManifestBundles: bundles follow the hosts in what is written and in what is read, of parts as well.
func TestManifestBundles(t *testing.T) {
	var b bytes.Buffer
	w := NewManifestWriter(&b)
	w.Add("web1", Entry{OS: "linux", Files: map[string]string{"a": Digest(nil)}})
	w.Add("gpo", Entry{Files: map[string]string{"{1}/x": Digest(nil)}, Bundle: true})
	w.Catalog = CatalogRecord{Digest(nil), "v1.0.0"}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	var read []string
	var record CatalogRecord
	if err := decodeManifest(bytes.NewReader(b.Bytes()), &record, func(e HostEntry) bool {
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
		{"\n  }\n}\n", "\n  }\n"}, {"\n  }\n}\n", "\n"}, {`"digest": "e3`, `"digest": "`}, {`"program"`, `"others"`}, {`"catalog": {`, `"catalog": [`}, {`"bundles": {`, `"bundles": [`}, {`"bundles"`, `"others"`}, {`"files": {
        "{1}`, `"os": "x", "files": {
        "{1}`},
	} {
		text := strings.Replace(b.String(), c.old, c.new, 1)
		if text == b.String() {
			t.Fatalf("no %s in\n%s", c.old, text)
		}
		if err := decodeManifest(strings.NewReader(text), &record, func(HostEntry) bool { return true }); err == nil {
			t.Errorf("%s for %s is taken", c.new, c.old)
		}
	}
}

// TestBundleLinks: a link in the place of a folder of a bundle stops the run, and nothing behind it changes.
func TestBundleLinks(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	p := planOf(t, fleetPolicy(t, "a", "b"), workspace.Shard{})
	if err := p.Write(context.Background(), dir, Cache{}, at{}); err != nil {
		t.Fatal(err)
	}
	folders, err := filepath.Glob(filepath.Join(dir, "gpo", "{*}"))
	if err != nil || len(folders) != 2 {
		t.Fatalf("%v, %v", folders, err)
	}
	if err := os.Rename(filepath.Join(folders[0], "DomainSysvol"), filepath.Join(dir, "elsewhere")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("../../elsewhere", filepath.Join(folders[0], "DomainSysvol")); err != nil {
		t.Skip(err)
	}
	err = planOf(t, fleetPolicy(t, "a", "b"), workspace.Shard{}).Write(context.Background(), dir, Cache{}, at{})
	if err == nil || !strings.Contains(err.Error(), "DomainSysvol is a link") {
		t.Errorf("error %v", err)
	}
	// Where the object is asked for no more, its files behind the link stay.
	if err := planOf(t, fleetPolicy(t, "c"), workspace.Shard{}).Write(context.Background(), dir, Cache{}, at{}); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"elsewhere/GPO/GPT.INI", "elsewhere/GPO/Machine/registry.pol"} {
		if _, err := os.Stat(filepath.Join(dir, filepath.FromSlash(name))); err != nil {
			t.Error(err)
		}
	}
	if _, err := os.Lstat(folders[1]); err == nil {
		t.Error("the folder of an object that is gone is there")
	}
}

// TestBundleSweep: what a stopped run left below a folder of a bundle goes with the next one.
func TestBundleSweep(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	write := func() {
		t.Helper()
		if err := planOf(t, fleetPolicy(t, "a"), workspace.Shard{}).Write(context.Background(), dir, Cache{}, at{}); err != nil {
			t.Fatal(err)
		}
	}
	write()
	folders, _ := filepath.Glob(filepath.Join(dir, "gpo", "{*}"))
	token := strings.Repeat("a", 26)
	name := "gpo/" + filepath.Base(folders[0]) + "/DomainSysvol/GPO/GPT.INI"
	left := filepath.Join(dir, filepath.FromSlash(tempName(token, name)))
	for file, text := range map[string]string{
		left: "x", filepath.Join(dir, JournalName): "run\t" + token + "\n" + Digest([]byte("x")) + "\t\"" + name + "\"\n",
	} {
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write()
	if _, err := os.Lstat(left); err == nil {
		t.Error("it is there")
	}
}
