package target

import "rolewall/ruleset"

// Opening is something that a script allows besides the rules of its rule set. explain, --who, [[deny]] and diff
// all get them from Openings, so that none of them overlooks one.
type Opening struct {
	BaselineRule
	Cause   Cause
	Setting string // the setting of the policy that closes the opening; empty if none does
}

// Cause says why a script allows more than its rules.
type Cause string

// The causes.
const (
	Baseline   Cause = "baseline"   // every host needs it
	Interfaces Cause = "interfaces" // the script does not filter some interfaces
	Mirror     Cause = "mirror"     // a stateless filter allows everything that looks like an answer
	Helper     Cause = "helper"     // connection tracking allows connections that a protocol announces
	Wider      Cause = "wider"      // the language cannot express the rule as narrow as it is
	Others     Cause = "others"     // the script keeps rules of other owners; what they allow is unknown
)

// Opener is a Target whose scripts allow more than the baseline of its Info, depending on the rule set.
type Opener interface {
	Openings(rs *ruleset.RuleSet) []Opening
}

// Worder is a Target that words its baseline for the families of a host. The rules are the ones in Info.
type Worder interface {
	Baseline(f ruleset.Families) []BaselineRule
}

// Openings returns everything that the script of a target allows for a rule set besides the rules, the baseline
// first. The families of an opening are those of the packets that enter by it. These can be families that the host
// does not have.
func Openings(t Target, rs *ruleset.RuleSet) []Opening {
	var out []Opening
	baseline := t.Info().Baseline
	if x, ok := t.(Worder); ok {
		baseline = x.Baseline(rs.Families)
	}
	for _, r := range BaselineFor(baseline, rs.Settings, rs.Families) {
		r.Families = r.Families.And(rs.Families)
		out = append(out, Opening{BaselineRule: r, Cause: Baseline})
	}
	if x, ok := t.(Opener); ok {
		out = append(out, x.Openings(rs)...)
	}
	return out
}

// NewOpening returns an opening for traffic from sources, in the families that both have and that are in f.
func NewOpening(c Cause, text string, traffic ruleset.Traffic, from ruleset.Sources, f ruleset.Families) Opening {
	f = f.And(traffic.Protocol.Families()).And(from.Families())
	return Opening{BaselineRule: BaselineRule{Text: text, Traffic: traffic, Remote: from, Families: f}, Cause: c}
}

// BesideRules is the level in the reason of an opening's rule. No level of a policy has this name.
const BesideRules = "beside the rules"

// Rule returns the opening as a rule, so that it can be compared with rules. A rule has no addresses of the host, so
// To remains with the opening. It returns false for an opening without traffic.
func (o Opening) Rule() (*ruleset.Rule, bool) {
	if o.TextOnly {
		return nil, false
	}
	from := o.Remote
	if both := (ruleset.Families{IPv4: true, IPv6: true}); from.IsAnyone() && o.Families != both {
		from = ruleset.NewSources(ruleset.AddressSet{Name: "any", Prefixes: ruleset.AllAddresses(o.Families)})
	}
	return &ruleset.Rule{
		Traffic: o.Traffic, Remote: from.Restrict(o.Families), Qualifiers: ruleset.Qualifiers{FromPorts: o.FromPorts},
		Reasons: []ruleset.Reason{{Allow: &ruleset.Allow{Reason: o.Text}, At: BesideRules, Networks: from.Names()}},
	}, true
}

// Allows reports whether a packet can enter by the opening. It ignores addresses of the host and conditions
// that no rule has, such as a hop limit, and source ports if the packet has none: it returns true if some such packet
// can enter.
func (o Opening) Allows(p ruleset.Packet) bool {
	r, ok := o.Rule()
	if !ok {
		return false
	}
	if p.SourcePort == 0 {
		r.FromPorts = nil
	}
	set := ruleset.RuleSet{Families: o.Families, Inbound: []*ruleset.Rule{r}}
	return set.Allows(p)
}

// AllTraffic returns all ports or types of a protocol.
func AllTraffic(p ruleset.Protocol) ruleset.Traffic {
	t := ruleset.Traffic{Protocol: p}
	switch {
	case p.HasPorts():
		t.Ports = ruleset.Ports{{First: 1, Last: 65535}}
	case p.HasTypes():
		for n := range 256 {
			t.ICMP = append(t.ICMP, ruleset.ICMPType{Type: uint8(n)})
		}
	}
	return t
}
