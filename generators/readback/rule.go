// Package readback reads what the targets for Windows Firewall write (scripts, Registry.pol, DSC documents) and
// compares it with the original rule set. Its readers follow the grammars of the languages and share no code with
// the writers. Only tests import it.
package readback

import (
	"cmp"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"

	"rolewall/readers/regpol"
	"rolewall/ruleset"
)

// Rule is an inbound allow rule as one target writes it for Windows. An empty field is no condition.
type Rule struct {
	Name, ID string
	Protocol ruleset.Protocol
	Ports    ruleset.Ports
	RPC      bool
	From     ruleset.Ports
	ICMP     []ruleset.ICMPType
	Remote   []netip.Prefix
	Listener ruleset.Listener
	Profiles []string // domain, private, public
	Text     string   // the description
}

// key returns everything but the sources and the texts for people.
func (r Rule) key() string {
	return fmt.Sprintf("%s %s rpc=%v from=%s icmp=%v %s|%s %v", r.Protocol, r.Ports, r.RPC, r.From, r.ICMP,
		strings.ToLower(r.Listener.Program), strings.ToLower(r.Listener.Service), r.Profiles)
}

// IsBaseline reports whether the rule is one that every host needs.
func (r Rule) IsBaseline() bool { return strings.Contains(r.Name, "[baseline]") }

// Difference compares rules with the rule set that they were written from. It returns "" if they are equal.
func Difference(rs *ruleset.RuleSet, rules []Rule) string {
	want, got := map[string]ruleset.Prefixes{}, map[string]ruleset.Prefixes{}
	for _, r := range rs.Inbound {
		for _, rule := range wanted(rs, r) {
			prefixes := r.Remote.Restrict(rs.FamiliesOf(r)).Prefixes()
			if r.Remote.IsAnyone() {
				prefixes = ruleset.AllAddresses(rs.FamiliesOf(r))
			}
			add(want, rule.key(), prefixes)
		}
	}
	for _, rule := range rules {
		prefixes := ruleset.AllAddresses(rule.Protocol.Families())
		if len(rule.Remote) > 0 {
			prefixes = rule.Remote
		}
		add(got, rule.key(), prefixes)
	}
	var out []string
	for _, key := range slices.Sorted(maps.Keys(want)) {
		if !got[key].Equal(want[key]) {
			out = append(out, fmt.Sprintf("%s: from %v, want %v", key, got[key], want[key]))
		}
		delete(got, key)
	}
	for _, key := range slices.Sorted(maps.Keys(got)) {
		out = append(out, fmt.Sprintf("%s: from %v, which the rule set does not allow", key, got[key]))
	}
	return strings.Join(out, "\n")
}

// wanted returns what a rule must become in the store: one rule for each ICMP type.
func wanted(rs *ruleset.RuleSet, r *ruleset.Rule) []Rule {
	one := Rule{Protocol: r.Protocol, Ports: r.Ports, From: r.FromPorts, Listener: r.Listener, Profiles: rs.Settings.Advfirewall.Profile}
	if !strings.Contains(one.Listener.Program, `\`) && one.Listener.Program != "System" {
		one.Listener.Program = "" // the folder is not known
	}
	if r.RPC == ruleset.Dynamic && r.Protocol == ruleset.TCP {
		one.RPC, one.Ports = true, nil
	}
	if rs.FamiliesOf(r).None() {
		return nil
	}
	if len(r.ICMP) == 0 {
		return []Rule{one}
	}
	var out []Rule
	for _, t := range r.ICMP {
		one.ICMP = []ruleset.ICMPType{t}
		out = append(out, one)
	}
	return out
}

// add unites addresses. It ignores addresses at which a range may not begin, since no source has them.
func add(to map[string]ruleset.Prefixes, key string, list []netip.Prefix) {
	all := ruleset.NewPrefixes(slices.Concat(to[key], list)...)
	for first, none := range map[string]string{"0.0.0.1/32": "0.0.0.0/32", "1::/16": "::/16"} {
		if all.Contains(ruleset.Prefixes{netip.MustParsePrefix(first)}) {
			all = all.Union(ruleset.Prefixes{netip.MustParsePrefix(none)})
		}
	}
	to[key] = all
}

// Pol returns the content of Registry.pol: the rules, and the values of the profiles.
func Pol(data []byte) (rules []Rule, policy *Policy, err error) {
	entries, err := regpol.Decode(data)
	if err != nil {
		return nil, nil, err
	}
	policy, err = newPolicy(entries)
	if err != nil {
		return nil, nil, err
	}
	if len(policy.Other) > 0 {
		return nil, nil, fmt.Errorf("%s: of no firewall", cmp.Or(policy.Other[0].Key, policy.Other[0].Name))
	}
	for _, r := range policy.Rules {
		rule, err := fromRuleString(r)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", r.ID, err)
		}
		rules = append(rules, rule)
	}
	return rules, policy, nil
}

// fromRuleString converts a rule string that a rule set can express. It returns an error for any other.
func fromRuleString(r policyRule) (Rule, error) {
	out := Rule{
		Name: r.Name, ID: r.ID, Text: r.Desc, Protocol: r.Protocol, Ports: r.LocalPorts, From: r.RemotePorts, ICMP: r.ICMP, Remote: r.Remote,
		Listener: ruleset.Listener{Program: r.App, Service: r.Svc}, Profiles: r.Profiles,
	}
	if len(r.LocalWords) == 1 && r.LocalWords[0] == "RPC" && len(r.LocalPorts) == 0 {
		out.RPC = true
	} else if len(r.LocalWords) > 0 {
		return out, fmt.Errorf("ports %v", r.LocalWords)
	}
	rest := [][]string{r.RemoteWords, r.Interfaces, r.InterfaceTypes}
	if r.Action != "Allow" || !r.Active || r.Direction != ruleset.Inbound || r.Group != "rolewall" || len(r.Local)+len(r.LocalNames)+len(r.RemoteNames)+len(r.Other) > 0 ||
		r.Edge || r.Defer != "" || len(slices.Concat(rest...)) > 0 {
		return out, fmt.Errorf("it is no plain rule: %+v", *r.Rule)
	}
	return out, nil
}
