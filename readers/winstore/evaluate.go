package winstore

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"rolewall/readers/capture"
	"rolewall/readers/rulestring"
	"rolewall/ruleset"
)

// Evaluate returns what the host allows, by profile, with the rule that opens it and its owner. The result keeps
// only texts of st.
func Evaluate(st *State) *capture.Capture {
	profiles := st.profiles()
	out := &capture.Capture{
		Host: st.Host, OS: st.OS, When: st.When, Families: ruleset.Families{IPv4: true, IPv6: true},
		Facts: st.facts(profiles), Sources: st.Sources, Unmapped: slices.Clone(st.Unmapped),
	}
	e := evaluation{profiles: profiles, os: st.OS, addresses: newAddresses()}
	for _, x := range st.unread {
		if e.anywhere(Rule{Rule: &rulestring.Rule{}, Store: x.store}) {
			out.Unmapped = append(out.Unmapped, x.Unmapped)
		}
	}
	exported, host, ofPolicy := st.exported(), cmp.Or(st.NT, versions[st.OS]), st.policyIDs()
	for _, r := range st.Rules {
		r, here := r.onPlatform(host)
		r.replaced = r.Store == Local && !r.Weak && ofPolicy[strings.ToLower(r.ID)]
		if r.Weak && exported[r.Store] || !e.anywhere(r) || !here {
			continue
		}
		if t, found := r.unknown(); found {
			traffic, _ := r.Traffic()
			out.Unmapped = append(out.Unmapped, capture.Unmapped{Place: r.Place, Reason: "the rule says " + t.Key + "=" + t.Value + ", which nobody here knows", Scope: traffic.String()})
		} else if r.Active {
			e.rules = append(e.rules, r)
		}
	}
	e.findBlocks()
	out.Openings = append(e.settings(), e.openings()...)
	return out
}

// exported returns the stores whose rules were captured in the form of the registry.
func (st *State) exported() map[Store]bool {
	out := map[Store]bool{}
	for _, r := range st.Rules {
		out[r.Store] = out[r.Store] || !r.Weak
	}
	return out
}

// policyIDs returns the IDs of the rules of Group Policy, in lower case.
func (st *State) policyIDs() map[string]bool {
	out := map[string]bool{}
	for _, r := range st.Rules {
		if r.Store == Policy && !r.Weak {
			out[strings.ToLower(r.ID)] = true
		}
	}
	return out
}

// evaluation is the evaluation of one state.
type evaluation struct {
	profiles  []profile
	os        ruleset.OS
	addresses *addresses
	rules     []Rule
	blocks    [][]*block // for each profile; profiles with equal block rules share them
}

// block holds what block rules with equal programs, traffic and own addresses block together. A rule with
// conditions is a block of its own.
type block struct {
	rule   Rule // the first of the rules
	owner  owner
	piece  piece
	remote []netip.Prefix // of all rules
}

// holds reports whether a rule applies in a profile.
func (p profile) holds(r Rule) bool {
	return (len(r.Profiles) == 0 || slices.Contains(r.Profiles, p.name)) && (r.Store != Local || p.merges.Value)
}

// anywhere reports whether a rule applies in a profile that filters.
func (e *evaluation) anywhere(r Rule) bool {
	return slices.ContainsFunc(e.profiles, func(p profile) bool { return p.on.Value && p.holds(r) })
}

// findBlocks unites the block rules of each profile.
func (e *evaluation) findBlocks() {
	var rules []Rule
	for _, r := range e.rules {
		if r.Action == rulestring.Block {
			rules = append(rules, r)
		}
	}
	known := map[string][]*block{}
	for _, p := range e.profiles {
		in := make([]byte, len(rules))
		for i, r := range rules {
			if p.holds(r) {
				in[i] = 1
			}
		}
		list, done := known[string(in)]
		if !done {
			list = unite(slices.Collect(func(yield func(Rule) bool) {
				for i, r := range rules {
					if in[i] == 1 && !yield(r) {
						return
					}
				}
			}), e.os)
			known[string(in)] = list
		}
		e.blocks = append(e.blocks, list)
	}
}

// unite groups rules that differ only in sources.
func unite(rules []Rule, os ruleset.OS) []*block {
	var out []*block
	known := map[string]*block{}
	for _, r := range rules {
		o := r.ownerOf()
		for _, p := range r.pieces(os) {
			key := fmt.Sprintf("%q %q %s %s %s %v", o.program, o.service, p.traffic, p.rpc, p.from, p.to)
			if b := known[key]; b != nil && len(p.conditions) == 0 {
				b.remote = append(b.remote, p.remote...)
				continue
			}
			b := &block{r, o, p, slices.Clone(p.remote)}
			if out = append(out, b); len(p.conditions) == 0 {
				known[key] = b
			}
		}
	}
	for _, b := range out {
		b.piece.remote = ruleset.NewPrefixes(b.remote...)
	}
	return out
}

// left returns what remains of an allow rule after the block rules of a profile.
func (e *evaluation) left(r Rule, list []piece, profile int) []piece {
	if r.Action == rulestring.ByPass {
		return list
	}
	o := r.ownerOf()
	for _, b := range e.blocks[profile] {
		list = e.takeFrom(list, o, b)
	}
	return list
}

// openings returns what rules open. If a rule opens the same in several profiles, these share an opening.
func (e *evaluation) openings() []capture.Opening {
	var out []capture.Opening
	for _, r := range e.rules {
		if r.Action == rulestring.Block {
			continue
		}
		var done [][]piece
		var in [][]string
		whole := r.pieces(e.os)
		for i, p := range e.profiles {
			if !p.on.Value || p.noExceptions.Value || !p.holds(r) {
				continue
			}
			list := e.left(r, whole, i)
			at := slices.IndexFunc(done, func(other []piece) bool { return slices.EqualFunc(other, list, same) })
			if at < 0 {
				done, in, at = append(done, list), append(in, nil), len(done)
			}
			in[at] = append(in[at], p.name)
		}
		for i, list := range done {
			for _, p := range list {
				out = append(out, e.opening(p, r, in[i]))
			}
		}
	}
	return out
}

func same(p, q piece) bool {
	return p.traffic.String() == q.traffic.String() && p.rpc == q.rpc && p.remote.Equal(q.remote) && p.to.Equal(q.to) && slices.Equal(p.from, q.from) && sameConditions(p.conditions, q.conditions)
}

// opening returns a piece of a rule as an opening.
func (e *evaluation) opening(p piece, r Rule, profiles []string) capture.Opening {
	out := capture.Opening{
		Rule: &ruleset.Rule{
			Traffic: p.traffic, RPC: p.rpc, Remote: e.addresses.sources(p.remote, p.traffic.Protocol),
			Listener: ruleset.Listener{Program: program(r.App), Service: r.Svc},
		},
		Conditions: slices.Clone(p.conditions), Owner: r.owner(), Group: groupName(r.Group), Rules: []capture.Place{r.Place},
	}
	if len(profiles) < len(Profiles) {
		out.Profiles = profiles
	}
	if p.traffic.Protocol.HasPorts() && !p.from.Contains(everyPort) {
		out.Rule.FromPorts = p.from
	}
	if !p.to.Contains(everywhere) {
		out.To = p.to
	}
	if r.Svc == "*" {
		out.Rule.Listener.Service = ""
		out.Conditions = append(out.Conditions, r.condition(capture.Other, "only for programs that are services"))
	}
	return out
}

// program returns a path as policies write it, with the variable of the Windows folder.
func program(path string) string {
	if strings.EqualFold(path, "System") {
		return "System"
	}
	for _, folder := range windowsFolders {
		if len(path) > len(folder) && strings.EqualFold(path[:len(folder)], folder) {
			return "%SystemRoot%" + path[len(folder):]
		}
	}
	return path
}

// settings returns what the profiles open without a rule: everything if the firewall is off, and everything that
// no rule blocks if the default action is to allow.
func (e *evaluation) settings() []capture.Opening {
	anything := ruleset.Traffic{Protocol: ruleset.AnyProtocol}
	var out []capture.Opening
	add := func(p profile, s Setting, text string, list []piece) {
		r := Rule{Rule: &rulestring.Rule{}, Place: capture.Place{Pos: s.Pos, Rule: text}}
		for _, x := range list {
			o := e.opening(x, r, []string{p.name})
			last := len(out) - 1
			if last >= 0 && out[last].Rules[0].Rule == text && sameOpening(out[last], o) {
				out[last].Profiles = append(out[last].Profiles, p.name)
				continue
			}
			out = append(out, o)
		}
	}
	whole := piece{traffic: anything, remote: everywhere, from: everyPort, to: everywhere}
	for _, p := range e.profiles {
		if !p.on.Value {
			add(p, p.on, "the firewall is off", []piece{whole})
		}
	}
	for i, p := range e.profiles {
		if p.on.Value && !p.noExceptions.Value && !p.block.Value {
			add(p, p.block, "the default action allows", e.left(Rule{Rule: &rulestring.Rule{}}, []piece{whole}, i))
		}
	}
	for i := range out {
		if len(out[i].Profiles) == len(Profiles) {
			out[i].Profiles = nil
		}
	}
	return out
}

func sameOpening(a, b capture.Opening) bool {
	return a.Rule.Remote.Key() == b.Rule.Remote.Key() && a.To.Equal(b.To) && sameConditions(a.Conditions, b.Conditions)
}
