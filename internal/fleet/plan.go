// Package fleet makes the files of many hosts and keeps a folder of them up to date. A Plan says which files each
// host gets. It is written into a folder or an archive, or passed to package drift, which compares it with a
// folder.
//
// A folder holds HOST/FILE and a manifest, which lists the files that rolewall wrote. A run replaces each file as
// a whole, removes listed files that the policy no longer yields, and touches no other file. Before the files of a
// host change, a journal records what they will be. So after a stopped run the next run knows which files are
// ours, and completes them.
package fleet

import (
	"context"
	"errors"
	"sync"

	"rolewall/diag"
	"rolewall/generators/target"
	"rolewall/internal/fleet/manifest"
	"rolewall/internal/term"
	"rolewall/internal/workspace"
	"rolewall/policy"
	"rolewall/resolver"
	"rolewall/ruleset"
)

// Plan is what a policy yields for the selected hosts. NewPlan has checked all of it. Files are made on demand.
// Several goroutines may call its methods.
type Plan struct {
	Workspace *workspace.Workspace
	resolver  *resolver.Resolver
	Selection workspace.Selection
	Hosts     []*policy.Host // selected, by name
	Program   string         // version of rolewall for the manifest
	warnings  []string
	bundled   []bundled // selected targets that write for the whole fleet, with their hosts
	leftAlone []string  // warnings about bundles with only some of their hosts selected

	mu       sync.Mutex
	refusals map[scriptKey][]target.Unsupported // of rule sets that hosts share
	scripts  map[scriptKey]rendered
}

// HostFiles holds the files of one host, or of a target that writes for the whole fleet.
type HostFiles struct {
	Host   string // for a bundle, its folder
	Bundle bool
	OS     string
	Roles  []string
	Files  []File // sorted by name; none if all targets of the host write for the whole fleet
}

// entry returns the manifest's entry with the sums of the files.
func (h HostFiles) entry(sums map[string]string) manifest.Entry {
	return manifest.Entry{OS: h.OS, Roles: h.Roles, Files: sums, Bundle: h.Bundle}
}

// File is a file below the folder of a host or a bundle. In a bundle its name may contain slashes.
type File struct {
	Name       string
	Data       []byte
	Executable bool
}

// Observer is informed about a run.
type Observer interface {
	// Warn is called with a warning, one line about one or more hosts.
	Warn(text string)
	// Progress is called when a number of all hosts is finished. It is called first with 0 and then in the order
	// of hosts, never by two goroutines at the same time.
	Progress(done, all int)
}

// unchecked returns a plan without hosts.
func unchecked(w *workspace.Workspace, sel workspace.Selection) *Plan {
	return &Plan{Workspace: w, resolver: resolver.New(w.Policy, w.Day), Selection: sel, scripts: map[scriptKey]rendered{}, refusals: map[scriptKey][]target.Unsupported{}}
}

// NewPlan resolves every host of the policy and checks it against its targets, so that nothing is written if
// something is wrong. It returns every mistake at once.
func NewPlan(ctx context.Context, w *workspace.Workspace, sel workspace.Selection, o Observer) (*Plan, error) {
	p := unchecked(w, sel)
	errs := &diag.List{}
	w.CheckTargets(errs)
	if err := errs.Err(); err != nil {
		return nil, err
	}
	var refused []error
	byTarget := map[string][]*policy.Host{}
	warnings := &term.Warnings{}
	hosts := w.Policy.Hosts
	check := func(i int) verdict { return p.check(hosts[i]) }
	err := workspace.Ordered(ctx, len(hosts), check, func(i int, v verdict) error {
		errs.Join(v.errs)
		for _, g := range v.bundles {
			byTarget[g.Info().Name] = append(byTarget[g.Info().Name], hosts[i])
		}
		if v.beside {
			refused = append(refused, v.refused...)
		}
		if h := hosts[i]; sel.HasHost(h.Name) {
			p.Hosts = append(p.Hosts, h)
			refused = append(refused, v.refused...)
			warnings.Add(h.Name, v.warnings)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	p.checkBundles(byTarget, errs)
	if errs.Len() == 0 {
		p.resolver.CheckUnused(errs)
	}
	if err := errs.Err(); err != nil {
		return nil, err
	}
	if len(refused) > 0 {
		return nil, errors.Join(refused...)
	}
	p.warnings, p.leftAlone = warnings.Lines(), p.notSelected(byTarget)
	for _, text := range p.warnings {
		o.Warn(text)
	}
	return p, nil
}

// verdict is the result of the check of one host.
type verdict struct {
	errs     *diag.List
	refused  []error
	warnings []string
	bundles  []target.Bundler // of the host
	beside   bool             // the host is not selected, and is checked because of a bundle
}

func (p *Plan) check(h *policy.Host) verdict {
	v := verdict{errs: &diag.List{}}
	rs := p.resolver.RuleSet(h, v.errs)
	if rs == nil {
		return v
	}
	selected := p.Selection.HasHost(h.Name)
	targets, err := p.Workspace.TargetsOf(h, p.Selection.Targets)
	if err != nil && selected {
		v.refused = append(v.refused, err)
	}
	for _, g := range targets {
		if x, is := g.(target.Bundler); is && (selected || p.Selection.HasBundle(workspace.BundleFolder(x))) {
			v.bundles = append(v.bundles, x)
		}
	}
	if v.beside = !selected; v.beside {
		targets = nil
		for _, g := range v.bundles {
			targets = append(targets, g)
		}
	}
	for _, g := range targets {
		for _, r := range p.refused(g, rs) {
			r.Host = h.Name
			v.refused = append(v.refused, r)
		}
	}
	if selected {
		v.warnings = rs.Warnings
	}
	return v
}

// OnDay returns the plan for another day, when other exceptions applied. It has no list of hosts.
func (p *Plan) OnDay(day string) *Plan {
	w := *p.Workspace
	w.Day = day
	return unchecked(&w, p.Selection)
}

// RuleSet returns the rule set of a host, or nil after a mistake.
func (p *Plan) RuleSet(h *policy.Host) *ruleset.RuleSet { return p.resolver.RuleSet(h, &diag.List{}) }

// Files returns the files of a host. Errors do not name the host.
func (p *Plan) Files(h *policy.Host) (HostFiles, error) {
	return p.files(h, func(g target.Target) bool { _, is := g.(target.Bundler); return !is })
}

// files returns the files of those targets of a host for which of returns true.
func (p *Plan) files(h *policy.Host, of func(target.Target) bool) (HostFiles, error) {
	errs := &diag.List{}
	rs := p.resolver.RuleSet(h, errs)
	if rs == nil { // on another day, when other exceptions applied
		return HostFiles{Host: h.Name}, errs.Err()
	}
	out := HostFiles{Host: h.Name, OS: string(rs.OS), Roles: rs.Roles}
	targets, err := p.Workspace.TargetsOf(h, p.Selection.Targets)
	if err != nil {
		return out, err
	}
	if len(targets) > 1 && !p.resolver.Shared(rs) { // otherwise its scripts are cached
		rs = rs.WithDigest()
	}
	for _, g := range targets {
		if !of(g) {
			continue
		}
		script, err := p.render(g, rs, h.Name)
		if err != nil {
			return out, err
		}
		info := g.Info()
		out.Files = append(out.Files, File{info.File, script, info.Mode&0o100 != 0})
	}
	return out, nil
}

// Script returns the script of a plan that has exactly one. Any other number is a mistake of the call. For a
// target that writes for the whole fleet it returns the text that people read about the host.
func (p *Plan) Script(ctx context.Context) ([]byte, error) {
	var all []File
	for _, h := range p.Hosts {
		one, err := p.files(h, func(target.Target) bool { return true })
		if err != nil {
			return nil, diag.Prefix(h.Name+": ", err)
		}
		if all = append(all, one.Files...); len(all) > 1 {
			break
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if len(all) != 1 {
		return nil, diag.Errorf("-o DIR writes them all; --host and -t choose one", "the policy yields more than one script, and only one can be printed")
	}
	return all[0].Data, nil
}

// catalog returns the record of the run's own catalog.
func (p *Plan) catalog() manifest.Catalog {
	return manifest.Catalog{Digest: p.Workspace.Policy.Catalog.Digest(), Program: p.Program}
}
