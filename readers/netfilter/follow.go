package netfilter

import (
	"rolewall/readers/capture"
)

// base sends pieces through a base chain and returns those that pass it.
func (w *walk) base(b *block, pieces []piece) []piece {
	w.queue = nil
	rest := w.run(b, pieces)
	out := w.queue
	w.queue = nil
	if !b.chain.Base.Drop {
		out = append(out, rest...)
	}
	return w.simplify(out)
}

// conntrack is the priority at which connection tracking sees a packet.
const conntrack = -200

// result is sources whose packets reach the host, or are passed on.
type result struct {
	from   setID
	cases  caseID
	path   pathID
	nat    *natWay // nil where the destination stays
	passed bool    // on to another host
	to     string  // where it is passed on
}

// follow sends the packet through all hooks and returns what reaches the host or is passed on.
func (w *walk) follow() []result {
	w.before = true
	start := piece{from: w.p.from.all}
	start.state.mark.unknown = w.p.foreignMarks
	pieces := []piece{start}
	for _, b := range w.p.hooks[Ingress] {
		pieces = w.ingress(b, pieces)
	}
	for _, b := range w.p.hooks[Prerouting] {
		if b.turn() > conntrack {
			w.before = false
		}
		pieces = w.split(pieces, func(w *walk, in []piece) []piece {
			if b.chain.Base.Type == "nat" {
				return w.first(in, func(in []piece) []piece { return w.base(b, in) })
			}
			return w.base(b, in)
		})
	}
	w.before = false
	var out []result
	for _, p := range pieces {
		way := w.changed(p.state.nat)
		if way != nil && way.open() != "" {
			out = append(out, way.anywhere(p, way.open())...)
			continue
		}
		if way == nil || !way.leaves() {
			target := w
			if way != nil {
				target = way.walk
			}
			out = append(out, target.finish(Input, p, way, false)...)
			continue
		}
		out = append(out, way.both(p)...)
	}
	return out
}

// ingress sends pieces through a chain of the devices.
func (w *walk) ingress(b *block, pieces []piece) []piece {
	devices := b.chain.Base.Devices
	if len(devices) > 0 {
		for _, d := range devices {
			if matchesName(d, w.link.name) {
				return w.base(b, pieces)
			}
		}
		return pieces
	}
	condition := w.p.cases.condition("device\x00"+b.chain.Pos.String(), func() capture.Condition {
		return capture.Condition{Kind: capture.Other, Text: "depends on the device of chain " + b.chain.Name + ", which the listing leaves out",
			Place: capture.Place{Pos: b.chain.Pos, Rule: b.table.Label() + " " + b.chain.Name}}
	})
	var out []piece
	for _, p := range pieces {
		in, rest := w.branch(condition, p)
		out = append(append(out, rest...), w.base(b, in)...)
	}
	return w.simplify(out)
}

// first sends on those pieces alone that connection tracking follows and that no nat chain has taken yet.
func (w *walk) first(pieces []piece, f func([]piece) []piece) []piece {
	var in, out []piece
	for _, p := range pieces {
		if p.state.nat == nil && w.hasConnection(&p.state) {
			in = append(in, p)
		} else {
			out = append(out, p)
		}
	}
	if len(in) > 0 {
		out = append(out, f(in)...)
	}
	return w.simplify(out)
}

// split sends the pieces on, those whose destination was changed as packets to the new one.
func (w *walk) split(pieces []piece, f func(*walk, []piece) []piece) []piece {
	var plain, out []piece
	for _, p := range pieces {
		if way := w.changed(p.state.nat); way != nil {
			out = append(out, f(way.walk, []piece{p})...)
		} else {
			plain = append(plain, p)
		}
	}
	if len(plain) > 0 {
		out = append(out, f(w, plain)...)
	}
	return out
}

// finish sends a piece through the chains of the hooks behind routing.
func (w *walk) finish(hook Hook, p piece, way *natWay, passed bool) []result {
	pieces := []piece{p}
	for _, b := range w.p.hooks[hook] {
		pieces = w.base(b, pieces)
	}
	if passed {
		for _, b := range w.p.hooks[Postrouting] {
			if b.chain.Base.Type != "nat" {
				pieces = w.base(b, pieces)
			}
		}
	}
	var out []result
	for _, p := range pieces {
		r := result{from: p.from, cases: p.cases, path: p.path, nat: way, passed: passed}
		if passed {
			r.to = way.text()
		}
		out = append(out, r)
	}
	return out
}
