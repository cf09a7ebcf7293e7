package cli

import (
	"encoding/csv"
	"encoding/xml"
	"errors"
	"io"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"rolewall/ruleset"
)

// opening is a line of a page, read back.
type opening struct {
	v4          bool
	protocol    int // -1 for any
	first, last int // ports; 0 to 65535 where the line names none
	typ, code   int // of ICMP; -1 for every one
	from        netip.Prefix
}

func anyOpening(v4 bool) opening {
	from := netip.MustParsePrefix("::/0")
	if v4 {
		from = netip.MustParsePrefix("0.0.0.0/0")
	}
	return opening{v4: v4, protocol: -1, last: 65535, typ: -1, code: -1, from: from}
}

func (o opening) lets(protocol ruleset.Protocol, port, typ, code int, src netip.Addr) bool {
	switch {
	case o.v4 != src.Is4() || !o.from.Contains(src):
		return false
	case o.protocol == -1:
		return true
	case o.protocol != int(protocol):
		return false
	case protocol.HasTypes():
		return (o.typ == -1 || o.typ == typ) && (o.code == -1 || o.code == code)
	}
	return !protocol.HasPorts() || o.first <= port && port <= o.last
}

// sameAsSet asks packets on both sides of every border of the rule set: the lines must allow what the rule set does.
func sameAsSet(t *testing.T, name string, rs *ruleset.RuleSet, lines []opening) {
	t.Helper()
	protocols := []ruleset.Protocol{ruleset.TCP, ruleset.UDP, ruleset.GRE, 99, 100}
	ports, sources := borders(rs)
	for _, src := range sources {
		if src.Is4() && !rs.Families.IPv4 {
			continue
		}
		for _, p := range protocols {
			for _, port := range ports {
				want := rs.Allows(ruleset.Packet{Protocol: p, Port: uint16(port), Remote: src, IPsec: true})
				got := slices.ContainsFunc(lines, func(o opening) bool { return o.lets(p, port, 0, 0, src) })
				if got != want {
					t.Errorf("%s: protocol %d, port %d from %s: open %t, want %t", name, p, port, src, got, want)
				}
			}
		}
		icmp := ruleset.ICMPv6
		if src.Is4() {
			icmp = ruleset.ICMP
		}
		for _, typ := range []int{0, 3, 8, 128} {
			for code := range 6 {
				want := rs.Allows(ruleset.Packet{Protocol: icmp, Type: uint8(typ), Code: uint8(code), Remote: src, IPsec: true})
				got := slices.ContainsFunc(lines, func(o opening) bool { return o.lets(icmp, 0, typ, code, src) })
				if got != want {
					t.Errorf("%s: ICMP %d:%d from %s: open %t, want %t", name, typ, code, src, got, want)
				}
			}
		}
	}
}

// borders are ports and addresses at and beside the ends of what the rules name.
func borders(rs *ruleset.RuleSet) ([]int, []netip.Addr) {
	ports, sources := []int{1}, []netip.Addr{netip.MustParseAddr("203.0.113.1"), netip.MustParseAddr("2001:db8::1")}
	for _, r := range rs.Inbound {
		for _, p := range r.Ports {
			ports = append(ports, max(1, int(p.First)-1), int(p.First), int(p.Last), min(65535, int(p.Last)+1))
		}
		for _, p := range r.Remote.Prefixes() {
			last := p.Addr()
			for p.Contains(last.Next()) && p.Bits() > 100 || p.Addr().Is4() && p.Contains(last.Next()) {
				last = last.Next()
			}
			for _, a := range []netip.Addr{p.Addr().Prev(), p.Addr(), last, last.Next()} {
				if !slices.Contains(sources, a) {
					sources = append(sources, a)
				}
			}
		}
	}
	slices.Sort(ports)
	return slices.Compact(ports), sources
}

// aclLine is a permit of an extended access list: protocol, source, destination, and ports or ICMP type and code.
var aclLine = regexp.MustCompile(`^ permit (tcp|udp|icmp|ip|\d+) (any|host \S+|\S+ \S+) any(?: eq (\d+)| range (\d+) (\d+)| (\d+)(?: (\d+))?)?$`)

// TestACLExample reads the access lists back and asks them packets.
func TestACLExample(t *testing.T) {
	for _, page := range examplePages(t, "acl") {
		var lines []opening
		body := false
		for line := range strings.Lines(page.text) {
			line = strings.TrimSuffix(line, "\n")
			switch {
			case strings.HasPrefix(line, "! ") || line == "!" || strings.HasPrefix(line, " remark "):
				if len(line) > 200 || strings.HasPrefix(line, " remark ") && len(line) > 101 || strings.ContainsAny(line, "\r?") {
					t.Errorf("%s: the line %q", page.Name, line)
				}
			case line == "ip access-list extended ROLEWALL-IN":
				body = true
			case line == " permit tcp any any established" && len(lines) == 0 && body:
			case line == " deny ip any any log":
				body = false
			default:
				m := aclLine.FindStringSubmatch(line)
				if m == nil || !body {
					t.Fatalf("%s: the line %q", page.Name, line)
				}
				lines = append(lines, readACL(t, m))
			}
		}
		if body {
			t.Errorf("%s: the list does not end in a deny", page.Name)
		}
		sameAsSet(t, page.Name, page.RuleSet, lines)
	}
}

func readACL(t *testing.T, m []string) opening {
	t.Helper()
	o := anyOpening(true)
	switch m[1] {
	case "tcp":
		o.protocol = 6
	case "udp":
		o.protocol = 17
	case "icmp":
		o.protocol = 1
	case "ip":
	default:
		o.protocol = number(t, m[1])
	}
	if m[2] != "any" {
		o.from = wildcardPrefix(t, m[2])
	}
	switch {
	case m[3] != "":
		o.first, o.last = number(t, m[3]), number(t, m[3])
	case m[4] != "":
		o.first, o.last = number(t, m[4]), number(t, m[5])
	case m[6] != "":
		o.typ = number(t, m[6])
		if m[7] != "" {
			o.code = number(t, m[7])
		}
	}
	return o
}

// wildcardPrefix reads "host 10.0.0.1" or "10.20.0.0 0.0.255.255".
func wildcardPrefix(t *testing.T, text string) netip.Prefix {
	t.Helper()
	if addr, single := strings.CutPrefix(text, "host "); single {
		return netip.PrefixFrom(netip.MustParseAddr(addr), 32)
	}
	addr, wildcard, _ := strings.Cut(text, " ")
	bits := 32
	for _, b := range netip.MustParseAddr(wildcard).As4() {
		for ; b != 0; b >>= 1 {
			bits--
		}
	}
	p := netip.PrefixFrom(netip.MustParseAddr(addr), bits)
	if p != p.Masked() {
		t.Errorf("%s has host bits set", text)
	}
	return p
}

func number(t *testing.T, text string) int {
	t.Helper()
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestCSVExample reads the tables with a reader of CSV and asks them packets.
func TestCSVExample(t *testing.T) {
	for _, page := range examplePages(t, "csv") {
		if strings.Count(page.text, "\n") != strings.Count(page.text, "\r\n") {
			t.Errorf("%s: lines do not end in CR LF", page.Name)
		}
		_, table, _ := strings.Cut(page.text, "\r\n\r\n")
		rows, err := csv.NewReader(strings.NewReader(table)).ReadAll() // every row has as many fields as the first
		if err != nil {
			t.Fatalf("%s: %v", page.Name, err)
		}
		var in, out []opening
		for _, row := range rows[1:] {
			o := anyOpening(row[2] == "ipv4")
			if row[3] != "any" {
				p, err := ruleset.ParseProtocol(row[3])
				if err != nil {
					t.Fatal(err)
				}
				o.protocol = int(p)
			}
			for i, field := range map[int]*int{4: &o.first, 5: &o.last, 6: &o.typ, 7: &o.code} {
				if row[i] != "" {
					*field = number(t, row[i])
				}
			}
			if row[8] != "any" {
				o.from = netip.MustParsePrefix(row[8])
			}
			if row[0] == "in" {
				in = append(in, o)
			} else {
				out = append(out, o)
			}
		}
		sameAsSet(t, page.Name, page.RuleSet, in)
		permits := &ruleset.RuleSet{Families: page.RuleSet.Families, Inbound: page.RuleSet.Outbound}
		sameAsSet(t, page.Name+" outbound", permits, out)
	}
}

// firewalldService is the form of a service as firewalld.service(5) and its schema service.xsd have it.
type firewalldService struct {
	XMLName     xml.Name `xml:"service"`
	Version     string   `xml:"version,attr"`
	Short       []string `xml:"short"`
	Description []string `xml:"description"`
	Port        []struct {
		Port     string     `xml:"port,attr"`
		Protocol string     `xml:"protocol,attr"`
		Other    []xml.Attr `xml:",any,attr"`
		Inner    string     `xml:",innerxml"`
	} `xml:"port"`
	Protocol []struct {
		Value string     `xml:"value,attr"`
		Other []xml.Attr `xml:",any,attr"`
		Inner string     `xml:",innerxml"`
	} `xml:"protocol"`
	Destination []struct {
		IPv4  string     `xml:"ipv4,attr"`
		IPv6  string     `xml:"ipv6,attr"`
		Other []xml.Attr `xml:",any,attr"`
		Inner string     `xml:",innerxml"`
	} `xml:"destination"`
	OtherAttr []xml.Attr `xml:",any,attr"`
	Other     []struct {
		XMLName xml.Name
	} `xml:",any"`
}

// Patterns of service.xsd, and the words that firewalld.service(5) lists.
var (
	firewalldPort     = regexp.MustCompile(`^[0-9]+(-[0-9]+)?$`)
	firewalldProtocol = regexp.MustCompile(`^(tcp|udp|sctp|dccp)$`)
	firewalldIPv4     = regexp.MustCompile(`^([0-9]{1,3}\.){3}[0-9]{1,3}(/[0-9]{1,2})?$`)
	firewalldIPv6     = regexp.MustCompile(`^[0-9A-Fa-f:]{2,39}(/[0-9]{1,3})?$`)
)

// TestFirewalldExample checks the services against their form and asks them packets.
func TestFirewalldExample(t *testing.T) {
	for _, page := range examplePages(t, "firewalld") {
		service := readFirewalld(t, page)
		var lines []opening
		add := func(o func(*opening)) {
			for _, v4 := range []bool{true, false} {
				line := anyOpening(v4)
				o(&line)
				if len(service.Destination) == 0 || v4 && service.Destination[0].IPv4 != "" || !v4 && service.Destination[0].IPv6 != "" {
					lines = append(lines, line)
				}
			}
		}
		for _, p := range service.Port {
			ports, err := ruleset.ParsePortRange(p.Port)
			if err != nil || !firewalldPort.MatchString(p.Port) || !firewalldProtocol.MatchString(p.Protocol) || len(p.Other) > 0 || p.Inner != "" {
				t.Errorf("%s: the port %+v: %v", page.Name, p, err)
			}
			protocol, _ := ruleset.ParseProtocol(p.Protocol)
			add(func(o *opening) { o.protocol, o.first, o.last = int(protocol), int(ports.First), int(ports.Last) })
		}
		for _, p := range service.Protocol {
			protocol, err := ruleset.ParseProtocol(p.Value)
			if err != nil || len(p.Other) > 0 || p.Inner != "" {
				t.Errorf("%s: the protocol %+v: %v", page.Name, p, err)
			}
			add(func(o *opening) { o.protocol = int(protocol) })
		}
		sameAsSet(t, page.Name, page.RuleSet, lines)
	}
}

// readFirewalld reads a service strictly: well-formed, one root, nothing that the form does not have.
func readFirewalld(t *testing.T, page examplePage) firewalldService {
	t.Helper()
	if !strings.HasPrefix(page.text, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n") {
		t.Errorf("%s: no declaration", page.Name)
	}
	var s firewalldService
	dec := xml.NewDecoder(strings.NewReader(page.text))
	if err := dec.Decode(&s); err != nil {
		t.Fatalf("%s: %v", page.Name, err)
	}
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if text, blank := token.(xml.CharData); err != nil || !blank || strings.TrimSpace(string(text)) != "" {
			t.Fatalf("%s: behind the service stands %v, %v", page.Name, token, err)
		}
	}
	if len(s.Short) != 1 || len(s.Description) != 1 || len(s.Other) > 0 || len(s.OtherAttr) > 0 || len(s.Destination) > 1 {
		t.Errorf("%s: the service is %+v", page.Name, s)
	}
	for _, d := range s.Destination {
		if d.IPv4 != "" && !firewalldIPv4.MatchString(d.IPv4) || d.IPv6 != "" && !firewalldIPv6.MatchString(d.IPv6) || len(d.Other) > 0 || d.Inner != "" {
			t.Errorf("%s: the destination %+v", page.Name, d)
		}
	}
	return s
}

// TestChangeBoardExample holds that every row of a table has the columns of its head, whatever appears in the cells.
func TestChangeBoardExample(t *testing.T) {
	cell := regexp.MustCompile(`(?:[^|\\]|\\.)*`)
	for _, page := range examplePages(t, "change-board") {
		columns, rows := 0, 0
		for line := range strings.Lines(page.text) {
			line = strings.TrimSuffix(line, "\n")
			if !strings.HasPrefix(line, "|") {
				columns = 0
				continue
			}
			n := strings.Count(cell.ReplaceAllString(line, ""), "|")
			if columns == 0 {
				columns = n
			}
			if n != columns {
				t.Errorf("%s: %d columns, not %d: %s", page.Name, n, columns, line)
			}
			rows++
		}
		if rows < 8+len(page.RuleSet.Inbound) {
			t.Errorf("%s: only %d rows for %d rules", page.Name, rows, len(page.RuleSet.Inbound))
		}
		for _, r := range page.RuleSet.Inbound {
			if !strings.Contains(page.text, "| "+ruleset.Label(r.ID)+" | "+r.What()+" | ") {
				t.Errorf("%s: no row for %s %s", page.Name, r.ID, r.What())
			}
		}
	}
}
