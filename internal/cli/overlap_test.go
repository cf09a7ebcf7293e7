package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestOverlap holds that neither diff nor drift says that nothing differs where the differences are too many to be told.
func TestOverlap(t *testing.T) {
	var b strings.Builder
	b.WriteString("os = \"linux\"\n[audience]\nclients = [\"any\"]\nmanagement = [\"10.0.0.0/8\"]\n[hosts.web1]\nroles = [\"linux-web\"]\n")
	for i := range 800 {
		fmt.Fprintf(&b, "[[hosts.web1.allow]]\ntcp = \"%d-%d\"\nfrom = [\"11.%d.%d.0/24\"]\nreason = \"r%d\"\n", 1000+i, 30000+i, i>>8, i&255, i)
	}
	dir := t.TempDir()
	policy, seen := filepath.Join(dir, "servers.toml"), filepath.Join(dir, "web1.save")
	for name, text := range map[string]string{
		policy: b.String(),
		seen:   "*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n",
	} {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	const want = "so many rules overlap that the differences would name rules more than 500,000 times"
	if code, stdout, stderr := call(t, "diff", os.DevNull, policy); code != 2 || stdout != "" || !strings.Contains(stderr, "web1: "+want) {
		t.Errorf("diff: exit code %d, stdout %.200q, stderr %.300q", code, stdout, stderr)
	}
	if code, stdout, stderr := call(t, "diff", policy, policy); code != 0 {
		t.Errorf("diff with itself: exit code %d, stdout %.200q, stderr %.300q", code, stdout, stderr)
	}
	if code, stdout, stderr := call(t, "drift", "--allow-unknown", "--as", "web1", policy, seen); code != 1 || !strings.Contains(stdout, want) {
		t.Errorf("drift: exit code %d, stdout %.300q, stderr %.200q", code, stdout, stderr)
	}
}
