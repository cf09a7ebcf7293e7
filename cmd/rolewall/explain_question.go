package main

import (
	"fmt"
	"net/netip"
	"slices"

	"rolewall/diag"
	"rolewall/policy"
	"rolewall/ruleset"
)

// question is traffic of one protocol.
type question struct {
	portQuery
	protocol ruleset.Protocol
	text     string // tcp/445
}

// questions reads a PORT: one question, or one each for TCP and UDP.
func questions(text string) ([]question, error) {
	q, err := parsePort(text)
	if err == nil && slices.Contains(q.protocols, ruleset.AnyProtocol) {
		err = usage("", "ask about one protocol")
	}
	if err != nil {
		return nil, portUsage(err, "%q cannot be asked about: %s", text)
	}
	var out []question
	for _, p := range q.protocols {
		one := question{portQuery: q, protocol: p}
		one.protocols = []ruleset.Protocol{p}
		switch {
		case p.HasPorts():
			one.text = p.String() + "/" + ruleset.PortRange{First: q.port, Last: q.port}.String()
		case p.HasTypes():
			one.text = p.String() + "/" + q.icmp
		default:
			one.text = p.Text()
		}
		out = append(out, one)
	}
	return out, nil
}

func isPort(text string) bool {
	_, err := questions(text)
	return err == nil
}

// meets reports whether the rule lets a part of the traffic in.
func (q question) meets(r *ruleset.Rule) bool {
	switch {
	case r.Protocol == ruleset.AnyProtocol:
		return true
	case r.Protocol != q.protocol:
		return false
	case r.Protocol.HasPorts():
		return r.Ports.Contains(ruleset.Ports{{First: q.port, Last: q.port}})
	case r.Protocol.HasTypes():
		asked, _ := ruleset.ParseICMPType(q.icmp) // questions has read it
		return slices.ContainsFunc(r.ICMP, func(t ruleset.ICMPType) bool {
			return t.Type == asked.Type && (!t.HasCode || !asked.HasCode || t.Code == asked.Code)
		})
	}
	return true
}

// sender is whom --from asks about.
type sender struct {
	text string // as given; empty where nobody is asked about
	from ruleset.Sources
}

// readSender reads an address, a prefix or the name of a network.
func (x *explainer) readSender(text string) (sender, error) {
	if text == "" {
		return sender{}, nil
	}
	set := ruleset.AddressSet{Name: text}
	if addr, err := netip.ParseAddr(text); err == nil {
		addr = addr.Unmap().WithZone("")
		set.Prefixes = []netip.Prefix{netip.PrefixFrom(addr, addr.BitLen())}
	} else if p, err := netip.ParsePrefix(text); err == nil {
		if p != p.Masked() {
			return sender{}, usage(fmt.Sprintf("write %s, or %s for the one address", p.Masked(), p.Addr()), "prefix %s has bits set behind its length", text)
		}
		set.Prefixes = []netip.Prefix{p}
	} else if prefixes, known := x.policy.Networks[text]; known {
		set.Prefixes = prefixes
	} else {
		var names []string
		for name := range x.policy.Networks {
			names = append(names, name)
		}
		return sender{}, usage(diag.SuggestOrList(text, names), "--from must be an address, a prefix or a network of the policy, not %q", text)
	}
	return sender{text, ruleset.NewSources(set)}, nil
}

// share is how much of something a rule lets in.
type share string

// The shares.
const (
	shareAll  share = "all"
	sharePart share = "part"
	shareNone share = "none"
)

// admits says how much of the sender the senders hold, of the families in which the host hears them.
func (s sender) admits(from ruleset.Sources, families ruleset.Families) share {
	heard := s.from.Restrict(families)
	switch {
	case heard.IsNobody():
		return shareNone
	case from.Contains(heard) && heard.Equal(s.from):
		return shareAll
	case from.IsAnyone() || meet(from, heard):
		return sharePart
	}
	return shareNone
}

func meet(a, b ruleset.Sources) bool {
	return slices.ContainsFunc(a.Prefixes(), func(p netip.Prefix) bool { return slices.ContainsFunc(b.Prefixes(), p.Overlaps) })
}

// networksOf names the networks of the policy that hold all of the sender, sorted.
func networksOf(p *policy.Policy, s sender) []string {
	var out []string
	for name, prefixes := range p.Networks {
		if ruleset.NewSources(ruleset.AddressSet{Prefixes: prefixes}).Contains(s.from) {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}
