package suggest

import (
	"slices"
	"strings"

	"rolewall/internal/drift/captured"
	"rolewall/readers/capture"
	"rolewall/ruleset"
)

// maxAllows is how many exceptions a host gets. More is no policy that anybody reads.
const maxAllows = 100

// leftovers writes what listens, is open today and belongs to no role.
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
		b.note("open question: neither rules nor traffic say who reaches %s", strings.Join(closed, ", "))
	} else if len(closed) > 0 {
		b.note("not opened, because nothing lets it in today: %s", strings.Join(closed, ", "))
	}
	if len(own) > 0 {
		b.note("needs no opening, because only the host itself reaches it: %s", strings.Join(own, ", "))
	}
	if len(clients) > 0 {
		b.note("may be ports of clients, which change at their next start: %s", strings.Join(clients, ", "))
	}
	if len(rpc) > 0 {
		b.note("never opened by number, because Windows gives these ports out at its start; roles open them by program: %s", strings.Join(rpc, ", "))
	}
}

// allow writes an exception for a listener, or, where the rules of today name a program, a service of the host's own that names it.
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

// add adds an exception, or widens one that differs in ports alone.
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

// onInterfaces writes exceptions for openings on some interfaces, beside those who reach the listener on every interface. It
// reports whether there are any.
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

// fromRules writes what is open today as exceptions, for a host whose files do not tell what listens.
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

// maxNotes is how many lines of each kind say what the policy changes.
const maxNotes = 40

// closing says what is open today and the policy does not open, and what cannot be told.
func (s *suggester) closing(b *body, want captured.Expected) {
	if b.h.Capture == nil {
		return
	}
	var lines []string
	for _, f := range b.h.Capture.Facts {
		if f.Unsafe {
			lines = append(lines, "not in force: "+f.Text+place(f.Pos))
		}
	}
	lines = append(lines, b.h.changes(want)...)
	b.capped(lines)
	b.capped(b.h.unsure())
}

func (b *body) capped(lines []string) {
	for i, text := range lines {
		if i == maxNotes {
			b.note("and %d more: rolewall drift shows them", len(lines)-maxNotes)
			return
		}
		b.note("%s", text)
	}
}

// changes says what the policy changes of what is open for certain.
func (h *host) changes(want captured.Expected) []string {
	found := captured.Group(captured.Compare(want, h.sure, captured.Options{}))
	slices.SortStableFunc(found, func(x, y captured.Finding) int { return x.Compare(&y) })
	words := map[captured.Kind]string{
		captured.Open: "would close", captured.Published: "not governed", captured.SourcePort: "would close",
		captured.Wider: "would narrow", captured.Listener: "another program", captured.RateLimited: "open with a limit today",
	}
	var lines []string
	for _, f := range found {
		word, known := words[f.Kind]
		if !known || len(f.From.Prefixes) > 0 && !isReal(f.From.Prefixes) {
			continue
		}
		text := word + ": " + short(f.Traffic)
		if len(f.From.Prefixes) > 0 {
			text += " from " + prefixText(f.From.Prefixes)
		}
		if len(f.Profiles) > 0 {
			text += " in " + strings.Join(f.Profiles, ", ")
		}
		if f.Forwarded != "" {
			text += ", passed on to " + f.Forwarded
		}
		for _, more := range []string{f.Text, f.Where, f.Group} {
			if more != "" {
				text += ", " + more
			}
		}
		if h.nobody(f) {
			text += "; nobody listens there"
		}
		if len(f.Rules) > 0 {
			text += "; " + f.Rules[0].Rule + place(f.Rules[0].Pos)
		}
		lines = append(lines, text)
	}
	return lines
}

// unsure says what may be open, and entries that no reader can express.
func (h *host) unsure() []string {
	var lines []string
	for _, u := range h.Capture.Unmapped {
		text := "cannot be told: "
		if u.Scope != "" {
			text += u.Scope + ": "
		}
		lines = append(lines, text+u.Reason+place(u.Place.Pos))
	}
	for _, o := range h.Capture.Openings {
		if !isUnsure(o) || o.Group == capture.UnnamedProtocols {
			continue
		}
		text := "cannot be told: " + short(o.Rule.Traffic)
		if from := h.sourcesOf(o); len(from) > 0 {
			text += " from " + prefixText(from)
		}
		lines = append(lines, text+" "+o.Conditions[0].Text+place(firstPos(o)))
	}
	return lines
}

// nobody reports whether no program listens where a finding says that something is open.
func (h *host) nobody(f captured.Finding) bool {
	return len(h.Sockets.Files) > 0 && f.Traffic.Protocol.HasPorts() && (f.Kind == captured.Open || f.Kind == captured.SourcePort) &&
		!slices.ContainsFunc(h.listeners, func(l *listener) bool { return !l.loopback && f.Traffic.Contains(l.traffic()) })
}

// short writes traffic; of a long list of ports or types it writes the first.
func short(t ruleset.Traffic) string {
	parts := strings.Split(t.String(), ",")
	if len(parts) > 8 {
		return strings.Join(parts[:8], ",") + " and more"
	}
	return t.String()
}

func prefixText(p ruleset.Prefixes) string {
	if !p.Complete().None() && len(p) == len(p.Complete().Names()) {
		if f := p.Complete().Names(); len(f) == 1 {
			return "ANYONE (" + f[0] + ")"
		}
		return "ANYONE"
	}
	var f ruleset.Families
	for _, x := range p {
		f.IPv4, f.IPv6 = f.IPv4 || x.Addr().Is4(), f.IPv6 || !x.Addr().Is4()
	}
	if but := ruleset.AllAddresses(f).Minus(p); len(but) > 0 && len(but) <= 3 && len(p) > 3 {
		return prefixText(ruleset.AllAddresses(f)) + " but " + prefixText(but)
	}
	var out []string
	for i, x := range p {
		if i == 6 {
			out = append(out, "more")
			break
		}
		if x.IsSingleIP() {
			out = append(out, x.Addr().String())
			continue
		}
		out = append(out, x.String())
	}
	return strings.Join(out, ", ")
}
