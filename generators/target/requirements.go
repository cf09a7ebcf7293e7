package target

import (
	"fmt"
	"slices"

	"rolewall/ruleset"
)

// ruleOn is a rule, with the edition of its host.
type ruleOn struct {
	*ruleset.Rule
	os ruleset.OS
}

// requirement is a capability of a language that a rule can require.
type requirement struct {
	kind    string           // what is impossible without it, with a verb for value if there is one
	value   func(ruleOn) any // nil if there is none
	applies func(ruleOn) bool
	met     func(Capabilities, ruleOn) bool
}

// requirements has one for each of the Capabilities.
var requirements = []requirement{
	{"restrict sources", nil,
		func(r ruleOn) bool { return !r.Remote.IsAnyone() },
		func(c Capabilities, _ ruleOn) bool { return c.Sources }},
	{"say port ranges on %s",
		func(r ruleOn) any { return r.os },
		func(r ruleOn) bool {
			return slices.ContainsFunc(r.Ports, func(p ruleset.PortRange) bool { return p.First != p.Last })
		},
		func(c Capabilities, r ruleOn) bool {
			return c.byKeyword(r) || c.PortRanges && !r.os.Before(c.PortRangesSince)
		}},
	{"say %d ports and ranges in one rule",
		func(r ruleOn) any { return len(r.Ports) },
		func(r ruleOn) bool { return len(r.Ports) > 0 },
		func(c Capabilities, r ruleOn) bool {
			return c.byKeyword(r) || c.MaxPorts == 0 || len(r.Ports) <= c.MaxPorts
		}},
	{"say protocol %s",
		func(r ruleOn) any { return r.Protocol },
		func(r ruleOn) bool {
			return !r.Protocol.HasPorts() && !r.Protocol.HasTypes() && r.Protocol != ruleset.AnyProtocol
		},
		func(c Capabilities, _ ruleOn) bool { return c.Protocols }},
	{"let every protocol in", nil,
		func(r ruleOn) bool { return r.Protocol == ruleset.AnyProtocol },
		func(c Capabilities, _ ruleOn) bool { return c.AnyProtocol }},
	{"limit a rule to interfaces", nil,
		func(r ruleOn) bool { return len(r.Interfaces) > 0 },
		func(c Capabilities, _ ruleOn) bool { return c.Interfaces }},
	{"limit a rule to source ports", nil,
		func(r ruleOn) bool { return len(r.FromPorts) > 0 },
		func(c Capabilities, _ ruleOn) bool { return c.FromPorts }},
	{"limit the rate of a rule", nil,
		func(r ruleOn) bool { return r.Limit != ruleset.Limit{} },
		func(c Capabilities, _ ruleOn) bool { return c.Limits }},
	{"say ICMP types", nil,
		func(r ruleOn) bool { return len(r.ICMP) > 0 },
		func(c Capabilities, _ ruleOn) bool { return c.ICMPTypes }},
	{"say ICMP codes", nil,
		func(r ruleOn) bool {
			return slices.ContainsFunc(r.ICMP, func(t ruleset.ICMPType) bool { return t.HasCode })
		},
		func(c Capabilities, _ ruleOn) bool { return c.ICMPCodes }},
}

// text returns the kind with its value.
func (q *requirement) text(r ruleOn) string {
	if q.value == nil {
		return q.kind
	}
	return fmt.Sprintf(q.kind, q.value(r))
}

// byKeyword reports whether the rule is written without port numbers.
func (c Capabilities) byKeyword(r ruleOn) bool { return c.RPCKeyword && r.RPC == ruleset.Dynamic }

// firstMissing returns the first requirement of a rule that the capabilities do not meet; nil if they meet all.
func (c Capabilities) firstMissing(r ruleOn) *requirement {
	for i := range requirements {
		if q := &requirements[i]; q.applies(r) && !q.met(c, r) {
			return q
		}
	}
	return nil
}
