package check

import (
	"io/fs"
	"path"
	"slices"
	"strings"

	"rolewall/internal/fleet"
	"rolewall/internal/fleet/manifest"
	"rolewall/ruleset"
)

// findUnlisted finds files that have names as rolewall uses them, and that neither the plan nor a manifest lists.
func (k *checker) findUnlisted() error {
	entries, err := fs.ReadDir(k.folder.Root.FS(), ".")
	if err != nil {
		return err
	}
	k.stopped, _ = k.folder.StoppedRuns() // if this fails, the journal itself is reported
	ours := map[string]string{}           // names of files that targets write, by their lower-case form
	for _, g := range k.plan.Workspace.Targets {
		ours[strings.ToLower(g.Info().File)] = g.Info().File
	}
	for _, e := range entries {
		name, lower := e.Name(), strings.ToLower(e.Name())
		switch {
		case strings.HasPrefix(lower, fleet.Unfinished):
			k.unlisted("", name, k.unfinished(name))
		case strings.HasPrefix(lower, fleet.JournalName):
			k.unlisted("", name, k.journal(name))
		case manifest.PartName.MatchString(name) && k.next[name] == nil:
			k.unlisted("", name, "a manifest of other parts than the one in force")
		case name != lower && (lower == manifest.Name || manifest.PartName.MatchString(lower)):
			k.inOtherCase("", name, lower)
		case e.Type()&fs.ModeSymlink != 0:
			k.findLink(name, ours)
		case e.IsDir() && k.plan.Selection.IsBundle(name):
			if err := k.findUnlistedBelow(name); err != nil {
				return err
			}
		case e.IsDir() && ruleset.BadFileName(name) == "":
			if err := k.findUnlistedOf(name, ours); err != nil {
				return err
			}
		}
	}
	return nil
}

// unfinished returns what happens to a file that a run did not finish.
func (k *checker) unfinished(name string) string {
	if fleet.IsTempOf(k.stopped, name) {
		return "a run that was stopped left it; the next one takes it away, without --shard at the latest"
	}
	return "no journal says that a stopped run of rolewall left it, and generate leaves it alone; remove it"
}

// journal returns what happens to the file that a run keeps until its end.
func (k *checker) journal(name string) string {
	if err := k.folder.CheckJournal(name); err != nil {
		return "generate stops at it: " + plainFileError(err)
	}
	return "a run that was stopped left it; the next one takes it away, without --shard at the latest"
}

// inOtherCase reports a file whose name differs from ourName only in case, unless both names mean the same file
// here.
func (k *checker) inOtherCase(host, name, ourName string) {
	file, ourFile := path.Join(host, name), path.Join(host, ourName)
	if !k.folder.IsSame(file, ourFile) {
		k.unlisted(host, file, "it differs from "+ourFile+" in case only: where case does not count, one of them takes the place of the other; remove it")
	}
}

// findUnlistedOf does the same in the folder of a host.
func (k *checker) findUnlistedOf(host string, ours map[string]string) error {
	entries, err := fs.ReadDir(k.folder.Root.FS(), host)
	if err != nil {
		return err
	}
	for _, e := range entries {
		name := e.Name()
		ourName, isOurs := ours[strings.ToLower(name)]
		switch {
		case strings.HasPrefix(strings.ToLower(name), fleet.Unfinished):
			k.unlisted(host, host+"/"+name, k.unfinished(name))
		case !isOurs || !k.plan.Selection.Has(host, ourName) || slices.Contains(k.expected[host], name):
		case name != ourName:
			k.inOtherCase(host, name, ourName)
		default:
			k.unlisted(host, host+"/"+name, "its name is one of ours, no manifest lists it, and generate leaves it alone")
		}
	}
	return nil
}

// findUnlistedBelow does the same in the folder of a bundle and in folders below it.
func (k *checker) findUnlistedBelow(bundle string) error {
	ours := map[string]bool{}
	for _, name := range k.expected[bundle] {
		ours[path.Base(name)] = true
	}
	return fs.WalkDir(k.folder.Root.FS(), bundle, func(file string, e fs.DirEntry, err error) error {
		name := strings.TrimPrefix(file, bundle+"/")
		switch {
		case err != nil:
			return err
		case strings.HasPrefix(strings.ToLower(e.Name()), fleet.Unfinished):
			k.unlisted("", file, k.unfinished(e.Name()))
		case !e.IsDir() && ours[e.Name()] && !slices.Contains(k.expected[bundle], name):
			k.unlisted("", file, "its name is one of ours, no manifest lists it, and generate leaves it alone")
		}
		return nil
	})
}

// findLink checks a link beside the folders of hosts. generate does not follow a link, but a command that installs
// HOST/FILE does, so the files behind it would stay outdated. A link to a file is ignored. So is a link in place
// of a host's folder, since each file of that host is reported already.
func (k *checker) findLink(name string, ours map[string]string) {
	behind, isFile := k.folder.BehindLink(name)
	if isFile || k.expected[name] != nil || !k.plan.Selection.HasHost(name) {
		return
	}
	holdsOurs := slices.ContainsFunc(behind, func(file string) bool {
		ourName, isOurs := ours[strings.ToLower(file)]
		return isOurs && k.plan.Selection.Has(name, ourName)
	})
	if ruleset.BadFileName(name) == "" || holdsOurs {
		k.unlisted("", name, "it is a link in place of a host's folder, and generate writes nothing behind it")
	}
}

// unlisted adds a finding.
func (k *checker) unlisted(host, file, what string) {
	k.report.Findings = append(k.report.Findings, Finding{Kind: Unlisted, Host: host, File: file, What: what})
}
