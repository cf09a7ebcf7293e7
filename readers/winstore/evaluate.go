package winstore

import (
	"slices"
	"strings"

	"rolewall/readers/capture"
	"rolewall/readers/rulestring"
	"rolewall/ruleset"
)

// Evaluate says what the host lets in: by profile, with the rule that opens it and its owner. It reads st and keeps no part of it
// but texts.
func Evaluate(st *State) *capture.Capture {
	profiles := st.profiles()
	out := &capture.Capture{
		Host: st.Host, OS: st.OS, When: st.When, Families: ruleset.Families{IPv4: true, IPv6: true},
		Facts: st.facts(profiles), Sources: st.Sources, Unmapped: slices.Clone(st.Unmapped),
	}
	e := evaluation{profiles: profiles, os: st.OS, pieces: map[*rulestring.Rule][]piece{}}
	for _, r := range st.Rules {
		if !st.counts(r) {
			continue
		}
		if t, found := r.unknown(); found {
			traffic, _ := r.Traffic()
			out.Unmapped = append(out.Unmapped, capture.Unmapped{Place: r.Place, Reason: "the rule says " + t.Key + "=" + t.Value + ", which nobody here knows", Scope: traffic.String()})
			continue
		}
		e.rules = append(e.rules, r)
	}
	e.findBlocks()
	out.Openings = append(e.settings(), e.openings()...)
	return out
}

// counts reports whether the rule is on, for inbound traffic, and not a copy of one that another form tells better.
func (st *State) counts(r Rule) bool {
	return r.Rule.Active && r.Direction == ruleset.Inbound && !(r.Active && r.Store != Other && st.seenByExport(r.Store))
}

// seenByExport reports whether the capture holds rules of the store beside those of the ActiveStore.
func (st *State) seenByExport(s Store) bool {
	return slices.ContainsFunc(st.Rules, func(r Rule) bool { return r.Store == s && !r.Active })
}

// evaluation is the work on one state.
type evaluation struct {
	profiles []profile
	os       ruleset.OS
	rules    []Rule
	blocks   [][]Rule // for each profile
	pieces   map[*rulestring.Rule][]piece
}

// holds reports whether a rule counts in a profile.
func (p profile) holds(r Rule) bool {
	return (len(r.Profiles) == 0 || slices.Contains(r.Profiles, p.name)) && (r.Store != Local || p.merges.Value)
}

func (e *evaluation) findBlocks() {
	for _, p := range e.profiles {
		var list []Rule
		for _, r := range e.rules {
			if r.Action == rulestring.Block && p.holds(r) {
				list = append(list, r)
			}
		}
		e.blocks = append(e.blocks, list)
	}
}

func (e *evaluation) piecesOf(r Rule) []piece {
	if _, known := e.pieces[r.Rule]; !known {
		e.pieces[r.Rule] = r.pieces(e.os)
	}
	return e.pieces[r.Rule]
}

// left returns what the block rules of a profile leave of an allow rule.
func (e *evaluation) left(r Rule, profile int) []piece {
	list := e.piecesOf(r)
	if r.Action == rulestring.ByPass {
		return list
	}
	for _, b := range e.blocks[profile] {
		list = minus(list, r, b, e.piecesOf(b))
	}
	return list
}

// openings returns what rules open. Profiles in which a rule opens the same share an opening.
func (e *evaluation) openings() []capture.Opening {
	var out []capture.Opening
	for _, r := range e.rules {
		if r.Action == rulestring.Block {
			continue
		}
		var done [][]piece
		var in [][]string
		for i, p := range e.profiles {
			if !p.on.Value || p.noExceptions.Value || !p.holds(r) {
				continue
			}
			list := e.left(r, i)
			at := slices.IndexFunc(done, func(other []piece) bool { return slices.EqualFunc(other, list, same) })
			if at < 0 {
				done, in, at = append(done, list), append(in, nil), len(done)
			}
			in[at] = append(in[at], p.name)
		}
		for i, list := range done {
			for _, p := range list {
				out = append(out, p.opening(r, in[i]))
			}
		}
	}
	return out
}

func same(p, q piece) bool {
	return p.traffic.String() == q.traffic.String() && p.rpc == q.rpc && p.remote.Equal(q.remote) && p.to.Equal(q.to) && slices.Equal(p.from, q.from) && sameConditions(p.conditions, q.conditions)
}

// opening writes a piece of a rule as an opening.
func (p piece) opening(r Rule, profiles []string) capture.Opening {
	out := capture.Opening{
		Rule: &ruleset.Rule{
			Traffic: p.traffic, RPC: p.rpc, Remote: sources(p.remote, p.traffic.Protocol),
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

// program writes a path as policies do, with the variable of the folder of Windows.
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

// settings returns what the profiles open without a rule: everything where the firewall is off, and all that no rule blocks where
// the default action allows.
func (e *evaluation) settings() []capture.Opening {
	anything := ruleset.Traffic{Protocol: ruleset.AnyProtocol}
	var out []capture.Opening
	add := func(p profile, s Setting, text string, list []piece) {
		r := Rule{Rule: &rulestring.Rule{}, Place: capture.Place{Pos: s.Pos, Rule: text}}
		for _, x := range list {
			o := x.opening(r, []string{p.name})
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
			list := []piece{whole}
			for _, b := range e.blocks[i] {
				list = minus(list, Rule{Rule: &rulestring.Rule{}}, b, e.piecesOf(b))
			}
			add(p, p.block, "the default action allows", list)
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
