package compare

import "rolewall/ruleset"

// addressesOf returns the addresses to which a rule of rs is open. Anyone stands for all addresses of the families
// in which the rule can open something on the host.
func addressesOf(rs *ruleset.RuleSet, r *ruleset.Rule) ruleset.Prefixes {
	families := r.Protocol.Families().And(rs.Families)
	if r.Remote.IsAnyone() {
		return ruleset.AllAddresses(families)
	}
	return r.Remote.Restrict(families).Prefixes()
}

// nearlyComplete returns the families in which p holds at least half of the addresses. All public IPv6 addresses
// lie in 2000::/3, so half of that range counts as half of IPv6.
func nearlyComplete(p ruleset.Prefixes) ruleset.Families {
	ipv4, ipv6 := p.Shares()
	return ruleset.Families{IPv4: ipv4 >= 1./2, IPv6: ipv6 >= 1./16}
}
