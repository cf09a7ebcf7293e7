// Package replay computes what a policy would do to logged traffic. It folds the records of logs (package
// readers/flowlog) into flows and judges each flow once by the rules of the host that it reached. Package
// internal/report/flows writes the result.
//
// Only evidence decides the direction of a record: what the record says, a SYN, the originator in connection
// tracking, or a port that the policy opens. Port numbers alone are no evidence. Records of unknown direction are
// counted and not judged.
//
// Memory does not grow with the number of records. If there are too many flows, new ones keep only the network of
// their source, and later only the host. Each is judged by its exact address before that, so no verdict is a
// guess.
package replay

import (
	"net/netip"
	"slices"
	"strings"
	"time"

	"rolewall/diag"
	"rolewall/generators"
	"rolewall/generators/target"
	"rolewall/internal/workspace"
	"rolewall/policy"
	"rolewall/readers/flowlog"
	"rolewall/resolver"
)

// Options changes what is counted. The zero value counts everything.
type Options struct {
	Since, Until time.Time // zero means no limit; Until is not included
	MinCount     uint64    // rows with fewer records are left out and counted
	Flows        int       // number of flows that are kept apart; 0 means defaultFlows
}

// defaultFlows is how many flows are kept apart. They take about 30 MB.
const defaultFlows = 250_000

// Replay collects records and makes a Result. It is not safe for several goroutines.
type Replay struct {
	w       *workspace.Workspace
	options Options
	hosts   []*host
	only    *host // the host of all logs, if the call names one; otherwise nil
	own     map[netip.Addr]int32
	owners  []owner // by the numbers in own
	nets    networks
	since   int64 // microseconds
	until   int64

	table      table
	unknown    table // flows of unknown direction, by port
	interfaces map[string]uint16
	names      []string // names of interfaces, by number
	result     Result
	partial    map[string]bool
	audited    int // number of logs that are audit tables
	seen       struct{ first, last int64 }
	ours       bool // a record is about a chosen host
	allowed    bool // a record says that traffic was allowed or answered
	dropped    bool // a record says that traffic was dropped
}

// owner is an address of a host.
type owner struct {
	host *host
	addr netip.Addr
}

// New prepares a replay for the chosen hosts. If the policy has no address of them, no record can be assigned to a
// host. Then the call must name one host, and every inbound record belongs to it.
func New(w *workspace.Workspace, sel workspace.Selection, o Options) (*Replay, error) {
	errs := &diag.List{}
	w.CheckTargets(errs)
	p := &Replay{
		w: w, options: o, own: map[netip.Addr]int32{}, nets: newNetworks(w.Policy.Networks),
		interfaces: map[string]uint16{}, names: []string{""}, partial: map[string]bool{},
	}
	if o.Flows == 0 {
		p.options.Flows = defaultFlows
	}
	if !o.Since.IsZero() {
		p.since = o.Since.UnixMicro()
	}
	if !o.Until.IsZero() {
		p.until = o.Until.UnixMicro()
	}
	r := resolver.New(w.Policy, w.Day)
	for _, h := range w.Policy.Hosts {
		if !sel.HasHost(h.Name) {
			continue
		}
		if x := p.newHost(r, h, errs); x != nil {
			p.hosts = append(p.hosts, x)
		}
	}
	if err := errs.Err(); err != nil {
		return nil, err
	}
	if len(sel.Hosts) > 0 && len(p.hosts) == 1 {
		p.only = p.hosts[0]
	}
	if p.only == nil && len(p.own) == 0 {
		return nil, diag.Errorf(`addresses = ["192.0.2.10"] in the host's table, or --host NAME where the logs are of one host`,
			"no host of the policy has addresses, so that nothing tells whose traffic a log holds")
	}
	p.table.init(p.options.Flows)
	p.unknown.init(p.options.Flows / 4)
	return p, nil
}

// newHost resolves a host.
func (p *Replay) newHost(r *resolver.Resolver, h *policy.Host, errs *diag.List) *host {
	resolution := r.Resolve(h, errs)
	if resolution == nil {
		return nil
	}
	x := &host{name: h.Name, policy: h, resolution: resolution, rs: resolution.RuleSet, channels: map[uint32]*channel{}, alike: map[string]*channel{}, number: int32(len(p.hosts))}
	targets, err := p.w.TargetsOf(h, nil)
	targets = slices.DeleteFunc(slices.Clone(targets), func(t target.Target) bool { return !t.Info().Filter })
	if name, has := generators.Default(x.rs.OS); (err != nil || len(targets) == 0) && has { // only the target audit, or no script of its own
		t, _ := p.w.Targets.Lookup(name)
		targets = []target.Target{t}
	}
	for _, t := range targets {
		openings := target.Openings(t, x.rs)
		x.beside = append(x.beside, openings)
		if slices.ContainsFunc(openings, func(o target.Opening) bool { return o.Cause == target.Others }) {
			x.others = true
		}
	}
	x.governed = x.rs.Settings.Linux.Interfaces
	x.byInterface = len(x.governed) > 0
	for _, rule := range x.rs.Inbound {
		x.byInterface = x.byInterface || len(rule.Interfaces) > 0
		x.bySource = x.bySource || len(rule.FromPorts) > 0
	}
	x.used = make([]uint64, len(x.rs.Inbound))
	for _, a := range h.Addresses {
		p.own[a.Unmap()] = int32(len(p.owners))
		p.owners = append(p.owners, owner{x, a.Unmap()})
	}
	return x
}

// mostBad is how many lines that were not understood a result quotes.
const mostBad = 10

// Log adds what a reader found in a whole log besides its records.
func (p *Replay) Log(format string, n flowlog.Notes) {
	p.result.Lines += n.Lines
	p.result.Records += n.Records
	p.result.Bad += n.Bad
	p.result.Gaps += n.Lost
	p.result.FirstBad = append(p.result.FirstBad, n.FirstBad[:min(len(n.FirstBad), mostBad-len(p.result.FirstBad))]...)
	p.result.Logs++
	switch {
	case n.Snapshot:
		p.partial["a snapshot holds the connections of one moment"] = true
	case n.Sampled:
		p.partial["the log may hold a sample of the traffic"] = true
	case strings.HasPrefix(format, "kernel") || format == "journal":
		p.partial["LOG lines show what one rule logs, often only a few a minute"] = true
	case format == "audit":
		p.partial["the audit table holds what would be cut, and nothing else"] = true
		p.audited++
	}
	if n.Lost > 0 {
		p.partial["the log says that entries are missing"] = true
	}
	if n.Bad > 0 {
		p.partial["some lines were not understood"] = true
	}
}
