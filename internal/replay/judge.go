package replay

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"rolewall/generators/target"
	"rolewall/policy"
	"rolewall/resolver"
	"rolewall/ruleset"
)

// host is a host of the policy, with what its scripts allow.
type host struct {
	name       string
	number     int32
	policy     *policy.Host
	resolution *resolver.Resolution
	rs         *ruleset.RuleSet
	beside     [][]target.Opening // for each filter; a packet must pass all filters
	others     bool               // a script keeps rules of others
	governed   []string           // filtered interfaces; none means all

	byInterface, bySource bool // a rule has interfaces or source ports

	channels map[uint32]*channel // by protocol and port
	alike    map[string]*channel // by their rules and openings
	verdicts []judgement
	used     []uint64 // records for each rule of rs.Inbound
	reached  bool     // a record reached the host
}

// channel is what a host allows for one port or ICMP type.
type channel struct {
	rules  ruleset.RuleSet // in the order of the host's rules
	beside [][]target.Opening
}

// fate is what the policy does to a flow.
type fate uint8

const (
	open fate = iota
	closed
	cannotTell
)

// judgement is the fate of a flow, with its reason.
type judgement struct {
	fate  fate
	why   string // for cannotTell, and for closed if the policy opens the port to other sources
	rules []int  // rules that open it, by number
}

// judge returns the number of the judgement of a flow.
func (p *Replay) judge(h *host, k key) uint16 {
	h.reached = true
	var j judgement
	switch {
	case k.translated:
		j = judgement{fate: cannotTell, why: "the host passes it on to another address (NAT), past the rules for itself"}
	default:
		j = h.try(ruleset.Packet{
			Remote: netip.AddrFrom16(k.peer).Unmap(), Protocol: ruleset.Protocol(k.protocol), Port: k.port, SourcePort: k.sourcePort,
			Interface: p.names[k.iface], Type: uint8(k.port >> 8), Code: uint8(k.port),
		})
	}
	return h.verdict(j)
}

// mostVerdicts is how many judgements of a host are kept apart.
const mostVerdicts = 60_000

// verdict returns the number of a judgement. A host has few different ones.
func (h *host) verdict(j judgement) uint16 {
	same := func(x judgement) bool {
		return x.fate == j.fate && x.why == j.why && slices.Equal(x.rules, j.rules)
	}
	if n := slices.IndexFunc(h.verdicts, same); n >= 0 {
		return uint16(n)
	}
	if len(h.verdicts) >= mostVerdicts { // too many rules on one port, so they are not kept apart
		j.rules = nil
		if n := slices.IndexFunc(h.verdicts, same); n >= 0 {
			return uint16(n)
		}
	}
	h.verdicts = append(h.verdicts, j)
	return uint16(len(h.verdicts) - 1)
}

// channelOf returns what the host allows on a port.
func (h *host) channelOf(p ruleset.Protocol, port uint16) *channel {
	id := uint32(p)<<16 | uint32(port)
	if c, known := h.channels[id]; known {
		return c
	}
	t := trafficOf(p, port)
	var alike []byte // ports with equal rules and openings share a channel, as nearly all ports of a scan do
	var rules []*ruleset.Rule
	for n, r := range h.rs.Inbound {
		if r.Traffic.Overlaps(t) {
			rules = append(rules, r)
			alike = binary.AppendUvarint(alike, uint64(n)+1)
		}
	}
	beside := make([][]target.Opening, len(h.beside))
	for i, list := range h.beside {
		alike = append(alike, 0)
		for n, o := range list {
			if !o.TextOnly && o.Traffic.Overlaps(t) {
				beside[i] = append(beside[i], o)
				alike = binary.AppendUvarint(alike, uint64(n)+1)
			}
		}
	}
	c := h.alike[string(alike)]
	if c == nil {
		c = &channel{rules: ruleset.RuleSet{Families: h.rs.Families, Inbound: rules}, beside: beside}
		h.alike[string(alike)] = c
	}
	h.channels[id] = c
	return c
}

// widestOpening is the largest number of ports in a rule that shows on which port a program listens. A range for
// answers does not show that.
const widestOpening = 100

// listens reports whether the policy opens the port in a rule with few ports.
func (h *host) listens(p ruleset.Protocol, port uint16) bool {
	if !p.HasPorts() {
		return false
	}
	return slices.ContainsFunc(h.channelOf(p, port).rules.Inbound, func(r *ruleset.Rule) bool {
		return r.Protocol == p && r.RPC != ruleset.Dynamic && r.Ports.Len() <= widestOpening
	})
}

// try judges a packet.
func (h *host) try(p ruleset.Packet) judgement {
	c := h.channelOf(p.Protocol, h.portOf(p))
	limited, found := "", []int(nil)
	for r := range c.rules.Match(p) {
		if r.Limit == (ruleset.Limit{}) {
			found = append(found, h.ruleNumber(r))
		} else {
			limited = "at most " + r.Limit.String() + " get in"
		}
	}
	if len(found) > 0 {
		return judgement{fate: open, rules: found}
	}
	beside, why := h.besides(c, p)
	switch {
	case beside == open:
		return judgement{fate: open}
	case limited != "":
		return judgement{fate: cannotTell, why: limited}
	}
	if missing := c.missing(p); missing != "" {
		return judgement{fate: cannotTell, why: missing}
	}
	if beside == cannotTell {
		return judgement{fate: cannotTell, why: why}
	}
	return judgement{fate: closed, why: h.nearest(c, p)}
}

func (h *host) portOf(p ruleset.Packet) uint16 {
	if p.Protocol.HasTypes() {
		return uint16(p.Type)<<8 | uint16(p.Code)
	}
	return p.Port
}

func (h *host) ruleNumber(r *ruleset.Rule) int { return slices.Index(h.rs.Inbound, r) }

// besides returns what the scripts do to a packet besides the rules. All of them must allow it.
func (h *host) besides(c *channel, p ruleset.Packet) (fate, string) {
	if len(c.beside) == 0 {
		return closed, ""
	}
	result, why := open, ""
	for _, list := range c.beside {
		best := closed
		for _, o := range list {
			now, reason := h.opening(o, p)
			if now == open {
				best = open
				break
			}
			if now == cannotTell {
				best, why = cannotTell, reason
			}
		}
		switch {
		case best == closed:
			return closed, ""
		case best == cannotTell:
			result = cannotTell
		}
	}
	return result, why
}

// opening returns what one opening does to a packet.
func (h *host) opening(o target.Opening, p ruleset.Packet) (fate, string) {
	if o.Cause == target.Interfaces {
		governs := ruleset.Qualifiers{Interfaces: h.governed}
		switch {
		case p.Interface == "":
			return cannotTell, "the interface is not known, and some are not governed"
		case governs.OnInterface(p.Interface):
			return closed, ""
		}
		return open, ""
	}
	if !o.Allows(p) {
		return closed, ""
	}
	if o.Cause == target.Helper || o.Cause == target.Mirror {
		return cannotTell, o.Text
	}
	return open, ""
}

// missing returns what the log would have to say for a rule to match.
func (c *channel) missing(p ruleset.Packet) string {
	for _, r := range c.rules.Inbound {
		wide, lacks := *r, []string(nil)
		if len(r.Interfaces) > 0 && p.Interface == "" {
			wide.Interfaces, lacks = nil, append(lacks, "the interface is not known")
		}
		if len(r.FromPorts) > 0 && p.SourcePort == 0 {
			wide.FromPorts, lacks = nil, append(lacks, "the source port is not known")
		}
		if r.IPsecOnly && !p.IPsec {
			wide.IPsecOnly, lacks = false, append(lacks, "whether it came out of IPsec is not known")
		}
		set := ruleset.RuleSet{Families: c.rules.Families, Inbound: []*ruleset.Rule{&wide}}
		if len(lacks) > 0 && set.Allows(p) {
			return strings.Join(lacks, ", ")
		}
	}
	return ""
}

// nearest returns the sources to which the policy opens the port, if it does not open it to this one.
func (h *host) nearest(c *channel, p ruleset.Packet) string {
	family := ruleset.Families{IPv4: p.Remote.Is4(), IPv6: p.Remote.Is6()}
	if family.And(h.rs.Families).None() {
		return "the host speaks " + strings.Join(h.rs.Families.Names(), " and ") + " alone"
	}
	var names []string
	for _, r := range c.rules.Inbound {
		text := strings.Join(r.Remote.Names(), ", ")
		if only := r.Only(); only != "" {
			text += " " + only
		}
		names = append(names, fmt.Sprintf("%s [%s]", text, ruleset.Label(r.ID)))
	}
	if len(names) == 0 {
		return ""
	}
	slices.Sort(names)
	return "the policy opens it to " + strings.Join(slices.Compact(names)[:min(3, len(slices.Compact(names)))], "; ")
}
