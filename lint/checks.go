package lint

import "rolewall/lint/codes"

// check is the function that looks for one code.
type check struct {
	codes.Code
	host   func(*hostCheck)   // looks at one host
	policy func(*policyCheck) // looks at the whole policy, after the hosts
}

// checks returns the checks of all codes, by name.
func checks() []check {
	functions := map[string]check{
		"RW001":        {host: exposed},
		"RW002":        {host: unnamed},
		"RW003":        {host: lockedOut},
		"RW004":        {host: wideExceptions},
		"RW005":        {host: func(v *hostCheck) { v.checkClearText(true) }},
		"RW006":        {host: func(v *hostCheck) { v.checkClearText(false) }},
		"RW007":        {host: netbios},
		"RW008":        {host: devices},
		"RW009":        {host: noteAudiences, policy: oneFamily},
		"RW010":        {host: fewPorts},
		"RW011":        {host: mixed},
		"RW012":        {host: closedRPC},
		"RW013":        {host: openRange},
		"RW014":        {host: mapperAlone},
		"RW015":        {host: conflicts},
		"RW016":        {host: noteFeatures, policy: idleFeatures},
		"RW017":        {host: outOfSupport},
		"RW018":        {host: endingRoles},
		"RW019":        {host: expired},
		"RW020":        {host: endsSoon},
		"RW021":        {host: unbounded},
		"RW022":        {host: noteCovered, policy: coveredExceptions},
		"RW023":        {host: shadowed},
		"RW024":        {host: noteRoles, policy: unused},
		"RW025":        {host: refused},
		denyCode:       {host: denials},
		"RW027":        {host: noteDenies, policy: idle},
		"RW028":        {host: widePermits},
		"RW029":        {host: exempt},
		sharedPortCode: {host: checkSharedPorts},
		"RW031":        {host: peersAlone},
		"RW032":        {host: unboundRange},
		"RW033":        {host: withoutIPv6},
		"RW034":        {host: widened},
		"RW035":        {host: sameAsClients},
		"RW036":        {host: othersStay},
		requireCode:    {host: missing},
		"RW040":        {host: cutBridges},
		"RW041":        {host: othersByDefault},
		"RW042":        {host: publishedPorts},
		"RW043":        {host: sharedAddress},
		"RW044":        {host: noteHome, policy: homeless},
		"RW045":        {host: watched},
	}
	var out []check
	for _, c := range codes.All() {
		x := functions[c.Name]
		x.Code = c
		out = append(out, x)
	}
	return out
}
