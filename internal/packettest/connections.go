//go:build linux

package packettest

import (
	"fmt"
	"net"
	"net/netip"

	"rolewall/internal/netspace"
	"rolewall/ruleset"
)

// closedPort is one that no rule set opens to its own host or from a server to a client, and that no connection begins at.
const closedPort = 40444

// checkConnections asks for all that a host does on its own account: loopback, its own addresses, and connections
// outward with their answers.
func checkConnections(l *Lab, _ Script, e expectation) ([]string, error) {
	type place struct {
		space *netspace.Space
		at    netip.Addr
	}
	places := []place{
		{l.Server, netip.MustParseAddr("127.0.0.1")}, {l.Server, netip.IPv6Loopback()},
		{l.Server, serverEnd().ipv4}, {l.Server, serverEnd().ipv6},
	}
	for _, at := range []netip.Addr{clientEnd().ipv4, clientEnd().ipv6} {
		if e.speaks(at) {
			places = append(places, place{l.Client, at})
		}
	}
	var found []string
	for _, p := range places {
		found = append(found, l.mustTalk(l.Server, p.space, p.at)...)
		if l.hasty && len(found) > 0 {
			break
		}
	}
	return found, nil
}

// mustTalk connects from one space to an echo in another, over TCP and UDP.
func (l *Lab) mustTalk(from, to *netspace.Space, at netip.Addr) []string {
	address := netip.AddrPortFrom(at, closedPort)
	echo, err := to.Echo(address)
	if err != nil {
		return []string{err.Error()}
	}
	defer echo.Close()
	var found []string
	for _, network := range []string{"tcp", "udp"} {
		if err := from.Talk(network, netip.Addr{}, address); err != nil {
			found = append(found, fmt.Sprintf("the server cannot talk over %s to %s: %v", network, at, err))
		}
	}
	return found
}

// friend is a source and a TCP port that a rule opens to it.
type friend struct {
	from netip.Addr
	to   netip.AddrPort
}

// friends returns one for each family, if there is any.
func friends(e expectation) []friend {
	var out []friend
	for _, is4 := range []bool{true, false} {
		candidates := append([]netip.Addr{clientEnd().ipv4, clientEnd().ipv6}, insiders(e.rs)...)
		for _, from := range candidates {
			if from.Is4() != is4 || from.IsLinkLocalUnicast() {
				continue
			}
			if port := e.firstPort(from); port != 0 {
				out = append(out, friend{from, netip.AddrPortFrom(serverEnd().addressFor(from), port)})
				break
			}
		}
	}
	return out
}

func (e expectation) firstPort(from netip.Addr) uint16 {
	for port, open := range e.ports(ruleset.TCP, from) {
		if open && port > 0 {
			return uint16(port)
		}
	}
	return 0
}

// befriend gives the client the address, unless it has it.
func (l *Lab) befriend(a netip.Addr) error {
	_, err := l.Client.Run("", "ip", "address", "replace", netip.PrefixFrom(a, a.BitLen()).String(), "dev", clientEnd().link, "nodad")
	if err != nil && a.Is4() {
		_, err = l.Client.Run("", "ip", "address", "replace", netip.PrefixFrom(a, 32).String(), "dev", clientEnd().link)
	}
	return err
}

// checkSurvival opens connections to open ports before the script is there, and expects them to live through the
// first load and the next.
func checkSurvival(l *Lab, s Script, e expectation) ([]string, error) {
	if err := l.reset(); err != nil {
		return nil, err
	}
	var open []net.Conn
	for _, f := range friends(e) {
		if err := l.befriend(f.from); err != nil {
			return nil, err
		}
		echo, err := l.Server.Echo(f.to)
		if err != nil {
			return nil, err
		}
		defer echo.Close()
		c, err := l.Client.Dial("tcp", f.from, f.to)
		if err != nil {
			return nil, err
		}
		defer c.Close()
		open = append(open, c)
	}
	var found []string
	for _, when := range []string{"before the load", "after the first load", "after the second load"} {
		if when != "before the load" {
			if err := l.Load(s); err != nil {
				return nil, err
			}
		}
		for i, c := range open {
			if err := l.Client.Echoes(c); err != nil {
				found = append(found, fmt.Sprintf("%s, the connection from %s to %s is dead: %v", when, c.LocalAddr(), c.RemoteAddr(), err))
				open[i].Close()
			}
		}
	}
	return found, nil
}
