// Package layers tests the layout: which package may import which, and how large a package may be. It has tests only.
package layers

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// levels lists the packages of the program, bottom up. A package may import packages of lower levels, never one of its own
// level.
var levels = [][]string{
	{
		"diag",
		"docs",
		"ruleset",
		"templates",
	},
	{
		"internal/collect",
		"internal/fleet/regular",
		"internal/fleet/runcache",
		"internal/term",
		"tomldoc",
	},
	{
		"catalog",
		"compare",
		"generators/target",
		"internal/report/junit",
		"internal/report/sarif",
		"lint/cover",
		"lint/sums",
		"policy/fields",
		"readers/capture",
		"readers/netfilter/bits",
		"readers/netfilter/budget",
		"readers/netfilter/runs",
		"readers/flowlog",
		"readers/jsonlist",
		"readers/rulestring",
		"readers/wintext",
	},
	{
		"policy/folders",
		"policy/hostpattern",
		"readers/netfilter",
	},
	{
		"generators/linux",
		"generators/rulesetjson",
		"generators/winscript",
		"lint/codes",
		"lint/constraint",
		"lint/knowledge",
		"policy",
		"readers/netfilter/universe",
		"readers/nmap",
		"readers/regpol",
		"readers/sockets",
		"readers/winstore",
	},
	{
		"generators/winfirewall",
		"lint/findings",
		"readers/netfilter/walk",
	},
	{
		"generators/advfirewall",
		"generators/applysh",
		"generators/custom",
		"generators/dsc",
		"generators/fidelity",
		"generators/gpo",
		"generators/powershell",
		"generators/ipsec",
		"generators/iptables",
		"generators/nftables",
		"generators/rpcports",
		"readers/installed",
		"readers/iproute",
		"readers/ipset",
		"readers/iptsave",
		"readers/netfilter/evaluation",
		"readers/netsh",
		"readers/nftjson",
		"readers/winjson",
		"readers/winrules",
		"resolver",
	},
	{
		"generators",
		"readers",
		"lint",
	},
	{
		"internal/fleet/manifest",
		"internal/trial",
		"internal/workspace",
	},
	{
		"internal/exceptions",
		"internal/fleet",
		"internal/lookup",
	},
	{
		"internal/check",
		"internal/drift",
		"internal/explain",
		"internal/logfiles",
		"internal/replay",
		"internal/report/changes",
	},
	{
		"internal/capturefiles",
		"internal/suggest",
		"internal/report/captures",
		"internal/report/flows",
	},
	{
		"internal/policyschema",
		"internal/report",
		"internal/sides",
	},
	{
		"internal/cli",
	},
	{
		"cmd/rolewall",
	},
}

// thirdParty lists what a package may import beside this module and the standard library.
var thirdParty = map[string][]string{
	"ruleset":                      {"go4.org/netipx"},
	"readers/netfilter/evaluation": {"go4.org/netipx"},
	"diag":                         {"github.com/xrash/smetrics"},
	"tomldoc":                      {"github.com/BurntSushi/toml"},
	"internal/check":               {"github.com/rogpeppe/go-internal/diff"},
	"internal/cli":                 {"github.com/urfave/cli/v2"},
	"internal/logfiles":            {"github.com/klauspost/compress/zstd"},
}

// arithmetic lists the packages for work with addresses. The command line leaves that work to the packages below it.
var arithmetic = []string{"net/netip", "go4.org/netipx"}

// worldly lists the packages that may touch what is outside of the program: files, the environment, other programs, the
// terminal, the clock.
var worldly = []string{"internal/term", "internal/workspace", "internal/fleet", "internal/fleet/manifest", "internal/fleet/regular", "internal/fleet/runcache", "internal/capturefiles", "internal/logfiles", "internal/sides", "internal/cli", "cmd/rolewall"}

// outside lists the standard packages that reach it.
var outside = []string{"flag", "log", "log/slog", "net/http", "os", "os/exec", "os/signal", "os/user", "path/filepath", "syscall"}

// tools lists packages of the build and its tests. The program imports none of them.
var tools = []string{"generators/readback", "generators/targettest", "internal/wintest", "internal/wintest/netsh", "internal/wintest/rulestore", "internal/netspace", "internal/packettest", "internal/domaintest", "internal/catalogdoc", "internal/manpage", "internal/bench", "internal/mutate", "internal/modeltest", "internal/layers"}

// level returns the level of a package, or -1.
func level(name string) int {
	return slices.IndexFunc(levels, func(l []string) bool { return slices.Contains(l, name) })
}

// listed is what go list says of a package.
type listed struct {
	ImportPath, Dir  string
	GoFiles, Imports []string
}

func TestLayers(t *testing.T) {
	for _, p := range list(t) {
		name := strings.TrimPrefix(p.ImportPath, "rolewall/")
		if slices.Contains(tools, name) {
			continue
		}
		if level(name) < 0 {
			t.Errorf("package %s has no level", name)
			continue
		}
		for _, path := range thirdParty[name] {
			if !slices.Contains(p.Imports, path) {
				t.Errorf("%s no longer imports %s", name, path)
			}
		}
		for _, path := range p.Imports {
			own, isOwn := strings.CutPrefix(path, "rolewall/")
			first, _, _ := strings.Cut(path, "/")
			switch {
			case isOwn && (level(own) < 0 || level(own) >= level(name)):
				t.Errorf("%s imports %s, which does not stand below it", name, own)
			case !isOwn && strings.Contains(first, ".") && !slices.Contains(thirdParty[name], path):
				t.Errorf("%s imports %s", name, path)
			case name == "internal/cli" && slices.Contains(arithmetic, path):
				t.Errorf("%s imports %s: addresses are for the packages below it", name, path)
			case !slices.Contains(worldly, name) && slices.Contains(outside, path):
				t.Errorf("%s imports %s, which reaches outside of the program", name, path)
			}
		}
		if !slices.Contains(worldly, name) {
			noClock(t, p)
		}
	}
}

// noClock looks for calls of time.Now.
func noClock(t *testing.T, p listed) {
	t.Helper()
	for _, file := range p.GoFiles {
		src, err := os.ReadFile(filepath.Join(p.Dir, file))
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(src, []byte("time.Now")) {
			t.Errorf("%s in %s asks for the time", file, p.ImportPath)
		}
	}
}

// maxLines and maxFiles bound what a package holds beside its tests, so that a reader can keep it in mind. A package that grows
// over them holds two ideas: give one of them a package of its own.
const (
	maxLines = 2_500
	maxFiles = 30
)

// TestSize compares each package with these limits. It counts the files of every system.
func TestSize(t *testing.T) {
	for _, p := range list(t) {
		names, err := filepath.Glob(filepath.Join(p.Dir, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		names = slices.DeleteFunc(names, func(name string) bool { return strings.HasSuffix(name, "_test.go") })
		lines := 0
		for _, name := range names {
			src, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			lines += bytes.Count(src, []byte("\n"))
		}
		if lines > maxLines || len(names) > maxFiles {
			t.Errorf("%s has %d lines in %d files, beside its tests: more than %d lines or %d files", p.ImportPath, lines, len(names), maxLines, maxFiles)
		}
	}
}

// list asks go list for all packages of the module.
func list(t *testing.T) []listed {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Dir,GoFiles,Imports", "rolewall/...")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, &stderr)
	}
	var packages []listed
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return packages
		} else if err != nil {
			t.Fatal(err)
		}
		packages = append(packages, p)
	}
}

// TestArchitecturePage compares the tables of docs/architecture.md with the lists above: each package has a row, at its level.
func TestArchitecturePage(t *testing.T) {
	page, err := os.ReadFile("../../docs/architecture.md")
	if err != nil {
		t.Fatal(err)
	}
	shown := map[string]string{} // level by package, empty for a tool
	at := ""
	for line := range strings.Lines(string(page)) {
		cells := strings.Split(line, "|")
		switch len(cells) {
		case 5: // level, package, holds
			if l := strings.TrimSpace(cells[1]); l != "" {
				at = l
			}
			shown[strings.Trim(cells[2], " `")] = at
		case 4: // package, holds
			for name := range strings.SplitSeq(cells[1], ",") {
				shown[strings.Trim(name, " `")] = ""
			}
		}
	}
	for i, packages := range levels {
		for _, name := range packages {
			if want := strconv.Itoa(i); shown[name] != want {
				t.Errorf("docs/architecture.md has %s at level %q, want %s", name, shown[name], want)
			}
		}
	}
	for _, name := range tools {
		if l, ok := shown[name]; !ok || l != "" {
			t.Errorf("docs/architecture.md lacks %s beside the program", name)
		}
	}
	for name, l := range shown {
		if l != "" && l != "level" && l != "---" && level(name) < 0 {
			t.Errorf("docs/architecture.md has %s, which is no longer a package of the program", name)
		}
	}
}
