package compare

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"rolewall/ruleset"
)

// groups gathers equal changes of several hosts. Hosts with the same two rule sets are compared once.
type groups struct {
	pairs   map[pair]*findings
	changes map[digest]*Change
	facts   map[[3]string]*Fact // by name, before and after
	answer  *answer
	err     error // the first host whose differences are too many
}

type pair struct {
	before, after *ruleset.RuleSet
	targets       [2]string
	isNew         bool
}

// findings are the differences between two rule sets.
type findings struct {
	changes []Change
	facts   []Fact
}

func newGroups() *groups {
	return &groups{pairs: map[pair]*findings{}, changes: map[digest]*Change{}, facts: map[[3]string]*Fact{}, answer: newAnswer()}
}

// add compares the rule sets of one more host.
func (g *groups) add(host string, isNew bool, before, after Host) {
	p := pair{before.Set, after.Set, [2]string{before.Targets, after.Targets}, isNew}
	if isNew { // before is made up by the caller
		p.before = nil
	}
	f, known := g.pairs[p]
	if !known {
		f = newFindings(isNew, before, after, g.answer)
		if g.answer.tooLong() && g.err == nil {
			g.err = fmt.Errorf("%s: %w", host, ErrTooMany)
		}
		g.pairs[p] = f
	}
	for _, change := range f.changes {
		c, known := g.changes[change.id]
		if !known {
			c = &change
			g.changes[change.id] = c
		}
		c.Hosts = append(c.Hosts, host)
	}
	g.addFacts(host, f.facts)
}

func (g *groups) addFacts(host string, facts []Fact) {
	for _, f := range facts {
		key := [3]string{f.Name, f.Before, f.After}
		x, known := g.facts[key]
		if !known {
			x = &f
			g.facts[key] = x
		}
		x.Hosts = append(x.Hosts, host)
	}
}

func newFindings(isNew bool, before, after Host, a *answer) *findings {
	f := &findings{}
	f.changes, f.facts = compareSets(before.Set, after.Set, a)
	f.changes = append(f.changes, compareBeside(before.Beside, after.Beside, a)...)
	for i := range f.changes {
		if isNew { // keeps it apart from changes on other hosts
			f.changes[i].NewHost = true
			f.changes[i].setID()
		}
	}
	return f
}

// sorted returns the groups, ordered by their first host and then by size, the largest first.
func (g *groups) sorted() ([]Change, []Fact) {
	var changes []Change
	for _, c := range g.changes {
		changes = append(changes, *c)
	}
	slices.SortFunc(changes, func(a, b Change) int { return cmp.Or(compareHosts(a.Hosts, b.Hosts), a.compare(b)) })
	var facts []Fact
	for _, f := range g.facts {
		facts = append(facts, *f)
	}
	slices.SortFunc(facts, func(a, b Fact) int {
		return cmp.Or(compareHosts(a.Hosts, b.Hosts), cmp.Compare(factRank(a.Name), factRank(b.Name)), cmp.Compare(a.Name, b.Name),
			cmp.Compare(a.Before, b.Before), cmp.Compare(a.After, b.After))
	})
	return changes, facts
}

func compareHosts(a, b []string) int {
	return cmp.Or(cmp.Compare(a[0], b[0]), -cmp.Compare(len(a), len(b)), slices.Compare(a, b))
}

// factRank returns the place of a fact in the order of reports.
func factRank(name string) int {
	first, _, _ := strings.Cut(name, " ")
	return slices.Index([]string{"filter", "targets", "os", "role", "feature", "families", "access", "rpc", "setting", "warning", "note", "renamed"}, first)
}

// appendKey writes a text that is equal for equal differences, whatever their ports and hosts are.
func (c Change) appendKey(b []byte) []byte {
	b = append(append(b, c.Kind...), '|')
	b = append(strconv.AppendBool(b, c.Outbound), '|')
	b = append(strconv.AppendBool(b, c.Renamed), '|')
	b = append(strconv.AppendUint(b, uint64(c.Protocol), 10), '|')
	b = append(c.Before.appendKey(b), '|')
	b = append(c.After.appendKey(b), '|')
	b = fmt.Appendf(b, "%v|", c.Bindings)
	b = fmt.Appendf(b, "%v|", c.Rules)
	b = append(appendReasons(b, c.Reasons), '|')
	b = append(c.Added.appendKey(b), '|')
	return c.Removed.appendKey(b)
}

// appendKey writes a set of addresses with its names.
func (w Addresses) appendKey(b []byte) []byte {
	b = append(b, "{["...)
	for i, name := range w.Names {
		if i > 0 {
			b = append(b, ' ')
		}
		b = append(b, name...)
	}
	b = append(b, "] ["...)
	for i, p := range w.Prefixes {
		if i > 0 {
			b = append(b, ' ')
		}
		b = p.AppendTo(b)
	}
	return append(b, "]}"...)
}

// text is equal for equal changes, whatever their hosts are. Use it once ports are set.
func (c Change) text() string {
	kind := ""
	if c.NewHost {
		kind = "new "
	}
	if c.Beside {
		kind += "beside "
	}
	return string(c.appendKey(fmt.Appendf(nil, "%s%s|%v|%q|", kind, c.Ports, c.ICMP, c.StillOpen)))
}

// setID sets the id, which is equal where the text is. The key must be set.
func (c *Change) setID() {
	c.id = digestOf(fmt.Appendf(nil, "%t %t %t|%s|%v|%q|%x", c.NewHost, c.Beside, c.Outbound, c.Ports, c.ICMP, c.StillOpen, c.key))
}

// digest stands for a text that names every rule of a change, and so is long where many rules overlap.
type digest [sha256.Size]byte

func digestOf(text []byte) digest { return sha256.Sum256(text) }

// appendReasons writes the reasons of both sides.
func appendReasons(b []byte, sides [2][]ruleset.Reason) []byte {
	for _, list := range sides {
		for _, r := range list {
			b = appendQuoted(b, r.Role)
			b = append(appendQuoted(append(b, " ["...), r.Via...), "] "...)
			b = append(appendQuoted(b, r.Service, r.App, string(r.Audience)), " ["...)
			b = append(appendQuoted(b, r.Networks...), "] "...)
			b = appendQuoted(b, r.Feature, r.Source, r.At)
			if r.Allow != nil {
				b = append(appendQuoted(append(b, '{'), r.Allow.Reason, r.Allow.Owner, r.Allow.Expires), '}')
			}
			b = append(b, '\n')
		}
		b = append(b, '\f')
	}
	return b
}

// appendQuoted writes quoted words with spaces between them.
func appendQuoted(b []byte, words ...string) []byte {
	for i, w := range words {
		if i > 0 {
			b = append(b, ' ')
		}
		b = strconv.AppendQuote(b, w)
	}
	return b
}
