//go:build linux

package packettest

import (
	"fmt"
	"net/netip"
	"strings"

	"rolewall/internal/netspace"
)

// checkNeighbours lets both ends forget each other, and expects either to find the other again by its question.
func checkNeighbours(l *Lab, _ Script, e expectation) ([]string, error) {
	var found []string
	for _, way := range []struct {
		name       string
		from, to   *netspace.Space
		link, peer end
	}{{"the server", l.Server, l.Client, serverEnd(), clientEnd()}, {"the client", l.Client, l.Server, clientEnd(), serverEnd()}} {
		for _, space := range []*netspace.Space{l.Server, l.Client} {
			if _, err := space.Run("", "ip", "neigh", "flush", "all"); err != nil {
				return nil, err
			}
		}
		for _, peer := range []netip.Addr{way.peer.ipv4, way.peer.ipv6} {
			if !peer.Is4() && !e.rs.Families.IPv6 {
				continue
			}
			if err := findsNeighbour(way.from, peer); err != nil {
				found = append(found, fmt.Sprintf("%s does not find its neighbour %s: %v", way.name, peer, err))
			}
		}
	}
	return found, nil
}

// findsNeighbour sends a datagram and waits until the neighbour's link address is known.
func findsNeighbour(s *netspace.Space, peer netip.Addr) error {
	c, err := s.Dial("udp", netip.Addr{}, netip.AddrPortFrom(peer, closedPort))
	if err != nil {
		return err
	}
	defer c.Close()
	if _, err := c.Write([]byte("who is there")); err != nil {
		return err
	}
	return s.Eventually(func() error {
		out, err := s.Run("", "ip", "neigh", "show", peer.String())
		if err == nil && !strings.Contains(out, "lladdr") {
			err = fmt.Errorf("the neighbour is %q", strings.TrimSpace(out))
		}
		return err
	})
}
