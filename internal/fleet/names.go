package fleet

import (
	"fmt"
	"slices"
	"strconv"

	"rolewall/diag"
	"rolewall/internal/fleet/manifest"
	"rolewall/internal/workspace"
)

// ManifestNameOf returns the name of the manifest of a part or of the whole.
func ManifestNameOf(s workspace.Shard) string {
	if s.Of == 0 {
		return manifest.Name
	}
	return fmt.Sprintf("manifest.%d-of-%d.json", s.Part, s.Of)
}

// journalNameOf returns the name of the journal of a part or of the whole. Each part has its own, so that parts
// can be written at the same time.
func journalNameOf(s workspace.Shard) string { return JournalName + suffix(s) }

func suffix(s workspace.Shard) string {
	if s.Of == 0 {
		return ""
	}
	return fmt.Sprintf(".%d-of-%d", s.Part, s.Of)
}

// oldManifests returns the manifests that a run continues: all of them, or only its own for a part. A folder
// cannot hold a whole and parts, or parts of different wholes.
func (t *Folder) oldManifests(s workspace.Shard) ([]string, error) {
	names, err := t.Manifests()
	if err != nil || s.Of == 0 {
		return names, err
	}
	for _, name := range names {
		m := manifest.PartName.FindStringSubmatch(name)
		if m == nil || m[2] != strconv.Itoa(s.Of) {
			return nil, diag.Errorf("write parts to a folder of their own, or run without --shard", "%s is there already, and is not a part of %d", name, s.Of)
		}
	}
	own := ManifestNameOf(s)
	return slices.DeleteFunc(names, func(n string) bool { return n != own }), nil
}

// Manifests returns the manifests of a folder: the whole one, or else its parts.
func (t *Folder) Manifests() ([]string, error) {
	if _, err := t.Root.Lstat(manifest.Name); err == nil {
		return []string{manifest.Name}, nil
	}
	names, err := t.matching("manifest.*-of-*.json")
	return slices.DeleteFunc(names, func(n string) bool { return !manifest.PartName.MatchString(n) }), err
}
