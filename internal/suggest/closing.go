package suggest

import (
	"slices"
	"strings"

	"rolewall/internal/drift"
	"rolewall/readers/capture"
	"rolewall/ruleset"
)

// maxNotes is how many lines of each kind about changes are written.
const maxNotes = 40

// closing adds notes on what is open today and not by the policy, and on what is unknown.
func (s *suggester) closing(b *body, want drift.Expected) {
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

// changes returns what the policy changes of what is surely open today.
func (h *host) changes(want drift.Expected) []string {
	found := drift.Group(drift.Compare(want, h.sure, drift.Options{}))
	words := map[drift.Kind]string{
		drift.Open: "would close", drift.Published: "not governed", drift.SourcePort: "would close",
		drift.Wider: "would narrow", drift.Listener: "another program", drift.RateLimited: "open with a limit today",
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

// unsure returns what may be open, and entries that no reader can express.
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

// nobody reports whether a finding is about an open port without a listener.
func (h *host) nobody(f drift.Finding) bool {
	return len(h.Sockets.Files) > 0 && f.Traffic.Protocol.HasPorts() && (f.Kind == drift.Open || f.Kind == drift.SourcePort) &&
		!slices.ContainsFunc(h.listeners, func(l *listener) bool { return !l.loopback && f.Traffic.Contains(l.traffic()) })
}

// short writes traffic. Of a long list of ports or types it writes only the first.
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
