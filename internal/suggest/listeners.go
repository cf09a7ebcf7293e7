package suggest

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"

	"rolewall/diag"
	"rolewall/readers/sockets"
	"rolewall/ruleset"
)

// listener is a port on which a host listens, with all sockets on it.
type listener struct {
	port
	processes []string
	services  []string
	units     []string
	loopback  bool // only the host itself can reach it
	isClient  bool // it may be a client's port, which changes
	isRPC     bool // a Windows RPC port assigned at start; clients find it through the endpoint mapper
	pos       diag.Pos
}

// The ports that systems assign to clients: ip_local_port_range of Linux, the dynamic range of Windows.
var (
	linuxClients   = ruleset.PortRange{First: 32768, Last: 60999}
	windowsClients = ruleset.PortRange{First: 49152, Last: 65535}
)

// listenersOf returns the ports on which a host listens, by protocol and number.
func listenersOf(list []sockets.Socket, windows bool) []*listener {
	byPort := map[port]*listener{}
	for i := range list {
		s := &list[i]
		if !s.Listens() {
			continue
		}
		key := port{s.Protocol, s.Port}
		l := byPort[key]
		if l == nil {
			l = &listener{port: key, loopback: true, pos: s.Pos}
			byPort[key] = l
		}
		l.processes = append(l.processes, s.Processes...)
		l.services = append(l.services, s.Services...)
		if s.Unit != "" {
			l.units = append(l.units, s.Unit)
		}
		if !s.Addr.IsLoopback() {
			if l.loopback {
				l.pos = s.Pos
			}
			l.loopback = false
		}
	}
	out := make([]*listener, 0, len(byPort))
	for _, l := range byPort {
		for _, names := range []*[]string{&l.processes, &l.services, &l.units} {
			slices.Sort(*names)
			*names = slices.Compact(*names)
		}
		number := ruleset.PortRange{First: l.number, Last: l.number}
		l.isClient = l.protocol == ruleset.UDP && (windows && windowsClients.Contains(number) || !windows && linuxClients.Contains(number))
		l.isRPC = windows && l.protocol == ruleset.TCP && windowsClients.Contains(number)
		out = append(out, l)
	}
	slices.SortFunc(out, func(a, b *listener) int {
		return cmp.Or(cmp.Compare(a.protocol, b.protocol), cmp.Compare(a.number, b.number))
	})
	return out
}

// established adds the sources that are connected to a listener now.
func (h *host) established() {
	for i := range h.Sockets.Sockets {
		s := &h.Sockets.Sockets[i]
		p := port{s.Protocol, s.Port}
		if s.Listens() || h.byPort[p] == nil || s.Peer.Addr().IsLoopback() || slices.Contains(h.Addresses, s.Peer.Addr()) {
			continue
		}
		h.sources(p).add(netip.Addr(s.Peer.Addr()), 1)
	}
}

func (l *listener) traffic() ruleset.Traffic {
	return ruleset.Traffic{Protocol: l.protocol, Ports: ruleset.NewPorts(ruleset.PortRange{First: l.number, Last: l.number})}
}

// owner returns the program that listens: "sshd (ssh.service)", "svchost.exe (TermService)", or "" if unknown.
func (l *listener) owner() string {
	text := strings.Join(l.processes, ", ")
	if more := strings.Join(slices.Concat(l.units, l.services), ", "); more != "" && text != "" {
		return text + " (" + more + ")"
	} else if more != "" {
		return more
	}
	return text
}

// says returns the evidence in words: "sshd listens on tcp/22 (web1.capture/sockets.txt:3)".
func (l *listener) says() string {
	who := l.owner()
	if who == "" {
		who = "a program whose name is not known"
	}
	return who + " listens on " + l.traffic().String() + place(l.pos)
}
