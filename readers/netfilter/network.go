package netfilter

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"
)

// link is a class of interfaces: no rule makes a difference between those of one class.
type link struct {
	name  string // of the one interface; "tun*" for those that begin so; empty for all that no rule names
	ipsec bool   // packets that left a tunnel
}

// linkClasses returns the classes. Where the interfaces of the host are known, classes without any are left out.
func (p *program) linkClasses() []link {
	var names []string
	for _, s := range p.rules {
		for _, o := range s.ops {
			if m, ok := o.expr.(*Match); ok && o.kind == opNames && m.Fields[0] == InInterface {
				names = append(names, o.names...)
			}
			if o.table != nil {
				if at := slices.Index(o.table.fields, InInterface); at >= 0 {
					for _, g := range o.table.groups {
						names = append(names, g.key[at].Name)
					}
				}
			}
		}
	}
	for _, b := range p.hooks[Ingress] {
		names = append(names, b.chain.Base.Devices...)
	}
	if p.asks(ReversePath) || p.asks(RPFilter) {
		for _, r := range p.st.Network.Routes {
			names = append(names, r.Interfaces...)
		}
	}
	if p.asks(DaddrTypeIn) {
		names = append(names, p.interfaces()...)
	}
	slices.Sort(names)
	names = slices.DeleteFunc(slices.Compact(names), func(n string) bool { return n == "lo" || n == "*" || n == "" })
	if known := p.interfaces(); known != nil {
		names = inhabited(names, known)
	} else {
		names = append(names, "")
	}
	var out []link
	for _, n := range names {
		out = append(out, link{name: n})
		if p.ipsec {
			out = append(out, link{name: n, ipsec: true})
		}
	}
	return out
}

// asks reports whether a rule asks for a field.
func (p *program) asks(f Field) bool {
	return slices.ContainsFunc(p.rules, func(s *step) bool {
		return slices.ContainsFunc(s.ops, func(o op) bool {
			m, ok := o.expr.(*Match)
			return ok && slices.Contains(m.Fields, f)
		})
	})
}

// interfaces are the host's, without loopback; nil where they are not known.
func (p *program) interfaces() []string {
	var out []string
	for _, a := range p.st.Network.Addresses {
		if a.Interface != "lo" && !slices.Contains(out, a.Interface) {
			out = append(out, a.Interface)
		}
	}
	return out
}

// inhabited returns the classes in which one of the known interfaces lies.
func inhabited(names, known []string) []string {
	var out []string
	for _, k := range known {
		best := ""
		for _, n := range names {
			if matchesName(n, k) && len(n) > len(best) {
				best = n
			}
			if n == k {
				best = n
				break
			}
		}
		if !slices.Contains(out, best) {
			out = append(out, best)
		}
	}
	slices.Sort(out)
	return out
}

// network tells the universes of the host's own addresses, and of those that are nobody's.
func (p *program) network() {
	multicast, broadcast := netip.MustParsePrefix("224.0.0.0/4"), []Span{One(Number(1<<32 - 1))}
	loopback := netip.MustParsePrefix("127.0.0.0/8")
	if p.v6 {
		multicast, broadcast = netip.MustParsePrefix("ff00::/8"), nil
		loopback = netip.MustParsePrefix("::1/128")
	}
	var own []Span
	for _, a := range p.st.Network.Addresses {
		if a.Prefix.Addr().Is4() == p.v6 {
			continue
		}
		if !a.Prefix.Addr().IsLoopback() {
			own = append(own, One(Address(a.Prefix.Addr())))
			if p.here[a.Interface] == nil {
				p.here[a.Interface] = &nodeSpans{}
			}
			here := p.here[a.Interface]
			here.spans = joinSpans(append(here.spans, One(Address(a.Prefix.Addr()))))
		}
		if a.Broadcast.IsValid() {
			broadcast = append(broadcast, One(Address(a.Broadcast)))
		}
	}
	p.cast = [2]*nodeSpans{{joinSpans(broadcast)}, {[]Span{PrefixSpan(multicast)}}}
	if len(p.st.Network.Addresses) > 0 {
		p.local = &nodeSpans{joinSpans(own)}
		p.to.add(p.local)
	}
	for _, h := range p.here {
		p.to.add(h)
	}
	for _, c := range p.cast {
		p.to.add(c)
		p.from.add(c)
	}
	p.to.add(&nodeSpans{[]Span{PrefixSpan(loopback)}})
	if p.asks(ReversePath) || p.asks(RPFilter) {
		p.waysBack()
	}
}

// waysBack works out to which sources a route leads out of each interface. The kernel asks in two ways: fib of nft in IPv4 and
// rpfilter in IPv6 look at the routes of the interface alone; fib in IPv6 and rpfilter in IPv4 take the best route of all
// interfaces, and then look whether it leads out of this one.
func (p *program) waysBack() {
	routes := slices.DeleteFunc(slices.Clone(p.st.Network.Routes), func(r Route) bool { return r.To.Addr().Is4() == p.v6 })
	slices.SortStableFunc(routes, func(a, b Route) int {
		return cmp.Or(cmp.Compare(a.To.Bits(), b.To.Bits()), a.To.Addr().Compare(b.To.Addr()), cmp.Compare(a.Metric, b.Metric))
	})
	own, best := map[string]Spans{}, map[string]Spans{}
	least := int64(0)
	for i, r := range routes {
		to := PrefixSpan(r.To)
		if i == 0 || routes[i-1].To != r.To {
			least = r.Metric
			for name := range best { // the way to a part of a larger network may lead elsewhere
				best[name] = best[name].Minus(to)
			}
		}
		for _, name := range r.Interfaces {
			own[name] = own[name].Plus(to)
			if r.Metric == least {
				best[name] = best[name].Plus(to)
			}
		}
	}
	fib, filter := own, best
	if p.v6 {
		fib, filter = best, own
	}
	for f, spans := range map[Field]map[string]Spans{ReversePath: fib, RPFilter: filter} {
		for name, list := range spans {
			n := &nodeSpans{list}
			p.away[wayKey{f, name}] = n
			p.from.add(n)
		}
	}
}

// wayBack returns the sources to which a route leads out of the interface; false where routes are not known.
func (p *program) wayBack(f Field, l link) (setID, bool) {
	if len(p.st.Network.Routes) == 0 || l.name == "" || strings.HasSuffix(l.name, "*") {
		return 0, false
	}
	n := p.away[wayKey{f, l.name}]
	if n == nil {
		return 0, true
	}
	return p.from.of(n), true
}

// wayKey is who asks, and for which interface.
type wayKey struct {
	field Field
	name  string
}

// destination is a class of addresses to which packets come.
type destination struct {
	address Value // one of them
	kind    uint64
	spans   []Span // all of them, without those of other kinds
}

// destinations returns the classes of addresses of the host, and those of groups and broadcasts.
func (p *program) destinations() []destination {
	var out []destination
	for _, spans := range p.to.ranges {
		if len(spans) == 0 || holds(p.loopback(), spans[0].First) {
			continue
		}
		d := destination{address: spans[0].First, spans: spans, kind: p.kindOf(spans[0].First)}
		if d.kind == TypeUnicast {
			if p.local != nil {
				continue // of somebody else
			}
			d.kind = TypeLocal
		}
		out = append(out, d)
	}
	return out
}

func (p *program) loopback() []Span {
	if p.v6 {
		return []Span{One(Number(1))}
	}
	return []Span{PrefixSpan(netip.MustParsePrefix("127.0.0.0/8"))}
}

// kindOf is the kind of an address, as addrtype names it. Where the host's addresses are not known, those of others and its
// own are both unicast.
func (p *program) kindOf(v Value) uint64 {
	switch {
	case p.local != nil && holds(p.local.spans, v):
		return TypeLocal
	case holds(p.cast[0].spans, v):
		return TypeBroadcast
	case holds(p.cast[1].spans, v):
		return TypeMulticast
	}
	return TypeUnicast
}

// outOf returns the interface by which packets to an address leave; false where it is not known.
func (p *program) outOf(v Value) (string, bool) {
	best, bits := "", -1
	a := v.addr(p.v6)
	metric := int64(0)
	for _, r := range p.st.Network.Routes {
		if r.To.Contains(a) && len(r.Interfaces) == 1 && (r.To.Bits() > bits || r.To.Bits() == bits && r.Metric < metric) {
			best, bits, metric = r.Interfaces[0], r.To.Bits(), r.Metric
		}
	}
	for _, x := range p.st.Network.Addresses {
		if x.Prefix.Contains(a) && x.Prefix.Bits() >= bits {
			best, bits = x.Interface, x.Prefix.Bits()
		}
	}
	return best, bits > 0 || bits == 0 && best != ""
}
