//go:build linux

package packettest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"rolewall/diag"
	"rolewall/internal/netspace"
	"rolewall/readers/capture"
	"rolewall/readers/iproute"
	"rolewall/readers/ipset"
	"rolewall/readers/iptsave"
	"rolewall/readers/netfilter"
	"rolewall/readers/netfilter/evaluation"
	"rolewall/readers/nftjson"
	"rolewall/ruleset"
)

// loaded is a rule set of others: text for nft, and for iptables in both families.
type loaded struct {
	name            string
	nft, ipv4, ipv6 string
}

// storedRules returns the rule sets in testdata/captures, made by the programs after which they are named. Interface and address of
// the host on which they were made become those of the lab.
func storedRules(t testing.TB) []loaded {
	t.Helper()
	files, err := filepath.Glob("testdata/captures/*")
	if err != nil {
		t.Fatal(err)
	}
	byName := map[string]*loaded{}
	var names []string
	for _, f := range files {
		src, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		name, kind, _ := strings.Cut(filepath.Base(f), ".")
		if byName[name] == nil {
			byName[name] = &loaded{name: name}
			names = append(names, name)
		}
		text := strings.NewReplacer("eth0", tapLink, "10.1.0.10", serverEnd().ipv4.String(), "fd00:1::10", serverEnd().ipv6.String()).Replace(string(src))
		switch x := byName[name]; kind {
		case "nft":
			x.nft = text
		case "iptables":
			x.ipv4 = text
		case "ip6tables":
			x.ipv6 = text
		}
	}
	var out []loaded
	for _, n := range names {
		out = append(out, *byName[n])
	}
	return out
}

// loadRules loads a rule set on an empty server, with the tools of its programs.
func (l *Lab) loadRules(t testing.TB, x loaded) {
	t.Helper()
	if err := l.reset(); err != nil {
		t.Fatal(err)
	}
	for _, tool := range []string{"iptables-restore", "ip6tables-restore"} { // all tables, of which reset empties those of scripts
		if _, err := l.legacy.Run("*raw\nCOMMIT\n*mangle\nCOMMIT\n*nat\nCOMMIT\n*filter\n:INPUT ACCEPT\n:FORWARD ACCEPT\nCOMMIT\n", tool); err != nil {
			t.Fatal(err)
		}
	}
	run := func(s *netspace.Space, text string, command ...string) {
		if text == "" {
			return
		}
		if _, err := s.Run(text, command...); err != nil {
			t.Fatal(err)
		}
	}
	run(l.Server, x.nft, "nft", "-f", "-")
	for tool, text := range map[string]string{"iptables-restore": x.ipv4, "ip6tables-restore": x.ipv6} {
		space := l.Server
		if text != "" && !strings.Contains(text, "(nf_tables)") {
			space = l.space(IptablesLegacy)
		}
		run(space, text, tool)
	}
}

// capture reads what the server holds, as an administrator would collect it, and evaluates it.
func (l *Lab) capture(t testing.TB) *capture.Capture {
	t.Helper()
	var st netfilter.State
	var errs diag.List
	listing := l.Server.Must(t, "nft", "-j", "list", "ruleset")
	nftjson.Read("nft.json", withoutRecorder(t, listing), &st, &errs)
	for world, space := range map[netfilter.World]*netspace.Space{netfilter.IptablesNft: l.Server, netfilter.IptablesLegacy: l.legacy} {
		for _, tool := range []string{"iptables-save", "ip6tables-save"} {
			if out := space.Must(t, "sh", "-c", tool+" 2>/dev/null"); out != "" {
				iptsave.Read(tool, []byte(out), &st, &errs)
			} else {
				st.Saw(netfilter.Evidence{World: world, IPv6: tool == "ip6tables-save"})
			}
		}
	}
	if sets, err := l.Server.Run("", "ipset", "save"); err == nil && sets != "" {
		ipset.Read("ipset", []byte(sets), &st, &errs)
	}
	for _, command := range []string{"-j addr", "-j route", "-6 -j route"} {
		iproute.Read("ip "+command, []byte(l.Server.Must(t, append([]string{"ip"}, strings.Fields(command)...)...)), &st, &errs)
	}
	c := evaluation.Evaluate(&st, &errs)
	if err := errs.Err(); err != nil {
		t.Fatal(err)
	}
	return c
}

// withoutRecorder takes the recorder's table out of a listing.
func withoutRecorder(t testing.TB, listing string) []byte {
	t.Helper()
	var doc struct {
		Members []map[string]map[string]any `json:"nftables"`
	}
	if err := json.Unmarshal([]byte(listing), &doc); err != nil {
		t.Fatal(err)
	}
	doc.Members = slices.DeleteFunc(doc.Members, func(m map[string]map[string]any) bool {
		for _, o := range m {
			if o["table"] == "packettest" || o["name"] == "packettest" {
				return true
			}
		}
		return false
	})
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	if err := e.Encode(doc); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// told says what a capture tells of the ports of a protocol for one source: open surely, or perhaps.
func told(c *capture.Capture, p ruleset.Protocol, from netip.Addr, source uint16) (sure, perhaps *portSet) {
	sure, perhaps = &portSet{}, &portSet{}
	to := serverEnd().addressFor(from)
	for _, o := range c.Openings {
		r := o.Rule
		if r.Protocol != p && r.Protocol != ruleset.AnyProtocol || r.IPsecOnly || !r.Remote.ContainsAddr(from) || !r.OnInterface(tapLink) {
			continue
		}
		if slices.ContainsFunc(o.NotOn, func(n string) bool { q := ruleset.Qualifiers{Interfaces: []string{n}}; return q.OnInterface(tapLink) }) {
			continue
		}
		if len(r.FromPorts) > 0 && !r.FromPorts.Contains(ruleset.Ports{{First: source, Last: source}}) {
			continue
		}
		if len(o.To) > 0 && !o.To.Contains(ruleset.Prefixes{netip.PrefixFrom(to, to.BitLen())}) {
			continue
		}
		ports := r.Ports
		if r.Protocol == ruleset.AnyProtocol {
			ports = ruleset.Ports{{First: 1, Last: 65535}}
		}
		set := sure
		if len(o.Conditions) > 0 {
			set = perhaps
		}
		for _, x := range ports {
			for port := int(x.First); port <= int(x.Last); port++ {
				set[port] = true
			}
		}
	}
	return sure, perhaps
}

// sourcesOf picks addresses from which to send: for each family some in and beside each prefix that the capture names, as long
// as the capture treats them otherwise than those before, and one outside of all.
func sourcesOf(c *capture.Capture, most int) []netip.Addr {
	var candidates []netip.Addr
	for _, s := range []string{"203.0.113.77", "2001:db8:77::77", "10.3.0.5", "fd00:20::7", "10.20.1.1", "10.1.0.50", "192.0.2.7", "fd00:3::5"} {
		candidates = append(candidates, netip.MustParseAddr(s))
	}
	for _, o := range c.Openings {
		for _, p := range o.Rule.Remote.Prefixes() {
			candidates = append(candidates, p.Addr(), p.Addr().Prev(), lastAddress(p), lastAddress(p).Next())
		}
	}
	seen := map[string]bool{}
	var out []netip.Addr
	for _, a := range candidates {
		if !usable(a) || len(out) >= most || a == netip.MustParseAddr("fe80::") { // which is the server itself, as every router of the link
			continue
		}
		var key strings.Builder
		fmt.Fprint(&key, a.Is4())
		for i, o := range c.Openings {
			if o.Rule.Remote.ContainsAddr(a) {
				fmt.Fprintf(&key, " %d", i)
			}
		}
		if !seen[key.String()] {
			seen[key.String()] = true
			out = append(out, a)
		}
	}
	return out
}

// TestCaptureSweep loads rule sets that others made, evaluates what is captured of them, and sends every port: what gets in is
// what the evaluation says. A port is left out only where the evaluation itself names a condition.
func TestCaptureSweep(t *testing.T) {
	t.Parallel()
	l := newCaptureLab(t)
	for _, x := range storedRules(t) {
		t.Run(x.name, func(t *testing.T) {
			l.loadRules(t, x)
			l.holdAgainst(t, l.capture(t))
		})
	}
}

// newCaptureLab is a lab whose server passes packets on, and knows a way back to everybody on the card of probes.
func newCaptureLab(t testing.TB) *Lab {
	t.Helper()
	l := NewLab(t)
	l.Server.Must(t, "sh", "-ec", `
		sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
		ip addr add 198.18.9.1/32 dev `+tapLink+`
		ip route add default dev `+tapLink+` metric 10
		ip -6 route add default dev `+tapLink+` metric 10
		for bridge in docker0=172.17.0.1/16 br-45cc690deab4=172.18.0.1/16 podman0=10.88.0.1/16; do
			ip link add ${bridge%%=*} type bridge
			ip link set ${bridge%%=*} up
			ip addr add ${bridge#*=} dev ${bridge%%=*}
		done
	`)
	return l
}

// sweepSources is how many sources send every port of a rule set. With ROLEWALL_SWEEP in the environment it is nearly all that
// a rule set tells apart.
func sweepSources() int {
	if os.Getenv("ROLEWALL_SWEEP") != "" {
		return 40
	}
	return 3
}

// holdAgainst sends every port and compares.
func (l *Lab) holdAgainst(t *testing.T, c *capture.Capture) {
	t.Helper()
	for _, f := range c.Facts {
		if f.Unsafe {
			t.Errorf("fact: %s", f.Text)
		}
	}
	conditional := 0
	for _, from := range sourcesOf(c, sweepSources()) {
		for _, p := range []ruleset.Protocol{ruleset.TCP, ruleset.UDP} {
			got, err := l.sweep(p, from)
			if err != nil {
				t.Fatal(err)
			}
			sure, perhaps := told(c, p, from, sweepPort)
			for _, side := range []struct {
				ports ruleset.Ports
				open  bool
			}{{got.minus(sure), false}, {sure.minus(got), true}} {
				for _, port := range members(side.ports, 3000) {
					if port == 0 {
						continue
					}
					if perhaps[port] && !sure[port] {
						conditional++
						continue
					}
					in, err := l.getsIn(p, from, port)
					if err != nil {
						t.Fatal(err)
					}
					if in != side.open {
						t.Errorf("%s %d from %s: gets in: %v, and the capture says it is open: %v", p, port, from, in, side.open)
						if t.Failed() && conditional > 20 {
							return
						}
					}
				}
			}
		}
	}
	t.Logf("%d openings, %d ports left to conditions", len(c.Openings), conditional)
}

// members lists ports of a set, at most so many.
func members(p ruleset.Ports, most int) []uint16 {
	var out []uint16
	for _, r := range p {
		for port := int(r.First); port <= int(r.Last) && len(out) < most; port++ {
			out = append(out, uint16(port))
		}
	}
	return out
}

// getsIn sends one packet to a port and reports whether it gets in, whatever port it then has.
func (l *Lab) getsIn(p ruleset.Protocol, from netip.Addr, port uint16) (bool, error) {
	x := packet{from: from, to: serverEnd().addressFor(from), protocol: uint8(p), payload: tcpSegment(sweepPort, port, flagSYN)}
	if p == ruleset.UDP {
		x.payload = udpDatagram(sweepPort, port)
	}
	arrivals, err := l.probe([]packet{x})
	return len(arrivals) > 0, err
}
