package main

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"
)

// shard is one of several parts of the hosts, for runners side by side. The zero value is the whole.
type shard struct{ part, of int }

// parseShard reads "2/8".
func parseShard(text string) (shard, error) {
	if text == "" {
		return shard{}, nil
	}
	a, b, _ := strings.Cut(text, "/")
	part, err1 := strconv.Atoi(a)
	of, err2 := strconv.Atoi(b)
	if err1 != nil || err2 != nil || part < 1 || of < part || of > 10000 {
		return shard{}, usage("--shard 2/8 is the second of eight parts", "%q is no part of a whole", text)
	}
	return shard{part, of}, nil
}

// has reports whether a host belongs to the part. It depends on the name alone, so that a new host moves no other.
func (s shard) has(host string) bool {
	if s.of == 0 {
		return true
	}
	h := fnv.New32a()
	h.Write([]byte(host))
	return int(h.Sum32()%uint32(s.of)) == s.part-1
}

func (s shard) manifestName() string {
	if s.of == 0 {
		return manifestName
	}
	return fmt.Sprintf("manifest.%d-of-%d.json", s.part, s.of)
}

// A part has a cache and a journal of its own, so that parts can be written side by side.
func (s shard) cacheName() string   { return cacheName + s.suffix() }
func (s shard) journalName() string { return journalName + s.suffix() }

func (s shard) suffix() string {
	if s.of == 0 {
		return ""
	}
	return fmt.Sprintf(".%d-of-%d", s.part, s.of)
}

// oldManifests are the manifests that a run takes over: all of them, or for a part its own. A folder cannot hold a
// whole and parts, or parts of different wholes, at once.
func (t *tree) oldManifests(s shard) ([]string, error) {
	names, err := t.manifests()
	if err != nil || s.of == 0 {
		return names, err
	}
	for _, name := range names {
		m := partName.FindStringSubmatch(name)
		if m == nil || m[2] != strconv.Itoa(s.of) {
			return nil, usage("write parts to a folder of their own, or run without --shard", "%s is there already, and is no part of %d", name, s.of)
		}
	}
	own := s.manifestName()
	return slices.DeleteFunc(names, func(n string) bool { return n != own }), nil
}
