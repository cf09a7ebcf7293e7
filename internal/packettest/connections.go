package packettest

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strings"
	"time"

	"rolewall/ruleset"
)

// patience is how long a check waits for what has to happen. What must not happen is checked by other means.
const patience = 2 * time.Second

// echo listens on the address and sends back what it gets, TCP and UDP, until it is closed.
func (s *Space) echo(at netip.AddrPort) (io.Closer, error) {
	var stream net.Listener
	var datagrams net.PacketConn
	err := s.Do(func() error {
		var err error
		if stream, err = net.Listen("tcp", at.String()); err != nil {
			return err
		}
		datagrams, err = net.ListenPacket("udp", at.String())
		return err
	})
	if err != nil {
		return nil, err
	}
	go func() {
		for {
			c, err := stream.Accept()
			if err != nil {
				return
			}
			go func() { defer c.Close(); io.Copy(c, c) }()
		}
	}()
	go func() {
		b := make([]byte, 2048)
		for {
			n, from, err := datagrams.ReadFrom(b)
			if err != nil {
				return
			}
			datagrams.WriteTo(b[:n], from)
		}
	}()
	return closers{stream, datagrams}, nil
}

type closers []io.Closer

func (c closers) Close() error {
	var errs []error
	for _, x := range c {
		errs = append(errs, x.Close())
	}
	return errors.Join(errs...)
}

// dial connects from one address, or from any where it is not valid.
func (s *Space) dial(network string, from netip.Addr, to netip.AddrPort) (net.Conn, error) {
	d := net.Dialer{Timeout: patience}
	if from.IsValid() {
		d.LocalAddr = &net.TCPAddr{IP: from.AsSlice()}
		if network == "udp" {
			d.LocalAddr = &net.UDPAddr{IP: from.AsSlice()}
		}
	}
	var c net.Conn
	err := s.Do(func() error {
		var err error
		c, err = d.Dial(network, to.String())
		return err
	})
	return c, err
}

// echoes reports what is wrong with a connection to an echo, if anything.
func echoes(c net.Conn) error {
	c.SetDeadline(time.Now().Add(patience))
	if _, err := c.Write([]byte("hello")); err != nil {
		return err
	}
	b := make([]byte, 5)
	_, err := io.ReadFull(c, b)
	return err
}

// talk dials and echoes once.
func (s *Space) talk(network string, from netip.Addr, to netip.AddrPort) error {
	c, err := s.dial(network, from, to)
	if err != nil {
		return err
	}
	defer c.Close()
	return echoes(c)
}

// closedPort is one that no rule set opens to its own host or from a server to a client.
const closedPort = 40444

// checkConnections asks for all that a host does on its own account: loopback, its own addresses, and connections
// outward with their answers.
func checkConnections(l *Lab, _ Script, e expectation) ([]string, error) {
	type place struct {
		space *Space
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
func (l *Lab) mustTalk(from, to *Space, at netip.Addr) []string {
	address := netip.AddrPortFrom(at, closedPort)
	echo, err := to.echo(address)
	if err != nil {
		return []string{err.Error()}
	}
	defer echo.Close()
	var found []string
	for _, network := range []string{"tcp", "udp"} {
		if err := from.talk(network, netip.Addr{}, address); err != nil {
			found = append(found, fmt.Sprintf("the server cannot talk over %s to %s: %v", network, at, err))
		}
	}
	return found
}

// friend is a sender and a TCP port that a rule opens to it.
type friend struct {
	from netip.Addr
	to   netip.AddrPort
}

// friends finds one for each family, where there is any.
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
		echo, err := l.Server.echo(f.to)
		if err != nil {
			return nil, err
		}
		defer echo.Close()
		c, err := l.Client.dial("tcp", f.from, f.to)
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
			if err := echoes(c); err != nil {
				found = append(found, fmt.Sprintf("%s, the connection from %s to %s is dead: %v", when, c.LocalAddr(), c.RemoteAddr(), err))
				open[i].Close()
			}
		}
	}
	return found, nil
}

// checkNeighbours lets both ends forget each other, and expects either to find the other again by its question.
func checkNeighbours(l *Lab, _ Script, e expectation) ([]string, error) {
	var found []string
	for _, way := range []struct {
		name       string
		from, to   *Space
		link, peer end
	}{{"the server", l.Server, l.Client, serverEnd(), clientEnd()}, {"the client", l.Client, l.Server, clientEnd(), serverEnd()}} {
		for _, space := range []*Space{l.Server, l.Client} {
			if _, err := space.Run("", "ip", "neigh", "flush", "all"); err != nil {
				return nil, err
			}
		}
		for _, peer := range []netip.Addr{way.peer.ipv4, way.peer.ipv6} {
			if !peer.Is4() && !e.rs.Families.IPv6 {
				continue
			}
			if err := way.from.findsNeighbour(peer); err != nil {
				found = append(found, fmt.Sprintf("%s does not find its neighbour %s: %v", way.name, peer, err))
			}
		}
	}
	return found, nil
}

// findsNeighbour sends a datagram and waits until the neighbour's link address is known.
func (s *Space) findsNeighbour(peer netip.Addr) error {
	c, err := s.dial("udp", netip.Addr{}, netip.AddrPortFrom(peer, closedPort))
	if err != nil {
		return err
	}
	defer c.Close()
	if _, err := c.Write([]byte("who is there")); err != nil {
		return err
	}
	return eventually(func() error {
		out, err := s.Run("", "ip", "neigh", "show", peer.String())
		if err == nil && !strings.Contains(out, "lladdr") {
			err = fmt.Errorf("the neighbour is %q", strings.TrimSpace(out))
		}
		return err
	})
}

// eventually tries again until it succeeds or patience ends.
func eventually(f func() error) error {
	for deadline := time.Now().Add(patience); ; time.Sleep(2 * time.Millisecond) {
		if err := f(); err == nil || time.Now().After(deadline) {
			return err
		}
	}
}
