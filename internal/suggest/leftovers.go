package suggest

import (
	"slices"
	"strings"

	"rolewall/readers/capture"
	"rolewall/ruleset"
)

// maxAllows is how many exceptions a host gets. Nobody reads a longer policy.
const maxAllows = 100

// leftovers writes exceptions for listeners that are open today and belong to no role.
func (s *suggester) leftovers(d *document, b *body, rs *ruleset.RuleSet, candidates []*candidate) {
	h := b.h
	var closed, own, clients, rpc []string
	for _, l := range h.listeners {
		label := l.traffic().String()
		if who := l.owner(); who != "" {
			label += " " + who
		}
		seen := h.seen[l.port]
		want, why := h.wants(l, s.o.MaxPrefixes)
		opened := h.opened(rs, l)
		switch {
		case l.loopback:
			own = append(own, label)
			continue
		case l.isRPC:
			rpc = append(rpc, label)
			continue
		case l.isClient && seen == nil && len(opened) == 0:
			clients = append(clients, label)
			continue
		}
		rest := want.Minus(opened)
		onSome := s.onInterfaces(b, l, opened.Union(want))
		if len(want) == 0 && len(opened) == 0 && !onSome {
			if why != "" {
				label += " (" + why + ")"
			}
			closed = append(closed, label)
		}
		if len(rest) == 0 {
			continue
		}
		guess, confidence := "", "low"
		for _, c := range candidates {
			if slices.Contains(c.listeners, l) {
				guess, confidence = "; perhaps role "+c.role.Name, "medium"
			}
		}
		text := confidence + ": " + l.says() + guess
		for _, more := range append([]string{why}, h.rulesFor([]*listener{l})...) {
			if more != "" {
				text += "; " + more
			}
		}
		s.allow(d, b, l, rest, text)
	}
	if h.Capture == nil && len(closed) > 0 {
		b.note("open question: neither rules nor traffic say who reaches %s", strings.Join(closed, "; "))
	} else if len(closed) > 0 {
		b.note("not opened, because nothing allows it today: %s", strings.Join(closed, "; "))
	}
	if len(own) > 0 {
		b.note("needs no opening, because only the host itself reaches it: %s", strings.Join(own, "; "))
	}
	if len(clients) > 0 {
		b.note("may be ports of clients, which change at their next start: %s", strings.Join(clients, "; "))
	}
	if len(rpc) > 0 {
		b.note("never opened by number, because Windows gives these ports out at its start; roles open them by program: %s", strings.Join(rpc, "; "))
	}
}

// allow writes an exception for a listener. If today's rules name a program, it writes a service with that program
// instead.
func (s *suggester) allow(d *document, b *body, l *listener, rest ruleset.Prefixes, why string) {
	h := b.h
	reason := "found open on " + s.o.Day
	if who := l.owner(); who != "" {
		reason += ": " + who
	}
	x := allow{Traffic: l.traffic(), sources: rest, why: why, reason: reason + "; confirm or remove", mapper: l.port == port{ruleset.TCP, 135}}
	if h.Capture == nil {
		b.add(x)
		return
	}
	var free ruleset.Prefixes
	openings := h.openingsFor(l)
	for _, o := range openings {
		if o.Rule.Listener.IsZero() {
			free = free.Union(h.sourcesOf(o))
		}
	}
	if x.sources = h.sayable(intersect(rest, free)); len(x.sources) > 0 {
		b.add(x)
	}
	rest = rest.Minus(free)
	for _, o := range openings {
		if from := h.sayable(intersect(rest, h.sourcesOf(o))); len(from) > 0 && !o.Rule.Listener.IsZero() {
			rest = rest.Minus(from)
			b.roles = append(b.roles, roleLine{name: d.ownService(l, o.Rule.Listener), why: "medium" + strings.TrimPrefix(strings.TrimPrefix(why, "low"), "medium"), clients: from})
		}
	}
}

// add adds an exception, or widens one that differs only in ports.
func (b *body) add(x allow) {
	for i := range b.allows {
		a := &b.allows[i]
		if a.Protocol == x.Protocol && a.Protocol.HasPorts() && a.reason == x.reason && a.sources.Equal(x.sources) && slices.Equal(a.interfaces, x.interfaces) && !a.mapper && !x.mapper {
			a.Ports = ruleset.NewPorts(slices.Concat(a.Ports, x.Ports)...)
			a.why += "; " + x.why
			return
		}
	}
	if len(b.allows) >= maxAllows {
		b.note("not written, since the host has more than %d exceptions: %s", maxAllows, x.Traffic)
		return
	}
	b.allows = append(b.allows, x)
}

// onInterfaces writes exceptions for openings on some interfaces. have holds the sources that reach the listener
// on every interface. It returns false if there are no such openings.
func (s *suggester) onInterfaces(b *body, l *listener, have ruleset.Prefixes) bool {
	found := false
	for _, o := range b.h.certain {
		from := b.h.sayable(b.h.sourcesOf(o))
		if len(o.Rule.Interfaces) == 0 || len(o.Rule.FromPorts) > 0 || !o.Rule.Traffic.Contains(l.traffic()) || have.Contains(from) {
			continue
		}
		found = true
		why := "low: " + l.says()
		if text := ruleText(o); text != "" {
			why += "; " + text
		}
		b.add(allow{Traffic: l.traffic(), sources: from, interfaces: o.Rule.Interfaces, why: why, reason: "found open on " + s.o.Day + "; confirm or remove", mapper: l.port == port{ruleset.TCP, 135}})
	}
	return found
}

// fromRules writes what is open today as exceptions, for a host whose listeners are unknown.
func (s *suggester) fromRules(b *body) {
	h := b.h
	if h.Capture == nil {
		b.note("open question: the files tell neither what listens nor what is open: capture the host with the script of rolewall capture")
		return
	}
	b.note("the files do not tell what listens: each exception is a rule of today, without a reason")
	for _, o := range h.certain {
		t := o.Rule.Traffic
		from := h.sayable(h.sourcesOf(o))
		isUsual := t.Protocol.HasTypes() || o.Group == capture.UnnamedProtocols || len(o.Rule.FromPorts) > 0 || t.Protocol == 2
		if isUsual || len(from) == 0 || !h.holds(o) {
			continue
		}
		if t.Protocol == ruleset.AnyProtocol && from.Equal(ruleset.AllAddresses(h.families)) {
			b.note("every protocol is open to anyone%s: without a list of what listens there is nothing to write", place(firstPos(o)))
			continue
		}
		x := allow{Traffic: t, sources: from, interfaces: o.Rule.Interfaces, why: "low: " + ruleText(o), reason: "found open on " + s.o.Day + "; confirm or remove"}
		x.mapper = t.Protocol == ruleset.TCP && t.Ports.String() == "135"
		if o.Rule.Listener.IsZero() {
			b.add(x)
		} else {
			b.note("open to %s: %s from %s%s; with sockets it would become a service of the host", program(o.Rule.Listener), t, prefixText(from), place(firstPos(o)))
		}
	}
}

func program(l ruleset.Listener) string {
	if l.Service != "" {
		return l.Program + " (" + l.Service + ")"
	}
	return l.Program
}
