package main

import (
	"fmt"
	"slices"
	"strconv"

	"rolewall/internal/workspace"
)

// manifestOf names the manifest of a part or of the whole.
func manifestNameOf(s workspace.Shard) string {
	if s.Of == 0 {
		return manifestName
	}
	return fmt.Sprintf("manifest.%d-of-%d.json", s.Part, s.Of)
}

// A part has a cache and a journal of its own, so that parts can be written side by side.
func cacheNameOf(s workspace.Shard) string   { return cacheName + suffix(s) }
func journalNameOf(s workspace.Shard) string { return journalName + suffix(s) }

func suffix(s workspace.Shard) string {
	if s.Of == 0 {
		return ""
	}
	return fmt.Sprintf(".%d-of-%d", s.Part, s.Of)
}

// oldManifests are the manifests that a run takes over: all of them, or for a part its own. A folder cannot hold a
// whole and parts, or parts of different wholes, at once.
func (t *tree) oldManifests(s workspace.Shard) ([]string, error) {
	names, err := t.manifests()
	if err != nil || s.Of == 0 {
		return names, err
	}
	for _, name := range names {
		m := partName.FindStringSubmatch(name)
		if m == nil || m[2] != strconv.Itoa(s.Of) {
			return nil, usage("write parts to a folder of their own, or run without --shard", "%s is there already, and is no part of %d", name, s.Of)
		}
	}
	own := manifestNameOf(s)
	return slices.DeleteFunc(names, func(n string) bool { return n != own }), nil
}
