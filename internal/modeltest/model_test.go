package modeltest

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
)

// site is a policy as the model knows it.
type site struct {
	os       string
	networks []network
	audience map[string][]string // of clients, peers and management: names of networks, or "any" or "none"
	services []service
	roles    [][]int   // by number: the services of the role
	opens    []opening // exceptions for all hosts
	hosts    []server
	deny     *opening // what must not be open, from a network of single addresses
}

type network struct {
	name     string
	prefixes []netip.Prefix
	holds    []int // earlier networks
}

type service struct{ endpoints []opening }

type server struct {
	families string // "", "ipv4" or "ipv6"
	services []int
	roles    []int
	opens    []opening
}

// opening is traffic and who may send it: an audience for endpoints, networks for exceptions.
type opening struct {
	protocol    string // tcp, udp, icmp, any
	first, last int
	audience    string
	from        []string
}

// packet is what the model is asked about.
type packet struct {
	protocol string // tcp, udp, icmp
	number   int    // port, or ICMP type
	source   netip.Addr
}

// allows is the model: whether a host lets a packet in.
func (s *site) allows(h server, p packet) bool {
	if p.source.Is4() && h.families == "ipv6" || p.source.Is6() && h.families == "ipv4" {
		return false
	}
	services := slices.Clone(h.services)
	for _, r := range h.roles {
		services = append(services, s.roles[r]...)
	}
	var all []opening
	for _, n := range services {
		all = append(all, s.services[n].endpoints...)
	}
	return slices.ContainsFunc(slices.Concat(all, s.opens, h.opens), func(o opening) bool { return s.opened(o, p) })
}

// opened reports whether an opening is for a packet.
func (s *site) opened(o opening, p packet) bool {
	if o.protocol != "any" && (o.protocol != p.protocol || p.number < o.first || p.number > o.last || p.protocol == "icmp" && !p.source.Is4()) {
		return false
	}
	names := o.from
	switch o.audience {
	case "clients": // what clients may reach, peers and management may reach too
		names = slices.Concat(s.audience["clients"], s.audience["peers"], s.audience["management"])
	case "peers", "management":
		names = s.audience[o.audience]
	}
	return slices.ContainsFunc(names, func(name string) bool { return name == "any" || name != "none" && s.holds(name, p.source) })
}

func (s *site) holds(name string, a netip.Addr) bool {
	i := slices.IndexFunc(s.networks, func(n network) bool { return n.name == name })
	return slices.ContainsFunc(s.networks[i].prefixes, func(p netip.Prefix) bool { return p.Contains(a) }) ||
		slices.ContainsFunc(s.networks[i].holds, func(n int) bool { return s.holds(s.networks[n].name, a) })
}

func (p packet) String() string { return fmt.Sprintf("%s/%d from %s", p.protocol, p.number, p.source) }

// randomSite makes a policy of few numbers, so that its parts often meet.
func randomSite(r *rand.Rand, os string) *site {
	s := &site{os: os, audience: map[string][]string{}}
	for i := range 2 + r.IntN(4) {
		n := network{name: fmt.Sprintf("net%d", i)}
		for range 1 + r.IntN(3) {
			if p := randomPrefix(r); !slices.Contains(n.prefixes, p) { // a network names nothing twice
				n.prefixes = append(n.prefixes, p)
			}
		}
		if i > 0 && r.IntN(3) == 0 {
			n.holds = []int{r.IntN(i)}
		}
		s.networks = append(s.networks, n)
	}
	for _, a := range []string{"clients", "peers", "management"} {
		s.audience[a] = s.randomSenders(r, true)
	}
	for range 1 + r.IntN(4) {
		var v service
		for range 1 + r.IntN(3) {
			o := randomOpening(r)
			o.audience = []string{"clients", "peers", "management"}[r.IntN(3)]
			v.endpoints = append(v.endpoints, o)
		}
		s.services = append(s.services, v)
	}
	for range 1 + r.IntN(3) {
		s.roles = append(s.roles, s.randomServices(r))
	}
	s.opens = s.randomExceptions(r)
	for range 1 + r.IntN(3) {
		h := server{families: []string{"", "", "ipv4", "ipv6"}[r.IntN(4)], services: s.randomServices(r), opens: s.randomExceptions(r)}
		if r.IntN(2) == 0 {
			h.roles = []int{r.IntN(len(s.roles))}
		}
		s.hosts = append(s.hosts, h)
	}
	if r.IntN(2) == 0 {
		o := randomOpening(r)
		o.last, o.from = o.first, []string{"denied"}
		p := randomPrefix(r)
		s.networks = append(s.networks, network{name: "denied", prefixes: []netip.Prefix{netip.PrefixFrom(p.Addr(), p.Addr().BitLen())}})
		s.deny = &o
	}
	return s
}

func (s *site) randomServices(r *rand.Rand) []int {
	return r.Perm(len(s.services))[:1+r.IntN(len(s.services))]
}

// randomSenders names networks, or anyone, or, where that may be, nobody.
func (s *site) randomSenders(r *rand.Rand, orNobody bool) []string {
	switch n := r.IntN(8); {
	case n == 0:
		return []string{"any"}
	case n == 1 && orNobody:
		return []string{"none"}
	}
	var out []string
	for _, i := range r.Perm(len(s.networks))[:1+r.IntN(min(2, len(s.networks)))] {
		out = append(out, s.networks[i].name)
	}
	return out
}

func (s *site) randomExceptions(r *rand.Rand) []opening {
	var out []opening
	for range r.IntN(3) {
		o := randomOpening(r)
		o.from = s.randomSenders(r, false)
		if r.IntN(6) == 0 {
			o = opening{protocol: "any", from: []string{s.networks[0].name}}
		}
		out = append(out, o)
	}
	return out
}

func randomOpening(r *rand.Rand) opening {
	o := opening{protocol: []string{"tcp", "tcp", "udp", "icmp"}[r.IntN(4)], first: 5000 + r.IntN(20)}
	if o.last = o.first; o.protocol == "icmp" {
		o.first = []int{13, 15, 17}[r.IntN(3)]
		o.last = o.first
	} else if r.IntN(2) == 0 {
		o.last += r.IntN(6)
	}
	return o
}

func randomPrefix(r *rand.Rand) netip.Prefix {
	if r.IntN(3) == 0 {
		return netip.PrefixFrom(netip.MustParseAddr(fmt.Sprintf("fd00::%x", r.IntN(32))), 123+r.IntN(6)).Masked()
	}
	return netip.PrefixFrom(netip.AddrFrom4([4]byte{10, 0, 0, byte(r.IntN(32))}), 27+r.IntN(6)).Masked()
}

func randomPacket(r *rand.Rand) packet {
	p := packet{protocol: []string{"tcp", "udp", "icmp"}[r.IntN(3)], number: 4999 + r.IntN(28), source: netip.AddrFrom4([4]byte{10, 0, 0, byte(r.IntN(34))})}
	if p.protocol == "icmp" {
		p.number = 13 + r.IntN(6)
	} else if r.IntN(3) == 0 {
		p.source = netip.MustParseAddr(fmt.Sprintf("fd00::%x", r.IntN(34)))
	}
	return p
}

// text writes the policy.
func (s *site) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "os = %q\naccess = \"console\"\n[networks]\n", s.os)
	for _, n := range s.networks {
		var list []string
		for _, p := range n.prefixes {
			list = append(list, p.String())
		}
		for _, i := range n.holds {
			list = append(list, s.networks[i].name)
		}
		fmt.Fprintf(&b, "%s = %s\n", n.name, quoted(list))
	}
	b.WriteString("[audience]\n")
	for _, a := range []string{"clients", "peers", "management"} {
		fmt.Fprintf(&b, "%s = %s\n", a, quoted(s.audience[a]))
	}
	for i, v := range s.services {
		fmt.Fprintf(&b, "[services.Svc%d]\n", i)
		b.WriteString("endpoints = [\n")
		for _, o := range v.endpoints {
			fmt.Fprintf(&b, "  { app = \"x\", %s, audience = %q },\n", o.traffic(), o.audience)
		}
		b.WriteString("]\n")
	}
	for i, services := range s.roles {
		fmt.Fprintf(&b, "[roles.role%d]\nservices = %s\n", i, quoted(numbered("Svc", services)))
	}
	writeExceptions(&b, "allow", s.opens)
	if s.deny != nil {
		fmt.Fprintf(&b, "[[deny]]\n%s\nfrom = %s\nreason = \"x\"\n", s.deny.traffic(), quoted(s.deny.from))
	}
	for i, h := range s.hosts {
		fmt.Fprintf(&b, "[hosts.h%d]\nservices = %s\nroles = %s\n", i, quoted(numbered("Svc", h.services)), quoted(numbered("role", h.roles)))
		if h.families != "" {
			fmt.Fprintf(&b, "families = [%q]\n", h.families)
		}
		writeExceptions(&b, fmt.Sprintf("hosts.h%d.allow", i), h.opens)
	}
	return b.String()
}

func writeExceptions(b *strings.Builder, table string, list []opening) {
	for _, o := range list {
		fmt.Fprintf(b, "[[%s]]\n%s\nfrom = %s\nreason = \"x\"\n", table, o.traffic(), quoted(o.from))
	}
}

func (o opening) traffic() string {
	switch {
	case o.protocol == "any":
		return `protocol = "any"`
	case o.first == o.last:
		return fmt.Sprintf("%s = \"%d\"", o.protocol, o.first)
	}
	return fmt.Sprintf("%s = \"%d-%d\"", o.protocol, o.first, o.last)
}

func numbered(word string, numbers []int) []string {
	var out []string
	for _, n := range numbers {
		out = append(out, fmt.Sprint(word, n))
	}
	return out
}

func quoted(list []string) string {
	if len(list) == 0 {
		return "[]"
	}
	return "[\"" + strings.Join(list, "\", \"") + "\"]"
}
