package main

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

const testVersion = "v1.2.3-rc.1"

// need skips the test without a tool. On Linux in CI it fails.
func need(t *testing.T, tools ...string) {
	t.Helper()
	for _, tool := range tools {
		if _, err := exec.LookPath(tool); err != nil {
			if os.Getenv("CI") != "" && runtime.GOOS == "linux" {
				t.Fatalf("this test needs %s", tool)
			}
			t.Skipf("this test needs %s", tool)
		}
	}
}

// output runs a command and returns what it prints.
func output(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}

// readAll returns the files of a folder by name.
func readAll(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if files[e.Name()], err = os.ReadFile(filepath.Join(dir, e.Name())); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

// TestRelease builds the release twice, from two folders and in two environments, and looks at what came out.
func TestRelease(t *testing.T) {
	need(t, "git")
	t.Setenv("SOURCE_DATE_EPOCH", "1700000000")
	first, second, elsewhere := t.TempDir(), t.TempDir(), filepath.Join(t.TempDir(), "an other place")
	if err := run("../..", first, testVersion); err != nil {
		t.Fatal(err)
	}
	copySource(t, "../..", elsewhere)
	t.Setenv("TZ", "Asia/Tokyo")
	t.Setenv("TMPDIR", t.TempDir())
	t.Setenv("GOFLAGS", "-tags=other")
	t.Setenv("GOAMD64", "v3")
	if err := run(elsewhere, second, testVersion); err != nil {
		t.Fatal(err)
	}
	files, again := readAll(t, first), readAll(t, second)
	want := []string{
		"SHA256SUMS",
		"rolewall-1.2.3~rc.1-1.aarch64.rpm", "rolewall-1.2.3~rc.1-1.x86_64.rpm",
		"rolewall_1.2.3-rc.1.cdx.json",
		"rolewall_1.2.3-rc.1_darwin_amd64.tar.gz", "rolewall_1.2.3-rc.1_darwin_arm64.tar.gz",
		"rolewall_1.2.3-rc.1_linux_amd64.tar.gz", "rolewall_1.2.3-rc.1_linux_arm64.tar.gz",
		"rolewall_1.2.3-rc.1_windows_amd64.zip", "rolewall_1.2.3-rc.1_windows_arm64.zip",
		"rolewall_1.2.3~rc.1-1_amd64.deb", "rolewall_1.2.3~rc.1-1_arm64.deb",
	}
	if got := slices.Sorted(maps.Keys(files)); !slices.Equal(got, want) {
		t.Errorf("the release holds\n%q, not\n%q", got, want)
	}
	for name, data := range files {
		if !bytes.Equal(data, again[name]) {
			t.Errorf("%s: two builds differ", name)
		}
	}
	t.Run("sums", func(t *testing.T) { sums(t, first) })
	t.Run("deb", func(t *testing.T) { installDeb(t, first) })
	t.Run("sbom", func(t *testing.T) { bill(t, files["rolewall_1.2.3-rc.1.cdx.json"]) })
}

// copySource copies the files that git knows or would add.
func copySource(t *testing.T, from, to string) {
	t.Helper()
	list := output(t, "git", "-C", from, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	for name := range strings.SplitSeq(strings.TrimSuffix(list, "\x00"), "\x00") {
		info, err := os.Stat(filepath.Join(from, name))
		if os.IsNotExist(err) { // removed, not committed yet
			continue
		}
		data, err := os.ReadFile(filepath.Join(from, name))
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(to, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, data, info.Mode()); err != nil {
			t.Fatal(err)
		}
	}
}

func sums(t *testing.T, dir string) {
	need(t, "sha256sum")
	cmd := exec.Command("sha256sum", "--check", "--strict", "SHA256SUMS")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil || bytes.Count(out, []byte(": OK")) != 11 {
		t.Errorf("%v\n%s", err, out)
	}
}

// installDeb installs the Debian package into a root of its own, uses the program there and removes it again.
func installDeb(t *testing.T, dir string) {
	need(t, "dpkg")
	if os.Getuid() != 0 {
		t.Skip("dpkg --install needs root")
	}
	root := t.TempDir()
	for _, state := range []string{"updates", "info", "triggers"} {
		if err := os.MkdirAll(filepath.Join(root, "var/lib/dpkg", state), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(root, "var/lib/dpkg/status"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	deb := filepath.Join(dir, "rolewall_1.2.3~rc.1-1_"+runtime.GOARCH+".deb")
	output(t, "dpkg", "--root="+root, "--install", deb)
	for path, mode := range map[string]fs.FileMode{
		"usr/bin/rolewall":                                  0o755,
		"usr/share/man/man1/rolewall.1.gz":                  0o644,
		"usr/share/bash-completion/completions/rolewall":    0o644,
		"usr/share/fish/vendor_completions.d/rolewall.fish": 0o644,
		"usr/share/zsh/vendor-completions/_rolewall":        0o644,
		"usr/share/doc/rolewall/copyright":                  0o644,
		"usr/share/doc/rolewall/THIRD_PARTY_NOTICES":        0o644,
	} {
		if info, err := os.Stat(filepath.Join(root, path)); err != nil || info.Mode() != mode || info.Size() == 0 {
			t.Errorf("%s: %v, %v", path, info, err)
		}
	}
	program := filepath.Join(root, "usr/bin/rolewall")
	if got := output(t, program, "--version"); got != "rolewall version "+testVersion+"\n" {
		t.Errorf("the version is %q", got)
	}
	script := output(t, program, "generate", "-t", "advfirewall", "../../testdata/policies/domain-controller.toml")
	if !strings.Contains(script, "netsh advfirewall firewall add rule") {
		t.Errorf("generate prints\n%.500s", script)
	}
	output(t, "dpkg", "--root="+root, "--purge", "rolewall")
	if _, err := os.Stat(program); !os.IsNotExist(err) {
		t.Errorf("after --purge: %v", err)
	}
}

// bill checks that the bill of materials names each module with its license.
func bill(t *testing.T, data []byte) {
	var bom struct {
		Components []struct {
			Name, Purl string
			Licenses   []struct{ License struct{ ID string } }
		}
	}
	if err := json.Unmarshal(data, &bom); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, c := range bom.Components {
		names = append(names, c.Name)
		if !strings.HasPrefix(c.Purl, "pkg:golang/"+c.Name+"@") || len(c.Licenses) != 1 || c.Licenses[0].License.ID == "" {
			t.Errorf("%+v", c)
		}
	}
	for _, want := range []string{"std", "github.com/BurntSushi/toml", "github.com/urfave/cli/v2", "go4.org/netipx"} {
		if !slices.Contains(names, want) {
			t.Errorf("%s is missing among %q", want, names)
		}
	}
}

func TestVersion(t *testing.T) {
	t.Setenv("SOURCE_DATE_EPOCH", "1700000000")
	for version, valid := range map[string]bool{"v1.2.3": true, "v1.2.3-rc.1": true, "1.2.3": false, "v1.2": false, "v1.2.3 ": false, "main": false} {
		if _, err := openSource("../..", version); (err == nil) != valid {
			t.Errorf("%q: %v", version, err)
		}
	}
}

func TestLicense(t *testing.T) {
	for _, c := range []struct {
		file, text string
		valid      bool
	}{
		{"LICENSE", "Permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby granted, provided that the above copyright notice and this permission notice appear in all copies.\n\nTHE SOFTWARE IS PROVIDED \"AS IS\" AND THE AUTHOR DISCLAIMS ALL WARRANTIES WITH REGARD TO THIS SOFTWARE INCLUDING ALL IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE FOR ANY SPECIAL, DIRECT, INDIRECT, OR CONSEQUENTIAL DAMAGES OR ANY DAMAGES WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR PROFITS, WHETHER IN AN ACTION OF CONTRACT, NEGLIGENCE OR OTHER TORTIOUS ACTION, ARISING OUT OF OR IN CONNECTION WITH THE USE OR PERFORMANCE OF THIS SOFTWARE.\n", true},
		{"LICENSE", "All rights reserved.\n", false},
		{"license.go", "package license\n", false},
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, c.file), []byte(c.text), 0o644); err != nil {
			t.Fatal(err)
		}
		m := module{path: "example.com/m"}
		if err := m.read(dir); (err == nil) != c.valid {
			t.Errorf("%s %.30q: %v", c.file, c.text, err)
		}
	}
}

func TestNotEmpty(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "mine"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := makeEmpty(dir); err == nil {
		t.Error("a folder with files is taken for a new one")
	}
}
