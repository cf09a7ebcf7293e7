package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"runtime"
	"slices"
	"strings"

	"rolewall/policy"
)

// checker compares what a policy yields with what lies in a folder. It reads every byte, and trusts no digest.
type checker struct {
	*plan
	*tree
	withDiff   bool
	policyName string

	merge    *manifestMerge
	next     map[string]*manifestPart // the manifests as they should be, by name
	expected map[string][]string      // files of hosts that are asked for, or listed and left alone
	passed   []string                 // files that are as they should be
	faults   []fault                  // by host and file
	past     pastPlans
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
	progress := newProgress(k.stderr, len(k.hosts))
	defer progress.clear()
	check := func(i int) hostCheck { return k.checkHost(k.hosts[i], listed[k.hosts[i].Name]) }
	err = ordered(ctx, len(k.hosts), check, func(i int, x hostCheck) error {
		progress.done(i + 1)
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

// checkFile compares one file. Where its bytes differ, the finding holds both.
func (k *checker) checkFile(host string, want file, isFolder bool) (fault, bool) {
	out := fault{Kind: stale, File: path.Join(host, want.name)}
	if !isFolder {
		out.What = host + " is no folder"
		return out, true
	}
	info, err := k.root.Lstat(out.File)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		out.Kind, out.What = missing, "it does not exist"
		return out, true
	case err != nil:
		out.What = "it cannot be read: " + plainFileError(err)
		return out, true
	case !info.Mode().IsRegular():
		out.What = "it is no regular file"
		return out, true
	}
	have, err := k.root.ReadFile(out.File)
	switch {
	case err != nil:
		out.What = "it cannot be read: " + plainFileError(err)
	case !bytes.Equal(have, want.data):
		out.What = bytesText(have, want.data)
		out.Diff = &fileDiff{old: have, new: want.data}
		out.Line = firstDifference(have, want.data)
	default:
		out.What = modeText(info.Mode(), want)
	}
	return out, out.What != ""
}

// modeText says what is wrong with a file's mode; empty where nothing is, and on Windows, which has none.
func modeText(mode fs.FileMode, want file) string {
	isExecutable := mode&0o100 != 0
	switch {
	case isExecutable == want.executable || runtime.GOOS == "windows":
		return ""
	case want.executable:
		return "it is not executable"
	}
	return "it is executable"
}

// firstDifference is the first line, from 1, that differs.
func firstDifference(have, want []byte) int {
	n := 0
	for n < len(have) && n < len(want) && have[n] == want[n] {
		n++
	}
	return bytes.Count(have[:n], []byte("\n")) + 1
}

// bytesText says how two texts differ at a glance.
func bytesText(have, want []byte) string {
	plain := func(b []byte) []byte { return bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n")) }
	if bytes.Equal(plain(have), plain(want)) {
		if bytes.Contains(want, []byte("\r\n")) {
			return "its lines end in LF, not in CR LF"
		}
		return "its lines end in CR LF, not in LF"
	}
	return "its bytes differ"
}

// plainFileError leaves out the path, which the finding names.
func plainFileError(err error) string {
	if pathErr, ok := errors.AsType[*fs.PathError](err); ok {
		return pathErr.Err.Error()
	}
	return err.Error()
}
