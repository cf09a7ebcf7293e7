package cli

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// fleetPolicy is a policy of n hosts: domain controllers, file, print, web and Linux servers in equal numbers, every
// tenth host with an exception of its own.
func fleetPolicy(n int, office, more string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "access = \"console\"\n[networks]\noffice = [%s]\nadmins = [\"10.3.0.0/24\"]\n[audience]\nclients = [\"office\"]\nmanagement = [\"admins\"]\npeers = [\"none\"]\n%s", office, more)
	kinds := []string{
		`roles = ["domain-controller", "dns-server", "member-baseline"]`, `roles = ["file-server", "member-baseline"]`,
		`roles = ["print-server", "member-baseline"]`, `roles = ["iis-web", "member-baseline"]`, "os = \"linux\"\nroles = [\"linux-web\", \"ssh-managed\"]",
	}
	for i := range n {
		fmt.Fprintf(&b, "[hosts.h%04d]\n%s\n", i, kinds[i%len(kinds)])
		if i%10 == 0 {
			fmt.Fprintf(&b, "[[hosts.h%04d.allow]]\ntcp = \"%d\"\nfrom = [\"admins\"]\nreason = \"agent\"\n", i, 20000+i)
		}
	}
	return b.String()
}

func writeFleets(b *testing.B) (old, new string) {
	b.Helper()
	dir := b.TempDir()
	old, new = filepath.Join(dir, "old.toml"), filepath.Join(dir, "new.toml")
	for name, text := range map[string]string{
		old: fleetPolicy(1000, `"10.20.0.0/16"`, ""),
		new: fleetPolicy(1000, `"10.20.0.0/15"`, "[[allow]]\ntcp = \"8834\"\nfrom = [\"any\"]\nreason = \"scanner\"\n"),
	} {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			b.Fatal(err)
		}
	}
	return old, new
}

func mustRun(b *testing.B, want int, args ...string) {
	b.Helper()
	var stderr bytes.Buffer
	if code := run(context.Background(), append([]string{"rolewall"}, args...), strings.NewReader(""), io.Discard, &stderr); code != want {
		b.Fatalf("exit code %d: %s", code, stderr.String())
	}
}

// BenchmarkDiff compares two policies of 1,000 hosts, and their folders.
func BenchmarkDiff(b *testing.B) {
	old, new := writeFleets(b)
	oldDir, newDir := filepath.Join(b.TempDir(), "old"), filepath.Join(b.TempDir(), "new")
	mustRun(b, 0, "generate", "-t", "json", "-o", oldDir, old)
	mustRun(b, 0, "generate", "-t", "json", "-o", newDir, new)
	for _, c := range []struct {
		name     string
		old, new string
		code     int
	}{{"policies", old, new, 1}, {"policies-equal", old, old, 0}, {"folders", oldDir, newDir, 1}, {"folder-policy", oldDir, new, 1}} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				mustRun(b, c.code, "diff", c.old, c.new)
			}
		})
	}
}

// BenchmarkCheck checks the folder of a policy of 1,000 hosts: as it should be, and stale in every file.
func BenchmarkCheck(b *testing.B) {
	old, new := writeFleets(b)
	dir := filepath.Join(b.TempDir(), "out")
	mustRun(b, 0, "generate", "-o", dir, old)
	for _, c := range []struct {
		name string
		args []string
		code int
	}{{"good", []string{old}, 0}, {"stale", []string{new}, 1}, {"stale-diff", []string{"--diff", new}, 1}} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				mustRun(b, c.code, append([]string{"check", "-o", dir}, c.args...)...)
			}
		})
	}
}
