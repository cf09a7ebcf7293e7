package evaluation

import (
	"rolewall/readers/netfilter"
	"rolewall/readers/netfilter/bits"
	"rolewall/readers/netfilter/runs"
	"rolewall/readers/netfilter/universe"
	"rolewall/readers/netfilter/walk"
	"rolewall/ruleset"
)

// record is an opening that is not complete: points with equal results, united step by step.
type record struct {
	v6       bool
	protocol ruleset.Protocol
	a1, a2   []runs.Run // ports and source ports, or types and codes; nil for protocols without either
	links    bits.Set   // classes of interfaces
	dests    bits.Set   // classes of destinations
	from     universe.Set
	cases    walk.CaseID
	path     walk.PathID
	nat      string // where it is forwarded to
	unnamed  bool   // for a protocol that no rule names
	owned    bool   // no other record shares its lists
	group    bool   // for multicast and broadcast addresses, not for the host's own
}

// records returns the results of the survey, united as far as possible. There are none where the rules are too many: a
// part of them would say that something is closed that may be open.
func (v *survey) records() []record {
	var list []record
	all := v.everything()
	for _, p := range v.points {
		if v.tooLarge() {
			return nil
		}
		if p.dest >= 0 && v.dests[p.dest].Kind == netfilter.TypeLocal {
			list = v.pointRecords(list, p, all)
		}
	}
	list = append(v.anyRecords(all), list...)
	list = v.unite(list)
	list = append(list, v.groups(list, all)...)
	if v.tooLarge() {
		return nil
	}
	return list
}

// everything returns the sources to which every protocol and port is open, for each class of interfaces and
// destinations.
func (v *survey) everything() map[[2]int]universe.Set {
	all := map[[2]int]universe.Set{}
	for _, p := range v.points {
		key := [2]int{p.link, p.dest}
		before, known := all[key]
		if !known {
			before = v.From.All
		}
		if p.invalid {
			all[key] = before
			continue
		}
		all[key] = v.From.And(before, v.certain(p))
	}
	return all
}

// anyRecords returns openings for every protocol. Their rules are those that allow a protocol that no rule names.
func (v *survey) anyRecords(all map[[2]int]universe.Set) []record {
	done := map[[2]int]bool{}
	var out []record
	for _, p := range v.points {
		key := [2]int{p.link, p.dest}
		if p.types || p.ports || p.invalid || done[key] || v.dests[p.dest].Kind != netfilter.TypeLocal {
			continue
		}
		done[key] = true
		rest := all[key]
		for _, r := range p.results {
			if in := v.From.And(rest, r.From); in != 0 && r.Cases == 0 && r.NAT == nil {
				out = append(out, v.record(p, r, ruleset.AnyProtocol, in))
				rest = v.From.Minus(rest, in)
			}
		}
	}
	return out
}

func (v *survey) record(p point, r walk.Result, protocol ruleset.Protocol, from universe.Set) record {
	v.Budget.Spend(recordCost)
	rec := record{v6: v.V6, protocol: protocol, from: from, cases: r.Cases, path: r.Path, links: bits.New(len(v.Links)), dests: bits.New(len(v.dests))}
	rec.links.Add(p.link)
	rec.dests.Add(p.dest)
	if protocol != ruleset.AnyProtocol && (p.types || p.ports) {
		rec.a1, rec.a2 = []runs.Run{p.a1}, []runs.Run{p.a2}
	}
	rec.nat = r.To
	return rec
}

func (v *survey) pointRecords(list []record, p point, all map[[2]int]universe.Set) []record {
	rest := all[[2]int{p.link, p.dest}]
	for _, r := range p.results {
		in := r.From
		if !r.Passed {
			in = v.From.Minus(in, rest)
		}
		if in == 0 {
			continue
		}
		for _, n := range p.protocols {
			if !v.foreignICMP(n) {
				rec := v.record(p, r, ruleset.Protocol(n), in)
				rec.unnamed = len(p.protocols) > manyProtocols
				list = append(list, rec)
			}
		}
	}
	return list
}

// manyProtocols is a number of protocols in one point that rules never name.
const manyProtocols = 64

// foreignICMP reports whether a protocol is ICMP of the other family, which has no packets in this one.
func (v *survey) foreignICMP(n uint64) bool {
	return v.V6 && n == walk.ProtoICMP || !v.V6 && n == walk.ProtoICMPv6
}
