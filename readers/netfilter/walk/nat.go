package walk

import (
	"cmp"
	"fmt"
	"net"
	"strconv"

	"rolewall/readers/capture"
	"rolewall/readers/netfilter"
)

// changed returns the packet with the destination changed by NAT. It returns nil if the destination stays the
// same.
func (w *Walk) changed(n *netfilter.NAT) *natWay {
	if n == nil {
		return nil
	}
	if w.nat != nil && w.nat.of == n {
		return w.nat
	}
	x := *w.Packet
	if len(n.Address) > 0 {
		x.To = n.Address[0].First
		x.Kind = w.P.kindOf(x.To)
	} else if n.Redirect {
		x.Kind = netfilter.TypeLocal
	}
	if n.First != 0 && HasPorts(x.Proto) && (x.A1 < uint64(n.First) || x.A1 > uint64(n.Last)) {
		x.A1 = uint64(n.First)
	}
	w.nat = &natWay{of: n, walk: &Walk{Packet: &x}}
	if n.Redirect && len(n.Address) == 0 {
		w.nat.home(w)
	}
	return w.nat
}

// home gives a redirected packet the first address of the incoming interface, as the kernel does. If the interface
// has no address, the packet is dropped.
func (n *natWay) home(from *Walk) {
	x, p := n.walk.Packet, from.P
	known := false
	for _, a := range p.st.Network.Addresses {
		addr := a.Prefix.Addr()
		if a.Interface != x.Link.Name {
			continue
		}
		known = true
		if addr.Is4() == p.V6 || p.V6 && addr.IsLinkLocalUnicast() != x.To.Addr(true).IsLinkLocalUnicast() {
			continue
		}
		x.To = netfilter.Address(addr)
		return
	}
	n.dropped = known
	if !known && p.tellsOwnApart() {
		n.why = "depends on the address of the interface on which the packet comes; the files hold none"
	}
}

// leaves reports whether the packet may be forwarded to another host.
func (n *natWay) leaves() bool { return len(n.of.Address) > 0 && n.walk.Kind != netfilter.TypeLocal }

// open returns why the destination is unknown, or "". A packet with an unknown destination can go anywhere.
func (n *natWay) open() string {
	x := n.walk
	several := len(n.of.Address) > 0 && n.of.Address[0].First != n.of.Address[len(n.of.Address)-1].Last
	if several || HasPorts(x.Proto) && n.of.First != n.of.Last && x.A1 != x.AskedA1 {
		return "depends on which of several destinations the host takes"
	}
	return cmp.Or(n.of.Unknown, n.why)
}

// anywhere returns the results for a packet with an unknown destination.
func (n *natWay) anywhere(p piece, why string) []Result {
	condition := n.walk.P.Cases.condition("nat\x00"+why, func() capture.Condition {
		return capture.Condition{Kind: capture.Route, Text: why, Place: n.walk.P.Paths.Last(p.path).Place()}
	})
	r := Result{From: p.from, Cases: n.walk.P.Cases.with(p.cases, condition, either), Path: p.path, NAT: n, Passed: n.leaves()}
	if r.Passed {
		r.To = n.text()
	}
	return []Result{r}
}

// both follows a packet whose new destination is, or may be, another host.
func (n *natWay) both(p piece) []Result {
	w := n.walk
	x := *w.Packet
	x.out = "?"
	if name, ok := w.P.outOf(x.To); ok {
		x.out = name
	}
	on := &Walk{Packet: &x}
	if forward, told := w.P.st.Network.Forward[w.P.V6]; told && !forward {
		return nil
	}
	if w.P.Local != nil {
		return on.finish(netfilter.Forward, p, n, true)
	}
	text := fmt.Sprintf("depends on whether %s is an address of this host; the files hold none", x.To.Addr(w.P.V6))
	condition := w.P.Cases.condition("own\x00"+text, func() capture.Condition {
		return capture.Condition{Kind: capture.Route, Text: text, Place: w.P.Paths.Last(p.path).Place()}
	})
	own, others := w.branch(condition, p)
	var out []Result
	for _, q := range own {
		out = append(out, w.finish(netfilter.Input, q, n, false)...)
	}
	for _, q := range others {
		out = append(out, on.finish(netfilter.Forward, q, n, true)...)
	}
	return out
}

// text returns where the packet is forwarded to: "172.17.0.2:80", or ":80" for a port of the host itself.
func (n *natWay) text() string {
	x := n.walk
	port := ""
	if HasPorts(x.Proto) {
		port = strconv.FormatUint(x.A1, 10)
		if n.of.Last > n.of.First && n.of.First != 0 {
			port = fmt.Sprintf("%d-%d", n.of.First, n.of.Last)
		}
	}
	address := ""
	switch {
	case n.of.Unknown != "":
		address = "?"
	case len(n.of.Address) > 0:
		address = x.To.Addr(x.P.V6).String()
		if s := n.of.Address[0]; s.First != s.Last || len(n.of.Address) > 1 {
			address += "-" + n.of.Address[len(n.of.Address)-1].Last.Addr(x.P.V6).String()
		}
	}
	if port == "" {
		return address
	}
	return net.JoinHostPort(address, port)
}
