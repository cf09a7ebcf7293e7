package target

import "rolewall/ruleset"

// Opening is something that a script allows beside the rules of its rule set, for whatever reason. explain, --who,
// [[deny]] and diff ask Openings for them, so that no answer overlooks one.
type Opening struct {
	BaselineRule
	Cause   Cause
	Setting string // of the policy that takes the opening away, or that would; may be empty
}

// Cause says why a script allows more than the rules ask for.
type Cause string

// The causes.
const (
	Baseline   Cause = "baseline"   // what every host needs
	Interfaces Cause = "interfaces" // the script leaves some interfaces alone
	Mirror     Cause = "mirror"     // a stateless filter allows what looks like an answer
	Helper     Cause = "helper"     // connection tracking follows a protocol that announces ports
	Wider      Cause = "wider"      // the language cannot express a rule as narrow as it is
	Others     Cause = "others"     // the script leaves rules of other owners in force; what they allow is unknown
)

// Opener is a Target whose scripts allow more than the baseline of its Info, depending on the rule set.
type Opener interface {
	Openings(rs *ruleset.RuleSet) []Opening
}

// Worder is a Target that words its baseline for the families that a host speaks. The rules are those of Info.
type Worder interface {
	Baseline(f ruleset.Families) []BaselineRule
}

// Openings returns all that the script of a target allows for a rule set, beside the rules: the baseline first. Families of
// an opening are those of packets that get in by it; they may be families that the host does not speak.
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

// NewOpening returns an opening for traffic from sources, in the families of both and of f.
func NewOpening(c Cause, text string, traffic ruleset.Traffic, from ruleset.Sources, f ruleset.Families) Opening {
	f = f.And(traffic.Protocol.Families()).And(from.Families())
	return Opening{BaselineRule: BaselineRule{Text: text, Traffic: traffic, Remote: from, Families: f}, Cause: c}
}

// BesideRules is the level in the reason of an opening's rule, which no policy has.
const BesideRules = "beside the rules"

// Rule returns the opening as a rule, for those who compare rules. An opening that tells no traffic has none.
func (o Opening) Rule() (*ruleset.Rule, bool) {
	if o.TextOnly {
		return nil, false
	}
	from := o.Remote
	if both := (ruleset.Families{IPv4: true, IPv6: true}); from.IsAnyone() && o.Families != both {
		from = ruleset.NewSources(ruleset.AddressSet{Name: "any", Prefixes: ruleset.AllAddresses(o.Families)})
	}
	return &ruleset.Rule{
		Traffic: o.Traffic, Remote: from.Restrict(o.Families),
		Reasons: []ruleset.Reason{{Allow: &ruleset.Allow{Reason: o.Text}, At: BesideRules, Networks: from.Names()}},
	}, true
}

// Allows reports whether a packet may get in by the opening. Conditions that no rule has, such as a source port or a hop
// limit, are left aside: the answer is yes where some such packet gets in.
func (o Opening) Allows(p ruleset.Packet) bool {
	r, ok := o.Rule()
	if !ok {
		return false
	}
	set := ruleset.RuleSet{Families: o.Families, Inbound: []*ruleset.Rule{r}}
	return set.Allows(p)
}

// AllTraffic is every port or type of a protocol.
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
