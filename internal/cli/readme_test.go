package cli

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
	var policies, scripts, fragments []string
	for _, block := range regexp.MustCompile("(?s)```(toml|nft)\n(.*?)```").FindAllStringSubmatch(string(text), -1) {
		switch {
		case block[1] == "nft":
			scripts = append(scripts, block[2])
		case strings.HasPrefix(block[2], "[lint]"):
			fragments = append(fragments, block[2])
		default:
			policies = append(policies, block[2])
		}
	}
	if len(policies) != 2 || len(scripts) != 1 || len(fragments) != 1 {
		t.Fatalf("%d policies, %d scripts, %d parts of policies", len(policies), len(scripts), len(fragments))
	}
	t.Chdir(t.TempDir())
	readmeFirstSteps(t, string(text))
	for _, p := range policies { // each names its file
		name, rest, _ := strings.Cut(strings.TrimPrefix(p, "# "), ".toml")
		if strings.ContainsAny(name, " \n") || rest == "" {
			t.Fatalf("this policy names no file:\n%s", p)
		}
		if err := os.WriteFile(name+".toml", []byte(p), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	code, stdout, stderr := call(t, "generate", "web1.toml")
	if code != 0 {
		t.Fatal(stderr)
	}
	if !strings.Contains(stdout, scripts[0]) {
		t.Errorf("the README shows\n%s\nwhich is not part of\n%s", scripts[0], stdout)
	}
	if code, _, stderr := call(t, "generate", "--as-of", "2026-01-01", "-o", "out", "servers.toml"); code != 0 {
		t.Error(stderr)
	}
	readmeExplains(t, string(text))
	readmeLints(t, fragments[0])
	for _, link := range regexp.MustCompile(`\]\((docs/[^)#]+)`).FindAllStringSubmatch(string(text), -1) {
		if _, err := os.Stat(filepath.Join(repository, link[1])); err != nil {
			t.Errorf("%s: %v", link[1], err)
		}
	}
}

// readmeFirstSteps holds that the commands of the first steps work one after the other, and write the files that they name.
func readmeFirstSteps(t *testing.T, text string) {
	_, steps, _ := strings.Cut(text, "## First steps\n")
	steps, _, _ = strings.Cut(steps, "\n## ")
	commands := regexp.MustCompile(`(?m)^\$ rolewall (.*?) *# (.*)$`).FindAllStringSubmatch(steps, -1)
	if len(commands) != 4 {
		t.Fatalf("%d first steps", len(commands))
	}
	for _, c := range commands {
		if code, _, stderr := call(t, strings.Fields(c[1])...); code != 0 {
			t.Errorf("rolewall %s: %s", c[1], stderr)
		}
		for _, file := range regexp.MustCompile(`out/[a-z0-9./]+`).FindAllString(c[2], -1) {
			if _, err := os.Stat(file); err != nil {
				t.Errorf("rolewall %s: %v", c[1], err)
			}
		}
	}
	if err := os.RemoveAll("out"); err != nil {
		t.Fatal(err)
	}
}

// readmeExplains holds that questions of the README are answered as it says.
func readmeExplains(t *testing.T, text string) {
	questions := regexp.MustCompile(`(?m)^\$ rolewall (explain [^#\n]*)\n(.*)\n`).FindAllStringSubmatch(text, -1)
	if len(questions) < 2 {
		t.Errorf("%d questions", len(questions))
	}
	for _, q := range questions {
		if _, stdout, stderr := call(t, append(strings.Fields(q[1]), "--as-of", "2026-01-01")...); !strings.HasPrefix(stdout, q[2]+"\n") {
			t.Errorf("rolewall %s says %s%s, not %s", q[1], stdout, stderr, q[2])
		}
	}
}

// readmeLints holds that the README's [lint] and [[deny]] do what it says, in the policy that it shows.
func readmeLints(t *testing.T, fragment string) {
	policy, err := os.ReadFile("servers.toml")
	if err != nil {
		t.Fatal(err)
	}
	for part, want := range map[string]string{
		"": "warning RW003", fragment: "note RW009", strings.Replace(fragment, `["admins"]`, `["office"]`, 1): "error RW026: tcp/3389 is open to admins",
	} {
		if err := os.WriteFile("lint.toml", append(policy, part...), 0o644); err != nil {
			t.Fatal(err)
		}
		code, stdout, stderr := call(t, "lint", "--as-of", "2026-01-01", "lint.toml")
		if !strings.Contains(stdout, want) || (code == 0) != strings.HasPrefix(want, "note") {
			t.Errorf("exit code %d without %s: %s%s", code, want, stdout, stderr)
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
