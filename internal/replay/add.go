package replay

import (
	"bytes"

	"rolewall/readers/flowlog"
)

// Add adds a record. It does not keep r.
func (p *Replay) Add(r *flowlog.Record) error {
	if p.outside(r) {
		return nil
	}
	s, way := p.direct(r)
	if way == uncounted {
		return nil
	}
	if way == unknown {
		p.addUnknown(r, &s)
		return nil
	}
	k := key{peer: s.peer.As16(), own: s.own, port: s.port, protocol: uint8(r.Protocol), bits: 128}
	if s.host.bySource {
		k.sourcePort = s.sourcePort
	}
	if way == inbound {
		if s.host.byInterface {
			k.iface = p.interfaceNumber(r.Interface)
		}
		k.translated = r.NewDst.IsValid() && p.translated(r, &k)
	}
	f := p.table.find(k)
	if f == nil {
		f = p.table.insert(k, p.judge(s.host, k))
	}
	f.byPort = f.byPort && s.byPort
	p.time(f, r)
	if way == answer { // the request has a record of its own, or this is another event of the connection
		f.answered = f.answered || r.Answer != flowlog.Unanswered
		p.allowed = p.allowed || f.answered
		return nil
	}
	f.count += r.Count
	switch {
	case r.Answer == flowlog.Answered:
		f.answered = true
	case r.Verdict == flowlog.Allowed:
		f.allowed = true
	case r.Verdict == flowlog.Dropped:
		f.dropped = true
		p.dropped = true
	}
	p.allowed = p.allowed || f.answered || f.allowed
	return nil
}

// addUnknown counts a record of unknown direction, by the port of the host.
func (p *Replay) addUnknown(r *flowlog.Record, s *sides) {
	s.host.reached = true
	p.result.Counts.Undirected += r.Count
	k := key{own: s.own, port: s.port, protocol: uint8(r.Protocol), verdict: 1}
	f := p.unknown.find(k)
	if f == nil {
		f = p.unknown.insert(k, 0)
	}
	f.count += r.Count
	p.time(f, r)
}

// outside reports whether a record is outside of the time that the call asks for.
func (p *Replay) outside(r *flowlog.Record) bool {
	if p.since == 0 && p.until == 0 {
		return false
	}
	switch {
	case r.Time == 0:
		p.result.Counts.Undated++
	case r.Time < p.since || p.until != 0 && r.Time >= p.until:
		p.result.Counts.Outside++
	default:
		return false
	}
	return true
}

// time extends the time range of a flow and of the whole.
func (p *Replay) time(f *flow, r *flowlog.Record) {
	if r.Time == 0 {
		return
	}
	last := max(r.Time, r.Last)
	if f.first == 0 || r.Time < f.first {
		f.first = r.Time
	}
	f.last = max(f.last, last)
	if p.seen.first == 0 || r.Time < p.seen.first {
		p.seen.first = r.Time
	}
	p.seen.last = max(p.seen.last, last)
}

// translated reports whether the host forwards a record to an address that is not its own. A change of the port,
// or to another own address, does not count: the host's rules see packets after it.
func (p *Replay) translated(r *flowlog.Record, k *key) bool {
	n, own := p.own[r.NewDst]
	if !own || p.owners[n].host != p.owners[k.own].host {
		return true
	}
	k.own = n
	if r.Protocol.HasPorts() {
		k.port = r.NewPort
	}
	return false
}

// mostInterfaces limits the number of interface names. Further ones count as unknown interfaces.
const mostInterfaces = 1000

func (p *Replay) interfaceNumber(name []byte) uint16 {
	name = bytes.TrimSpace(name)
	if len(name) == 0 {
		return 0
	}
	n, known := p.interfaces[string(name)]
	if !known && len(p.names) < mostInterfaces {
		n = uint16(len(p.names))
		p.interfaces[string(name)] = n
		p.names = append(p.names, string(name))
	}
	return n
}
