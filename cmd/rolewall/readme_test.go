package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestReadme holds the README to what the program does: its policies load, and the script it shows is what the first
// of them yields.
func TestReadme(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	var policies, scripts []string
	for _, block := range regexp.MustCompile("(?s)```(toml|nft)\n(.*?)```").FindAllStringSubmatch(string(text), -1) {
		if block[1] == "toml" {
			policies = append(policies, block[2])
		} else {
			scripts = append(scripts, block[2])
		}
	}
	if len(policies) < 2 || len(scripts) != 1 {
		t.Fatalf("%d policies, %d scripts", len(policies), len(scripts))
	}
	t.Chdir(t.TempDir())
	for i, p := range policies {
		name := "web1.toml"
		if i > 0 {
			name = "servers.toml"
			p = regexp.MustCompile(`(?m)^include.*\n`).ReplaceAllString(p, "") // names files that a reader would have
		}
		if err := os.WriteFile(name, []byte(p), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	code, stdout, stderr := call(t, "generate", "-t", "nftables", "web1.toml")
	if code != 0 {
		t.Fatal(stderr)
	}
	if !strings.Contains(stdout, scripts[0]) {
		t.Errorf("the README shows\n%s\nwhich is not part of\n%s", scripts[0], stdout)
	}
	if code, _, stderr := call(t, "generate", "--as-of", "2026-01-01", "-o", "out", "servers.toml"); code != 0 {
		t.Error(stderr)
	}
	for _, link := range regexp.MustCompile(`\]\((docs/[^)#]+)`).FindAllStringSubmatch(string(text), -1) {
		if _, err := os.Stat(filepath.Join(repository, link[1])); err != nil {
			t.Errorf("%s: %v", link[1], err)
		}
	}
}

// repository is the folder of the project, seen from a test that has left its package's folder.
var repository = func() string {
	dir, err := filepath.Abs("../..")
	if err != nil {
		panic(err)
	}
	return dir
}()
