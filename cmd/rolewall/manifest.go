package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"rolewall/policy"
)

const manifestName = "manifest.json"

// manifest says which files below a folder are ours. Read from disk it is input like any other.
type manifest struct {
	Version int                     `json:"version"`
	Hosts   map[string]manifestHost `json:"hosts"`
}

type manifestHost struct {
	OS    string            `json:"os"`
	Roles []string          `json:"roles"`
	Files map[string]string `json:"files"` // name to SHA-256 in hex
}

func newManifest() *manifest { return &manifest{1, map[string]manifestHost{}} }

// readManifest reads the manifest of a folder; an empty one if there is none.
func readManifest(t *tree) (*manifest, error) {
	data, err := t.read(manifestName)
	if errors.Is(err, fs.ErrNotExist) {
		return newManifest(), nil
	}
	if err != nil {
		return nil, err
	}
	const hint = "it says which files are ours; restore it, or remove it and the files by hand"
	m := newManifest()
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(m); err != nil || m.Version != 1 {
		return nil, usage(hint, "%s is not readable", manifestName)
	}
	for host, h := range m.Hosts {
		for file := range h.Files {
			if !policy.IsHostName(host) || file != path.Base(file) || strings.HasPrefix(file, ".") || strings.ContainsAny(file, `\:`) {
				return nil, usage(hint, "%s names %q, which cannot be ours", manifestName, host+"/"+file)
			}
		}
	}
	return m, nil
}

// add lists a file of a host.
func (m *manifest) add(o output, file, sum string) {
	h, known := m.Hosts[o.host.Name]
	if !known {
		h = manifestHost{OS: string(o.set.OS), Roles: o.set.Roles, Files: map[string]string{}}
		if h.Roles == nil {
			h.Roles = []string{}
		}
	}
	h.Files[file] = sum
	m.Hosts[o.host.Name] = h
}

// keep takes over what the selection left alone.
func (m *manifest) keep(old *manifest, sel selection) {
	if sel.all() {
		return
	}
	for host, h := range old.Hosts {
		for file, sum := range h.Files {
			if sel.has(host, file) {
				continue
			}
			kept, known := m.Hosts[host]
			if !known {
				kept = manifestHost{OS: h.OS, Roles: h.Roles, Files: map[string]string{}}
			}
			kept.Files[file] = sum
			m.Hosts[host] = kept
		}
	}
}

func (m *manifest) encode() []byte {
	data, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		panic("manifest: " + err.Error()) // strings in maps
	}
	return append(data, '\n')
}

// removeStale removes files of the old manifest that the new one has not, while their bytes are still ours, and
// folders that are empty then.
func (t *tree) removeStale(old, next *manifest) error {
	for _, host := range slices.Sorted(maps.Keys(old.Hosts)) {
		removed := false
		for _, file := range slices.Sorted(maps.Keys(old.Hosts[host].Files)) {
			if _, wanted := next.Hosts[host].Files[file]; wanted {
				continue
			}
			name := host + "/" + file
			data, err := t.read(name)
			if err != nil || digest(data) != old.Hosts[host].Files[file] {
				continue
			}
			if err := t.drop(name); err != nil {
				return fmt.Errorf("%s: %w", host, err)
			}
			removed = true
		}
		if removed {
			_ = t.root.Remove(host) // stays where others' files lie in it
		}
	}
	return nil
}
