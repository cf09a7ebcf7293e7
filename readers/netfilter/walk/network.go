package walk

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"

	"rolewall/readers/netfilter"
	"rolewall/readers/netfilter/universe"
)

// link is a class of interfaces. All rules treat the interfaces of a class alike.
type link struct {
	Name  string // name of the interface; "tun*" for all names with that beginning; empty for all that no rule names
	IPsec bool   // packets that arrived through IPsec
}

// linkClasses returns the classes of interfaces. If the host's interfaces are known, it leaves out classes without
// any.
func (p *Program) linkClasses() []link {
	var names []string
	for _, s := range p.Rules {
		for _, o := range s.Ops {
			if m, ok := o.Expr.(*netfilter.Match); ok && o.Kind == OpNames && m.Fields[0] == netfilter.InInterface {
				names = append(names, o.names...)
			}
			if o.Table != nil {
				if at := slices.Index(o.Table.fields, netfilter.InInterface); at >= 0 {
					for _, g := range o.Table.groups {
						names = append(names, g.key[at].Name)
					}
				}
			}
		}
	}
	for _, b := range p.Hooks[netfilter.Ingress] {
		names = append(names, b.Chain.Base.Devices...)
	}
	if p.asks(netfilter.ReversePath) || p.asks(netfilter.RPFilter) {
		for _, r := range p.st.Network.Routes {
			names = append(names, r.Interfaces...)
		}
	}
	if p.asks(netfilter.DaddrTypeIn) || p.redirects && p.tellsOwnApart() {
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
		out = append(out, link{Name: n})
		if p.ipsec {
			out = append(out, link{Name: n, IPsec: true})
		}
	}
	return out
}

// asks reports whether a rule compares a field.
func (p *Program) asks(f netfilter.Field) bool {
	return slices.ContainsFunc(p.Rules, func(s *Step) bool {
		return slices.ContainsFunc(s.Ops, func(o op) bool {
			m, ok := o.Expr.(*netfilter.Match)
			return ok && slices.Contains(m.Fields, f)
		})
	})
}

// interfaces returns the host's interfaces without loopback, or nil if they are unknown.
func (p *Program) interfaces() []string { return p.st.Network.Interfaces() }

// inhabited returns the classes that contain a known interface.
func inhabited(names, known []string) []string {
	var out []string
	for _, k := range known {
		best := ""
		for _, n := range names {
			if MatchesName(n, k) && len(n) > len(best) {
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

// network adds the host's own addresses, and addresses that belong to no host, to the universes.
func (p *Program) network() {
	multicast, broadcast := netip.MustParsePrefix("224.0.0.0/4"), []netfilter.Span{netfilter.One(netfilter.Number(1<<32 - 1))}
	loopback := netip.MustParsePrefix("127.0.0.0/8")
	if p.V6 {
		multicast, broadcast = netip.MustParsePrefix("ff00::/8"), nil
		loopback = netip.MustParsePrefix("::1/128")
	}
	var own []netfilter.Span
	for _, a := range p.st.Network.Addresses {
		if a.Prefix.Addr().Is4() == p.V6 {
			continue
		}
		if !a.Prefix.Addr().IsLoopback() {
			own = append(own, netfilter.One(netfilter.Address(a.Prefix.Addr())))
			if p.here[a.Interface] == nil {
				p.here[a.Interface] = &universe.Named{}
			}
			here := p.here[a.Interface]
			here.Spans = netfilter.JoinSpans(append(here.Spans, netfilter.One(netfilter.Address(a.Prefix.Addr()))))
		}
		if a.Broadcast.IsValid() {
			broadcast = append(broadcast, netfilter.One(netfilter.Address(a.Broadcast)))
		}
	}
	p.cast = [2]*universe.Named{{Spans: netfilter.JoinSpans(broadcast)}, {Spans: []netfilter.Span{netfilter.PrefixSpan(multicast)}}}
	if len(p.st.Network.Addresses) > 0 {
		p.Local = &universe.Named{Spans: netfilter.JoinSpans(own)}
		p.to.Add(p.Local)
	}
	for _, h := range p.here {
		p.to.Add(h)
	}
	for _, c := range p.cast {
		p.to.Add(c)
		p.From.Add(c)
	}
	p.to.Add(&universe.Named{Spans: []netfilter.Span{netfilter.PrefixSpan(loopback)}})
	if p.asks(netfilter.ReversePath) || p.asks(netfilter.RPFilter) {
		p.waysBack()
	}
}

// waysBack computes for each interface the sources to which a route uses it. The kernel checks this in two ways.
// fib of nft in IPv4 and rpfilter in IPv6 look only at the routes of the interface. fib in IPv6 and rpfilter in
// IPv4 take the best route of all interfaces, and then check whether it uses this one.
func (p *Program) waysBack() {
	routes := slices.DeleteFunc(slices.Clone(p.st.Network.Routes), func(r netfilter.Route) bool { return r.To.Addr().Is4() == p.V6 })
	slices.SortStableFunc(routes, func(a, b netfilter.Route) int {
		return cmp.Or(cmp.Compare(a.To.Bits(), b.To.Bits()), a.To.Addr().Compare(b.To.Addr()), cmp.Compare(a.Metric, b.Metric))
	})
	own, best := map[string]netfilter.Spans{}, map[string]netfilter.Spans{}
	least := int64(0)
	for i, r := range routes {
		to := netfilter.PrefixSpan(r.To)
		if i == 0 || routes[i-1].To != r.To {
			least = r.Metric
			for name := range best { // the route to a part of a larger network may use another interface
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
	if p.V6 {
		fib, filter = best, own
	}
	for f, spans := range map[netfilter.Field]map[string]netfilter.Spans{netfilter.ReversePath: fib, netfilter.RPFilter: filter} {
		for name, list := range spans {
			n := &universe.Named{Spans: list}
			p.away[wayKey{f, name}] = n
			p.From.Add(n)
		}
	}
}

// wayBack returns the sources to which a route uses the interface. It returns false if routes are unknown.
func (p *Program) wayBack(f netfilter.Field, l link) (universe.Set, bool) {
	if len(p.st.Network.Routes) == 0 || l.Name == "" || strings.HasSuffix(l.Name, "*") {
		return 0, false
	}
	n := p.away[wayKey{f, l.Name}]
	if n == nil {
		return 0, true
	}
	return p.From.Of(n), true
}

// wayKey is an interface and the way of checking it.
type wayKey struct {
	field netfilter.Field
	name  string
}

// Destination is a class of destination addresses.
type Destination struct {
	Address netfilter.Value // one of them, for all
	Kind    uint64
	Spans   []netfilter.Span // all of them
}

// Destinations returns the classes of the host's addresses, and of multicast and broadcast addresses.
func (p *Program) Destinations() []Destination {
	var out []Destination
	for _, spans := range p.to.Classes() {
		if len(spans) == 0 || netfilter.Holds(p.loopback(), spans[0].First) {
			continue
		}
		d := Destination{Address: spans[0].First, Spans: spans, Kind: p.kindOf(spans[0].First)}
		if d.Kind == netfilter.TypeUnicast {
			if p.Local != nil {
				continue // addresses of other hosts
			}
			d.Kind = netfilter.TypeLocal
		}
		out = append(out, d)
	}
	return out
}

func (p *Program) loopback() []netfilter.Span {
	if p.V6 {
		return []netfilter.Span{netfilter.One(netfilter.Number(1))}
	}
	return []netfilter.Span{netfilter.PrefixSpan(netip.MustParsePrefix("127.0.0.0/8"))}
}

// tellsOwnApart reports whether a rule for packets to the host treats its own addresses differently.
func (p *Program) tellsOwnApart() bool {
	names := func(o *op) bool {
		if !slices.Contains(FieldsOf(o.Expr), netfilter.Daddr) {
			return false
		}
		return slices.ContainsFunc(o.SpansOf(netfilter.Daddr), func(s netfilter.Span) bool {
			return p.kindOf(s.First) == netfilter.TypeUnicast || p.kindOf(s.First) == netfilter.TypeLocal
		})
	}
	return slices.ContainsFunc(slices.Concat(p.Hooks[netfilter.Prerouting], p.Hooks[netfilter.Input]), func(b *Block) bool { return b.reaches(names) })
}

// kindOf returns the kind of an address, as addrtype names it. If the host's addresses are unknown, they are
// unicast like those of others.
func (p *Program) kindOf(v netfilter.Value) uint64 {
	switch {
	case p.Local != nil && netfilter.Holds(p.Local.Spans, v):
		return netfilter.TypeLocal
	case netfilter.Holds(p.cast[0].Spans, v):
		return netfilter.TypeBroadcast
	case netfilter.Holds(p.cast[1].Spans, v):
		return netfilter.TypeMulticast
	}
	return netfilter.TypeUnicast
}

// outOf returns the interface through which packets to an address leave. It returns false if it is unknown.
func (p *Program) outOf(v netfilter.Value) (string, bool) {
	best, bits := "", -1
	a := v.Addr(p.V6)
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
