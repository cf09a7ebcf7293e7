package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"rolewall/internal/term"
	"rolewall/policy"
)

// checker compares what a policy yields with what lies in a folder. It reads every byte, and trusts no digest.
type checker struct {
	*plan
	*tree
	withDiff    bool
	policyName  string
	policyFlags []string // of the call, on which the files depend

	merge    *manifestMerge
	next     map[string]*manifestPart // the manifests as they should be, by name
	expected map[string][]string      // files of hosts that are asked for, or listed and left alone
	passed   []string                 // files that are as they should be
	faults   []fault                  // by host and file
	past     pastPlans
	stopped  string // what is to be said of unfinished files
}

// fault is a file that is not as it should be.
type fault struct {
	Kind   faultKind
	Host   string // empty for files that belong to no host
	File   string // below the folder: "dc1/nftables.nft"
	Line   int    // the first that differs; 0 where none does
	What   string // what is wrong
	Causes []cause
	Diff   *fileDiff // of stale files, where it is asked for
}

// faultKind says in a word what is wrong with a file.
type faultKind string

// The kinds, in the order of reports.
const (
	stale    faultKind = "stale"     // its bytes, its mode or its kind differ
	missing  faultKind = "missing"   // it does not exist
	leftOver faultKind = "left-over" // the manifest lists it, and the policy asks for it no more
	unlisted faultKind = "unlisted"  // it has a name of ours, and no manifest lists it
)

// hostCheck is what the check of one host finds.
type hostCheck struct {
	entry  manifestHost
	passed []string
	faults []fault
	err    error
}

func (k *checker) run(ctx context.Context) error {
	manifests, err := k.manifests()
	if err != nil {
		return err
	}
	k.expected = map[string][]string{}
	k.next = newManifestParts(manifests)
	k.merge = &manifestMerge{sel: k.sel, list: k.list, gone: k.goneFiles}
	err = k.merge.start(k.root, manifests)
	defer k.merge.stop()
	if err != nil {
		return err
	}
	listed, err := k.listed(manifests)
	if err != nil {
		return err
	}
	progress := term.NewProgress(k.stderr, len(k.hosts))
	defer progress.Clear()
	check := func(i int) hostCheck { return k.checkHost(k.hosts[i], listed[k.hosts[i].Name]) }
	err = ordered(ctx, len(k.hosts), check, func(i int, x hostCheck) error {
		progress.Done(i + 1)
		if x.err != nil {
			return fmt.Errorf("%s: %w", k.hosts[i].Name, x.err)
		}
		k.passed = append(k.passed, x.passed...)
		k.faults = append(k.faults, x.faults...)
		return k.merge.add(k.hosts[i].Name, x.entry)
	})
	if err == nil {
		err = k.merge.finish()
	}
	if err == nil {
		err = k.checkManifests()
	}
	if err == nil {
		err = k.findUnlisted()
	}
	slices.SortStableFunc(k.faults, fault.compare)
	return err
}

// listed are the sums that manifests give, by host and file. They only tell edited files from outdated ones.
func (k *checker) listed(manifests []string) (map[string]map[string]string, error) {
	out := map[string]map[string]string{}
	for e, err := range readManifests(k.root, manifests) {
		if err != nil {
			return nil, err
		}
		out[e.host] = e.Files
	}
	return out, nil
}

// checkHost compares the files of one host.
func (k *checker) checkHost(h *policy.Host, listed map[string]string) hostCheck {
	want, err := k.files(h)
	x := hostCheck{entry: manifestHost{OS: want.os, Roles: want.roles, Files: map[string]string{}}, err: err}
	if err != nil {
		return x
	}
	isFolder := true
	if info, err := k.root.Lstat(h.Name); err == nil && !info.IsDir() {
		isFolder = false
	}
	for _, f := range want.files {
		x.entry.Files[f.name] = digest(f.data)
		bad, found := k.checkFile(h.Name, f, isFolder)
		bad.Host = h.Name
		if !found {
			x.passed = append(x.passed, bad.File)
			continue
		}
		if bad.Kind == stale && bad.Diff != nil {
			bad.Causes = k.findCauses(h, f.name, bad.Diff, listed[f.name])
			if k.withDiff {
				k.explainDiff(h, f.name, bad.Diff)
			}
		}
		k.finishDiff(&bad)
		x.faults = append(x.faults, bad)
	}
	return x
}

// finishDiff makes the lines of a diff, or drops it where nobody asked for it.
func (k *checker) finishDiff(f *fault) {
	if !k.withDiff {
		f.Diff = nil
	}
	if f.Diff != nil {
		f.Diff.unify(k.pathOf(f.File), k.policyName)
	}
}

// pathOf is a file below the folder as users type it.
func (k *checker) pathOf(file string) string { return strings.TrimSuffix(k.dir, "/") + "/" + file }
