package replay

import (
	"net/netip"

	"rolewall/readers/flowlog"
	"rolewall/ruleset"
)

// Counts holds how many records are no flow to a host, by reason.
type Counts struct {
	Outbound   uint64 // the host itself opened the connection
	Local      uint64 // between addresses of one host
	Forwarded  uint64 // through the host
	Undirected uint64 // unknown which side opened the connection
	Foreign    uint64 // neither side is a host of the policy
	Late       uint64 // packets from the middle of a connection
	Outside    uint64 // before --since, or from --until on
	Undated    uint64 // without a time, if the call asks for a time
}

// way is what is known about the direction of a record.
type way uint8

const (
	inbound   way = iota // the source opened the connection, to an own address
	answer               // the source is an own address and answers
	unknown              // one side is an own address; unknown which side opened the connection
	uncounted            // no flow to a host; a counter has it
)

// sides holds the ends of a record after its direction is known.
type sides struct {
	host       *host
	own        int32 // number of the own address
	peer       netip.Addr
	port       uint16 // of the host; type and code of ICMP
	sourcePort uint16
	byPort     bool // the only evidence is that the policy opens something on the port
}

// direct finds which side opened the connection, and to which host.
func (p *Replay) direct(r *flowlog.Record) (sides, way) {
	if r.Forwarded {
		p.result.Counts.Forwarded++
		return sides{}, uncounted
	}
	to, toOwn := p.own[r.Dst]
	from, fromOwn := p.own[r.Src]
	switch {
	case r.Inbound && !toOwn: // to a multicast or broadcast address, or the call names the host
		if to, toOwn = p.learn(r.Dst); !toOwn {
			p.result.Counts.Foreign++
			return sides{}, uncounted
		}
	case r.Outbound && !fromOwn:
		if from, fromOwn = p.learn(r.Src); !fromOwn {
			p.result.Counts.Foreign++
			return sides{}, uncounted
		}
	}
	port, source := ports(r)
	in := sides{own: to, peer: r.Src, port: port, sourcePort: source}
	out := sides{own: from, peer: r.Dst, port: source, sourcePort: port}
	if toOwn {
		in.host = p.owners[to].host
	}
	if fromOwn {
		out.host = p.owners[from].host
	}
	p.ours = p.ours || toOwn || fromOwn
	switch {
	case !toOwn && !fromOwn:
		p.result.Counts.Foreign++
	case toOwn && fromOwn && in.host == out.host:
		p.result.Counts.Local++
	case answers(r):
		if fromOwn && !r.Inbound {
			out.port = question(r)
			return out, answer
		}
		p.result.Counts.Outbound++
	case r.Began || begins(r):
		if toOwn && !r.Outbound {
			return in, inbound
		}
		p.result.Counts.Outbound++
	case r.Reply:
		if fromOwn && !r.Inbound {
			return out, answer
		}
		p.result.Counts.Outbound++
	case r.Inbound || r.Outbound:
		p.result.Counts.Late++
	default:
		return p.undirected(r, in, toOwn, out, fromOwn)
	}
	return sides{}, uncounted
}

// undirected takes the side with a port that the policy opens as the listening side, unless both sides have such a
// port.
func (p *Replay) undirected(r *flowlog.Record, in sides, toOwn bool, out sides, fromOwn bool) (sides, way) {
	listensTo := toOwn && in.host.listens(r.Protocol, in.port)
	listensFrom := fromOwn && out.host.listens(r.Protocol, out.port)
	in.byPort, out.byPort = true, true
	switch {
	case listensTo && !listensFrom:
		return in, inbound
	case listensFrom && !listensTo:
		return out, answer
	case toOwn:
		return in, unknown
	}
	return out, unknown
}

// begins reports whether the packet itself is a request, such as an echo request.
func begins(r *flowlog.Record) bool {
	switch r.Protocol {
	case ruleset.ICMP:
		return r.Type == 8 || r.Type == 13 || r.Type == 15 || r.Type == 17
	case ruleset.ICMPv6:
		return r.Type == 128
	}
	return false
}

// answers reports whether the packet itself is the reply to an echo request.
func answers(r *flowlog.Record) bool {
	return r.Protocol == ruleset.ICMP && r.Type == 0 || r.Protocol == ruleset.ICMPv6 && r.Type == 129
}

// question returns the ICMP type that an echo reply answers.
func question(r *flowlog.Record) uint16 {
	if r.Protocol == ruleset.ICMP {
		return 8 << 8
	}
	return 128 << 8
}

// ports returns the destination part that rules name, and the source port.
func ports(r *flowlog.Record) (port, source uint16) {
	if r.Protocol.HasTypes() {
		return uint16(r.Type)<<8 | uint16(r.Code), 0
	}
	return r.DstPort, r.SrcPort
}

// mostLearned limits how many addresses records can add to those of the policy.
const mostLearned = 4096

// learn takes an address that received a record as an address of the host that the call names.
func (p *Replay) learn(a netip.Addr) (int32, bool) {
	if p.only == nil {
		return 0, false
	}
	if len(p.own) >= mostLearned {
		a = netip.Addr{}
		if n, known := p.own[a]; known {
			return n, true
		}
	}
	n := int32(len(p.owners))
	p.own[a] = n
	p.owners = append(p.owners, owner{p.only, a})
	return n, true
}
