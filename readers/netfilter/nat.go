package netfilter

import (
	"fmt"
	"net"
	"strconv"

	"rolewall/readers/capture"
)

// changed returns the packet after NAT changed its destination; nil where nothing did.
func (w *walk) changed(n *NAT) *natWay {
	if n == nil {
		return nil
	}
	if w.nat != nil && w.nat.of == n {
		return w.nat
	}
	x := *w.packet
	if len(n.Address) > 0 {
		x.to = n.Address[0].First
		x.kind = w.p.kindOf(x.to)
	} else if n.Redirect {
		x.kind = TypeLocal // the address of the interface
	}
	if n.First != 0 && hasPorts(x.proto) && (x.a1 < uint64(n.First) || x.a1 > uint64(n.Last)) {
		x.a1 = uint64(n.First)
	}
	w.nat = &natWay{n, &walk{packet: &x}}
	return w.nat
}

// leaves reports whether the packet may be passed on to another host.
func (n *natWay) leaves() bool { return len(n.of.Address) > 0 && n.walk.kind != TypeLocal }

// open returns why it is not known where the packet goes, which then goes anywhere; empty where it is known.
func (n *natWay) open() string {
	x := n.walk
	several := len(n.of.Address) > 0 && n.of.Address[0].First != n.of.Address[len(n.of.Address)-1].Last
	if several || hasPorts(x.proto) && n.of.First != n.of.Last && x.a1 != x.askedA1 {
		return "depends on which of several destinations the host takes"
	}
	return n.of.Unknown
}

// anywhere is a packet of which nobody knows where it goes.
func (n *natWay) anywhere(p piece, why string) []result {
	condition := n.walk.p.cases.condition("nat\x00"+why, func() capture.Condition {
		return capture.Condition{Kind: capture.Route, Text: why, Place: n.walk.p.paths.last(p.path).place()}
	})
	r := result{from: p.from, cases: n.walk.p.cases.with(p.cases, condition, either), path: p.path, nat: n, passed: n.leaves()}
	if r.passed {
		r.to = n.text()
	}
	return []result{r}
}

// both follows a packet whose new destination is another host, or may be.
func (n *natWay) both(p piece) []result {
	w := n.walk
	x := *w.packet
	x.out = "?"
	if name, ok := w.p.outOf(x.to); ok {
		x.out = name
	}
	on := &walk{packet: &x}
	if forward, told := w.p.st.Network.Forward[w.p.v6]; told && !forward {
		return nil
	}
	if w.p.local != nil {
		return on.finish(Forward, p, n, true)
	}
	text := fmt.Sprintf("depends on whether %s is an address of this host; the files hold none", x.to.addr(w.p.v6))
	condition := w.p.cases.condition("own\x00"+text, func() capture.Condition {
		return capture.Condition{Kind: capture.Route, Text: text, Place: w.p.paths.last(p.path).place()}
	})
	own, others := w.branch(condition, p)
	var out []result
	for _, q := range own {
		out = append(out, w.finish(Input, q, n, false)...)
	}
	for _, q := range others {
		out = append(out, on.finish(Forward, q, n, true)...)
	}
	return out
}

// text is where the packet is passed on: "172.17.0.2:80", ":80" for a port of the host itself.
func (n *natWay) text() string {
	x := n.walk
	port := ""
	if hasPorts(x.proto) {
		port = strconv.FormatUint(x.a1, 10)
		if n.of.Last > n.of.First && n.of.First != 0 {
			port = fmt.Sprintf("%d-%d", n.of.First, n.of.Last)
		}
	}
	address := ""
	switch {
	case n.of.Unknown != "":
		address = "?"
	case len(n.of.Address) > 0:
		address = x.to.addr(x.p.v6).String()
		if s := n.of.Address[0]; s.First != s.Last || len(n.of.Address) > 1 {
			address += "-" + n.of.Address[len(n.of.Address)-1].Last.addr(x.p.v6).String()
		}
	}
	if port == "" {
		return address
	}
	return net.JoinHostPort(address, port)
}
