package suggest

import (
	"net/netip"

	"rolewall/readers/flowlog"
	"rolewall/ruleset"
)

// maxSources is how many addresses are kept for a port. A port with more sources is public, or was scanned.
const maxSources = 4096

// port is a port of a protocol.
type port struct {
	protocol ruleset.Protocol
	number   uint16
}

// sources holds the sources that were seen to reach a port.
type sources struct {
	addrs map[netip.Addr]bool
	count uint64 // number of connections, or of what the log counts
	many  bool   // there were more than the kept ones
}

func (s *sources) add(a netip.Addr, count uint64) {
	if s.addrs == nil {
		s.addrs = map[netip.Addr]bool{}
	}
	s.count += max(count, 1)
	if len(s.addrs) >= maxSources && !s.addrs[a] {
		s.many = true
		return
	}
	s.addrs[a] = true
}

func (s *sources) prefixes() ruleset.Prefixes {
	out := make([]netip.Prefix, 0, len(s.addrs))
	for a := range s.addrs {
		out = append(out, netip.PrefixFrom(a, a.BitLen()))
	}
	return ruleset.NewPrefixes(out...)
}

// Traffic sums up records of traffic by host and port.
type Traffic struct {
	owners map[netip.Addr]*host // nil for an address of two hosts
	Used   uint64               // number of records that show a source of a host
	Unused uint64               // number of all other records: of other hosts, denied, or without an answer
}

func newTraffic(hosts []*host) *Traffic {
	t := &Traffic{owners: map[netip.Addr]*host{}}
	for _, h := range hosts {
		for _, a := range h.Addresses {
			if other, taken := t.owners[a]; taken && other != h {
				t.owners[a] = nil
				continue
			}
			t.owners[a] = h
		}
	}
	return t
}

// add adds a record. only is the host that wrote the log, or nil for a log of the network. A host's log is only
// used for that host, so that the owner of one host cannot open another.
func (t *Traffic) add(r *flowlog.Record, only *host) {
	client, h, p := t.direction(r, only)
	isRefused := r.Verdict == flowlog.Dropped || r.Answer == flowlog.Unanswered
	isTold := r.Verdict == flowlog.Allowed || r.Answer == flowlog.Answered || r.Reply
	if h == nil || isRefused || !isTold || !client.IsValid() || client.IsUnspecified() || client.IsLoopback() || client.IsMulticast() {
		t.Unused++
		return
	}
	t.Used++
	h.sources(p).add(client, r.Count)
}

// direction returns the source, the host that it reached, and the port. It returns no host if the record does not
// show them.
func (t *Traffic) direction(r *flowlog.Record, only *host) (netip.Addr, *host, port) {
	if !r.Protocol.HasPorts() || r.Forwarded {
		return netip.Addr{}, nil, port{}
	}
	src, dst := r.Src.Unmap(), r.Dst.Unmap()
	to, from := port{r.Protocol, r.DstPort}, port{r.Protocol, r.SrcPort}
	if r.NewDst.IsValid() {
		dst, to.number = r.NewDst.Unmap(), r.NewPort
	}
	server := func(a netip.Addr, p port, inbound bool) *host {
		h := t.owners[a]
		if only != nil && (h == only || inbound && t.owners[a] == nil) {
			h = only
		} else if only != nil {
			h = nil
		}
		if h == nil || h.byPort[p] == nil {
			return nil
		}
		return h
	}
	if r.Reply {
		return dst, server(src, from, false), from
	}
	if h := server(dst, to, r.Inbound); h != nil && !r.Outbound {
		return src, h, to
	}
	if r.Began || r.Inbound {
		return src, nil, to
	}
	return dst, server(src, from, false), from
}
