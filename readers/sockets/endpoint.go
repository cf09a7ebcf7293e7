package sockets

import (
	"net/netip"
	"strconv"
	"strings"

	"rolewall/ruleset"
)

// endpoint is one side of a socket.
type endpoint struct {
	addr  netip.Addr // invalid means every address
	zone  string     // an interface
	port  uint16     // 0 means any
	whole ruleset.Families
}

var (
	onlyIPv4 = ruleset.Families{IPv4: true}
	onlyIPv6 = ruleset.Families{IPv6: true}
	both     = ruleset.Families{IPv4: true, IPv6: true}
)

// parseEndpoint reads "0.0.0.0:22", "*:80", "[::]:443", ":::80", "[fe80::1]%eth0:546", "0.0.0.0%eth0:8088" and "*:*".
func parseEndpoint(text string) (endpoint, bool) {
	i := strings.LastIndexByte(text, ':')
	if i < 0 {
		return endpoint{}, false
	}
	host, port := text[:i], text[i+1:]
	var e endpoint
	if port != "*" {
		n, err := strconv.ParseUint(port, 10, 16)
		if err != nil {
			return endpoint{}, false
		}
		e.port = uint16(n)
	}
	if host == "*" {
		e.whole = both
		return e, true
	}
	host, e.zone = cutZone(host)
	if e.zone != "" && !isZone(e.zone) {
		return endpoint{}, false
	}
	if host == "*" { // "*%eth0"
		e.whole = both
		return e, true
	}
	a, err := netip.ParseAddr(host)
	if err != nil || a.Zone() != "" {
		return endpoint{}, false
	}
	a = a.Unmap()
	e.whole = onlyIPv6
	if a.Is4() {
		e.whole = onlyIPv4
	}
	if !a.IsUnspecified() {
		e.addr = a
	}
	return e, true
}

// cutZone removes the zone and the brackets from an address: "[fe80::1]%eth0", "[fe80::1%4]", "0.0.0.0%eth0".
func cutZone(host string) (addr, zone string) {
	if inner, bracketed := strings.CutPrefix(host, "["); bracketed {
		in, after, closed := strings.Cut(inner, "]")
		if !closed || after != "" && !strings.HasPrefix(after, "%") {
			return "", ""
		}
		in, zone, _ = strings.Cut(in, "%")
		return in, zone + strings.TrimPrefix(after, "%")
	}
	addr, zone, _ = strings.Cut(host, "%")
	return addr, zone
}

// isZone reports whether a text can be the name or the number of an interface.
func isZone(s string) bool {
	return len(s) <= 64 && !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' || r == '/' })
}

// socket makes a socket of two sides. It returns false without a local port, and if the families differ.
func socket(p ruleset.Protocol, local, peer endpoint) (Socket, bool) {
	s := Socket{Protocol: p, Addr: local.addr, Interface: local.zone, Port: local.port, Families: local.whole}
	if peer.addr.IsValid() && peer.port != 0 {
		s.Peer = netip.AddrPortFrom(peer.addr, peer.port)
		if !local.addr.IsValid() || local.addr.Is4() != peer.addr.Is4() {
			return s, false
		}
	}
	return s, local.port != 0
}
