package captured

import (
	"context"
	"maps"
	"slices"
	"strings"

	"rolewall/diag"
	"rolewall/generators/target"
	"rolewall/internal/workspace"
	"rolewall/policy"
	"rolewall/readers/capture"
	"rolewall/resolver"
	"rolewall/ruleset"
)

// Input is a capture that is read when it is needed, so that memory does not grow with the number of hosts.
type Input struct {
	Name  string                                 // for messages: the file or the folder
	Named bool                                   // Host is right whatever the files tell
	Host  string                                 // of whom it is, where the files do not tell
	Read  func(errs *diag.List) *capture.Capture // nil after a mistake; may be called for several inputs at once
}

// answer is what one input yields.
type answer struct {
	name    string // of the host, as the capture has it
	host    *policy.Host
	remain  []Finding
	hidden  []Finding
	sources []Source
	errs    diag.List
}

// Run compares captures with the policy of w. Hosts of the selection without a capture are findings, and so are captures of
// hosts that the policy lacks. It returns every mistake at once: a file that is not readable, two captures of one host.
func Run(ctx context.Context, w *workspace.Workspace, sel workspace.Selection, inputs []Input, o Options) (*Result, error) {
	errs := &diag.List{}
	w.CheckTargets(errs)
	r := resolver.New(w.Policy, w.Day)
	var entries []ignore
	for i := range w.Policy.Ignores {
		x := &w.Policy.Ignores[i]
		entries = append(entries, ignore{x, r.Sources(x.From, errs)})
	}
	if err := errs.Err(); err != nil {
		return nil, err
	}
	hosts := map[string]*policy.Host{}
	for _, h := range w.Policy.Hosts {
		hosts[strings.ToLower(h.Name)] = h
	}
	x := &runner{w: w, r: r, sel: sel, hosts: hosts, entries: entries, networks: networksOf(w.Policy), options: o}
	work := func(i int) *answer { return x.one(inputs[i]) }
	out := &Result{}
	seen := map[string]string{}
	var findings, hidden []Finding
	err := workspace.Ordered(ctx, len(inputs), work, func(i int, a *answer) error {
		errs.Join(&a.errs)
		if a.errs.Len() > 0 {
			return nil
		}
		key := strings.ToLower(a.name)
		if first, twice := seen[key]; twice {
			errs.Add(diag.Pos{}, "compare one after the other: a host has one state at a time", "%s and %s are captures of one host, %s", first, inputs[i].Name, a.name)
			return nil
		}
		seen[key] = inputs[i].Name
		if a.host != nil {
			out.Compared++
		}
		findings, hidden = append(findings, a.remain...), append(hidden, a.hidden...)
		out.Sources = append(out.Sources, a.sources...)
		return nil
	})
	if err != nil {
		return nil, err
	}
	if err := errs.Err(); err != nil {
		return nil, err
	}
	for _, h := range w.Policy.Hosts {
		if seen[strings.ToLower(h.Name)] == "" && sel.HasHost(h.Name) {
			findings = append(findings, Finding{Kind: NoCapture, Hosts: []string{h.Name}})
		}
	}
	out.Findings, out.Ignored = Group(findings), Group(hidden)
	return out, nil
}

// runner holds what all inputs are compared with.
type runner struct {
	w        *workspace.Workspace
	r        *resolver.Resolver
	sel      workspace.Selection
	hosts    map[string]*policy.Host // by name in lower case
	entries  []ignore
	networks []ruleset.AddressSet
	options  Options
}

// networksOf returns the named networks of a policy, by name.
func networksOf(p *policy.Policy) []ruleset.AddressSet {
	var out []ruleset.AddressSet
	for _, name := range slices.Sorted(maps.Keys(p.Networks)) {
		out = append(out, ruleset.AddressSet{Name: name, Prefixes: ruleset.NewPrefixes(p.Networks[name]...)})
	}
	return out
}

// one reads an input and compares it.
func (x *runner) one(in Input) *answer {
	a := &answer{}
	c := in.Read(&a.errs)
	if c == nil {
		return a
	}
	a.name = c.Host
	if a.name == "" || in.Named {
		a.name = in.Host
	}
	for _, s := range c.Sources {
		a.sources = append(a.sources, Source{Host: a.name, When: c.When, Source: s})
	}
	a.host = x.hosts[strings.ToLower(a.name)]
	if a.host == nil {
		a.remain = []Finding{{Kind: UnknownHost, Hosts: []string{a.name}, Text: in.Name}}
		return a
	}
	if !x.sel.HasHost(a.host.Name) {
		return a
	}
	rs := x.r.RuleSet(a.host, &a.errs)
	if rs == nil {
		return a
	}
	if c.IsWindows() != rs.OS.IsWindows() {
		system := map[bool]string{false: "Linux", true: "Windows"}[c.IsWindows()]
		a.errs.Add(diag.Pos{File: in.Name}, `the os of the host in the policy, or --as HOST where the capture is of another`, "%s is a capture of %s, and the policy says that %s runs on %s", in.Name, system, a.host.Name, rs.OS)
		return a
	}
	want := Expected{Host: a.host.Name, Set: rs, Addresses: a.host.Addresses, Networks: x.networks}
	targets, err := x.w.TargetsOf(a.host, nil)
	if err != nil {
		a.errs.Add(diag.Pos{}, "", "%s", err)
		return a
	}
	for _, t := range targets {
		if t.Info().Filter {
			want.Beside = append(want.Beside, target.Openings(t, rs)...)
		}
	}
	a.remain, a.hidden = ignored(x.w.Policy, a.host, x.entries, x.w.Day, Compare(want, c, x.options))
	return a
}
