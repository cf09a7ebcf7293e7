package suggest

import (
	"fmt"
	"slices"
	"strings"

	"rolewall/internal/drift"
	"rolewall/readers/capture"
	"rolewall/ruleset"
)

// body is what the policy says about a host.
type body struct {
	h      *host
	roles  []roleLine
	allows []allow
	noPing bool
	notes  []string // comments below the host
}

// roleLine is a role of a host, with the sources that may reach its ports.
type roleLine struct {
	name                       string
	why                        string
	clients, management, peers ruleset.Prefixes
}

// allow is an exception.
type allow struct {
	ruleset.Traffic
	sources    ruleset.Prefixes
	interfaces []string
	mapper     bool
	why        string // the comment
	reason     string // the text of the key
}

func (b *body) note(format string, args ...any) {
	b.notes = append(b.notes, fmt.Sprintf(format, args...))
}

// body computes what the policy says about a host.
func (s *suggester) body(d *document, h *host) (*body, error) {
	b := &body{h: h}
	if h.Windows && h.OS == "" {
		b.note("the files do not tell the edition of Windows: %s is a guess", h.os)
	}
	if h.unread > 0 {
		b.note("the host listens on %s more ports, of which nothing is written", number(uint64(h.unread)))
	}
	candidates := s.candidates(h)
	for _, c := range candidates {
		s.role(d, b, c)
	}
	s.ping(d, b)
	want, err := s.settle(d, b)
	if err != nil {
		return nil, err
	}
	if len(h.Sockets.Files) == 0 {
		s.fromRules(b)
	} else {
		s.leftovers(d, b, want.Set, candidates)
	}
	if want, err = s.settle(d, b); err != nil {
		return nil, err
	}
	s.closing(b, want)
	return b, nil
}

// role writes a candidate as a role, with all or some of its rows. It does so only if that opens nothing that is
// closed today.
func (s *suggester) role(d *document, b *body, c *candidate) {
	name := c.role.Name
	if !c.isHigh {
		b.note("medium: perhaps role %s: %s", name, strings.Join(c.reasons, "; "))
		return
	}
	line, known := s.audience(b.h, c)
	if !known {
		what := "which nothing allows today"
		if b.h.Capture == nil {
			what = "and neither rules nor traffic say who may come: say so in audience.roles and add the role"
		}
		b.note("high: role %s, %s: %s", name, what, strings.Join(c.reasons, "; "))
		return
	}
	before := len(b.roles)
	try := func(line roleLine) (more []drift.Finding, covers bool) {
		b.roles = append(b.roles[:before], line)
		want, err := s.resolve(d.one(b), b.h.name)
		if err != nil {
			return []drift.Finding{{}}, false
		}
		covers = true
		for _, l := range c.listeners {
			needs, _ := b.h.wants(l, s.o.MaxPrefixes)
			covers = covers && b.h.opened(want.Set, l).Contains(needs)
		}
		return s.opensMore(b.h, want), covers
	}
	more, covers := try(line)
	if len(more) == 0 && covers {
		return
	}
	own := line
	own.name = d.partOf(c, func(l *listener) bool {
		p, _ := b.h.wants(l, s.o.MaxPrefixes)
		return len(p) > 0
	})
	moreOwn, coversOwn := try(own)
	switch {
	case len(moreOwn) == 0 && (coversOwn || len(more) > 0):
		return
	case len(more) == 0:
		b.roles = append(b.roles[:before], line)
		return
	}
	b.roles = b.roles[:before]
	b.note("high: role %s is not written: it would open %s, which is closed today: %s", name, traffics(more), strings.Join(c.reasons, "; "))
}

// traffics lists the traffic of findings.
func traffics(list []drift.Finding) string {
	var out []string
	for _, f := range list {
		if text := short(f.Traffic); !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	if len(out) > 6 {
		out = append(out[:6], "more")
	}
	return strings.Join(out, ", ")
}

// audience returns a role with the sources that were seen, or else with those that are allowed today. It returns
// false if there are none.
func (s *suggester) audience(h *host, c *candidate) (roleLine, bool) {
	line := roleLine{name: c.role.Name}
	reasons := slices.Clone(c.reasons)
	wasSeen := slices.ContainsFunc(c.listeners, func(l *listener) bool { return h.seen[l.port] != nil })
	for _, row := range c.rows {
		for _, l := range row.listeners {
			if wasSeen && h.seen[l.port] == nil {
				continue // nobody was seen to use the port, and its sources must not reach the other ports
			}
			p, why := h.wants(l, s.o.MaxPrefixes)
			if text := l.traffic().String() + " " + why; why != "" && !slices.Contains(reasons, text) {
				reasons = append(reasons, text)
			}
			switch row.endpoint.Audience {
			case ruleset.Clients:
				line.clients = line.clients.Union(p)
			case ruleset.Peers:
				line.peers = line.peers.Union(p)
			default:
				line.management = line.management.Union(p)
			}
		}
	}
	line.clients, line.management, line.peers = h.sayable(line.clients), h.sayable(line.management), h.sayable(line.peers)
	line.why = "high: " + strings.Join(append(reasons, h.rulesFor(c.listeners)...), "; ")
	return line, len(line.clients)+len(line.management)+len(line.peers) > 0
}

// rulesFor returns a few of the rules by which listeners are open today.
func (h *host) rulesFor(list []*listener) []string {
	var out []string
	for _, l := range list {
		for _, o := range h.openingsFor(l) {
			if text := ruleText(o); text != "" && !slices.Contains(out, text) && len(out) < 3 {
				out = append(out, text)
			}
		}
	}
	return out
}

func ruleText(o capture.Opening) string {
	if len(o.Rules) == 0 {
		return ""
	}
	r := o.Rules[len(o.Rules)-1]
	text := "open by " + r.Rule + place(r.Pos)
	if o.Owner != "" {
		text += " of " + o.Owner
	}
	return text
}

// ping keeps echo requests closed if they are closed today. Linux scripts allow them by default.
func (s *suggester) ping(d *document, b *body) {
	h := b.h
	if h.Capture == nil || h.Windows {
		return
	}
	for _, echo := range []struct {
		text   string
		family ruleset.Families
	}{{"icmp/8", ruleset.Families{IPv4: true}}, {"icmpv6/128", ruleset.Families{IPv6: true}}} {
		t, err := ruleset.ParseTraffic(echo.text)
		family := echo.family.And(h.families)
		if err != nil || family.None() {
			continue
		}
		var today ruleset.Prefixes
		for _, o := range h.certain {
			if len(o.Rule.Interfaces) == 0 && o.Rule.Traffic.Contains(t) {
				today = today.Union(h.sourcesOf(o))
			}
		}
		today = today.Restrict(family)
		if today.Equal(ruleset.AllAddresses(family)) {
			continue
		}
		b.noPing = true
		if len(today) > 0 {
			b.allows = append(b.allows, allow{Traffic: t, sources: today, why: "low: echo requests (ping) are open to these today", reason: "echo requests, found open"})
		}
	}
}

// settle resolves the policy of the host. Whatever is not surely open today becomes a comment. So does what a
// policy cannot express, such as a program with an invalid path.
func (s *suggester) settle(d *document, b *body) (drift.Expected, error) {
	if want, err := s.resolve(d.one(b), b.h.name); err == nil && len(s.opensMore(b.h, want)) == 0 {
		return want, nil
	}
	all := *b
	b.roles, b.allows = nil, nil
	why := func() string {
		want, err := s.resolve(d.one(b), b.h.name)
		if err != nil {
			return "no policy can say it"
		}
		if more := s.opensMore(b.h, want); len(more) > 0 {
			return "it would open " + traffics(more) + " wider than it is open today"
		}
		return ""
	}
	for _, r := range all.roles {
		b.roles = append(b.roles, r)
		if problem := why(); problem != "" {
			b.roles = b.roles[:len(b.roles)-1]
			b.note("role %s is not written, since %s; %s", r.name, problem, r.why)
		}
	}
	for _, a := range all.allows {
		b.allows = append(b.allows, a)
		if problem := why(); problem != "" {
			b.allows = b.allows[:len(b.allows)-1]
			b.note("%s from %s is not opened, since %s; %s", a.Traffic, prefixText(a.sources), problem, a.why)
		}
	}
	return s.resolve(d.one(b), b.h.name)
}
