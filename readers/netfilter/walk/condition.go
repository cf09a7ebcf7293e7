package walk

import (
	"cmp"
	"slices"

	"rolewall/readers/capture"
	"rolewall/readers/netfilter"
	"rolewall/readers/netfilter/budget"
)

// maxConditions is for how many conditions a walk follows both results.
const maxConditions = 12

// outcome is what a walk assumes about a condition.
type outcome uint8

const (
	holdsNot outcome = iota
	holdsIt
	either // the walk no longer follows both: what is accepted may be dropped
)

// literal is a condition with what a walk assumes about it.
type literal struct {
	condition int
	outcome   outcome
}

// CaseID is the number of a list of literals, sorted by condition. 0 assumes nothing.
type CaseID int

// cases holds the conditions of an evaluation and the assumptions that walks make.
type cases struct {
	conditions []capture.Condition
	byKey      map[string]int
	lists      [][]literal
	ids        map[string]CaseID
	budget     *budget.Budget // of the program that is followed
}

// NewCases returns an empty list of conditions.
func NewCases() *cases {
	c := &cases{byKey: map[string]int{}, ids: map[string]CaseID{}, budget: &budget.Budget{}}
	c.intern(nil)
	return c
}

// condition returns the number of a condition.
func (c *cases) condition(key string, make func() capture.Condition) int {
	if n, known := c.byKey[key]; known {
		return n
	}
	n := len(c.conditions)
	c.conditions = append(c.conditions, make())
	c.byKey[key] = n
	return n
}

func (c *cases) intern(list []literal) CaseID {
	c.budget.Spend(len(list))
	key := make([]byte, 0, 5*len(list))
	for _, l := range list {
		key = append(key, byte(l.condition), byte(l.condition>>8), byte(l.condition>>16), byte(l.outcome))
	}
	if id, known := c.ids[string(key)]; known {
		return id
	}
	id := CaseID(len(c.lists))
	c.lists = append(c.lists, list)
	c.ids[string(key)] = id
	return id
}

// of returns what the case assumes about a condition.
func (c *cases) of(id CaseID, condition int) (outcome, bool) {
	for _, l := range c.lists[id] {
		if l.condition == condition {
			return l.outcome, true
		}
	}
	return 0, false
}

// with returns the case with one more assumption.
func (c *cases) with(id CaseID, condition int, o outcome) CaseID {
	list := slices.Clone(c.lists[id])
	at, found := slices.BinarySearchFunc(list, condition, func(l literal, n int) int { return cmp.Compare(l.condition, n) })
	if found {
		list[at].outcome = o
	} else {
		list = slices.Insert(list, at, literal{condition, o})
	}
	return c.intern(list)
}

// full reports whether the walk must not split for more conditions.
func (c *cases) full(id CaseID) bool { return len(c.lists[id]) >= maxConditions }

// Opposite returns the case without one condition, if a and b differ only in assuming the opposite about it.
func (c *cases) Opposite(a, b CaseID) (CaseID, bool) {
	x, y := c.lists[a], c.lists[b]
	if a == b || len(x) != len(y) {
		return 0, false
	}
	c.budget.Spend(len(x) / 4)
	at := -1
	for i := range x {
		if x[i] == y[i] {
			continue
		}
		if at >= 0 || x[i].condition != y[i].condition || x[i].outcome == either || y[i].outcome == either {
			return 0, false
		}
		at = i
	}
	return c.intern(slices.Delete(slices.Clone(x), at, at+1)), true
}

// Covers reports whether a holds whenever b does: every literal of a is also in b.
func (c *cases) Covers(a, b CaseID) bool {
	c.budget.Spend(len(c.lists[a]) * len(c.lists[b]) / 16)
	for _, l := range c.lists[a] {
		if !slices.Contains(c.lists[b], l) {
			return false
		}
	}
	return !slices.ContainsFunc(c.lists[a], func(l literal) bool { return l.outcome == either })
}

// Texts returns the conditions of a case.
func (c *cases) Texts(id CaseID) []capture.Condition {
	var out []capture.Condition
	for _, l := range c.lists[id] {
		out = append(out, c.conditions[l.condition])
	}
	return out
}

// condition returns the condition of an op that has no certain result.
func (w *Walk) condition(s *Step, o *op) int {
	if o.cond >= 0 {
		return o.cond
	}
	m := netfilter.Maybe{Kind: capture.Other, Text: "depends on a match that rolewall does not follow", Own: true}
	for _, f := range FieldsOf(o.Expr) {
		if why, ok := whys[f]; ok {
			m = why
			break
		}
	}
	return w.P.maybe(s, &m)
}

// whys says why a field is unknown.
var whys = map[netfilter.Field]netfilter.Maybe{
	netfilter.HopLimit:     {Kind: capture.Other, Text: "depends on the hop limit, which the source chooses", Own: true},
	netfilter.CtState:      {Kind: capture.Other, Text: "depends on the kernel: some track this type of ICMPv6, some do not"},
	netfilter.OutInterface: {Kind: capture.Route, Text: "depends on the interface by which the host passes it on; the files hold no addresses or routes", Own: true},
	netfilter.ReversePath:  {Kind: capture.Route, Text: "depends on the route back to the source; the files hold no routes"},
	netfilter.RPFilter:     {Kind: capture.Route, Text: "depends on the route back to the source; the files hold no routes"},
	netfilter.PacketMark:   {Kind: capture.Mark, Text: "depends on a mark that no rule in the files sets", Own: true},
	netfilter.ConnMark:     {Kind: capture.Mark, Text: "depends on a mark of the connection that the files do not tell", Own: true},
}

// FieldsOf returns the fields that an expression compares.
func FieldsOf(e netfilter.Expr) []netfilter.Field {
	switch e := e.(type) {
	case *netfilter.Match:
		return e.Fields
	case *netfilter.VerdictMap:
		return e.Fields
	}
	return nil
}
