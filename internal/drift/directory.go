package main

import (
	"context"
	"fmt"
	"slices"

	"rolewall/internal/drift"
	"rolewall/internal/fleet"
	"rolewall/internal/workspace"
	"rolewall/policy"
)

// checker compares what a policy yields with the files of a folder. It reads every byte, and trusts no digest.
type checker struct {
	plan     *fleet.Plan
	tree     *fleet.Folder
	observer fleet.Observer
	withDiff bool
	report   *drift.Report

	merge    *fleet.Merge
	next     map[string]*manifestPart // the manifests as they should be, by name
	expected map[string][]string      // by host: files that are asked for, or listed and left alone
	past     pastPlans
	stopped  string // what reports say of unfinished files
}

// hostCheck is what the check of one host finds.
type hostCheck struct {
	entry    fleet.Entry
	passed   []string
	findings []drift.Finding
	err      error
}

// run fills the report.
func (k *checker) run(ctx context.Context) error {
	manifests, err := k.tree.Manifests()
	if err != nil {
		return err
	}
	k.expected = map[string][]string{}
	k.next = newManifestParts(manifests)
	k.merge = &fleet.Merge{Selection: k.plan.Selection, List: k.list, Orphaned: k.addOrphans}
	err = k.merge.Start(k.tree.Root, manifests)
	defer k.merge.Stop()
	if err != nil {
		return err
	}
	listed, err := k.listed(manifests)
	if err != nil {
		return err
	}
	hosts := k.plan.Hosts
	k.report.Hosts = len(hosts)
	k.observer.Progress(0, len(hosts))
	check := func(i int) hostCheck { return k.checkHost(hosts[i], listed[hosts[i].Name]) }
	err = workspace.Ordered(ctx, len(hosts), check, func(i int, x hostCheck) error {
		k.observer.Progress(i+1, len(hosts))
		if x.err != nil {
			return fmt.Errorf("%s: %w", hosts[i].Name, x.err)
		}
		k.report.Passed = append(k.report.Passed, x.passed...)
		k.report.Findings = append(k.report.Findings, x.findings...)
		return k.merge.Add(hosts[i].Name, x.entry)
	})
	if err == nil {
		err = k.merge.Finish()
	}
	if err == nil {
		err = k.checkManifests()
	}
	if err == nil {
		err = k.findUnlisted()
	}
	slices.SortStableFunc(k.report.Findings, drift.Finding.Compare)
	return err
}

// listed returns the sums that manifests give, by host and file. They only tell edited files from outdated ones.
func (k *checker) listed(manifests []string) (map[string]map[string]string, error) {
	out := map[string]map[string]string{}
	for e, err := range fleet.ReadManifests(k.tree.Root, manifests) {
		if err != nil {
			return nil, err
		}
		out[e.Host] = e.Files
	}
	return out, nil
}

// checkHost compares the files of one host.
func (k *checker) checkHost(h *policy.Host, listed map[string]string) hostCheck {
	want, err := k.plan.Files(h)
	x := hostCheck{entry: fleet.Entry{OS: want.OS, Roles: want.Roles, Files: map[string]string{}}, err: err}
	if err != nil {
		return x
	}
	isFolder := true
	if info, err := k.tree.Root.Lstat(h.Name); err == nil && !info.IsDir() {
		isFolder = false
	}
	for _, f := range want.Files {
		x.entry.Files[f.Name] = fleet.Digest(f.Data)
		bad, found := k.checkFile(h.Name, f, isFolder)
		bad.Host = h.Name
		if !found {
			x.passed = append(x.passed, bad.File)
			continue
		}
		if bad.Kind == drift.Stale && bad.Diff != nil {
			var from origin
			bad.Causes, from = k.findCauses(h, f.Name, bad.Diff, listed[f.Name])
			if k.withDiff {
				k.findMeaning(h, f.Name, bad.Diff, from)
			}
		}
		k.finishDiff(&bad)
		x.findings = append(x.findings, bad)
	}
	return x
}

// finishDiff makes the lines of a diff, or drops it where nobody asked for it.
func (k *checker) finishDiff(f *drift.Finding) {
	if !k.withDiff {
		f.Diff = nil
	}
	if f.Diff != nil {
		f.Diff.Lines = unifiedDiff(k.report.Path(f.File), k.report.Policy, f.Diff.Old, f.Diff.New)
	}
}
