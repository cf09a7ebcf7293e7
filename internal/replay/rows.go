package replay

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"

	"rolewall/ruleset"
)

// rowKey is equal for flows of one row.
type rowKey struct {
	kind       Kind
	host       *host
	from       netip.Prefix
	protocol   uint8
	port       uint16
	anyPort    bool
	iface      uint16
	byPort     bool
	why        string
	translated bool
}

// source is a source of a row.
type source struct {
	from  netip.Prefix
	count uint64
}

// rows groups flows by source network and port.
func (p *Replay) rows() {
	index := map[rowKey]int{}
	var rows []Row
	var sources [][]source
	for i := range p.table.flows {
		f := &p.table.flows[i]
		h := p.owners[f.own].host
		j := h.verdicts[f.verdict]
		for _, n := range j.rules {
			h.used[n] += max(1, f.count)
		}
		kind, has := p.kindOf(f, j.fate)
		if !has {
			continue
		}
		from := f.prefix()
		name := ""
		if from.IsValid() {
			var all netip.Prefix
			name, all = p.nets.of(from)
			k := rowKey{kind, h, all, f.protocol, f.port, false, f.iface, f.byPort, j.why, f.translated}
			rows, sources = collect(index, k, name, rows, sources)
			n := index[k]
			p.join(&rows[n], f)
			sources[n] = append(sources[n], source{from, f.count})
			continue
		}
		k := rowKey{kind: kind, host: h, protocol: f.protocol, anyPort: true, why: j.why}
		rows, sources = collect(index, k, name, rows, sources)
		p.join(&rows[index[k]], f)
	}
	for i := range rows {
		list := sources[i]
		slices.SortFunc(list, func(a, b source) int {
			return cmp.Or(cmp.Compare(b.count, a.count), a.from.Addr().Compare(b.from.Addr()))
		})
		list = joinSources(list)
		rows[i].Sources = len(list)
		for _, s := range list[:min(len(list), mostAddresses)] {
			rows[i].Addresses = append(rows[i].Addresses, s.from)
		}
	}
	p.finish(rows)
}

// joinSources keeps each source once. The busiest come first.
func joinSources(list []source) []source {
	if len(list) < 2 {
		return list
	}
	seen := map[netip.Prefix]bool{}
	return slices.DeleteFunc(list, func(s source) bool {
		was := seen[s.from]
		seen[s.from] = true
		return was
	})
}

func collect(index map[rowKey]int, k rowKey, name string, rows []Row, sources [][]source) ([]Row, [][]source) {
	if _, known := index[k]; known {
		return rows, sources
	}
	index[k] = len(rows)
	why := k.why
	return append(rows, Row{
		Kind: k.kind, Host: k.host.name, Network: name, From: k.from, Traffic: trafficOf(ruleset.Protocol(k.protocol), k.port), AnyPort: k.anyPort,
		ByPort: k.byPort, Why: why,
	}), append(sources, nil)
}

// join adds a flow to its row.
func (p *Replay) join(x *Row, f *flow) {
	x.Count += max(1, f.count) // an event without the beginning of its connection counts as one
	x.Answered = x.Answered || f.answered
	x.Interface = p.names[f.iface]
	if t := timeOf(f.first); !t.IsZero() && (x.First.IsZero() || t.Before(x.First)) {
		x.First = t
	}
	if t := timeOf(f.last); t.After(x.Last) {
		x.Last = t
	}
}

// kindOf returns the kind of a flow. It counts flows that the policy does not change.
func (p *Replay) kindOf(f *flow, fate fate) (Kind, bool) {
	inUse := f.answered || f.allowed
	switch {
	case fate == cannotTell:
		return CannotTell, true
	case fate == closed && inUse:
		return Cut, true
	case fate == closed && f.dropped:
		p.result.StaysClosed += max(1, f.count)
		return "", false
	case fate == closed:
		return Tried, true
	case f.dropped && !inUse:
		return WouldOpen, true
	}
	p.result.Passes += max(1, f.count)
	return "", false
}

// finish sorts rows, leaves out small ones, and adds what would open cut traffic.
func (p *Replay) finish(rows []Row) {
	all := len(rows)
	p.result.Rows = slices.DeleteFunc(rows, func(x Row) bool { return x.Count < p.options.MinCount })
	p.result.Below = all - len(p.result.Rows)
	slices.SortFunc(p.result.Rows, func(a, b Row) int {
		return cmp.Or(
			cmp.Compare(slices.Index(Kinds(), a.Kind), slices.Index(Kinds(), b.Kind)), cmp.Compare(a.Host, b.Host), cmp.Compare(b.Count, a.Count),
			a.Traffic.Compare(b.Traffic), cmp.Compare(truth(a.ByPort), truth(b.ByPort)), a.From.Addr().Compare(b.From.Addr()), cmp.Compare(a.From.Bits(), b.From.Bits()), cmp.Compare(a.Interface, b.Interface), strings.Compare(a.Why, b.Why),
		)
	})
	remedies := map[string]*Remedy{}
	for i := range p.result.Rows {
		if x := &p.result.Rows[i]; x.Kind == Cut && !x.AnyPort {
			p.remedy(x, remedies)
		}
	}
}

// unusedOpenings lists rules that no record used, of the hosts that records reached.
func (p *Replay) unusedOpenings() {
	for _, h := range p.hosts {
		if !h.reached {
			continue
		}
		for n, r := range h.rs.Inbound {
			if h.used[n] > 0 {
				continue
			}
			x := Unused{Host: h.name, Traffic: r.Traffic, From: r.Remote.Names(), Only: r.Only(), ID: r.ID, Why: ruleset.ReasonText(r.Reasons), Listener: cmp.Or(r.Listener.Service, r.Listener.Program)}
			for _, reason := range r.Reasons {
				if reason.Allow != nil && reason.Allow.Expires > x.Expires {
					x.Expires = reason.Allow.Expires
				}
			}
			p.result.Unused = append(p.result.Unused, x)
		}
	}
}

func truth(b bool) int {
	if b {
		return 1
	}
	return 0
}
