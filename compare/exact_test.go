package compare

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"rolewall/ruleset"
)

// lastPort is small enough to check every packet: two protocols with numbers 1 to 6, one without, 16 addresses and 4.
const lastPort = 6

func addresses() []netip.Addr {
	var out []netip.Addr
	for i := range 16 {
		out = append(out, netip.AddrFrom4([4]byte{10, 0, 0, byte(i)}))
	}
	for i := range 4 {
		out = append(out, netip.MustParseAddr(fmt.Sprintf("fd00::%d", i)))
	}
	return out
}

// randomText is a random rule set as parseSet reads it.
func randomText(r *rand.Rand, programs bool) string {
	sources := []string{
		"any", "a=10.0.0.0/30", "a=10.0.0.0/29", "b=10.0.0.4/30", "c=10.0.0.0/31,10.0.0.6/31", "d=10.0.0.8/29+a=10.0.0.0/30", "x=fd00::/127", "y=10.0.0.3/32,fd00::1/128",
	}
	var b strings.Builder
	for range r.IntN(5) {
		first := 1 + r.IntN(lastPort)
		ports := fmt.Sprintf("%d-%d", first, first+r.IntN(lastPort-first+1))
		protocol := []string{"tcp/" + ports, "tcp/" + ports, "udp/" + ports, "gre", "icmp/1", "icmp/1.2", "icmpv6/1", "any"}[r.IntN(8)]
		from := sources[r.IntN(len(sources))]
		if protocol == "any" && from == "any" {
			continue
		}
		fmt.Fprintf(&b, "%s from %s", protocol, from)
		if programs && r.IntN(3) > 0 {
			fmt.Fprintf(&b, " at %s", []string{"p", "q"}[r.IntN(2)])
		}
		if r.IntN(3) > 0 {
			fmt.Fprintf(&b, " for %s", []string{"S", "T"}[r.IntN(2)])
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// TestExact asks about every packet: those that get in on one side only are those that the changes name, and no other.
func TestExact(t *testing.T) {
	for seed := range uint64(500) {
		r := rand.New(rand.NewPCG(seed, 1))
		old, new := randomText(r, false), randomText(r, false)
		before, after := parseSet(t, old), parseSet(t, new)
		if seed%4 == 0 {
			after.Families = ruleset.Families{IPv4: true}
		}
		changes, _ := mustSets(t, before, after)
		for _, c := range changes {
			for _, w := range []Addresses{c.Before, c.After, c.Added, c.Removed} {
				if s := w.Prefixes; !s.Equal(s.Restrict(c.Protocol.Families())) {
					t.Fatalf("seed %d: %s from %v, where the protocol does not exist\nold\n%snew\n%s", seed, c.Traffic, w, old, new)
				}
			}
		}
		for _, p := range []ruleset.Protocol{ruleset.TCP, ruleset.UDP, 47, 99} {
			for port := range uint16(lastPort + 1) {
				for _, a := range addresses() {
					was, is := allows(before, p, port, 0, a), allows(after, p, port, 0, a)
					opened := slices.ContainsFunc(changes, func(c Change) bool { return c.holds(p, port) && contains(c.Added, a) && !was })
					closed := slices.ContainsFunc(changes, func(c Change) bool { return c.holds(p, port) && contains(c.Removed, a) && !is })
					if opened != (!was && is) || closed != (was && !is) {
						t.Fatalf("seed %d: %s/%d from %s: open before %t, after %t; in changes opened %t, closed %t\nold\n%snew\n%s%+v", seed, p, port, a, was, is, opened, closed, old, new, changes)
					}
				}
			}
		}
		for _, a := range addresses() {
			for code := range uint8(4) {
				was, is := allows(before, icmpOf(a), 0, code, a), allows(after, icmpOf(a), 0, code, a)
				opened := slices.ContainsFunc(changes, func(c Change) bool { return c.holdsICMP(a, code) && contains(c.Added, a) && !was })
				closed := slices.ContainsFunc(changes, func(c Change) bool { return c.holdsICMP(a, code) && contains(c.Removed, a) && !is })
				if opened != (!was && is) || closed != (was && !is) {
					t.Fatalf("seed %d: icmp 1:%d from %s: open before %t, after %t; in changes opened %t, closed %t\nold\n%snew\n%s%+v", seed, code, a, was, is, opened, closed, old, new, changes)
				}
			}
		}
	}
}

// allows asks the rule set for a port, or for ICMP type 1 and a code, in a tunnel.
func allows(rs *ruleset.RuleSet, p ruleset.Protocol, port uint16, code uint8, a netip.Addr) bool {
	return rs.Allows(ruleset.Packet{Protocol: p, Port: port, Type: 1, Code: code, Remote: a, IPsec: true})
}

func icmpOf(a netip.Addr) ruleset.Protocol {
	if a.Is4() {
		return ruleset.ICMP
	}
	return ruleset.ICMPv6
}

// holdsICMP reports whether the change is about a message of type 1.
func (c Change) holdsICMP(from netip.Addr, code uint8) bool {
	p := ruleset.ICMPv6
	if from.Is4() {
		p = ruleset.ICMP
	}
	return c.Protocol == ruleset.AnyProtocol || c.Protocol == p && slices.ContainsFunc(c.ICMP, func(x ruleset.ICMPType) bool {
		return x.Type == 1 && (!x.HasCode || x.Code == code)
	})
}

// TestExactPrograms does the same for each program: a port is named if and only if a packet to it that one program
// gets on one side is not for it on the other.
func TestExactPrograms(t *testing.T) {
	for seed := range uint64(500) {
		r := rand.New(rand.NewPCG(seed, 2))
		old, new := randomText(r, true), randomText(r, true)
		before, after := parseSet(t, old), parseSet(t, new)
		changes, _ := mustSets(t, before, after)
		for _, p := range []ruleset.Protocol{ruleset.TCP, ruleset.UDP, 47} {
			for port := uint16(1); port <= lastPort; port++ {
				differs := false
				for _, a := range addresses() {
					for _, program := range []string{"p", "q", "other"} {
						differs = differs || gets(before, p, port, a, program) != gets(after, p, port, a, program)
					}
				}
				reported := slices.ContainsFunc(changes, func(c Change) bool { return c.Kind != Reasons && c.holds(p, port) })
				if differs && !reported {
					t.Fatalf("seed %d: %s/%d changes, and nothing says so\nold\n%snew\n%s", seed, p, port, old, new)
				}
				own := slices.ContainsFunc(changes, func(c Change) bool { return c.Kind != Reasons && c.holds(p, port) && c.Protocol == p })
				if own && !differs {
					t.Fatalf("seed %d: %s/%d does not change\nold\n%snew\n%s%+v", seed, p, port, old, new, changes)
				}
			}
		}
	}
}

// TestExactInterfaces does it for each interface: a port is named if and only if a packet on one of them gets in on one side
// alone. A change that opens to anyone on every interface is marked so.
func TestExactInterfaces(t *testing.T) {
	for seed := range uint64(500) {
		r := rand.New(rand.NewPCG(seed, 3))
		text := func() string {
			var b strings.Builder
			for line := range strings.Lines(randomText(r, false)) {
				b.WriteString(strings.TrimSuffix(line, "\n"))
				if n := r.IntN(4); n < 2 && !strings.HasPrefix(line, "any") {
					fmt.Fprintf(&b, " on %s", []string{"x0", "y0"}[n])
				}
				b.WriteByte('\n')
			}
			return b.String()
		}
		old, new := text(), text()
		before, after := parseSet(t, old), parseSet(t, new)
		changes, _ := mustSets(t, before, after)
		on := func(rs *ruleset.RuleSet, p ruleset.Protocol, port uint16, a netip.Addr, name string) bool {
			return rs.Allows(ruleset.Packet{Protocol: p, Port: port, Remote: a, Interface: name})
		}
		for _, p := range []ruleset.Protocol{ruleset.TCP, ruleset.UDP, 47} {
			for port := uint16(1); port <= lastPort; port++ {
				differs := false
				for _, a := range addresses() {
					for _, name := range []string{"x0", "y0", "z0"} {
						differs = differs || on(before, p, port, a, name) != on(after, p, port, a, name)
					}
				}
				reported := slices.ContainsFunc(changes, func(c Change) bool { return c.Kind != Reasons && c.holds(p, port) })
				if differs && !reported {
					t.Fatalf("seed %d: %s/%d changes, and nothing says so\nold\n%snew\n%s", seed, p, port, old, new)
				}
				own := slices.ContainsFunc(changes, func(c Change) bool { return c.Kind != Reasons && c.holds(p, port) && c.Protocol == p })
				if own && !differs {
					t.Fatalf("seed %d: %s/%d does not change\nold\n%snew\n%s%+v", seed, p, port, old, new, changes)
				}
				stranger := netip.MustParseAddr("192.0.2.1")
				marked := slices.ContainsFunc(changes, func(c Change) bool { return c.holds(p, port) && c.ToAnyone() })
				if !on(before, p, port, stranger, "z0") && on(after, p, port, stranger, "z0") && !marked {
					t.Fatalf("seed %d: %s/%d is open to anyone now, and nothing marks it\nold\n%snew\n%s%+v", seed, p, port, old, new, changes)
				}
			}
		}
	}
}

// TestExactSourcePorts does it for each source port and interface: rules that are split over source ports or interfaces, and rules
// that others cover, are no change.
func TestExactSourcePorts(t *testing.T) {
	sources := []string{"1-65535", "53", "1-100", "101-65535", "50-200", "1-52,54-65535", "1-49", "1-49,201-65535"}
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 4))
		text := func() string {
			var b strings.Builder
			for line := range strings.Lines(randomText(r, seed%2 == 0)) {
				b.WriteString(strings.TrimSuffix(line, "\n"))
				if r.IntN(4) > 0 && (strings.HasPrefix(line, "tcp") || strings.HasPrefix(line, "udp")) {
					fmt.Fprintf(&b, " from-port %s", sources[r.IntN(len(sources))])
				}
				if n := r.IntN(6); n < 3 && !strings.HasPrefix(line, "any") {
					fmt.Fprintf(&b, " on %s", []string{"x0", "y0", "x0,y0"}[n])
				}
				b.WriteByte('\n')
			}
			return b.String()
		}
		old := text()
		new := inOtherWords(r, old)
		if seed%3 == 0 {
			new = text()
		}
		before, after := parseSet(t, old), parseSet(t, new)
		changes, _ := mustSets(t, before, after)
		in := func(rs *ruleset.RuleSet, p ruleset.Protocol, port, source uint16, a netip.Addr, name, program string) bool {
			part := *rs
			part.Inbound = slices.DeleteFunc(slices.Clone(rs.Inbound), func(r *ruleset.Rule) bool {
				return r.Listener.Program != "" && r.Listener.Program != program
			})
			return part.Allows(ruleset.Packet{Protocol: p, Port: port, SourcePort: source, Remote: a, Interface: name})
		}
		for _, p := range []ruleset.Protocol{ruleset.TCP, ruleset.UDP} {
			for port := uint16(1); port <= lastPort; port++ {
				differs, opens, closes := false, false, false
				for _, a := range addresses() {
					for _, name := range []string{"x0", "y0", "z0"} {
						for _, source := range []uint16{1, 50, 53, 54, 101, 201} {
							for _, program := range []string{"p", "q", "other"} {
								was, is := in(before, p, port, source, a, name, program), in(after, p, port, source, a, name, program)
								differs, opens, closes = differs || was != is, opens || !was && is, closes || was && !is
							}
						}
					}
				}
				reported := slices.ContainsFunc(changes, func(c Change) bool { return c.Kind != Reasons && c.holds(p, port) })
				if differs && !reported {
					t.Fatalf("seed %d: %s/%d changes (opens %t, closes %t), and nothing says so\nold\n%snew\n%s", seed, p, port, opens, closes, old, new)
				}
				own := slices.ContainsFunc(changes, func(c Change) bool { return c.Kind != Reasons && c.holds(p, port) && c.Protocol == p })
				if own && !differs {
					t.Fatalf("seed %d: %s/%d does not change\nold\n%snew\n%s%+v", seed, p, port, old, new, changes)
				}
			}
		}
	}
}

// inOtherWords splits rules over source ports and interfaces, and adds rules that others cover.
func inOtherWords(r *rand.Rand, text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		ports := strings.HasPrefix(line, "tcp") || strings.HasPrefix(line, "udp")
		named := strings.Contains(line, "from-port")
		on, hasOn := strings.CutSuffix(line, " on x0,y0")
		switch n := r.IntN(5); {
		case n == 0 && ports && !named:
			fmt.Fprintf(&b, "%[1]s from-port 1-99\n%[1]s from-port 60-65535\n", line)
		case n == 1 && ports && !named:
			fmt.Fprintf(&b, "%[1]s\n%[1]s from-port 53\n", line)
		case n == 2 && named && !strings.Contains(line, " on "):
			fmt.Fprintf(&b, "%[1]s\n%[1]s on z0\n", line)
		case n < 4 && hasOn:
			fmt.Fprintf(&b, "%[1]s on x0\n%[1]s on y0\n", on)
		default:
			fmt.Fprintln(&b, line)
		}
	}
	return b.String()
}

// gets reports whether a program gets a packet: a rule of its own or one for every program lets it in.
func gets(rs *ruleset.RuleSet, p ruleset.Protocol, port uint16, a netip.Addr, program string) bool {
	part := *rs
	part.Inbound = slices.DeleteFunc(slices.Clone(rs.Inbound), func(r *ruleset.Rule) bool {
		return r.Listener.Program != "" && r.Listener.Program != program
	})
	return allows(&part, p, port, 0, a)
}

func (c Change) holds(p ruleset.Protocol, port uint16) bool {
	if c.Protocol == ruleset.AnyProtocol {
		return true
	}
	return c.Protocol == p && (!p.HasPorts() || c.Ports.Contains(ruleset.Ports{{First: port, Last: port}}))
}

func contains(w Addresses, a netip.Addr) bool {
	return slices.ContainsFunc(w.Prefixes, func(p netip.Prefix) bool { return p.Contains(a) })
}
