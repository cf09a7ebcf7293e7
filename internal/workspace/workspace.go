// Package workspace reads everything that a command needs: the policy, its catalog and targets, and the day for
// which exceptions are checked. It knows which hosts and targets a call chooses. It decides no rule and writes no
// file.
package workspace

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"rolewall/catalog"
	"rolewall/compare"
	"rolewall/diag"
	"rolewall/generators"
	"rolewall/policy"
	"rolewall/policy/folders"
	"rolewall/resolver"
	"rolewall/ruleset"
	"rolewall/tomldoc"
)

// Options holds the parts of a call that change how a policy is read.
type Options struct {
	AsOf      string // the day for which exceptions are checked, YYYY-MM-DD; empty is today in UTC
	Catalog   string // a folder of *.toml files that add or replace entries of the catalog
	Templates string // a folder of NAME.tmpl files that add or replace targets
}

// Workspace is a policy and everything that belongs to it.
type Workspace struct {
	Policy  *policy.Policy
	Targets generators.Targets // the built-in ones, and the custom ones of the policy and of the call
	Day     string             // the day for which exceptions are checked, YYYY-MM-DD
}

// Open reads the named policy. "-" is stdin. It returns every mistake at once, or the error of ctx.
func Open(ctx context.Context, files *Files, name string, o Options) (*Workspace, error) {
	day, err := Day(o.AsOf)
	if err != nil {
		return nil, err
	}
	cat, err := Catalog(files, o.Catalog)
	if err != nil {
		return nil, err
	}
	files.named = filepath.ToSlash(name)
	p, err := Await(ctx, func() (*policy.Policy, error) { return policy.Load(files, filepath.ToSlash(name), cat) })
	if err != nil {
		return nil, err
	}
	targets, err := Targets(files, o.Templates, p.Templates)
	if err != nil {
		return nil, err
	}
	return &Workspace{Policy: p, Targets: targets, Day: day}, nil
}

// Catalog returns the embedded catalog with the entries of a folder. An empty dir adds none.
func Catalog(files *Files, dir string) (*catalog.Catalog, error) {
	cat, err := catalog.Default()
	if err != nil || dir == "" {
		return cat, err
	}
	errs := &diag.List{}
	cat = folders.Overlay(cat, files, filepath.ToSlash(dir), tomldoc.FixedLocation(diag.Pos{File: "--catalog"}), errs)
	return cat, errs.Err()
}

// Day returns the day for which exceptions are checked: text if it is a date, or today in UTC if it is empty.
func Day(text string) (string, error) {
	if text == "" {
		return time.Now().UTC().Format(time.DateOnly), nil
	}
	if _, err := time.Parse(time.DateOnly, text); err != nil {
		return "", diag.Errorf("--as-of 2027-03-31", "%q is not a date", text)
	}
	return text, nil
}

// HostNames returns the hosts of the policy, sorted by name.
func (w *Workspace) HostNames() []string {
	names := make([]string, len(w.Policy.Hosts))
	for i, h := range w.Policy.Hosts {
		names[i] = h.Name
	}
	return names
}

// HostCalled returns the host with that name, in any case, or nil if there is none.
func (w *Workspace) HostCalled(name string) *policy.Host {
	i := slices.IndexFunc(w.Policy.Hosts, func(h *policy.Host) bool { return strings.EqualFold(h.Name, name) })
	if i < 0 {
		return nil
	}
	return w.Policy.Hosts[i]
}

// ResolveAll resolves every host of the policy, in the order of the policy. It returns every mistake at once.
func (w *Workspace) ResolveAll(ctx context.Context) ([]compare.Host, error) {
	type answer struct {
		set  *ruleset.RuleSet
		errs diag.List
	}
	errs := &diag.List{}
	w.CheckTargets(errs)
	if err := errs.Err(); err != nil {
		return nil, err
	}
	r := resolver.New(w.Policy, w.Day)
	out := make([]compare.Host, len(w.Policy.Hosts))
	resolve := func(i int) *answer {
		a := &answer{}
		a.set = r.RuleSet(w.Policy.Hosts[i], &a.errs)
		return a
	}
	err := Ordered(ctx, len(out), resolve, func(i int, a *answer) error {
		errs.Join(&a.errs)
		h := w.Policy.Hosts[i]
		out[i] = compare.Host{Name: h.Name, Addresses: h.Addresses, Set: a.set, Deployment: w.facts(h)}
		return nil
	})
	if err == nil && errs.Len() == 0 {
		r.CheckUnused(errs)
	}
	return out, errors.Join(err, errs.Err())
}
