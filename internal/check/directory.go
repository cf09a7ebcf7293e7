package check

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"slices"
	"strings"

	"rolewall/diag"
	"rolewall/internal/fleet"
	"rolewall/internal/fleet/manifest"
	"rolewall/internal/workspace"
	"rolewall/policy"
)

// Options says what a report has.
type Options struct {
	Diff   bool     // what differs in stale files, in meaning and line by line
	Policy string   // the name of the policy file
	Flags  []string // flags of the call that the files depend on, with their values
}

// Directory compares the files below dir with those of a plan. It writes nothing, reads every byte and trusts no
// digest. A difference is not an error. It returns an error for a folder that cannot be read, for a broken
// manifest, and when ctx ends.
// digest. What it finds is not an error. Its errors are a folder that cannot be read, a broken manifest, and the end of ctx.
func Directory(ctx context.Context, p *fleet.Plan, dir string, o Options, watch fleet.Observer) (*Report, error) {
	r := &Report{Folder: dir, Policy: o.Policy, Hosts: len(p.Hosts), Generate: generateCall(dir, o.Policy, p.Selection, o.Flags)}
	folder, err := fleet.OpenFolder(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, diag.Errorf(r.Generate, "the folder %s does not exist", dir)
	}
	if err != nil {
		return nil, err
	}
	defer folder.Close()
	k := &checker{plan: p, folder: folder, withDiff: o.Diff, report: r, expected: map[string][]string{}}
	if err := k.run(ctx, watch); err != nil {
		return nil, err
	}
	slices.SortStableFunc(r.Findings, Finding.Compare)
	return r, nil
}

// checker compares what a plan yields with the files of a folder, and fills a report.
type checker struct {
	plan     *fleet.Plan
	folder   *fleet.Folder
	withDiff bool
	report   *Report

	next     map[string]*manifestPart // the manifests as they should be, by name
	expected map[string][]string      // by host: files that the plan has, or that are listed and kept
	past     pastPlans
	stopped  []string // tokens of stopped runs; the next run removes their unfinished files
}

// run compares the hosts, then the manifests that follow from them, and finally looks for other files.
func (k *checker) run(ctx context.Context, watch fleet.Observer) error {
	manifests, err := k.folder.Manifests()
	if err != nil {
		return err
	}
	listed, err := k.listed(manifests)
	if err != nil {
		return err
	}
	k.next = newManifestParts(manifests)
	if err := k.checkHosts(ctx, manifests, listed, watch); err != nil {
		return err
	}
	if err := k.checkManifests(); err != nil {
		return err
	}
	if err := k.findUnlisted(); err != nil {
		return err
	}
	k.report.Obstacle = k.obstacle()
	return nil
}

// obstacle returns why generate cannot write into the folder, or "".
func (k *checker) obstacle() string {
	if _, err := k.folder.StoppedRuns(); err != nil {
		if d, ok := errors.AsType[*diag.Diagnostic](err); ok {
			return d.Message + ": remove it"
		}
		return err.Error()
	}
	for _, f := range k.report.Findings {
		folder, _, below := strings.Cut(f.File, "/")
		if !below || !f.Repairable() {
			continue
		}
		if info, err := k.folder.Root.Lstat(folder); err == nil && !info.IsDir() {
			return "move " + folder + " away, since it is not a folder"
		}
		if info, err := k.folder.Root.Lstat(f.File); err == nil && info.IsDir() {
			return "move " + f.File + " away, since it is a folder"
		}
	}
	return ""
}

// checkHosts compares the files of all hosts of the plan, and finds files that only the manifests list.
func (k *checker) checkHosts(ctx context.Context, manifests []string, listed map[string]map[string]string, watch fleet.Observer) error {
	merge := &fleet.Merge{Selection: k.plan.Selection, List: k.list, Orphaned: k.addOrphans}
	err := merge.Start(k.folder.Root, manifests)
	defer merge.Stop()
	if err != nil {
		return err
	}
	hosts := k.plan.Hosts
	watch.Progress(0, len(hosts))
	check := func(i int) hostCheck { return k.checkHost(hosts[i], listed[hosts[i].Name]) }
	err = workspace.Ordered(ctx, len(hosts), check, func(i int, x hostCheck) error {
		watch.Progress(i+1, len(hosts))
		if x.err != nil {
			return diag.Prefix(hosts[i].Name+": ", x.err)
		}
		k.report.Passed = append(k.report.Passed, x.passed...)
		k.report.Findings = append(k.report.Findings, x.findings...)
		return merge.Add(hosts[i].Name, x.entry)
	})
	if err != nil {
		return err
	}
	if err := k.checkBundles(merge, listed); err != nil {
		return err
	}
	return merge.Finish()
}

// checkBundles compares the files of targets that write for the whole fleet.
func (k *checker) checkBundles(merge *fleet.Merge, listed map[string]map[string]string) error {
	bundles, err := k.plan.Bundles()
	if err != nil {
		return err
	}
	for _, want := range bundles {
		x := k.checkFiles(want, listed[want.Host], nil)
		k.report.Passed = append(k.report.Passed, x.passed...)
		k.report.Findings = append(k.report.Findings, x.findings...)
		if err := merge.Add(want.Host, x.entry); err != nil {
			return err
		}
	}
	return nil
}

// hostCheck is the result for one host.
type hostCheck struct {
	entry    manifest.Entry
	passed   []string
	findings []Finding
	err      error
}

// listed returns the sums in manifests, by host and file. They only serve to distinguish edited files from
// outdated ones.
func (k *checker) listed(manifests []string) (map[string]map[string]string, error) {
	out := map[string]map[string]string{}
	for e, err := range manifest.ReadAll(k.folder.Root, manifests) {
		if err != nil {
			return nil, err
		}
		out[e.Host] = e.Files
	}
	return out, nil
}

// checkHost compares the files of one host. listed has their sums in the manifests, by name.
func (k *checker) checkHost(h *policy.Host, listed map[string]string) hostCheck {
	want, err := k.plan.Files(h)
	if err != nil {
		return hostCheck{err: err}
	}
	return k.checkFiles(want, listed, h)
}

// checkFiles compares the files of a host, or of a bundle if h is nil.
func (k *checker) checkFiles(want fleet.HostFiles, listed map[string]string, h *policy.Host) hostCheck {
	x := hostCheck{entry: manifest.Entry{OS: want.OS, Roles: want.Roles, Files: map[string]string{}, Bundle: want.Bundle}}
	isFolder := true
	if info, err := k.folder.Root.Lstat(want.Host); err == nil && !info.IsDir() {
		isFolder = false
	}
	for _, f := range want.Files {
		x.entry.Files[f.Name] = fleet.Digest(f.Data)
		bad, found := k.checkFile(want.Host, f, isFolder)
		if !want.Bundle {
			bad.Host = want.Host
		}
		if !found {
			x.passed = append(x.passed, bad.File)
			continue
		}
		if bad.Kind == Stale && bad.Diff != nil && h == nil {
			bad.Causes = []Cause{editOrAge(bad.Diff.Old, listed[f.Name])}
			if bytes.ContainsRune(bad.Diff.New, 0) { // binary data
				bad.Diff, bad.Line = nil, 0
			}
		} else if bad.Kind == Stale && bad.Diff != nil {
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

// finishDiff makes the lines of a diff, or removes the diff if it was not requested.
func (k *checker) finishDiff(f *Finding) {
	if !k.withDiff {
		f.Diff = nil
	}
	if f.Diff != nil {
		f.Diff.Lines = unifiedDiff(k.report.Path(f.File), k.report.Policy, f.Diff.Old, f.Diff.New)
	}
}
