package cli

import (
	"encoding/xml"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// recipe is a code block of docs/ci.md that begins with a comment: its name.
func recipe(t *testing.T, name string) string {
	t.Helper()
	doc, err := os.ReadFile("../../docs/ci.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile("(?s)```[a-z]+\n(.*?)```").FindAllStringSubmatch(string(doc), -1) {
		if strings.HasPrefix(strings.TrimPrefix(m[1], "#!/bin/sh\n"), "# "+name+"\n") {
			return m[1]
		}
	}
	t.Fatalf("docs/ci.md has no block %q", name)
	return ""
}

// site is a repository as the recipes expect it, on a branch that changed the policy and made no scripts anew.
type site struct {
	t   *testing.T
	dir string
	env []string
}

const sitePolicy = `
os      = "linux"
targets = ["nftables", "json"]
access  = "console"
[audience]
clients    = ["10.20.0.0/16"]
management = ["none"]
peers      = ["none"]
[hosts.web1]
roles = ["linux-web"]
[[hosts.web1.allow]]
tcp     = "8834"
from    = ["10.3.9.9"]
reason  = "scanner"
expires = 2099-12-31
`

func newSite(t *testing.T) *site {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal(err)
		}
		t.Skip("no git")
	}
	base := t.TempDir()
	s := &site{t, filepath.Join(base, "work"), append(os.Environ(),
		"HOME="+base, "GIT_CONFIG_NOSYSTEM=1", "GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.com", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.com",
		"RUNNER_TEMP="+base, "GITHUB_BASE_REF=main", "GITHUB_STEP_SUMMARY="+filepath.Join(base, "summary.md"), "PULL_REQUEST=7",
		"CI_MERGE_REQUEST_TARGET_BRANCH_NAME=main", "CI_API_V4_URL=https://gitlab.invalid/api/v4", "CI_PROJECT_ID=1", "CI_MERGE_REQUEST_IID=7", "ROLEWALL_TOKEN=t",
		"PATH="+filepath.Join(base, "bin")+string(filepath.ListSeparator)+os.Getenv("PATH"),
	)}
	for _, dir := range []string{s.dir, filepath.Join(base, "bin")} {
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, tool := range []string{"gh", "curl"} { // they say how they were called
		s.write("../bin/"+tool, "#!/bin/sh\nprintf '%s\\n' \"$0 $*\" >>\"$RUNNER_TEMP/calls\"\n")
		if err := os.Chmod(filepath.Join(base, "bin", tool), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	s.write("servers.toml", sitePolicy)
	s.write(".gitattributes", recipe(t, ".gitattributes"))
	s.write(".gitignore", recipe(t, ".gitignore"))
	s.must("git init -q -b main . && git config core.autocrlf true") // as on Windows
	s.must(recipe(t, "once, and after every change of the policy"))
	if files := s.must("git ls-files -o --exclude-standard && git ls-files"); strings.Contains(files, ".rolewall-") {
		t.Errorf("what a run leaves is in git or would be:\n%s", files)
	}
	s.must("git add .gitattributes .gitignore && git commit -q -m one && git clone -q --bare . ../origin.git && git remote add origin ../origin.git && git fetch -q && git checkout -q -b change")
	s.write("servers.toml", strings.Replace(sitePolicy, "10.20.0.0/16", "any", 1))
	return s
}

func (s *site) write(name, text string) {
	s.t.Helper()
	if err := os.WriteFile(filepath.Join(s.dir, name), []byte(text), 0o644); err != nil {
		s.t.Fatal(err)
	}
}

func (s *site) read(name string) string {
	s.t.Helper()
	text, err := os.ReadFile(filepath.Join(s.dir, name))
	if err != nil {
		s.t.Fatal(err)
	}
	return string(text)
}

// run runs shell lines as CI systems do: the first that fails ends them.
func (s *site) run(script string) (string, error) {
	cmd := exec.Command("sh", "-e", "-c", script)
	cmd.Dir, cmd.Env = s.dir, s.env
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func (s *site) must(script string) string {
	s.t.Helper()
	out, err := s.run(script)
	if err != nil {
		s.t.Fatalf("%s\n%s%v", script, out, err)
	}
	return out
}

// fails runs lines that must find something.
func (s *site) fails(script, want string) string {
	s.t.Helper()
	out, err := s.run(script)
	if exit, ok := err.(*exec.ExitError); !ok || exit.ExitCode() != 1 || !strings.Contains(out, want) {
		s.t.Errorf("%s\n%s%v, want exit code 1 and %s", script, out, err, want)
	}
	return out
}

func (s *site) regenerate() { s.must("rolewall generate -o out servers.toml") }

func TestRecipeGitHub(t *testing.T) {
	var workflow struct {
		On   map[string]any
		Jobs map[string]struct {
			Steps []struct{ Name, Uses, Run, If string }
		}
	}
	if err := yaml.Unmarshal([]byte(recipe(t, ".github/workflows/firewall.yml")), &workflow); err != nil {
		t.Fatal(err)
	}
	steps := workflow.Jobs["firewall"].Steps
	if len(steps) != 4 || steps[0].Uses == "" || steps[2].If != "always()" {
		t.Fatalf("steps %+v", steps)
	}
	s := newSite(t)
	s.must("git commit -q -a -m two")
	s.must(steps[1].Run)
	if summary := s.read("../summary.md"); !strings.Contains(summary, "**widened to ANYONE**") {
		t.Errorf("the summary is\n%s", summary)
	}
	if calls := s.read("../calls"); !strings.Contains(calls, "gh pr comment 7 --body-file "+filepath.Dir(s.dir)+"/diff.md --edit-last --create-if-none") {
		t.Errorf("gh was called as\n%s", calls)
	}
	s.fails(steps[2].Run, "::error file=out/web1/nftables.nft,line=")
	s.regenerate()
	s.must(steps[2].Run)
	if out := s.must(steps[3].Run); !strings.Contains(out, "::notice file=servers.toml,") {
		t.Errorf("lint says\n%s", out)
	}
	s.addsPolicy()
	s.must(steps[1].Run)
	if page := s.read("../diff.md"); !strings.HasPrefix(page, "### Firewall rules: 0 of 0 hosts differ, 1 new: ") {
		t.Errorf("a new policy is told as\n%s", page)
	}
	s.write("servers.toml", strings.Replace(s.read("servers.toml"), `"8834"`, `"21"`, 1))
	s.fails(steps[3].Run, "::warning file=servers.toml,line=11,col=14,title=RW005")
}

// addsPolicy makes the change the one that adds the policy.
func (s *site) addsPolicy() {
	s.must("git worktree list --porcelain | sed -n 's/^worktree //p' | sed 1d | while read -r w; do git worktree remove --force \"$w\"; done")
	s.must("git checkout -q main && git rm -q servers.toml && git commit -q -m none && git push -q origin main && git fetch -q && git checkout -q change")
}

func TestRecipeCodeScanning(t *testing.T) {
	var steps []struct {
		Run, Uses string
		With      struct {
			SarifFile string `yaml:"sarif_file"`
		}
	}
	if err := yaml.Unmarshal([]byte(recipe(t, "steps for code scanning")), &steps); err != nil || len(steps) != 2 {
		t.Fatal(err, steps)
	}
	s := newSite(t)
	s.must(steps[0].Run)
	if text := s.read(steps[1].With.SarifFile); !strings.Contains(text, `"ruleId": "RW021"`) {
		t.Errorf("SARIF is\n%s", text)
	}
}

func TestRecipeGitLab(t *testing.T) {
	var jobs map[string]struct {
		Script    []string
		Artifacts struct {
			Reports struct{ Junit string }
			Paths   []string
		}
	}
	if err := yaml.Unmarshal([]byte(recipe(t, ".gitlab-ci.yml")), &jobs); err != nil {
		t.Fatal(err)
	}
	s := newSite(t)
	s.must("git commit -q -a -m two")
	check, diff, lint := jobs["firewall-check"], jobs["firewall-diff"], jobs["firewall-lint"]
	s.must(strings.Join(lint.Script, "\n"))
	s.fails(strings.Join(check.Script, "\n"), "")
	var page struct {
		Failures int `xml:"failures,attr"`
	}
	if err := xml.Unmarshal([]byte(s.read(check.Artifacts.Reports.Junit)), &page); err != nil || page.Failures == 0 {
		t.Errorf("%v, %+v", err, page)
	}
	s.must(strings.Join(diff.Script, "\n"))
	if note := s.read(diff.Artifacts.Paths[0]); !strings.Contains(note, "**widened to ANYONE**") {
		t.Errorf("the note is\n%s", note)
	}
	if calls := s.read("../calls"); !strings.Contains(calls, `--data-urlencode body@diff.md https://gitlab.invalid/api/v4/projects/1/merge_requests/7/notes`) {
		t.Errorf("curl was called as\n%s", calls)
	}
	s.regenerate()
	s.must(strings.Join(check.Script, "\n"))
	s.addsPolicy()
	s.must(strings.Join(diff.Script, "\n"))
	if page := s.read("diff.md"); !strings.HasPrefix(page, "### Firewall rules: 0 of 0 hosts differ, 1 new: ") {
		t.Errorf("a new policy is told as\n%s", page)
	}
}

func TestRecipePreCommit(t *testing.T) {
	var config struct {
		Repos []struct {
			Repo  string
			Hooks []struct {
				ID, Entry, Language, Files string
				PassFilenames              bool `yaml:"pass_filenames"`
			}
		}
	}
	if err := yaml.Unmarshal([]byte(recipe(t, ".pre-commit-config.yaml")), &config); err != nil {
		t.Fatal(err)
	}
	hook := config.Repos[0].Hooks[0]
	files := regexp.MustCompile(hook.Files)
	for name, want := range map[string]bool{"servers.toml": true, "hosts/dc1.toml": true, "out/web1/nftables.nft": true, "README.md": false} {
		if files.MatchString(name) != want {
			t.Errorf("the hook runs for %s: %t", name, !want)
		}
	}
	s := newSite(t)
	s.fails(hook.Entry, "stale")
	s.regenerate()
	s.must(hook.Entry)
}

// TestRecipeHook: git runs the hook, which looks at what is staged.
func TestRecipeHook(t *testing.T) {
	s := newSite(t)
	s.write(".git/hooks/pre-commit", recipe(t, ".git/hooks/pre-commit"))
	s.must("chmod +x .git/hooks/pre-commit && git add servers.toml")
	s.regenerate() // and not staged
	s.fails("git commit -q -m two", "stale")
	s.must("git add out && git commit -q -m two")
}

func TestRecipeRevisions(t *testing.T) {
	s := newSite(t)
	if out := s.must(recipe(t, "what this branch changes")); !strings.Contains(out, "audience clients: ANYONE, was 10.20.0.0/16") {
		t.Errorf("it says\n%s", out)
	}
	if _, err := os.Stat(filepath.Join(s.dir, "../base")); err == nil {
		t.Error("the worktree stays")
	}
	s.regenerate()
	s.must("git worktree add -q --detach ../base main")
	s.fails("rolewall diff ../base/out out", "out/web1/nftables.nft:")
}

func TestRecipeLookingAhead(t *testing.T) {
	s := newSite(t)
	s.regenerate()
	lines := recipe(t, "exceptions that end soon")
	if err := exec.Command("date", "-u", "-d", "14 days", "+%F").Run(); err != nil {
		t.Skip("date has no -d")
	}
	s.must(lines)
	s.write("servers.toml", strings.Replace(s.read("servers.toml"), "2099-12-31", strings.TrimSpace(s.must("date -u -d '7 days' +%F")), 1))
	s.regenerate()
	s.must("rolewall check -o out servers.toml")
	s.fails(lines, "the exception for tcp/8834 at hosts.web1 (scanner) ended on ")
}

// TestRecipeMerge merges two branches that both changed the scripts, one of them with a new host.
func TestRecipeMerge(t *testing.T) {
	s := newSite(t)
	s.regenerate()
	s.must("git commit -q -a -m two && git checkout -q main")
	other := strings.Replace(sitePolicy, "10.3.9.9", "10.3.9.8", 1) + "[hosts.web2]\nroles = [\"linux-web\"]\n"
	s.write("servers.toml", other)
	s.regenerate()
	s.must("git add out && git commit -q -a -m three && git checkout -q change")
	if out, err := s.run("git merge -q main"); err == nil || !strings.Contains(out, "out/manifest.json") {
		t.Fatalf("the merge says %s, %v", out, err)
	}
	if text := s.read("out/web1/nftables.nft"); strings.Contains(text, "<<<<<<<") {
		t.Error("git mixed two scripts")
	}
	s.write("servers.toml", strings.Replace(other, "10.20.0.0/16", "any", 1))
	s.must("git add servers.toml\n" + recipe(t, "after a merge that stopped at generated files"))
	s.must("git diff --quiet HEAD && rolewall check -o out servers.toml")
	if text := s.read("out/web2/nftables.nft"); !strings.Contains(text, "anyone") {
		t.Errorf("the script of the new host is that of the other branch:\n%s", text)
	}
}
