package cli

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// stuck is a stdout that is never read: it tells when the first write comes, and never comes back from it.
type stuck struct{ reached func() }

func (s stuck) Write([]byte) (int, error) {
	s.reached()
	select {}
}

// TestPromptly stops every command at a named point, when all is found and nothing is printed yet, which stands for any other
// point from which the command does not come back.
func TestPromptly(t *testing.T) {
	dir := t.TempDir()
	policy, out := filepath.Join(dir, "p.toml"), filepath.Join(dir, "out")
	if err := os.WriteFile(policy, []byte("os = \"linux\"\n[hosts.h]\nroles = [\"linux-web\"]\naccess = \"console\"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	must(t, 0, "generate", "-t", "json", "-o", out, policy)
	for _, args := range []string{
		"lint " + policy, "explain " + policy, "explain " + policy + " tcp/443", "explain --who tcp/443 " + policy, "diff " + policy + " " + os.DevNull,
		"diff " + out + " " + policy, "check -t json -o " + out + " --format json " + policy, "generate -t nftables " + policy, "list roles", "show linux-web", "schema",
	} {
		ctx, stop := context.WithCancel(context.Background())
		var stderr bytes.Buffer
		if code := run(ctx, append([]string{"rolewall"}, strings.Fields(args)...), strings.NewReader(""), stuck{stop}, &stderr); code != 130 || stderr.String() != "interrupted\n" {
			t.Errorf("%s: exit code %d, %q", args, code, stderr.String())
		}
		stop()
	}
}
