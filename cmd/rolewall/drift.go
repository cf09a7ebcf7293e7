package main

import (
	"context"
	"fmt"
	"slices"

	"rolewall/internal/drift"
	"rolewall/internal/term"
	"rolewall/internal/workspace"
	"rolewall/policy"
)

// checker compares what a policy yields with the files of a folder. It reads every byte, and trusts no digest.
type checker struct {
	plan     *plan
	tree     *tree
	withDiff bool
	report   *drift.Report

	merge    *manifestMerge
	next     map[string]*manifestPart // the manifests as they should be, by name
	expected map[string][]string      // by host: files that are asked for, or listed and left alone
	past     pastPlans
	stopped  string // what reports say of unfinished files
}

// hostCheck is what the check of one host finds.
type hostCheck struct {
	entry    manifestHost
	passed   []string
	findings []drift.Finding
	err      error
}

// run fills the report.
func (k *checker) run(ctx context.Context) error {
	manifests, err := k.tree.manifests()
	if err != nil {
		return err
	}
	k.expected = map[string][]string{}
	k.next = newManifestParts(manifests)
	k.merge = &manifestMerge{sel: k.plan.sel, list: k.list, gone: k.addOrphans}
	err = k.merge.start(k.tree.root, manifests)
	defer k.merge.stop()
	if err != nil {
		return err
	}
	listed, err := k.listed(manifests)
	if err != nil {
		return err
	}
	hosts := k.plan.hosts
	k.report.Hosts = len(hosts)
	progress := term.NewProgress(k.plan.stderr, len(hosts))
	defer progress.Clear()
	check := func(i int) hostCheck { return k.checkHost(hosts[i], listed[hosts[i].Name]) }
	err = workspace.Ordered(ctx, len(hosts), check, func(i int, x hostCheck) error {
		progress.Done(i + 1)
		if x.err != nil {
			return fmt.Errorf("%s: %w", hosts[i].Name, x.err)
		}
		k.report.Passed = append(k.report.Passed, x.passed...)
		k.report.Findings = append(k.report.Findings, x.findings...)
		return k.merge.add(hosts[i].Name, x.entry)
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
	slices.SortStableFunc(k.report.Findings, drift.Finding.Compare)
	return err
}

// listed returns the sums that manifests give, by host and file. They only tell edited files from outdated ones.
func (k *checker) listed(manifests []string) (map[string]map[string]string, error) {
	out := map[string]map[string]string{}
	for e, err := range readManifests(k.tree.root, manifests) {
		if err != nil {
			return nil, err
		}
		out[e.host] = e.Files
	}
	return out, nil
}

// checkHost compares the files of one host.
func (k *checker) checkHost(h *policy.Host, listed map[string]string) hostCheck {
	want, err := k.plan.files(h)
	x := hostCheck{entry: manifestHost{OS: want.os, Roles: want.roles, Files: map[string]string{}}, err: err}
	if err != nil {
		return x
	}
	isFolder := true
	if info, err := k.tree.root.Lstat(h.Name); err == nil && !info.IsDir() {
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
		if bad.Kind == drift.Stale && bad.Diff != nil {
			var from origin
			bad.Causes, from = k.findCauses(h, f.name, bad.Diff, listed[f.name])
			if k.withDiff {
				k.findMeaning(h, f.name, bad.Diff, from)
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
