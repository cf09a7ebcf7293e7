package main

import (
	"bytes"
	"debug/buildinfo"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/google/licensecheck"
)

// module is a Go module that a binary is linked with, or the standard library under the path "std".
type module struct {
	path, version string
	sum           string // h1:..., as in go.sum; "" for the standard library
	license       string // SPDX
	texts         []text // its license and notice files
}

// text is a file of a module.
type text struct{ name, body string }

// allowed lists the licenses that permit what a release does: to ship binaries under the Apache License with notices.
var allowed = []string{"Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT"}

// legal matches the names of files that a binary's recipient must get.
var legal = regexp.MustCompile(`(?i)^(licen[cs]e|copying|notice|patents|authors|copyright)([-.](md|txt|mit|bsd|apache))?$`)

// modules returns the modules that go version -m lists for the binaries, the standard library first.
func (s *source) modules(binaries []binary) ([]module, error) {
	linked := map[string]*debug.Module{}
	goVersion := ""
	for _, b := range binaries {
		info, err := buildinfo.ReadFile(b.path)
		if err != nil {
			return nil, err
		}
		goVersion = strings.TrimPrefix(info.GoVersion, "go")
		for _, m := range info.Deps {
			if m.Replace != nil {
				return nil, fmt.Errorf("go.mod replaces %s: a release is made of published modules", m.Path)
			}
			linked[m.Path] = m
		}
	}
	folders, err := s.folders()
	if err != nil {
		return nil, err
	}
	root, err := s.run(nil, "go", "env", "GOROOT")
	if err != nil {
		return nil, err
	}
	out := []module{{path: "std", version: goVersion}}
	folders["std"] = strings.TrimSpace(root)
	for _, m := range linked {
		out = append(out, module{path: m.Path, version: m.Version, sum: m.Sum})
	}
	slices.SortFunc(out[1:], func(a, b module) int { return strings.Compare(a.path, b.path) })
	for i := range out {
		if err := out[i].read(folders[out[i].path]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// folders returns where the module cache holds each module.
func (s *source) folders() (map[string]string, error) {
	list, err := s.run([]string{"GOWORK=off"}, "go", "list", "-m", "-json=Path,Dir", "all")
	if err != nil {
		return nil, err
	}
	folders := map[string]string{}
	for d := json.NewDecoder(strings.NewReader(list)); ; {
		var m struct{ Path, Dir string }
		if err := d.Decode(&m); errors.Is(err, io.EOF) {
			return folders, nil
		} else if err != nil {
			return nil, err
		}
		folders[m.Path] = m.Dir
	}
}

// read reads the module's license and notices from its folder. It fails when there is none, or one that is not allowed.
func (m *module) read(folder string) error {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return fmt.Errorf("the folder of module %s: %w", m.path, err)
	}
	for _, e := range entries {
		if !legal.MatchString(e.Name()) || e.IsDir() {
			continue
		}
		body, err := os.ReadFile(filepath.Join(folder, e.Name()))
		if err != nil {
			return err
		}
		m.texts = append(m.texts, text{e.Name(), strings.ReplaceAll(string(body), "\r\n", "\n")})
		if found := licensecheck.Scan(body); m.license == "" && len(found.Match) > 0 && found.Percent > 75 {
			m.license = found.Match[0].ID
		}
	}
	if !slices.Contains(allowed, m.license) {
		return fmt.Errorf("module %s has the license %q; those that are allowed: %s", m.path, m.license, strings.Join(allowed, ", "))
	}
	return nil
}

// notices returns the licenses and notices of all modules as one text.
func notices(modules []module) []byte {
	var b bytes.Buffer
	b.WriteString("rolewall is linked with the modules below. Their licenses and notices follow.\n\n")
	name := func(m module) string {
		if m.path == "std" {
			return "Go " + m.version + ", standard library"
		}
		return m.path + " " + m.version
	}
	for _, m := range modules {
		fmt.Fprintf(&b, "  %-60s %s\n", name(m), m.license)
	}
	for _, m := range modules {
		for _, t := range m.texts {
			fmt.Fprintf(&b, "\n%s\n%s: %s\n\n%s\n", strings.Repeat("=", 80), name(m), t.name, strings.TrimSpace(t.body))
		}
	}
	return b.Bytes()
}
