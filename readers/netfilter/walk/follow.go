package walk

import (
	"rolewall/readers/capture"
	"rolewall/readers/netfilter"
	"rolewall/readers/netfilter/universe"
)

// base passes pieces through a base chain and returns those that it accepts.
func (w *Walk) base(b *Block, pieces []piece) []piece {
	w.queue = nil
	rest := w.run(b, pieces)
	out := w.queue
	w.queue = nil
	if !b.Chain.Base.Drop {
		out = append(out, rest...)
	}
	return w.simplify(out)
}

// conntrack is the priority at which connection tracking handles a packet.
const conntrack = -200

// Result holds sources whose packets reach the host or are forwarded.
type Result struct {
	From   universe.Set
	Cases  CaseID
	Path   PathID
	NAT    *natWay // nil if the destination does not change
	Passed bool    // the packets are forwarded to another host
	To     string  // where they are forwarded to
}

// resultCost is the work of a result, which is kept until all packets have been followed.
const resultCost = 8

// Follow passes the packet through all hooks and returns what reaches the host or is forwarded.
func (w *Walk) Follow() []Result {
	w.before = true
	start := piece{from: w.P.From.All}
	start.state.mark.unknown = w.P.foreignMarks
	pieces := []piece{start}
	for _, b := range w.P.Hooks[netfilter.Ingress] {
		pieces = w.ingress(b, pieces)
	}
	for _, b := range w.P.Hooks[netfilter.Prerouting] {
		if b.turn() > conntrack {
			w.before = false
		}
		pieces = w.split(pieces, func(w *Walk, in []piece) []piece {
			if b.Chain.Base.Type == "nat" {
				return w.first(in, func(in []piece) []piece { return w.base(b, in) })
			}
			return w.base(b, in)
		})
	}
	w.before = false
	var out []Result
	for _, p := range pieces {
		way := w.changed(p.state.nat)
		if way != nil && way.dropped {
			continue
		}
		if way != nil && way.open() != "" {
			out = append(out, way.anywhere(p, way.open())...)
			continue
		}
		if way == nil || !way.leaves() {
			target := w
			if way != nil {
				target = way.walk
			}
			out = append(out, target.finish(netfilter.Input, p, way, false)...)
			continue
		}
		out = append(out, way.both(p)...)
	}
	return out
}

// ingress passes pieces through the ingress chain of their devices.
func (w *Walk) ingress(b *Block, pieces []piece) []piece {
	devices := b.Chain.Base.Devices
	if len(devices) > 0 {
		for _, d := range devices {
			if MatchesName(d, w.Link.Name) {
				return w.base(b, pieces)
			}
		}
		return pieces
	}
	condition := w.P.Cases.condition("device\x00"+b.Chain.Pos.String(), func() capture.Condition {
		return capture.Condition{Kind: capture.Other, Text: "depends on the device of chain " + b.Chain.Name + ", which the listing leaves out",
			Place: capture.Place{Pos: b.Chain.Pos, Rule: b.Table.Label() + " " + b.Chain.Name}}
	})
	var out []piece
	for _, p := range pieces {
		in, rest := w.branch(condition, p)
		out = append(append(out, rest...), w.base(b, in)...)
	}
	return w.simplify(out)
}

// first passes only the pieces to f that connection tracking follows and that no nat chain has changed.
func (w *Walk) first(pieces []piece, f func([]piece) []piece) []piece {
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

// split passes the pieces to f. Pieces with a changed destination go as packets to the new one.
func (w *Walk) split(pieces []piece, f func(*Walk, []piece) []piece) []piece {
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

// finish passes a piece through the chains of the hooks after routing.
func (w *Walk) finish(hook netfilter.Hook, p piece, way *natWay, passed bool) []Result {
	pieces := []piece{p}
	for _, b := range w.P.Hooks[hook] {
		pieces = w.base(b, pieces)
	}
	if passed {
		for _, b := range w.P.Hooks[netfilter.Postrouting] {
			if b.Chain.Base.Type != "nat" {
				pieces = w.base(b, pieces)
			}
		}
	}
	var out []Result
	w.P.Budget.Spend(resultCost * len(pieces))
	for _, p := range pieces {
		r := Result{From: p.from, Cases: p.cases, Path: p.path, NAT: way, Passed: passed}
		if passed {
			r.To = way.text()
		}
		out = append(out, r)
	}
	return out
}
