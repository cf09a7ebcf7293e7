package domaintest

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rolewall/generators/gpo"
	"rolewall/generators/readback"
	"rolewall/generators/target"
	"rolewall/internal/netspace"
	"rolewall/readers/regpol"
	"rolewall/ruleset"
)

// inNamespaces runs a script in namespaces of its own: what it leaves running ends with it.
func inNamespaces(t *testing.T, script string, args ...string) string {
	t.Helper()
	ctx, stop := context.WithTimeout(context.Background(), 3*time.Minute)
	defer stop()
	script, err := filepath.Abs(script)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(ctx, "unshare", append([]string{"--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "bash", script}, args...)...)
	cmd.WaitDelay = 10 * time.Second
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s\n%s", filepath.Base(script), err, out, &stderr)
	}
	return string(out)
}

// domain returns the folder of the packed domain, which is made where it is missing.
func domain(t *testing.T) string {
	t.Helper()
	netspace.Need(t, "samba", "samba-tool", "samba-gpupdate", "unshare", "bash")
	readback.NeedSamba(t)
	cache := os.Getenv("ROLEWALL_DOMAIN")
	if cache == "" {
		user, err := os.UserCacheDir()
		if err != nil {
			readback.SkipMissing(t, "a cache folder")
		}
		cache = filepath.Join(user, "rolewall-domain")
	}
	if _, err := os.Stat(filepath.Join(cache, "libnss_winbind.so.2")); err != nil {
		readback.SkipMissing(t, "libnss_winbind.so.2 in "+cache)
	}
	if _, err := os.Stat(filepath.Join(cache, "dc.tgz")); err == nil {
		return cache
	}
	dir := t.TempDir()
	inNamespaces(t, "testdata/provision.sh", dir)
	packed, err := os.ReadFile(filepath.Join(dir, "dc.tgz"))
	if err != nil {
		t.Fatal(err)
	}
	temp := filepath.Join(cache, filepath.Base(dir)+".tgz")
	if err := os.WriteFile(temp, packed, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(temp, filepath.Join(cache, "dc.tgz")); err != nil {
		t.Fatal(err)
	}
	return cache
}

// TestClient: a Group Policy client finds the object, reads exactly its values, reads them again when the version rises, and not
// before; without a link it reads none.
func TestClient(t *testing.T) {
	cache := domain(t)
	rs := readback.Sample(ruleset.Windows2022)
	rs.Settings.Advfirewall = ruleset.AdvfirewallSettings{OtherRules: "disable", LogDropped: true}
	files, err := gpo.New().Bundle([]target.Group{{Set: rs, Hosts: []string{"dc1"}}})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, d := range []string{filepath.Dir(dir), dir} { // smbd serves SYSVOL as the user who asks
		if err := os.Chmod(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	pol := filepath.Join(dir, "registry.pol")
	want := map[string]string{}
	for _, f := range files {
		if strings.HasSuffix(f.Name, "/registry.pol") {
			if err := os.WriteFile(pol, f.Data, 0o600); err != nil {
				t.Fatal(err)
			}
			want = valuesOf(t, f.Data)
		}
	}
	said := map[string]string{}
	for line := range strings.Lines(inNamespaces(t, "testdata/client.sh", dir, cache, pol)) {
		word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		said[word] = rest
	}
	for word, count := range map[string]string{"first": "1", "unchanged": "0", "raised": "1", "unlinked": "{}"} {
		if said[word] != count {
			t.Errorf("%s: %s, want %s", word, said[word], count)
		}
	}
	got := map[string]string{}
	if err := json.Unmarshal([]byte(said["linked"]), &got); err != nil || !maps.Equal(got, want) || len(want) < 30 {
		t.Errorf("the client reads %d values, %v:\n%v\nwant %d:\n%v", len(got), err, got, len(want), want)
	}
}

// valuesOf are the values of a file as our own reader finds them, by key and name.
func valuesOf(t *testing.T, data []byte) map[string]string {
	t.Helper()
	entries, err := regpol.Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, e := range entries {
		text, isText := e.Text()
		if !isText {
			n, _ := e.Number()
			encoded, _ := json.Marshal(n)
			text = string(encoded)
		}
		out[e.Key+`\`+e.Name] = text
	}
	return out
}
