package netfilter

import (
	"rolewall/ruleset"
)

// record is an opening in the making: points of equal results, united step by step.
type record struct {
	v6       bool
	protocol ruleset.Protocol
	a1, a2   []run // ports and source ports, or types and codes; nil for protocols without
	links    bits  // classes of interfaces
	dests    bits  // classes of destinations
	from     setID
	cases    caseID
	path     pathID
	nat      string // where it is passed on
	unnamed  bool   // a protocol that no rule names
	owned    bool   // its lists are its own
	group    bool   // to groups and broadcasts, not to the host's own addresses
}

// records lists what the survey found, united as far as it goes.
func (v *survey) records() []record {
	var list []record
	all := v.everything()
	for _, p := range v.points {
		if p.dest >= 0 && v.dests[p.dest].kind == TypeLocal {
			list = v.pointRecords(list, p, all)
		}
	}
	list = append(v.anyRecords(all), list...)
	list = v.unite(list)
	return append(list, v.groups(list, all)...)
}

// everything is from where every protocol and port is open, for each class of interfaces and destinations.
func (v *survey) everything() map[[2]int]setID {
	all := map[[2]int]setID{}
	for _, p := range v.points {
		key := [2]int{p.link, p.dest}
		before, known := all[key]
		if !known {
			before = v.from.all
		}
		if p.invalid {
			all[key] = before
			continue
		}
		all[key] = v.from.and(before, v.certain(p))
	}
	return all
}

// anyRecords are openings for every protocol. Their rules are those by which a protocol gets in that no rule names.
func (v *survey) anyRecords(all map[[2]int]setID) []record {
	done := map[[2]int]bool{}
	var out []record
	for _, p := range v.points {
		key := [2]int{p.link, p.dest}
		if p.types || p.ports || p.invalid || done[key] || v.dests[p.dest].kind != TypeLocal {
			continue
		}
		done[key] = true
		rest := all[key]
		for _, r := range p.results {
			if in := v.from.and(rest, r.from); in != 0 && r.cases == 0 && r.nat == nil {
				out = append(out, v.record(p, r, ruleset.AnyProtocol, in))
				rest = v.from.minus(rest, in)
			}
		}
	}
	return out
}

func (v *survey) record(p point, r result, protocol ruleset.Protocol, from setID) record {
	rec := record{v6: v.v6, protocol: protocol, from: from, cases: r.cases, path: r.path, links: newBits(len(v.links)), dests: newBits(len(v.dests))}
	rec.links.set(p.link)
	rec.dests.set(p.dest)
	if protocol != ruleset.AnyProtocol && (p.types || p.ports) {
		rec.a1, rec.a2 = []run{p.a1}, []run{p.a2}
	}
	rec.nat = r.to
	return rec
}

func (v *survey) pointRecords(list []record, p point, all map[[2]int]setID) []record {
	rest := all[[2]int{p.link, p.dest}]
	for _, r := range p.results {
		in := r.from
		if !r.passed {
			in = v.from.minus(in, rest)
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

// manyProtocols is how many protocols of one point are more than rules name.
const manyProtocols = 64

// foreignICMP reports whether a protocol is ICMP of the other family, of which nothing can come.
func (v *survey) foreignICMP(n uint64) bool {
	return v.v6 && n == protoICMP || !v.v6 && n == protoICMPv6
}
