// Package layers holds the layout: who may import whom. It has tests only.
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
	"strings"
	"testing"
)

// layers lists, bottom up, what a package may import beside the standard library. Packages below internal are tools of
// the build and its tests: nobody may import them.
var layers = []layer{
	{"strict", nil, []string{"github.com/BurntSushi/toml", "github.com/xrash/smetrics"}},
	{"ruleset", nil, []string{"go4.org/netipx"}},
	{"templates", nil, nil},
	{"compare", []string{"ruleset"}, []string{"go4.org/netipx"}},
	{"catalog", []string{"strict", "ruleset"}, nil},
	{"policy", []string{"strict", "ruleset", "catalog"}, nil},
	{"resolver", []string{"strict", "ruleset", "catalog", "policy"}, nil},
	{"lint", []string{"strict", "ruleset", "catalog", "policy", "resolver"}, nil},
	{"generators", []string{"strict", "ruleset", "templates"}, nil},
	{"cmd/rolewall", []string{"strict", "ruleset", "catalog", "policy", "resolver", "lint", "generators", "compare"},
		[]string{"github.com/urfave/cli/v2", "github.com/rogpeppe/go-internal/diff"}},
}

type layer struct {
	name       string
	mayImport  []string // packages of this module
	thirdParty []string
}

// is reports whether the layer is the package called name.
func is(name string) func(layer) bool { return func(l layer) bool { return l.name == name } }

// outside is what only the command may touch: files, the environment, other programs, the terminal, the clock.
var outside = []string{"flag", "log", "log/slog", "net/http", "os", "os/exec", "os/signal", "os/user", "path/filepath", "syscall"}

// listed is what go list says of a package.
type listed struct {
	ImportPath, Dir  string
	GoFiles, Imports []string
}

func TestLayers(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range list(t) {
		name := strings.TrimPrefix(p.ImportPath, "rolewall/")
		if strings.HasPrefix(name, "internal/") {
			continue
		}
		i := slices.IndexFunc(layers, is(name))
		if i < 0 {
			t.Errorf("package %s has no place among the layers", name)
			continue
		}
		seen[name] = true
		for _, path := range p.Imports {
			own, isOwn := strings.CutPrefix(path, "rolewall/")
			first, _, _ := strings.Cut(path, "/")
			switch {
			case isOwn && !slices.Contains(layers[i].mayImport, own):
				t.Errorf("%s imports %s", name, own)
			case !isOwn && strings.Contains(first, ".") && !slices.Contains(layers[i].thirdParty, path):
				t.Errorf("%s imports %s", name, path)
			case name != "cmd/rolewall" && slices.Contains(outside, path):
				t.Errorf("%s imports %s, which is for the command alone", name, path)
			}
		}
		if name != "cmd/rolewall" {
			noClock(t, p)
		}
	}
	for i, l := range layers {
		if !seen[l.name] {
			t.Errorf("there is no package %s", l.name)
		}
		for _, below := range l.mayImport {
			if !slices.ContainsFunc(layers[:i], is(below)) {
				t.Errorf("%s may import %s, which does not stand below it", l.name, below)
			}
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
