//go:build linux

package packettest

import (
	"encoding/binary"
	"fmt"
	"net"
	"net/netip"
	"strings"
)

// checkPathMTU sends errors that say "packet too big" for datagrams of the server's, and expects them to take effect.
func checkPathMTU(l *Lab, _ Script, e expectation) ([]string, error) {
	var found []string
	for _, peer := range []netip.Addr{clientEnd().ipv4, clientEnd().ipv6} {
		if !e.speaks(peer) {
			continue
		}
		c, err := l.Server.Dial("udp", netip.Addr{}, netip.AddrPortFrom(peer, closedPort))
		if err != nil {
			return nil, err
		}
		defer c.Close()
		if _, err := c.Write([]byte("too big")); err != nil {
			return nil, err
		}
		local := c.LocalAddr().(*net.UDPAddr).AddrPort()
		if err := l.tap.send([][]byte{tooBig(local, netip.AddrPortFrom(peer, closedPort)).frame(clientEnd().mac)}); err != nil {
			return nil, err
		}
		err = l.Server.Eventually(func() error {
			out, err := l.Server.Run("", "ip", "route", "get", peer.String())
			if err == nil && !strings.Contains(out, "mtu 1300") {
				err = fmt.Errorf("the route is %q", strings.TrimSpace(out))
			}
			return err
		})
		if err != nil {
			found = append(found, fmt.Sprintf("packet too big from %s has no effect: %v", peer, err))
		}
	}
	return found, nil
}

// tooBig is the error that a router between would send for a datagram: its first bytes, and the MTU of the next link.
func tooBig(from, to netip.AddrPort) packet {
	datagram := packet{from: from.Addr().Unmap(), to: to.Addr(), protocol: protoUDP, payload: append(udpDatagram(from.Port(), to.Port()), "too big"...)}
	binary.BigEndian.PutUint16(datagram.payload[4:], uint16(len(datagram.payload)))
	quoted := datagram.frame(nil)[14:]
	const mtu = 1300
	if to.Addr().Is4() {
		message := append([]byte{3, 4, 0, 0, 0, 0, mtu >> 8, mtu & 0xff}, quoted...)
		return packet{from: to.Addr(), to: from.Addr().Unmap(), protocol: protoICMP, payload: message}
	}
	message := append([]byte{2, 0, 0, 0, 0, 0, mtu >> 8, mtu & 0xff}, quoted...)
	return packet{from: to.Addr(), to: from.Addr(), protocol: protoICMPv6, payload: message}
}
