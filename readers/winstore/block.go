package winstore

import (
	"fmt"
	"slices"
	"strings"

	"rolewall/readers/capture"
	"rolewall/ruleset"
)

// relation says how much of what one rule speaks of, beside traffic and addresses, another one speaks of too.
type relation int

const (
	none relation = iota // nothing
	some                 // a part, or it cannot be told
	all
)

// covers says how much of the listeners of rule a the rule b speaks of: programs and services.
func (b Rule) covers(a Rule) relation {
	return min(coversPath(b.App, a.App), coversService(b.Svc, a.Svc))
}

func coversPath(b, a string) relation {
	switch b, a = foldPath(b), foldPath(a); {
	case b == "" || b == a:
		return all
	case a == "":
		return some
	}
	return none
}

// coversService compares short names. A star is every service, but no program that is none.
func coversService(b, a string) relation {
	switch b, a = strings.ToLower(b), strings.ToLower(a); {
	case b == "" || b == a || b == "*" && a != "":
		return all
	case a == "" || a == "*":
		return some
	}
	return none
}

// windowsFolders are the ways in which the folder of Windows is written. PowerShell and netsh resolve the variables.
var windowsFolders = []string{"%SystemRoot%", "%windir%", `C:\Windows`}

// foldPath writes a path in one way: as policies write it, in lower case.
func foldPath(path string) string { return strings.ToLower(program(path)) }

// maxPieces is into how many pieces block rules may cut one rule. Further ones become conditions.
const maxPieces = 500

// minus takes what the block rule b speaks of out of pieces of the allow rule a.
func minus(list []piece, a, b Rule, blocked []piece) []piece {
	reach := b.covers(a)
	if reach == none {
		return list
	}
	for _, q := range blocked {
		if !slices.ContainsFunc(list, func(p piece) bool { return p.overlaps(q) }) {
			continue
		}
		var next []piece
		for _, p := range list {
			if len(list) > maxPieces && p.overlaps(q) {
				p.conditions = append(slices.Clone(p.conditions), b.condition(capture.Other, b.exception(q, reach)))
				next = append(next, p)
				continue
			}
			next = append(next, p.without(q, reach, b)...)
		}
		list = next
	}
	return list
}

// without takes one piece of the block rule b out of p. Where that depends on something that the capture does not tell, or is more
// than a piece can say, the part stays with a condition.
func (p piece) without(q piece, reach relation, b Rule) []piece {
	if !p.overlaps(q) {
		return []piece{p}
	}
	both, outside := p.split(q)
	if reach == all && len(q.conditions) == 0 && (p.rpc == ruleset.Dynamic || q.rpc != ruleset.Dynamic) && q.traffic.Contains(both.traffic) {
		return outside
	}
	both.conditions = append(slices.Clone(both.conditions), b.condition(capture.Other, b.exception(q, reach)))
	return append(outside, both)
}

// exception says in words what a block rule may take away.
func (b Rule) exception(q piece, reach relation) string {
	text := fmt.Sprintf("not for %s", q.traffic)
	switch {
	case reach == some && b.App != "":
		text += " of the program " + b.App
	case reach == some:
		text += " of the service " + b.Svc
	}
	if s := sources(q.remote, q.traffic.Protocol); !s.IsAnyone() {
		text += " from " + s.Key()
	}
	for _, c := range q.conditions {
		text += ", " + c.Text
	}
	return text + ": the rule " + b.ID + " blocks it"
}

func (p piece) overlaps(q piece) bool {
	return p.traffic.Overlaps(q.traffic) && p.remote.Overlaps(q.remote) && p.to.Overlaps(q.to) && (!p.traffic.Protocol.HasPorts() || !q.traffic.Protocol.HasPorts() || portsOverlap(p.from, q.from))
}

func portsOverlap(p, q ruleset.Ports) bool { return len(p.Minus(q)) == 0 || p.Minus(q).Len() < p.Len() }

// split cuts p into the part that q holds, and parts outside of it that do not overlap. The part of everything that is one
// protocol stays everything: no rule of a rule set says "everything except".
func (p piece) split(q piece) (both piece, outside []piece) {
	both = p
	cut := func(rest piece, isEmpty bool) {
		if !isEmpty {
			outside = append(outside, rest)
		}
	}
	if p.traffic.Protocol == q.traffic.Protocol && !q.traffic.Contains(p.traffic) {
		rest := both
		rest.traffic, both.traffic = cutTraffic(p.traffic, q.traffic)
		cut(rest, false)
	}
	if !q.remote.Contains(p.remote) {
		rest := both
		rest.remote = p.remote.Minus(q.remote)
		both.remote = p.remote.Minus(rest.remote)
		cut(rest, len(rest.remote) == 0)
	}
	if !q.to.Contains(p.to) {
		rest := both
		rest.to = p.to.Minus(q.to)
		both.to = p.to.Minus(rest.to)
		cut(rest, len(rest.to) == 0)
	}
	if p.traffic.Protocol.HasPorts() && q.traffic.Protocol.HasPorts() && !q.from.Contains(p.from) {
		rest := both
		rest.from = p.from.Minus(q.from)
		both.from = p.from.Minus(rest.from)
		cut(rest, len(rest.from) == 0)
	}
	return both, outside
}

// cutTraffic splits traffic of one protocol into what q lacks and what it holds.
func cutTraffic(p, q ruleset.Traffic) (rest, both ruleset.Traffic) {
	if p.Protocol.HasPorts() {
		rest, both = p, p
		rest.Ports = p.Ports.Minus(q.Ports)
		both.Ports = p.Ports.Minus(rest.Ports)
		return rest, both
	}
	var left, shared []ruleset.Interval
	for _, i := range p.Intervals() {
		for _, j := range q.Intervals() {
			if i.Overlaps(j) {
				shared = append(shared, ruleset.Interval{First: max(i.First, j.First), Last: min(i.Last, j.Last)})
				if i.First < j.First {
					left = append(left, ruleset.Interval{First: i.First, Last: j.First - 1})
				}
				if j.Last >= i.Last {
					i.First = i.Last + 1
					break
				}
				i.First = j.Last + 1
			}
		}
		if i.First <= i.Last {
			left = append(left, i)
		}
	}
	return ruleset.TrafficOf(p.Protocol, left), ruleset.TrafficOf(p.Protocol, shared)
}
