// Package evaluation computes what the rules of a Linux host allow.
//
// A survey cuts all traffic into points that the rules treat alike. It walks once (package walk) for all points in
// which the same rules match. Points with equal results become openings, with the rules that allow them and their
// conditions. Openings for every protocol leave out packets that open no connection, such as unrequested ICMP
// answers.
package evaluation

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"rolewall/diag"
	"rolewall/readers/capture"
	"rolewall/readers/netfilter"
	"rolewall/readers/netfilter/walk"
	"rolewall/ruleset"
)

// Evaluate returns what reaches the host, and what it forwards from its own addresses. It adds mistakes in the
// files to errs: a jump to a missing chain, a loop, a table that is unreadable in its only file. After a mistake
// the capture must not be used.
func Evaluate(st *netfilter.State, errs *diag.List) *capture.Capture {
	c := &capture.Capture{OS: ruleset.Linux, Facts: slices.Clone(st.Facts), Sources: slices.Clone(st.Sources), Interfaces: slices.Sorted(slices.Values(st.Network.Interfaces()))}
	before := errs.Len()
	joined := st.Join(errs)
	c.Families = joined.Families(c)
	c.Unmapped, c.Own = joined.Unmapped(), own(joined)
	if errs.Len() > before {
		return c
	}
	cases := walk.NewCases()
	for _, v6 := range []bool{false, true} {
		if v6 && !c.Families.IPv6 || !v6 && !c.Families.IPv4 {
			continue
		}
		p := walk.NewProgram(joined, v6, cases, errs)
		if errs.Len() > before {
			return c
		}
		v := newSurvey(p)
		for _, r := range v.records() {
			c.Openings = v.openings(c.Openings, r)
		}
		c.Facts = append(c.Facts, v.facts()...)
	}
	c.Openings = joinFamilies(c.Openings)
	sortOpenings(c.Openings)
	return c
}

// own returns the addresses of the host without loopback.
func own(st *netfilter.State) ruleset.Prefixes {
	var out []netip.Prefix
	for _, a := range st.Network.Addresses {
		if x := a.Prefix.Addr().WithZone(""); !x.IsLoopback() {
			out = append(out, netip.PrefixFrom(x, x.BitLen()))
		}
	}
	return ruleset.NewPrefixes(out...)
}

// joinFamilies unites openings of IPv4 and IPv6 that differ only in their addresses.
func joinFamilies(list []capture.Opening) []capture.Opening {
	byKey := map[string]int{}
	var out []capture.Opening
	for _, o := range list {
		key := openingKey(o)
		if len(o.To) > 0 || o.Forwarded != "" {
			key = ""
		}
		at, known := byKey[key]
		if key == "" || !known {
			byKey[key] = len(out)
			out = append(out, o)
			continue
		}
		with := &out[at]
		if with.Rule.Remote.Families().And(o.Rule.Remote.Families()) != (ruleset.Families{}) {
			out = append(out, o) // of one family only, since other rules open it
			continue
		}
		with.Rule.Remote = anyone(slices.Concat(with.Rule.Remote.Prefixes(), o.Rule.Remote.Prefixes()))
		if !slices.Equal(with.Rules, o.Rules) {
			with.Rules = append(with.Rules, o.Rules...)
			with.Packets = total(with.Packets, o.Packets)
		}
	}
	return out
}

func total(a, b *uint64) *uint64 {
	if a == nil || b == nil {
		return nil
	}
	sum := *a + *b
	return &sum
}

// anyone returns the prefixes as sources. All addresses of both families are anyone.
func anyone(prefixes ruleset.Prefixes) ruleset.Sources {
	if f := prefixes.Complete(); f.IPv4 && f.IPv6 {
		return ruleset.Anyone()
	}
	return ruleset.NewSources(ruleset.AddressSet{Name: "captured", Prefixes: prefixes})
}

// openingKey returns a text that is equal for openings that differ only in sources and rules.
func openingKey(o capture.Opening) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s|%v|%s|%v|%s", o.Rule.Traffic, o.Rule.IPsecOnly, o.Rule.Only(), o.NotOn, o.Owner)
	for _, c := range o.Conditions {
		fmt.Fprintf(&b, "|%s|%s|%s", c.Kind, c.Text, c.Place.Pos)
	}
	return b.String()
}

func sortOpenings(list []capture.Opening) {
	slices.SortStableFunc(list, func(a, b capture.Opening) int {
		return cmp.Or(
			cmp.Compare(len(a.Conditions), len(b.Conditions)),
			a.Rule.Traffic.Compare(b.Rule.Traffic),
			cmp.Compare(a.Rule.Remote.Key(), b.Rule.Remote.Key()),
		)
	})
}
