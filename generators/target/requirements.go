package generators

import (
	"fmt"
	"slices"

	"rolewall/ruleset"
)

// wish is a rule to be said on an edition.
type wish struct {
	*ruleset.Rule
	os ruleset.OS
}

// need is a thing that a wish may want of a target.
type need struct {
	kind   string         // what the target cannot do where it lacks it; with a verb for value, where there is one
	value  func(wish) any // nil where there is none
	wanted func(wish) bool
	can    func(Can, wish) bool
}

// needs are all that Can has words for.
var needs = []need{
	{"restrict senders", nil,
		func(w wish) bool { return !w.Remote.IsAnyone() },
		func(c Can, _ wish) bool { return c.Sources }},
	{"say port ranges on %s",
		func(w wish) any { return w.os },
		func(w wish) bool {
			return slices.ContainsFunc(w.Ports, func(p ruleset.PortRange) bool { return p.First != p.Last })
		},
		func(c Can, w wish) bool { return c.byKeyword(w) || c.PortRanges && !w.os.Before(c.PortRangesSince) }},
	{"say %d ports and ranges in one rule",
		func(w wish) any { return len(w.Ports) },
		func(w wish) bool { return len(w.Ports) > 0 },
		func(c Can, w wish) bool { return c.byKeyword(w) || c.MaxPorts == 0 || len(w.Ports) <= c.MaxPorts }},
	{"say protocol %s",
		func(w wish) any { return w.Protocol },
		func(w wish) bool {
			return !w.Protocol.HasPorts() && !w.Protocol.HasTypes() && w.Protocol != ruleset.AnyProtocol
		},
		func(c Can, _ wish) bool { return c.Protocols }},
	{"let every protocol in", nil,
		func(w wish) bool { return w.Protocol == ruleset.AnyProtocol },
		func(c Can, _ wish) bool { return c.AnyProtocol }},
	{"say ICMP types", nil,
		func(w wish) bool { return len(w.ICMP) > 0 },
		func(c Can, _ wish) bool { return c.ICMPTypes }},
	{"say ICMP codes", nil,
		func(w wish) bool {
			return slices.ContainsFunc(w.ICMP, func(t ruleset.ICMPType) bool { return t.HasCode })
		},
		func(c Can, _ wish) bool { return c.ICMPCodes }},
}

// text is the kind with its value.
func (n *need) text(w wish) string {
	if n.value == nil {
		return n.kind
	}
	return fmt.Sprintf(n.kind, n.value(w))
}

// byKeyword reports whether a target with these abilities says the rule without numbers.
func (c Can) byKeyword(w wish) bool { return c.RPCKeyword && w.RPC == ruleset.Dynamic }

// missing is the first thing in a rule that a target with these abilities cannot say; nil if it can say all.
func (c Can) missing(w wish) *need {
	for i := range needs {
		if n := &needs[i]; n.wanted(w) && !n.can(c, w) {
			return n
		}
	}
	return nil
}
