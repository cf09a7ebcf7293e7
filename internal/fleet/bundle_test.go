package fleet

import (
	"context"
	"os"
	"path/filepath"
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
