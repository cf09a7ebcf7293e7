//go:build linux

package packettest

import (
	"encoding/binary"
	"flag"
	"math/bits"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
)

// everyPort makes every source send every port to every role and policy: make soak sets it.
var everyPort = flag.Bool("every-port", false, "sweep every port of every role and policy from every source")

// share is the ports that a sweep sends: one in so many, and every port at which the script can change its mind. A filter
// tells two ports apart only by a number in its script. So the numbers, their neighbours, and what differs from them in one
// bit show any mistake in a number; the other ports are there for what nobody has thought of.
type share struct {
	first, oneIn int      // every oneIn-th port, from the first below it; 0 and 1 are all
	named        []uint16 // by the script
}

func (s share) step() int { return max(1, s.oneIn) }

// of returns the share of a source. The sources of a family divide all ports among themselves: each sends the named ones and its
// part of the others. A share that is less than all ports, or every port by the command line, is the same for each source.
func (s share) of(from netip.Addr, sources []netip.Addr) share {
	if *everyPort || s.step() > 1 {
		return s
	}
	var family []netip.Addr
	for _, x := range sources {
		if x.Is4() == from.Is4() {
			family = append(family, x)
		}
	}
	parts := 1 << (bits.Len(uint(len(family))) - 1) // a power of two, which divides the number of ports
	return share{first: slices.Index(family, from) % parts, oneIn: parts, named: s.named}
}

// mask leaves the ports in the set that the share holds.
func (s share) mask(set *portSet) {
	if s.step() == 1 {
		return
	}
	whole := *set
	*set = portSet{}
	for port := s.first % s.step(); port < len(set); port += s.step() {
		set[port] = whole[port]
	}
	for _, port := range s.named {
		set[port] = whole[port]
	}
}

var (
	number  = regexp.MustCompile(`[0-9]+`)
	comment = regexp.MustCompile(`(?m)^\s*#.*$`)
)

// namedPorts returns the ports that the text of a script has, in decimal, and the ones beside: one less, one more, and
// those that differ in one bit.
func namedPorts(text string) []uint16 {
	ports := []uint16{0, 65535}
	for _, digits := range number.FindAllString(comment.ReplaceAllString(text, ""), -1) {
		n, err := strconv.ParseUint(digits, 10, 16)
		if err != nil {
			continue
		}
		port := uint16(n)
		ports = append(ports, port-1, port, port+1)
		for bit := range 16 {
			ports = append(ports, port^1<<bit)
		}
	}
	slices.Sort(ports)
	return slices.Compact(ports)
}

// toPorts returns the packet once for each destination port.
func (p packet) toPorts(ports []uint16) []packet {
	out := make([]packet, len(ports))
	for i, port := range ports {
		out[i] = p
		out[i].payload = slices.Clone(p.payload)
		binary.BigEndian.PutUint16(out[i].payload[2:], port)
	}
	return out
}
