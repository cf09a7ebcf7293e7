package netfilter

import (
	"cmp"
	"encoding/binary"
	"slices"

	"go4.org/netipx"

	"rolewall/readers/capture"
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

// groups lists what rules open to groups and broadcasts alone. That a policy accepts the rest is no news of groups.
func (v *survey) groups(own []record, all map[[2]int]setID) []record {
	var list []record
	anywhere := v.from.all
	for key, s := range all {
		if v.dests[key[1]].kind == TypeLocal {
			anywhere = v.from.and(anywhere, s)
		}
	}
	alike := v.ownResults()
	for _, p := range v.points {
		if v.dests[p.dest].kind == TypeLocal || p.invalid || len(p.results) == 0 || alike[p.place()] == &p.results[0] {
			continue
		}
		for _, r := range p.results {
			in := v.from.minus(r.from, anywhere)
			if in == 0 || r.passed || r.path == 0 {
				continue
			}
			for _, n := range p.protocols {
				if v.foreignICMP(n) {
					continue
				}
				rec := v.record(p, r, ruleset.Protocol(n), in)
				rec.group, rec.unnamed = true, len(p.protocols) > manyProtocols
				list = append(list, rec)
			}
		}
	}
	if len(list) == 0 {
		return nil
	}
	return v.beyond(v.unite(list), own)
}

// place is the traffic of a point, whatever its destination.
type place struct {
	link     int
	protocol uint64
	a1, a2   run
}

func (p *point) place() place { return place{p.link, p.protocols[0], p.a1, p.a2} }

// ownResults is what becomes of traffic to the host's own addresses. Points of one walk share their results, so that the first
// of them identifies all.
func (v *survey) ownResults() map[place]*result {
	out := map[place]*result{}
	for _, p := range v.points {
		if v.dests[p.dest].kind == TypeLocal && len(p.results) > 0 {
			out[p.place()] = &p.results[0]
		}
	}
	return out
}

// beyond returns what of list is open beside own.
func (v *survey) beyond(list, own []record) []record {
	byProtocol := map[ruleset.Protocol][]record{}
	for _, r := range own {
		if r.cases == 0 && r.nat == "" || r.cases != 0 {
			byProtocol[r.protocol] = append(byProtocol[r.protocol], r)
		}
	}
	var out []record
	for _, r := range list {
		rest := []record{r}
		for _, o := range append(byProtocol[r.protocol], byProtocol[ruleset.AnyProtocol]...) {
			var left []record
			for _, x := range rest {
				left = append(left, v.subtract(x, o)...)
			}
			rest = left
		}
		out = append(out, rest...)
	}
	return out
}

// subtract returns the parts of a record for a group that an own record does not hold.
func (v *survey) subtract(r, o record) []record {
	links := common64(r.links, o.links)
	if o.cases != 0 && o.cases != r.cases || o.nat != "" || links == nil || v.from.and(r.from, o.from) == 0 ||
		o.protocol != ruleset.AnyProtocol && (!runsHold(o.a2, r.a2) || r.a1 != nil && len(runsCommon(r.a1, o.a1)) == 0) {
		return []record{r}
	}
	elsewhere := r
	elsewhere.links = slices.Clone(r.links)
	for i := range links {
		elsewhere.links[i] &^= links[i]
	}
	var out []record
	if !empty(elsewhere.links) {
		out = append(out, elsewhere)
	}
	r.links = links
	if o.protocol != ruleset.AnyProtocol && r.a1 != nil {
		outside := r
		outside.a1 = runsWithout(r.a1, o.a1)
		if len(outside.a1) > 0 {
			out = append(out, outside)
		}
		r.a1 = runsCommon(r.a1, o.a1)
	}
	r.from = v.from.minus(r.from, o.from)
	if r.from != 0 {
		out = append(out, r)
	}
	return out
}

func runsCommon(a, b []run) []run { return runsWithout(a, runsWithout(a, b)) }

// common64 returns the members of both, or nil where there are none.
func common64(a, b bits) bits {
	out := slices.Clone(a)
	for i := range out {
		out[i] &= b[i]
	}
	if empty(out) {
		return nil
	}
	return out
}

func empty(b bits) bool {
	return !slices.ContainsFunc(b, func(w uint64) bool { return w != 0 })
}

// own gives a record lists that no other record shares.
func (r *record) own() {
	if !r.owned {
		r.owned = true
		r.links, r.dests, r.a1, r.a2 = slices.Clone(r.links), slices.Clone(r.dests), slices.Clone(r.a1), slices.Clone(r.a2)
	}
}

// unite unites records that differ in one thing alone: in ports, source ports, destinations, interfaces, in this order.
func (v *survey) unite(list []record) []record {
	steps := []struct {
		key  func(b []byte, r *record) []byte
		join func(into, r *record)
	}{
		{keyOf(false, true, true, true, true), func(into, r *record) { into.a1 = append(into.a1, r.a1...) }},
		{keyOf(true, false, true, true, true), func(into, r *record) { into.a2 = append(into.a2, r.a2...) }},
		{keyOf(false, true, true, true, true), func(into, r *record) { into.a1 = append(into.a1, r.a1...) }},
		{keyOf(true, true, true, false, true), func(into, r *record) { or(into.dests, r.dests) }},
		{keyOf(true, true, false, true, true), func(into, r *record) { or(into.links, r.links) }},
		{keyOf(true, true, true, true, false), func(into, r *record) { into.from = v.from.or(into.from, r.from) }},
	}
	for _, s := range steps {
		byKey := make(map[string]int, len(list))
		out := list[:0] // no record is written before it is read
		var key []byte
		for i := range list {
			r := list[i]
			key = s.key(key[:0], &r)
			if at, known := byKey[string(key)]; known {
				out[at].own()
				s.join(&out[at], &r)
				continue
			}
			byKey[string(key)] = len(out)
			r.owned = false
			out = append(out, r)
		}
		for i := range out {
			if out[i].owned {
				out[i].a1, out[i].a2 = joinRuns(out[i].a1), joinRuns(out[i].a2)
			}
		}
		list = out
	}
	return list
}

func or(into, b bits) {
	for i := range into {
		into[i] |= b[i]
	}
}

// keyOf returns what makes the key of a record of the parts that are asked for.
func keyOf(a1, a2, links, dests, from bool) func([]byte, *record) []byte {
	return func(b []byte, r *record) []byte {
		b = binary.LittleEndian.AppendUint16(b, uint16(r.protocol))
		b = binary.LittleEndian.AppendUint64(b, uint64(r.cases))
		b = binary.LittleEndian.AppendUint64(b, uint64(r.path))
		b = append(b, r.nat...)
		if r.group {
			b = append(b, 1)
		}
		for i, list := range [][]run{r.a1, r.a2} {
			if i == 0 && !a1 || i == 1 && !a2 {
				continue
			}
			b = append(b, 0xff)
			for _, x := range list {
				b = binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(b, x.first), x.last)
			}
		}
		for i, list := range []bits{r.links, r.dests} {
			if i == 0 && !links || i == 1 && !dests {
				continue
			}
			for _, x := range list {
				b = binary.LittleEndian.AppendUint64(b, x)
			}
		}
		if from {
			b = binary.LittleEndian.AppendUint32(b, uint32(r.from))
		}
		return b
	}
}

func joinRuns(list []run) []run {
	if len(list) < 2 {
		return list
	}
	slices.SortFunc(list, func(a, b run) int { return cmp.Compare(a.first, b.first) })
	out := list[:0]
	for _, r := range list {
		out = appendRun(out, r)
	}
	return out
}

func runsHold(a, b []run) bool { return len(runsWithout(b, a)) == 0 }

func runsWithout(a, b []run) []run {
	var out []run
	for _, r := range a {
		first, open := r.first, true
		for _, x := range b {
			if x.last < first || x.first > r.last {
				continue
			}
			if x.first > first {
				out = append(out, run{first, x.first - 1})
			}
			if x.last >= r.last {
				open = false
				break
			}
			first = x.last + 1
		}
		if open {
			out = append(out, run{first, r.last})
		}
	}
	return out
}

// opening writes a record as openings: one for packets of every kind, one for those of tunnels where they get further.
func (v *survey) openings(list []capture.Opening, r record) []capture.Opening {
	plain, tunnel := newBits(len(v.links)), newBits(len(v.links))
	for i, l := range v.links {
		switch {
		case r.links.has(i) && !l.ipsec:
			plain.set(i)
		case r.links.has(i) && !r.links.has(i-1): // the class of packets of no tunnel stands before it
			tunnel.set(i - 1)
		}
	}
	for i, links := range []bits{plain, tunnel} {
		if empty(links) {
			continue
		}
		r.links = links
		o := v.opening(r)
		o.Rule.IPsecOnly = i == 1
		list = append(list, o)
	}
	return list
}

func (v *survey) opening(r record) capture.Opening {
	rule := &ruleset.Rule{Traffic: ruleset.Traffic{Protocol: r.protocol}, Remote: v.sources(r.from)}
	o := capture.Opening{Rule: rule, Conditions: v.cases.texts(r.cases), Forwarded: r.nat}
	if r.unnamed {
		o.Group = capture.UnnamedProtocols
	}
	v.traffic(r, &o)
	v.where(r, &o)
	for id := r.path; id != 0; id = v.paths.hops[id].before {
		s := v.paths.last(id)
		if len(o.Rules) == 0 {
			o.Packets = s.rule.Packets
		}
		o.Rules = append(o.Rules, s.place())
		if o.Owner == "" {
			o.Owner = owner(s.block.table, s.block.chain)
		}
	}
	slices.Reverse(o.Rules)
	return o
}

// traffic writes ports, types and source ports.
func (v *survey) traffic(r record, o *capture.Opening) {
	rule := o.Rule
	switch {
	case r.protocol.HasPorts():
		rule.Ports = portsOf(r.a1)
		if from := portsOf(r.a2); from.Len() != 65535 {
			rule.FromPorts = from
		}
	case r.protocol.HasTypes() && r.a1 != nil:
		for _, x := range r.a1 {
			for t := x.first; t <= x.last; t++ {
				if len(r.a2) == 1 && r.a2[0] == (run{0, 255}) {
					rule.ICMP = append(rule.ICMP, ruleset.ICMPType{Type: uint8(t)})
					continue
				}
				for _, c := range r.a2 {
					for n := c.first; n <= c.last; n++ {
						rule.ICMP = append(rule.ICMP, ruleset.ICMPType{Type: uint8(t), Code: uint8(n), HasCode: true})
					}
				}
			}
		}
	case r.protocol.HasTypes(): // ICMP of the other family: all of it
		for t := range 256 {
			rule.ICMP = append(rule.ICMP, ruleset.ICMPType{Type: uint8(t)})
		}
	case r.a1 != nil:
		text := ""
		if p := portsOf(r.a1); p.Len() != 65535 {
			text = "only port " + p.String()
		}
		if p := portsOf(r.a2); p.Len() != 65535 {
			text += "only from port " + p.String()
		}
		if text != "" {
			o.Conditions = append(o.Conditions, capture.Condition{Kind: capture.Other, Text: text})
		}
	}
}

func portsOf(runs []run) ruleset.Ports {
	out := make(ruleset.Ports, len(runs))
	for i, r := range runs {
		out[i] = ruleset.PortRange{First: uint16(r.first), Last: uint16(r.last)}
	}
	return out
}

// sources writes a set of sources.
func (v *survey) sources(id setID) ruleset.Sources {
	if s, known := v.remotes[id]; known {
		return s
	}
	set := ruleset.AddressSet{Name: "captured", Prefixes: v.prefixes(v.from.spans(id))}
	s := ruleset.NewSources(set)
	v.remotes[id] = s
	return s
}

// prefixes writes spans as the fewest prefixes.
func (v *survey) prefixes(spans []Span) ruleset.Prefixes {
	var out ruleset.Prefixes
	for _, s := range spans {
		out = netipx.IPRangeFrom(s.First.addr(v.v6), s.Last.addr(v.v6)).AppendPrefixes(out)
	}
	return out
}

// where writes destinations and interfaces.
func (v *survey) where(r record, o *capture.Opening) {
	whole, named := true, []Span(nil)
	for i, d := range v.dests {
		if r.group == (d.kind == TypeLocal) {
			continue
		}
		if r.dests.has(i) {
			named = append(named, d.spans...)
		} else {
			whole = false
		}
	}
	if !whole || r.group {
		spans := joinSpans(named)
		if v.local != nil && !r.group {
			spans = common(spans, v.local.spans)
		}
		o.To = v.prefixes(spans)
	}
	v.interfaces(r, o)
}

// interfaces writes the classes of interfaces: those that are open, or those that are closed where any other is open.
func (v *survey) interfaces(r record, o *capture.Opening) {
	var open, closed []string
	for i, l := range v.links {
		switch {
		case l.ipsec:
		case r.links.has(i):
			open = append(open, l.name)
		default:
			closed = append(closed, l.name)
		}
	}
	if len(closed) == 0 {
		return
	}
	if slices.Contains(open, "") {
		o.NotOn = closed
		return
	}
	o.Rule.Interfaces = open
	for _, c := range closed {
		if slices.ContainsFunc(open, func(p string) bool { return matchesName(p, c) }) {
			o.NotOn = append(o.NotOn, c)
		}
	}
}
