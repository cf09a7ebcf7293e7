package workspace

import (
	"cmp"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"rolewall/compare"
	"rolewall/diag"
	"rolewall/generators"
	"rolewall/generators/custom"
	"rolewall/generators/target"
	"rolewall/policy"
	"rolewall/policy/folders"
	"rolewall/tomldoc"
)

// Targets returns the built-in targets, those of a policy's templates and those of a folder. A template of the
// folder replaces one with the same file name. An empty dir adds none.
func Targets(files *Files, dir string, templates []folders.Template) (generators.Targets, error) {
	errs := &diag.List{}
	if dir != "" {
		given := folders.Templates(files, filepath.ToSlash(dir), tomldoc.FixedLocation(diag.Pos{File: "--templates"}), errs)
		for _, t := range templates {
			if !slices.ContainsFunc(given, func(g folders.Template) bool { return g.File == t.File }) {
				given = append(given, t)
			}
		}
		templates = given
	}
	targets := generators.All().With(sources(templates), errs)
	return targets, errs.Err()
}

// CustomTargets returns only the targets that the templates of a folder add or replace.
func CustomTargets(files *Files, dir string) (generators.Targets, error) {
	errs := &diag.List{}
	templates := folders.Templates(files, filepath.ToSlash(dir), tomldoc.FixedLocation(diag.Pos{File: "DIR"}), errs)
	all := generators.All().With(sources(templates), errs)
	var out generators.Targets
	for _, t := range templates {
		if g, known := all.Lookup(strings.TrimSuffix(path.Base(t.File), ".tmpl")); known {
			out = append(out, g)
		}
	}
	return out, errs.Err()
}

func sources(templates []folders.Template) []custom.Source {
	out := make([]custom.Source, len(templates))
	for i, t := range templates {
		out[i] = custom.Source{File: t.File, Src: t.Src}
	}
	return out
}

// CheckTargets adds to errs unknown names in targets = [...], and lists that make no sense.
func (w *Workspace) CheckTargets(errs *diag.List) {
	check := func(l *policy.Level) {
		for t := range l.Settings.Targets.Get().All() {
			if _, known := w.Targets.Lookup(t.Value); !known {
				errs.Add(t.Location.Pos(), diag.SuggestOrList(t.Value, w.Targets.Names()), "unknown target %q", t.Value)
			}
		}
	}
	check(w.Policy.File)
	for _, g := range w.Policy.Groups {
		check(&g.Level)
	}
	for _, h := range w.Policy.Hosts {
		check(&h.Level)
		w.checkApply(h, errs)
	}
}

// checkApply reports a host that should load rules and gets no script with rules.
func (w *Workspace) checkApply(h *policy.Host, errs *diag.List) {
	targets := w.Policy.Targets(h)
	list := targets.Get()
	if list.Has("apply") && !list.Has("nftables") && !list.Has("iptables") {
		errs.Add(targets.Location.ValuePos(), `targets = ["nftables", "apply"]`, "apply loads the script of nftables or iptables, and host %s gets neither", h.Name)
	}
}

// What a host is told whose system no target runs on, and what would help.
const (
	noTarget     = "no target runs on %s itself"
	noTargetHint = "-t nftables, or targets = [\"nftables\"] in the policy"
)

// TargetsOf returns the targets of a host: the named ones, or without names those of the policy, or else the
// default one for the host's system. It returns an error if no target runs on that system.
func (w *Workspace) TargetsOf(h *policy.Host, names []string) ([]target.Target, error) {
	if len(names) == 0 {
		names = w.Policy.Targets(h).Get().Values()
	}
	if len(names) == 0 {
		name, ok := generators.Default(w.Policy.OS(h))
		if !ok {
			return nil, diag.Errorf(noTargetHint, "%s: "+noTarget, h.Name, w.Policy.OS(h))
		}
		names = []string{name}
	}
	var out []target.Target
	for _, name := range names {
		g, _ := w.Targets.Lookup(name)
		out = append(out, g)
	}
	return out, nil
}

// facts returns what the policy says about a host besides its rule set.
func (w *Workspace) facts(h *policy.Host) *compare.Deployment {
	out := &compare.Deployment{Access: cmp.Or(w.Policy.Effective(h).Access.Get(), "network")}
	targets, _ := w.TargetsOf(h, nil) // a host without a possible target has none
	for _, g := range targets {
		info := g.Info()
		out.Targets = append(out.Targets, info.Name)
		if info.Filter {
			out.Filters = append(out.Filters, info.Name)
		}
	}
	return out
}
