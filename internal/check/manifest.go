package check

import (
	"bytes"
	"errors"
	"io/fs"
	"maps"
	"slices"
	"strconv"

	"rolewall/internal/fleet"
	"rolewall/internal/fleet/manifest"
	"rolewall/internal/fleet/regular"
	"rolewall/internal/workspace"
)

// manifestPart is a manifest as it should be: the whole one, or the part of one runner.
type manifestPart struct {
	shard workspace.Shard
	text  bytes.Buffer
	w     *manifest.Writer
}

// newManifestParts returns the manifests that a folder should have, by name. If it has some parts, it should have
// all parts. Otherwise it should have a single manifest.
func newManifestParts(present []string) map[string]*manifestPart {
	shards := []workspace.Shard{{}}
	if len(present) > 0 {
		if m := manifest.PartName.FindStringSubmatch(present[0]); m != nil {
			shards = nil
			of, _ := strconv.Atoi(m[2]) // digits
			for part := 1; part <= min(of, 10000); part++ {
				shards = append(shards, workspace.Shard{Part: part, Of: of})
			}
		}
	}
	out := map[string]*manifestPart{}
	for _, s := range shards {
		p := &manifestPart{shard: s}
		p.w = manifest.NewWriter(&p.text)
		out[fleet.ManifestNameOf(s)] = p
	}
	return out
}

// list adds an entry that the next manifest should have.
func (k *checker) list(host string, h manifest.Entry) {
	k.expected[host] = slices.AppendSeq(k.expected[host], maps.Keys(h.Files))
	for _, p := range k.next {
		if p.shard.Has(host) { // bundles, too, by their folder
			p.w.Add(host, h)
		}
	}
}

// hostOf returns the host of a folder, or "" for the folder of a target that writes for the whole fleet.
func (k *checker) hostOf(folder string) string {
	if k.plan.Selection.IsBundle(folder) {
		return ""
	}
	return folder
}

// addOrphans adds findings for files of a host that are listed and that the policy no longer yields.
func (k *checker) addOrphans(host string, files map[string]string, _ int) error {
	for name, sum := range files {
		path := host + "/" + name
		k.expected[host] = append(k.expected[host], name)
		f := Finding{Kind: Orphaned, Host: k.hostOf(host), File: path, What: "the policy asks for it no more"}
		data, err := regular.Read(k.folder.Root, path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			f.What += "; it is gone, and manifest.json still lists it"
		case err != nil || fleet.Digest(data) != sum:
			f.What += ", and it was changed by hand: generate leaves it alone"
		}
		k.report.Findings = append(k.report.Findings, f)
	}
	return nil
}

// checkManifests compares the manifests with what they should be.
func (k *checker) checkManifests() error {
	for _, name := range slices.Sorted(maps.Keys(k.next)) {
		p := k.next[name]
		record, err := manifest.ReadCatalog(k.folder.Root, []string{name})
		if err != nil {
			return err
		}
		p.w.Catalog = record // check compares the files, not the catalog that made them
		if err := p.w.Close(); err != nil {
			return err
		}
		bad, found := k.checkFile(".", fleet.File{Name: name, Data: p.text.Bytes()}, true)
		switch {
		case !found:
			k.report.Passed = append(k.report.Passed, name)
			continue
		case bad.Diff != nil:
			bad.What = "it lists other files, sums, roles or editions"
		}
		if len(k.report.Findings) > 0 { // the difference follows from the other findings
			bad.Diff = nil
		}
		k.finishDiff(&bad)
		k.report.Findings = append(k.report.Findings, bad)
	}
	return nil
}
