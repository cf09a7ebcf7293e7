package winstore

import (
	"fmt"
	"slices"
	"strings"

	"rolewall/readers/capture"
	"rolewall/ruleset"
)

// relation says how much of one rule another rule covers, besides traffic and addresses.
type relation int

const (
	none relation = iota // nothing
	some                 // a part, or unknown
	all
)

// owner is the program and the service of a rule, in a form that can be compared.
type owner struct{ program, service string }

func (r Rule) ownerOf() owner { return owner{foldPath(r.App), strings.ToLower(r.Svc)} }

// covers returns how much of the listeners of a rule with owner a a block rule with owner b covers.
func (b owner) covers(a owner) relation {
	return min(coversProgram(b.program, a.program), coversService(b.service, a.service))
}

func coversProgram(b, a string) relation {
	switch {
	case b == "" || b == a:
		return all
	case a == "":
		return some
	}
	return none
}

// coversService compares short names of services. A star covers every service, but no program that is not a
// service.
func coversService(b, a string) relation {
	switch {
	case b == "" || b == a || b == "*" && a != "":
		return all
	case a == "" || a == "*":
		return some
	}
	return none
}

// windowsFolders are the ways to write the Windows folder. PowerShell and netsh resolve the variables.
var windowsFolders = []string{"%SystemRoot%", "%windir%", `C:\Windows`}

// foldPath returns a path in the form of policies, in lower case.
func foldPath(path string) string { return strings.ToLower(program(path)) }

// maxPieces is how many pieces block rules may cut one rule into. Further block rules become conditions.
const maxPieces = 500

// takeFrom removes what the block rules b cover from pieces of a rule with the owner a.
func (e *evaluation) takeFrom(list []piece, a owner, b *block) []piece {
	reach := b.owner.covers(a)
	if reach == none || !slices.ContainsFunc(list, func(p piece) bool { return p.overlaps(b.piece) }) {
		return list
	}
	var out []piece
	for _, p := range list {
		switch {
		case !p.overlaps(b.piece):
			out = append(out, p)
		case len(list) > maxPieces:
			out = append(out, e.mayTake(b, p, reach))
		default:
			out = append(out, e.takeFromPiece(p, b, reach)...)
		}
	}
	return out
}

// takeFromPiece removes what the block rules b cover from p. If that depends on something that the capture does
// not tell, or the rest cannot be a piece, the part stays with a condition.
func (e *evaluation) takeFromPiece(p piece, b *block, reach relation) []piece {
	both, outside := p.split(b.piece, e.addresses)
	if reach == all && len(b.piece.conditions) == 0 && (p.rpc == ruleset.Dynamic || b.piece.rpc != ruleset.Dynamic) && b.piece.traffic.Contains(both.traffic) {
		return outside
	}
	return append(outside, e.mayTake(b, both, reach))
}

// mayTake adds the condition that the block rules b do not block the piece.
func (e *evaluation) mayTake(b *block, p piece, reach relation) piece {
	p.conditions = append(slices.Clone(p.conditions), b.rule.condition(capture.Other, e.exception(b, reach)))
	return p
}

// exception returns in words what the block rules may block.
func (e *evaluation) exception(b *block, reach relation) string {
	text := fmt.Sprintf("not for %s", b.piece.traffic)
	switch {
	case reach == some && b.rule.App != "":
		text += " of the program " + b.rule.App
	case reach == some:
		text += " of the service " + b.rule.Svc
	}
	if s := e.addresses.sources(b.piece.remote, b.piece.traffic.Protocol); !s.IsAnyone() && len(b.piece.remote) <= maxListed {
		text += " from " + s.Key()
	} else if !s.IsAnyone() {
		text += " from some addresses"
	}
	for _, c := range b.piece.conditions {
		text += ", " + c.Text
	}
	return text + ": the rule " + b.rule.ID + " blocks it"
}

// maxListed is how many addresses a condition lists.
const maxListed = 20

func (p piece) overlaps(q piece) bool {
	if p.traffic.Protocol != q.traffic.Protocol && p.traffic.Protocol != ruleset.AnyProtocol && q.traffic.Protocol != ruleset.AnyProtocol {
		return false
	}
	return p.traffic.Overlaps(q.traffic) && p.remote.Overlaps(q.remote) && p.to.Overlaps(q.to) && (!p.traffic.Protocol.HasPorts() || !q.traffic.Protocol.HasPorts() || portsOverlap(p.from, q.from))
}

func portsOverlap(p, q ruleset.Ports) bool { return len(p.Minus(q)) == 0 || p.Minus(q).Len() < p.Len() }

// split cuts p into the part that q contains, and parts outside of q that do not overlap. Traffic of every
// protocol minus one protocol stays every protocol, since no rule can express "everything except".
func (p piece) split(q piece, a *addresses) (both piece, outside []piece) {
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
		both.remote, rest.remote = a.cut(p.remote, q.remote)
		cut(rest, len(rest.remote) == 0)
	}
	if !q.to.Contains(p.to) {
		rest := both
		both.to, rest.to = a.cut(p.to, q.to)
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

// cutTraffic splits traffic of one protocol into the part that q does not contain and the part that it contains.
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
