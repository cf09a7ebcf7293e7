package collect

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"rolewall/internal/netspace"
)

// document is capture.json.
type document struct {
	Version int    `json:"version"`
	Host    string `json:"host"`
	OS      string `json:"os"`
	When    string `json:"when"`
	Root    bool   `json:"root"`
	Files   []struct {
		Name, Command, Stderr, SHA256 string
		RC                            int
	} `json:"files"`
}

// script writes the script for Linux to a file.
func script(t *testing.T) string {
	t.Helper()
	text, _ := Script("linux")
	file := filepath.Join(t.TempDir(), "capture.sh")
	if err := os.WriteFile(file, text, 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestLinux runs the script with several shells on a host that has rules.
func TestLinux(t *testing.T) {
	netspace.Need(t, "nft", "ip")
	space := netspace.New(t)
	space.Must(t, "nft", "add table inet seen; add chain inet seen input { type filter hook input priority 0; }; add rule inet seen input tcp dport 22 accept comment \"a word\"")
	for name, shell := range map[string][]string{"sh": {"sh"}, "busybox": {"busybox", "sh"}, "dash": {"dash"}} {
		t.Run(name, func(t *testing.T) {
			if _, err := exec.LookPath(shell[0]); err != nil {
				t.Skip(shell[0] + " is not installed")
			}
			folder := filepath.Join(t.TempDir(), "a b.capture")
			space.Must(t, append(shell, script(t), folder)...)
			d := readDocument(t, folder)
			if d.Version != 1 || d.Host == "" || d.When == "" || !d.Root {
				t.Errorf("the head is %+v", d)
			}
			rules, err := os.ReadFile(filepath.Join(folder, "nft.json"))
			if err != nil || !strings.Contains(string(rules), `"seen"`) {
				t.Errorf("nft.json is %q, %v", rules, err)
			}
			checkFiles(t, folder, d)
			if list, err := os.ReadFile(filepath.Join(folder, "dpkg.txt")); err == nil && len(list) > 0 && !strings.Contains(string(list), "\t") {
				t.Errorf("dpkg.txt holds %.40q", list)
			}
			if out, err := space.Run("", append(shell, script(t), folder)...); err == nil || !strings.Contains(out+err.Error(), "must be new") {
				t.Errorf("a folder that is there is written again: %s, %v", out, err)
			}
		})
	}
}

func readDocument(t *testing.T, folder string) document {
	t.Helper()
	src, err := os.ReadFile(filepath.Join(folder, "capture.json"))
	if err != nil {
		t.Fatal(err)
	}
	var d document
	if err := json.Unmarshal(src, &d); err != nil {
		t.Fatalf("%v\n%s", err, src)
	}
	return d
}

// checkFiles holds the list of files against the folder.
func checkFiles(t *testing.T, folder string, d document) {
	t.Helper()
	listed := map[string]bool{"capture.json": true}
	for _, f := range d.Files {
		listed[f.Name] = true
		src, err := os.ReadFile(filepath.Join(folder, f.Name))
		if f.RC == 127 {
			if err == nil || f.SHA256 != "" || !strings.Contains(f.Stderr, "not installed") {
				t.Errorf("%+v of a command that is missing; the file: %v", f, err)
			}
			continue
		}
		if sum := sha256.Sum256(src); err != nil || f.SHA256 != hex.EncodeToString(sum[:]) {
			t.Errorf("%+v does not fit the file: %v", f, err)
		}
	}
	found, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range found {
		if !listed[f.Name()] {
			t.Errorf("%s is not listed", f.Name())
		}
	}
}

// TestLinuxTells replaces commands: what fails, what is missing, and which commands are not asked lest they load a module.
func TestLinuxTells(t *testing.T) {
	netspace.Need(t, "nft", "ip")
	space := netspace.New(t)
	space.Replace(t, "nft", "#!/bin/sh\nprintf 'no \"rules\" \\\\ here\\n\\tat all\\n' >&2\nexit 1\n")
	space.Replace(t, "iptables-save", "#!/bin/sh\n[ \"$1\" != --version ] || echo 'iptables-save v1.8.9 (legacy)'\n")
	folder := filepath.Join(t.TempDir(), "x")
	space.Must(t, "sh", script(t), folder)
	d := readDocument(t, folder)
	checkFiles(t, folder, d)
	asked := map[string]bool{}
	for _, f := range d.Files {
		asked[f.Name] = true
		if f.Name == "nft.json" && (f.RC != 1 || f.Stderr != "no \"rules\" \\ here\nat all") {
			t.Errorf("nft.json ended with %d: %q", f.RC, f.Stderr)
		}
	}
	for _, name := range []string{"iptables-save.txt", "iptables-legacy-save.txt"} {
		if src, err := os.ReadFile("/proc/net/ip_tables_names"); (err != nil || len(src) == 0) && asked[name] {
			t.Errorf("%s was asked for although the kernel holds no legacy tables", name)
		}
	}
}

// TestLinuxDryRun prints commands and writes nothing.
func TestLinuxDryRun(t *testing.T) {
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("no shell")
	}
	cmd := exec.Command(shell, script(t), "--dry-run")
	cmd.Dir = t.TempDir()
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "nft -j list ruleset\n") || strings.Contains(string(out), "capture.json") {
		t.Errorf("%s, %v", out, err)
	}
	if left, _ := os.ReadDir(cmd.Dir); len(left) > 0 {
		t.Errorf("%s was written", left[0].Name())
	}
}
