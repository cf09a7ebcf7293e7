//go:build linux

package packettest

import (
	"fmt"
	"net"
	"net/netip"
	"strings"
	"testing"

	"rolewall/internal/netspace"
)

// Lab is a server that scripts are loaded on, and a client on the same wire. It serves one script after another.
type Lab struct {
	Server, Client *netspace.Space

	legacy     *netspace.Space // the server, where iptables means the legacy back end
	usedLegacy bool            // since the last reset
	tap        *tap            // takes probes to the server
	burst      *burst          // takes sweeps there; nil where the kernel cannot
	recorder   *recorder       // hears what got past the script on the server
	hasty      bool            // one difference is enough
	answers    Answers         // what is held against the kernel beside the rule set; nil for nothing
	share      share           // which ports are swept; the zero value is all of them
}

// end is one end of the wire. No policy uses these networks, so no end is inside a source restriction by accident.
type end struct {
	link                  string
	mac                   net.HardwareAddr
	ipv4, ipv6, linkLocal netip.Addr
}

func newEnd(link string, number byte) end {
	return end{
		link: link, mac: net.HardwareAddr{2, 0, 0, 0, 0, number},
		ipv4:      netip.AddrFrom4([4]byte{198, 18, 0, number}),
		ipv6:      netip.AddrFrom16([16]byte{0x20, 0x01, 0x0d, 0xb8, 0x5a, 0x5a, 15: number}), // 2001:db8:5a5a::
		linkLocal: netip.AddrFrom16([16]byte{0xfe, 0x80, 13: 0x5a, 15: number}),
	}
}

func serverEnd() end { return newEnd("server0", 1) }
func clientEnd() end { return newEnd("client0", 2) }

// otherLinkLocal is an address that the server has on a link of its own, as bridges of containers have. Routers often
// have the same on theirs.
func otherLinkLocal() netip.Addr { return netip.MustParseAddr("fe80::1") }

// NewLab makes a lab. It vanishes with the test.
func NewLab(t testing.TB) *Lab {
	t.Helper()
	netspace.Need(t, "nft", "iptables", "ip6tables", "iptables-legacy", "ip6tables-legacy", "dash")
	l := &Lab{Server: netspace.New(t), Client: netspace.New(t)}
	server, client := serverEnd(), clientEnd()
	l.Server.Must(t, "ip", "link", "add", server.link, "address", server.mac.String(), "type", "veth",
		"peer", "name", client.link, "address", client.mac.String(), "netns", l.Client.Path())
	configure(t, l.Server, server)
	configure(t, l.Client, client)
	l.Server.Must(t, "ip", "link", "add", "bridge0", "type", "veth", "peer", "name", "bridged0")
	l.Server.Must(t, "ip", "link", "set", "bridge0", "up")
	l.Server.Must(t, "ip", "link", "set", "bridged0", "up")
	l.Server.Must(t, "ip", "addr", "add", otherLinkLocal().String()+"/64", "dev", "bridge0", "nodad")
	legacy := *l.Server
	legacy.UseLegacy(t)
	l.legacy = &legacy
	if err := l.reset(); err != nil {
		t.Fatal(err)
	}
	l.recorder = newRecorder(t, l.Server)
	l.tap = newTap(t, l.Server)
	l.burst = newBurst(t, l.tap)
	return l
}

// configure gives the end its addresses, and routes to everywhere.
func configure(t testing.TB, s *netspace.Space, e end) {
	t.Helper()
	if err := s.Do(func() error { return openTo(e.link) }); err != nil {
		t.Fatal(err)
	}
	batch := []string{
		"link set " + e.link + " up",
		fmt.Sprintf("addr add %s/24 dev %s", e.ipv4, e.link),
		fmt.Sprintf("addr add %s/64 dev %s nodad", e.ipv6, e.link),
		fmt.Sprintf("addr add %s/64 dev %s nodad", e.linkLocal, e.link),
		"route add default dev " + e.link,
		"route add ::/0 dev " + e.link,
	}
	if _, err := s.Run(strings.Join(batch, "\n"), "ip", "-batch", "-"); err != nil {
		t.Fatal(err)
	}
}
