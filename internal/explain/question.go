package main

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"

	"rolewall/diag"
	"rolewall/internal/lookup"
	"rolewall/policy"
	"rolewall/ruleset"
)

// questions reads a PORT: traffic of one protocol, or one each of TCP and UDP.
func questions(text string) ([]ruleset.Traffic, error) {
	list, err := lookup.ParsePort(text)
	if err == nil && list[0].Protocol == ruleset.AnyProtocol {
		err = diag.Errorf("tcp/445, udp/53, 445, icmp/8, gre, protocol/47", "ask about one protocol")
	}
	if d, ok := errors.AsType[*diag.Diagnostic](err); ok {
		err = diag.Errorf(d.Hint, "%q cannot be asked about: %s", text, d.Message)
	}
	return list, err
}

func isPort(text string) bool {
	_, err := questions(text)
	return err == nil
}

// portOf is the port that is asked about, 0 where the protocol has none.
func portOf(q ruleset.Traffic) uint16 {
	if len(q.Ports) == 0 {
		return 0
	}
	return q.Ports[0].First
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
