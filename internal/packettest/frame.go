//go:build linux

package packettest

import (
	"encoding/binary"
	"net"
	"net/netip"
)

// packet is an IP packet for the server, before it is wrapped.
type packet struct {
	from, to netip.Addr
	protocol uint8
	hops     uint8 // hop limit or time to live; 0 is 255
	payload  []byte
}

// The protocols that packets are made of.
const (
	protoICMP   = 1
	protoIGMP   = 2
	protoTCP    = 6
	protoUDP    = 17
	protoGRE    = 47
	protoESP    = 50
	protoAH     = 51
	protoICMPv6 = 58
)

// frame wraps the packet for the cable. The source MAC is that of a probe.
func (p packet) frame(from net.HardwareAddr) []byte {
	header := 40
	if p.to.Is4() {
		header = 20
	}
	f := make([]byte, 14+header+len(p.payload))
	copy(f, destinationMAC(p.to))
	copy(f[6:], from)
	ip, payload := f[14:14+header], f[14+header:]
	copy(payload, p.payload)
	hops := p.hops
	if hops == 0 {
		hops = 255
	}
	if p.to.Is4() {
		binary.BigEndian.PutUint16(f[12:], 0x0800)
		ip[0] = 0x45
		binary.BigEndian.PutUint16(ip[2:], uint16(header+len(payload)))
		ip[8], ip[9] = hops, p.protocol
		copy(ip[12:], p.from.AsSlice())
		copy(ip[16:], p.to.AsSlice())
		binary.BigEndian.PutUint16(ip[10:], ^fold(sum(0, ip)))
	} else {
		binary.BigEndian.PutUint16(f[12:], 0x86dd)
		ip[0] = 0x60
		binary.BigEndian.PutUint16(ip[4:], uint16(len(payload)))
		ip[6], ip[7] = p.protocol, hops
		copy(ip[8:], p.from.AsSlice())
		copy(ip[24:], p.to.AsSlice())
	}
	p.checksum(payload)
	return f
}

// checksum fills in the payload's checksum: connection tracking takes packets with a wrong one for invalid.
func (p packet) checksum(payload []byte) {
	at, pseudo := 0, true
	switch {
	case p.protocol == protoTCP && len(payload) >= 20:
		at = 16
	case p.protocol == protoUDP && len(payload) >= 8:
		at = 6
	case p.protocol == protoICMPv6 && len(payload) >= 4:
		at = 2
	case (p.protocol == protoICMP || p.protocol == protoIGMP) && len(payload) >= 4:
		at, pseudo = 2, false
	default:
		return
	}
	payload[at], payload[at+1] = 0, 0
	start := uint32(0)
	if pseudo {
		start = sum(sum(0, p.from.AsSlice()), p.to.AsSlice()) + uint32(len(payload)) + uint32(p.protocol)
	}
	value := ^fold(sum(start, payload))
	if value == 0 && p.protocol == protoUDP {
		value = 0xffff // zero says "no checksum"
	}
	binary.BigEndian.PutUint16(payload[at:], value)
}

func sum(start uint32, b []byte) uint32 {
	for ; len(b) >= 2; b = b[2:] {
		start += uint32(b[0])<<8 | uint32(b[1])
	}
	if len(b) == 1 {
		start += uint32(b[0]) << 8
	}
	return start
}

func fold(n uint32) uint16 {
	for n > 0xffff {
		n = n>>16 + n&0xffff
	}
	return uint16(n)
}

// destinationMAC is the server's, or the group's.
func destinationMAC(to netip.Addr) net.HardwareAddr {
	b := to.AsSlice()
	switch {
	case to == netip.AddrFrom4([4]byte{255, 255, 255, 255}):
		return net.HardwareAddr{255, 255, 255, 255, 255, 255}
	case to.Is4() && to.IsMulticast():
		return net.HardwareAddr{1, 0, 0x5e, b[1] & 0x7f, b[2], b[3]}
	case to.IsMulticast():
		return net.HardwareAddr{0x33, 0x33, b[12], b[13], b[14], b[15]}
	}
	return serverEnd().mac
}

// TCP flags.
const (
	flagFIN = 1 << iota
	flagSYN
	flagRST
	flagPSH
	flagACK
	flagURG
)

// tcpSegment is a TCP header without options.
func tcpSegment(from, to uint16, flags uint8) []byte {
	b := make([]byte, 20)
	binary.BigEndian.PutUint16(b, from)
	binary.BigEndian.PutUint16(b[2:], to)
	b[7] = 1 // a sequence number
	b[12], b[13] = 5<<4, flags
	if flags&flagACK != 0 {
		b[11] = 1
	}
	binary.BigEndian.PutUint16(b[14:], 1024)
	return b
}

// udpDatagram is a UDP header without data.
func udpDatagram(from, to uint16) []byte {
	b := make([]byte, 8)
	binary.BigEndian.PutUint16(b, from)
	binary.BigEndian.PutUint16(b[2:], to)
	binary.BigEndian.PutUint16(b[4:], 8)
	return b
}

// icmpMessage is an ICMP or ICMPv6 message with room for what its type wants.
func icmpMessage(typ, code uint8) []byte {
	b := make([]byte, 24)
	b[0], b[1] = typ, code
	return b
}
