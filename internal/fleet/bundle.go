package fleet

import (
	"fmt"
	"slices"
	"strings"

	"rolewall/diag"
	"rolewall/generators/target"
	"rolewall/internal/workspace"
	"rolewall/policy"
	"rolewall/ruleset"
)

// bundled is a target that writes for the whole fleet, with its hosts.
type bundled struct {
	target target.Bundler
	hosts  []*policy.Host
}

// checkBundles keeps the selected bundles, and reports hosts whose folder would be the folder of a bundle.
func (p *Plan) checkBundles(byTarget map[string][]*policy.Host, errs *diag.List) {
	for _, g := range p.Workspace.Targets {
		x, is := g.(target.Bundler)
		if !is || len(byTarget[g.Info().Name]) == 0 {
			continue
		}
		folder := workspace.BundleFolder(x)
		for _, h := range p.Workspace.Policy.Hosts {
			if strings.EqualFold(h.Name, folder) {
				errs.Add(h.Location.Pos(), "give the host another name, or use another target", "the target %s writes to the folder %s, which is that of the host %s", g.Info().Name, folder, h.Name)
			}
		}
		if p.Selection.HasBundle(folder) {
			p.bundled = append(p.bundled, bundled{x, byTarget[g.Info().Name]})
		}
	}
}

// warnLeftAlone warns about bundles that a call does not write.
func (p *Plan) warnLeftAlone(o Observer) {
	for _, text := range p.leftAlone {
		o.Warn(text)
	}
	p.warnings = append(p.warnings, p.leftAlone...)
}

// notSelected returns the bundles with selected hosts that the call does not write.
func (p *Plan) notSelected(byTarget map[string][]*policy.Host) []string {
	var out []string
	if len(p.Selection.Hosts) == 0 {
		return nil
	}
	for _, g := range p.Workspace.Targets {
		if len(byTarget[g.Info().Name]) > 0 {
			out = append(out, fmt.Sprintf("the files of %s are for the whole fleet: a call with --host leaves them out, and the folder %s as it is; targets in the policy choose the hosts of %[1]s", g.Info().Name, g.Info().File))
		}
	}
	return out
}

// Bundles returns the files of the targets that write for the whole fleet, by folder.
func (p *Plan) Bundles() ([]HostFiles, error) {
	var out []HostFiles
	for _, b := range p.bundled {
		files, err := b.target.Bundle(p.groups(b.hosts))
		if err != nil {
			return nil, diag.Prefix(b.target.Info().Name+": ", err)
		}
		x := HostFiles{Host: workspace.BundleFolder(b.target), Bundle: true}
		for _, f := range files {
			x.Files = append(x.Files, File{Name: f.Name, Data: f.Data})
		}
		slices.SortFunc(x.Files, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
		out = append(out, x)
	}
	slices.SortFunc(out, func(a, b HostFiles) int { return strings.Compare(a.Host, b.Host) })
	return out, nil
}

// groups groups hosts that share a rule set. Hosts are sorted by name.
func (p *Plan) groups(hosts []*policy.Host) []target.Group {
	var out []target.Group
	at := map[*ruleset.RuleSet]int{}
	for _, h := range hosts {
		rs := p.RuleSet(h)
		i, known := at[rs]
		if !known {
			named := *rs
			named.Host = ""
			i = len(out)
			at[rs] = i
			out = append(out, target.Group{Set: &named})
		}
		out[i].Hosts = append(out[i].Hosts, h.Name)
	}
	return out
}
