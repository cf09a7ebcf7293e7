//go:build linux

package packettest

import (
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"rolewall/catalog"
	"rolewall/diag"
	"rolewall/generators"
	"rolewall/internal/netspace"
	"rolewall/internal/suggest"
	"rolewall/internal/workspace"
	"rolewall/readers"
	"rolewall/readers/flowlog"
	"rolewall/resolver"
	"rolewall/ruleset"
)

// officeHost is a host of a small office, in a namespace of its own, with who may speak to it.
type officeHost struct {
	name  string
	space *netspace.Space
	addr  netip.Addr
	names map[uint16]string // programs by port
	flows []officeFlow
}

// officeFlow is traffic of the office: a client that speaks to a port.
type officeFlow struct {
	network string
	from    string
	port    uint16
}

// officeKinds are the kinds of hosts of the office.
var officeKinds = []officeHost{
	{name: "web", names: map[uint16]string{22: "sshd", 80: "nginx", 443: "nginx"}, flows: []officeFlow{{"tcp", "10.3.0.5", 22}, {"tcp", "10.20.0.7", 80}, {"tcp", "10.20.0.9", 443}}},
	{name: "db", names: map[uint16]string{22: "sshd", 5432: "postgres", 9100: "mydaemon"}, flows: []officeFlow{{"tcp", "10.3.0.7", 22}, {"tcp", "10.20.0.7", 5432}, {"tcp", "10.3.0.5", 9100}}},
	{name: "dns", names: map[uint16]string{22: "sshd", 53: "named"}, flows: []officeFlow{{"tcp", "10.3.0.5", 22}, {"udp", "10.20.0.7", 53}, {"tcp", "10.20.0.9", 53}}},
}

// newOffice makes hosts without any rules, and one network in which all clients are.
func newOffice(t *testing.T) (clients *netspace.Space, hosts []*officeHost) {
	clients = netspace.New(t)
	clients.Must(t, "ip", "link", "set", "lo", "up")
	for _, a := range []string{"10.3.0.5", "10.3.0.7", "10.20.0.7", "10.20.0.9", "203.0.113.9"} {
		clients.Must(t, "ip", "addr", "add", a+"/32", "dev", "lo")
	}
	clients.Must(t, "sysctl", "-qw", "net.ipv4.ip_forward=1")
	size := 20
	if testing.Short() {
		size = len(officeKinds)
	}
	for i := range size {
		h := officeKinds[i%len(officeKinds)]
		h.name = fmt.Sprintf("%s%d", h.name, 1+i/len(officeKinds))
		hosts = append(hosts, &h)
	}
	for i, h := range hosts {
		h.space = netspace.New(t)
		h.addr = netip.AddrFrom4([4]byte{10, 1, byte(i), 10})
		near := fmt.Sprintf("10.1.%d.1", i)
		link := fmt.Sprintf("to%d", i)
		clients.Must(t, "ip", "link", "add", link, "type", "veth", "peer", "name", "eth0", "netns", h.space.Path())
		clients.Must(t, "ip", "addr", "add", near+"/24", "dev", link)
		clients.Must(t, "ip", "link", "set", link, "up")
		h.space.Must(t, "ip", "link", "set", "lo", "up")
		h.space.Must(t, "ip", "addr", "add", h.addr.String()+"/24", "dev", "eth0")
		h.space.Must(t, "ip", "link", "set", "eth0", "up")
		h.space.Must(t, "ip", "route", "add", "default", "via", near)
		for port := range h.names {
			echo, err := h.space.Echo(netip.AddrPortFrom(h.addr, port))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = echo.Close() })
		}
	}
	return clients, hosts
}

// TestSuggestOffice plays the traffic of an office whose hosts have no rules, lets suggest write the policy from what the hosts show,
// and loads what generate makes of it: the same traffic passes, and a scan from elsewhere does not.
func TestSuggestOffice(t *testing.T) {
	t.Parallel()
	netspace.Need(t, "nft", "ip", "ss", "sysctl")
	clients, hosts := newOffice(t)
	var captured []*readers.Host
	for _, h := range hosts {
		for _, f := range h.flows { // connections stay open while the host is captured
			c, err := clients.Dial(f.network, netip.MustParseAddr(f.from), netip.AddrPortFrom(h.addr, f.port))
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			if err := clients.Echoes(c); err != nil {
				t.Fatal(err)
			}
		}
		captured = append(captured, h.capture(t))
		if err := tries(clients, "203.0.113.9", h, 22); err != nil {
			t.Fatalf("the scan reaches nobody even without rules: %v", err)
		}
	}
	cat, err := catalog.Default()
	if err != nil {
		t.Fatal(err)
	}
	errs := &diag.List{}
	s := suggest.New(cat, captured, suggest.Options{Day: "2026-11-30", MaxPrefixes: 8}, errs)
	for _, h := range hosts {
		for _, f := range h.flows {
			if f.network == "udp" { // no list of sockets tells who asked
				s.Add(&flowlog.Record{Src: netip.MustParseAddr(f.from), Dst: h.addr, DstPort: f.port, Protocol: ruleset.UDP, Began: true, Answer: flowlog.Answered}, "")
			}
		}
	}
	text, err := s.Policy(t.Context())
	if err := errs.Err(); err != nil {
		t.Fatal(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, role := range []string{"ssh-managed", "linux-web", "linux-postgres", "linux-dns"} {
		if !strings.Contains(string(text), `"`+role+`"`) {
			t.Errorf("role %s is not written", role)
		}
	}
	load(t, text, hosts)
	for _, h := range hosts {
		for _, f := range h.flows {
			if err := clients.Talk(f.network, netip.MustParseAddr(f.from), netip.AddrPortFrom(h.addr, f.port)); err != nil {
				t.Errorf("%s to %s/%d of %s is cut: %v", f.from, f.network, f.port, h.name, err)
			}
		}
	}
	var scans sync.WaitGroup // side by side, since each waits for an answer that does not come
	for _, h := range hosts {
		for port := range h.names {
			scans.Go(func() {
				if err := tries(clients, "203.0.113.9", h, port); err == nil {
					t.Errorf("a scan reaches port %d of %s", port, h.name)
				}
			})
		}
	}
	scans.Wait()
	if err := tries(clients, "10.20.0.7", hosts[1], 22); err == nil {
		t.Error("a client of the database reaches its SSH")
	}
	if t.Failed() {
		t.Logf("%s", text)
	}
}

// tries connects once, and waits no longer than a packet needs.
func tries(clients *netspace.Space, from string, h *officeHost, port uint16) error {
	return clients.Do(func() error {
		d := net.Dialer{Timeout: 400 * time.Millisecond, LocalAddr: &net.TCPAddr{IP: netip.MustParseAddr(from).AsSlice()}}
		c, err := d.Dial("tcp", netip.AddrPortFrom(h.addr, port).String())
		if err == nil {
			_ = c.Close()
		}
		return err
	})
}

// capture reads what the host tells. All its programs are this test, so ports give them their names.
func (h *officeHost) capture(t *testing.T) *readers.Host {
	t.Helper()
	sockets := h.space.Must(t, "ss", "-H", "-tuanp")
	var lines []string
	for line := range strings.Lines(sockets) {
		words := strings.Fields(line)
		i := strings.Index(line, "users:")
		if i < 0 {
			i = len(strings.TrimRight(line, "\n"))
		}
		var port uint16
		fmt.Sscanf(words[4][strings.LastIndex(words[4], ":")+1:], "%d", &port)
		if words[0] == "udp" && h.names[port] != "named" {
			continue // an echo takes datagrams too, which these programs do not
		}
		lines = append(lines, line[:i]+fmt.Sprintf(` users:(("%s",pid=1,fd=3))`, h.names[port]))
	}
	errs := &diag.List{}
	out := readers.ReadHost([]readers.File{
		{Name: "sockets.txt", Data: []byte(strings.Join(lines, "\n"))},
		{Name: "nft.json", Data: []byte(h.space.Must(t, "nft", "-j", "list", "ruleset"))},
		{Name: "ip-addr.json", Data: []byte(h.space.Must(t, "ip", "-j", "addr"))},
	}, errs)
	if err := errs.Err(); err != nil {
		t.Fatal(err)
	}
	out.Name = h.name
	return out
}

// load generates the policy and loads it on each host.
func load(t *testing.T, text []byte, hosts []*officeHost) {
	t.Helper()
	name := filepath.Join(t.TempDir(), "servers.toml")
	if err := os.WriteFile(name, text, 0o600); err != nil {
		t.Fatal(err)
	}
	w, err := workspace.Open(t.Context(), workspace.NewFiles(nil), name, workspace.Options{AsOf: "2026-11-30"})
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	g, _ := generators.All().Lookup("nftables")
	for _, h := range hosts {
		errs := &diag.List{}
		host, _ := w.Policy.Host(h.name)
		rs := resolver.New(w.Policy, w.Day).RuleSet(host, errs)
		if err := errs.Err(); err != nil {
			t.Fatal(err)
		}
		script, err := generators.Render(g, rs, h.name)
		if err != nil {
			t.Fatal(err)
		}
		if out, err := h.space.Run(string(script), "nft", "-f", "-"); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
}
