package drift

import (
	"context"
	"maps"
	"net/netip"
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

// Input is a capture that is read only when needed, so that memory does not grow with the number of hosts.
type Input struct {
	Name  string                                   // for messages: the file or the folder
	Named bool                                     // Host is right, whatever the files say
	Host  string                                   // the host of the capture, if the files do not name it
	Read  func(errs *diag.List) []*capture.Capture // returns none after a mistake, and several for a scan; several inputs may be read at the same time
}

// answer is the result for one capture.
type answer struct {
	name    string // name of the host in the capture
	host    *policy.Host
	isScan  bool
	remain  []Finding
	hidden  []Finding
	sources []Source
}

// answers holds the results for one input.
type answers struct {
	list []*answer
	errs diag.List
}

// Run compares captures with the policy of w. A host of the selection without a capture is a finding. So is a
// captured host that the policy does not have. It returns every mistake at once, such as a file that cannot be
// read or two captures of one host.
func Run(ctx context.Context, w *workspace.Workspace, sel workspace.Selection, inputs []Input, o Options) (*Result, error) {
	errs := &diag.List{}
	x := newRunner(w, sel, o, errs)
	if err := errs.Err(); err != nil {
		return nil, err
	}
	work := func(i int) *answers { return x.input(inputs[i]) }
	out := &Result{}
	seen := map[string]string{}
	var findings, hidden []Finding
	err := workspace.Ordered(ctx, len(inputs), work, func(i int, list *answers) error {
		errs.Join(&list.errs)
		for _, a := range list.list {
			key := strings.ToLower(a.name)
			if first, twice := seen[key]; twice && !a.isScan {
				errs.Add(diag.Pos{}, "compare one after the other: a host has one state at a time", "%s and %s are captures of one host, %s", first, inputs[i].Name, a.name)
				continue
			}
			seen[key] = inputs[i].Name
			if a.host != nil {
				out.Compared++
			}
			findings, hidden = append(findings, a.remain...), append(hidden, a.hidden...)
			out.Sources = append(out.Sources, a.sources...)
		}
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

// runner holds what is the same for all inputs.
type runner struct {
	w         *workspace.Workspace
	r         *resolver.Resolver
	sel       workspace.Selection
	hosts     map[string]*policy.Host // by name in lower case
	addresses map[netip.Addr]*policy.Host
	entries   []ignore
	networks  []ruleset.AddressSet
	options   Options
}

// newRunner returns a runner for the policy of w. It adds mistakes of the policy to errs.
func newRunner(w *workspace.Workspace, sel workspace.Selection, o Options, errs *diag.List) *runner {
	w.CheckTargets(errs)
	x := &runner{w: w, r: resolver.New(w.Policy, w.Day), sel: sel, hosts: map[string]*policy.Host{}, addresses: map[netip.Addr]*policy.Host{}, networks: networksOf(w.Policy), options: o}
	for i := range w.Policy.Ignores {
		entry := &w.Policy.Ignores[i]
		x.entries = append(x.entries, ignore{entry, x.r.Sources(entry.From, errs)})
	}
	for _, h := range w.Policy.Hosts {
		x.hosts[strings.ToLower(h.Name)] = h
		for _, a := range h.Addresses {
			x.addresses[a] = h
		}
	}
	return x
}

// networksOf returns the named networks of a policy, by name.
func networksOf(p *policy.Policy) []ruleset.AddressSet {
	var out []ruleset.AddressSet
	for _, name := range slices.Sorted(maps.Keys(p.Networks)) {
		out = append(out, ruleset.AddressSet{Name: name, Prefixes: ruleset.NewPrefixes(p.Networks[name]...)})
	}
	return out
}

// input reads an input and compares its captures.
func (x *runner) input(in Input) *answers {
	out := &answers{}
	for _, c := range in.Read(&out.errs) {
		if a := x.one(in, c, &out.errs); a != nil {
			out.list = append(out.list, a)
		}
	}
	return out
}

// one compares a capture. It returns nil after a mistake.
func (x *runner) one(in Input, c *capture.Capture, errs *diag.List) *answer {
	a := &answer{isScan: c.Scan != nil}
	a.host, a.name = x.find(in, c)
	for _, s := range c.Sources {
		a.sources = append(a.sources, Source{Host: a.name, When: c.When, Source: s})
	}
	if a.host == nil {
		a.remain = []Finding{{Kind: UnknownHost, Hosts: []string{a.name}, Text: in.Name}}
		return a
	}
	if !x.sel.HasHost(a.host.Name) {
		return a
	}
	rs := x.r.RuleSet(a.host, errs)
	if rs == nil {
		return nil
	}
	if c.Scan == nil && c.IsWindows() != rs.OS.IsWindows() {
		system := map[bool]string{false: "Linux", true: "Windows"}[c.IsWindows()]
		errs.Add(diag.Pos{File: in.Name}, `the os of the host in the policy, or --as HOST where the capture is of another`, "%s is a capture of %s, and the policy says that %s runs on %s", in.Name, system, a.host.Name, rs.OS)
		return nil
	}
	want := Expected{Host: a.host.Name, Set: rs, Addresses: a.host.Addresses, Networks: x.networks}
	targets, err := x.w.TargetsOf(a.host, nil)
	if err != nil {
		errs.Add(diag.Pos{}, "", "%s", err)
		return nil
	}
	for _, t := range targets {
		if t.Info().Filter {
			want.Beside = append(want.Beside, target.Openings(t, rs)...)
		}
	}
	found := Compare(want, c, x.options)
	if c.Scan != nil {
		if !x.options.From.IsValid() {
			errs.Add(diag.Pos{File: in.Name}, "--from 10.3.0.5, the address of the host that scanned", "%s is a scan, which shows what one source sees, and does not tell whose", in.Name)
			return nil
		}
		found = compareScan(want, c.Scan, x.options.From)
	}
	a.remain, a.hidden = ignored(x.w.Policy, a.host, x.entries, x.w.Day, found)
	return a
}

// find returns the host of a capture and its name in the capture. It uses the name in the files or that of the
// input. A scan has only addresses.
func (x *runner) find(in Input, c *capture.Capture) (*policy.Host, string) {
	name := c.Host
	if name == "" || in.Named {
		name = in.Host
	}
	if c.Scan == nil || in.Named {
		return x.hosts[strings.ToLower(name)], name
	}
	for _, a := range c.Addresses {
		if h := x.addresses[a]; h != nil {
			return h, h.Name
		}
	}
	return nil, c.Addresses[0].String()
}
