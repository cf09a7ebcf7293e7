package generators

import (
	"cmp"
	"slices"
	"strings"

	"rolewall/generators/target"
	"rolewall/ruleset"
)

// opening is all that one set of senders may send, sorted by what has to be matched. A Linux filter matches a set of
// ports at the price of one, so a target writes one rule for each field and family of an opening.
type opening struct {
	who       string           // for comments: "anyone", or the names of the address sets
	from      ruleset.Sources  //
	families  ruleset.Families // where the senders have addresses and the host speaks
	closed    ruleset.Families // where the host speaks and nothing is opened to the senders
	tcp, udp  []member[ruleset.PortRange]
	decrypted []member[ruleset.PortRange] // of udp, open to what comes out of IPsec alone
	icmp      []member[ruleset.ICMPType]
	icmpv6    []member[ruleset.ICMPType]
	protocols []member[ruleset.Protocol]
	all       []note // why every protocol is let in; empty where it is not
}

// openings groups the rules by their senders: anyone first, then by name.
func openings(rs *ruleset.RuleSet) []opening {
	rules := ruleset.WithoutListeners(rs.Inbound)
	slices.SortStableFunc(rules, func(a, b *ruleset.Rule) int { return cmp.Compare(a.Remote.Key(), b.Remote.Key()) })
	var out []opening
	for len(rules) > 0 {
		n := 1
		for n < len(rules) && rules[n].Remote.Equal(rules[0].Remote) {
			n++
		}
		out = append(out, newOpening(rs, rules[:n]))
		rules = rules[n:]
	}
	slices.SortFunc(out, opening.compare)
	return out
}

func (o opening) compare(p opening) int {
	if o.from.IsAnyone() != p.from.IsAnyone() {
		if o.from.IsAnyone() {
			return -1
		}
		return 1
	}
	return cmp.Or(cmp.Compare(o.who, p.who), cmp.Compare(o.from.Key(), p.from.Key()))
}

// newOpening sorts rules of equal senders by what they match.
func newOpening(rs *ruleset.RuleSet, rules []*ruleset.Rule) opening {
	from := rules[0].Remote
	has := from.Families()
	o := opening{who: senders(from), from: from, families: has.And(rs.Families)}
	o.closed = ruleset.Families{IPv4: !has.IPv4, IPv6: !has.IPv6}.And(rs.Families)
	var tcp, udp, decrypted []claim[ruleset.PortRange]
	var icmp, icmpv6 []claim[ruleset.ICMPType]
	var protocols []claim[ruleset.Protocol]
	for _, r := range rules {
		n := newNote(r)
		switch {
		case r.IPsecOnly:
			decrypted = append(decrypted, claims(n, r.Ports...)...)
		case r.Protocol == ruleset.TCP:
			tcp = append(tcp, claims(n, r.Ports...)...)
		case r.Protocol == ruleset.UDP:
			udp = append(udp, claims(n, r.Ports...)...)
		case r.Protocol == ruleset.ICMP:
			icmp = append(icmp, claims(n, r.ICMP...)...)
		case r.Protocol == ruleset.ICMPv6:
			icmpv6 = append(icmpv6, claims(n, r.ICMP...)...)
		case r.Protocol == ruleset.AnyProtocol:
			o.all = append(o.all, n)
		default:
			protocols = append(protocols, claims(n, r.Protocol)...)
		}
	}
	o.tcp, o.udp, o.decrypted = mergePorts(tcp), mergePorts(udp), mergePorts(decrypted)
	o.icmp, o.icmpv6 = mergeEqual(icmp, ruleset.ICMPType.Compare), mergeEqual(icmpv6, ruleset.ICMPType.Compare)
	o.protocols = mergeEqual(protocols, cmp.Compare[ruleset.Protocol])
	return o
}

// senders names who may send, for a comment.
func senders(from ruleset.Sources) string {
	if from.IsAnyone() {
		return "anyone"
	}
	return strings.Join(from.Names(), ", ")
}

// linuxTitle heads what one set of senders may send.
func linuxTitle(o opening) string {
	title := target.Remark("From "+o.who, 200)
	for _, f := range linuxFamilies(o.closed) {
		title += "; nothing over " + f.name
	}
	return title
}
