package drift

import (
	"io/fs"
	"slices"
	"strings"

	"rolewall/internal/fleet"
	"rolewall/ruleset"
)

// findUnlisted looks for files that have names of ours and that neither the plan nor a manifest lists.
func (k *checker) findUnlisted() error {
	entries, err := fs.ReadDir(k.folder.Root.FS(), ".")
	if err != nil {
		return err
	}
	k.stopped = "a run that was stopped left it; remove it"
	ours := map[string]bool{} // names of files that targets write
	for _, g := range k.plan.Workspace.Targets {
		ours[g.Info().File] = true
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), fleet.JournalName) {
			k.stopped = "a run that was stopped left it; the next one takes it away, without --shard at the latest"
		}
	}
	for _, e := range entries {
		switch {
		case strings.HasPrefix(e.Name(), fleet.Unfinished), strings.HasPrefix(e.Name(), fleet.JournalName):
			k.unlisted("", e.Name(), k.stopped)
		case fleet.PartName.MatchString(e.Name()) && k.next[e.Name()] == nil:
			k.unlisted("", e.Name(), "a manifest of other parts than the one in force")
		case e.Type()&fs.ModeSymlink != 0:
			k.findLink(e.Name(), ours)
		case e.IsDir() && ruleset.BadFileName(e.Name()) == "":
			if err := k.findUnlistedOf(e.Name(), ours); err != nil {
				return err
			}
		}
	}
	return nil
}

// findUnlistedOf does so in the folder of a host.
func (k *checker) findUnlistedOf(host string, ours map[string]bool) error {
	entries, err := fs.ReadDir(k.folder.Root.FS(), host)
	if err != nil {
		return err
	}
	for _, e := range entries {
		name := e.Name()
		if strings.HasPrefix(name, fleet.Unfinished) {
			k.unlisted(host, host+"/"+name, k.stopped)
		} else if ours[name] && k.plan.Selection.Has(host, name) && !slices.Contains(k.expected[host], name) {
			k.unlisted(host, host+"/"+name, "its name is one of ours, no manifest lists it, and generate leaves it alone")
		}
	}
	return nil
}

// findLink looks at a link beside the folders of hosts. Whoever installs HOST/FILE follows it, and generate does not, so
// nothing keeps the files behind it up to date. A link to a file is left alone, and so is one in the place of a host's
// folder, since each file of that host is reported already.
func (k *checker) findLink(name string, ours map[string]bool) {
	behind, isFile := k.folder.BehindLink(name)
	if isFile || k.expected[name] != nil || !k.plan.Selection.HasHost(name) {
		return
	}
	holdsOurs := slices.ContainsFunc(behind, func(file string) bool { return ours[file] && k.plan.Selection.Has(name, file) })
	if ruleset.BadFileName(name) == "" || holdsOurs {
		k.unlisted("", name, "it is a link that stands where a host's folder would, and generate writes nothing behind it")
	}
}

// unlisted adds a finding.
func (k *checker) unlisted(host, file, what string) {
	k.report.Findings = append(k.report.Findings, Finding{Kind: Unlisted, Host: host, File: file, What: what})
}
