//go:build linux

package packettest

import (
	"encoding/binary"
	"fmt"
	"net/netip"

	"golang.org/x/sys/unix"
)

// arrival is what the recorder tells of a probe.
type arrival struct {
	from, to     netip.Addr
	protocol     uint8
	sport, dport uint16 // of TCP and UDP
	typ, code    uint8  // of ICMP and ICMPv6
	hops         uint8
}

// markerProtocol is an IP number for experiments (RFC 3692); the marker is of it.
const markerProtocol = 253

const packetMessage = unix.NFNL_SUBSYS_ULOG << 8

// collect returns what was admitted since the last marker. The marker must have been sent.
func (r *recorder) collect() ([]arrival, error) {
	var all []arrival
	for {
		n, _, err := unix.Recvfrom(r.socket, r.buffer, 0)
		if err == unix.EINTR {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("hear of admitted packets: %w", err)
		}
		for rest := r.buffer[:n]; len(rest) >= 20; {
			length := int(binary.NativeEndian.Uint32(rest))
			if length < 20 || length > len(rest) {
				break
			}
			if binary.NativeEndian.Uint16(rest[4:]) == packetMessage { // and not the end of a batch
				a, marker := parsePacketMessage(rest[20:length])
				if marker {
					return all, nil
				}
				all = append(all, a)
			}
			rest = rest[min((length+3)&^3, len(rest)):]
		}
	}
}

// parsePacketMessage finds the packet among the attributes of a message.
func parsePacketMessage(attributes []byte) (a arrival, marker bool) {
	const payload = 9 // NFULA_PAYLOAD
	for len(attributes) >= 4 {
		length := int(binary.NativeEndian.Uint16(attributes))
		if length < 4 || length > len(attributes) {
			break
		}
		if binary.NativeEndian.Uint16(attributes[2:]) == payload {
			a = parsePacket(attributes[4:length])
		}
		attributes = attributes[min((length+3)&^3, len(attributes)):]
	}
	return a, a.protocol == markerProtocol && a.from == markerSource()
}

// parsePacket reads an IP packet. Probes have no options, and no extension headers but AH.
func parsePacket(b []byte) arrival {
	var a arrival
	switch {
	case len(b) >= 20 && b[0]>>4 == 4:
		a.protocol, a.hops = b[9], b[8]
		a.from, a.to = netip.AddrFrom4([4]byte(b[12:16])), netip.AddrFrom4([4]byte(b[16:20]))
		b = b[20:]
	case len(b) >= 40 && b[0]>>4 == 6:
		a.protocol, a.hops = b[6], b[7]
		a.from, a.to = netip.AddrFrom16([16]byte(b[8:24])), netip.AddrFrom16([16]byte(b[24:40]))
		b = b[40:]
	default:
		return a
	}
	switch {
	case (a.protocol == protoTCP || a.protocol == protoUDP) && len(b) >= 4:
		a.sport, a.dport = binary.BigEndian.Uint16(b), binary.BigEndian.Uint16(b[2:])
	case (a.protocol == protoICMP || a.protocol == protoICMPv6) && len(b) >= 2:
		a.typ, a.code = b[0], b[1]
	}
	return a
}

// markerSource is an address that no probe has.
func markerSource() netip.Addr { return netip.AddrFrom4([4]byte{198, 18, 255, 254}) }

// marker is the frame that ends a series.
func marker() []byte {
	return packet{from: markerSource(), to: serverEnd().ipv4, protocol: markerProtocol, payload: make([]byte, 8)}.frame(markerMAC())
}

// probe sends packets to the server and returns those that its filters admitted, in order, and what was admitted of
// earlier ones.
func (l *Lab) probe(packets []packet) ([]arrival, error) {
	frames := make([][]byte, 0, len(packets)+1)
	for _, p := range packets {
		frames = append(frames, p.frame(probeMAC()))
	}
	if err := l.tap.send(append(frames, marker())); err != nil {
		return nil, err
	}
	return l.recorder.collect()
}
