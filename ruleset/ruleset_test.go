package ruleset

import (
	"maps"
	"net/netip"
	"reflect"
	"regexp"
	"slices"
	"testing"
)

func TestAllows(t *testing.T) {
	both := Families{IPv4: true, IPv6: true}
	ports := NewPorts(PortRange{80, 80}, PortRange{8000, 65535})
	tcp := &Rule{Traffic: Traffic{Protocol: TCP, Ports: ports}, Remote: from("10.0.0.0/8 fd00::/8")}
	tcpAny := &Rule{Traffic: Traffic{Protocol: TCP, Ports: ports}, Remote: Anyone()}
	gre := &Rule{Traffic: Traffic{Protocol: GRE}, Remote: from("10.0.0.0/8")}
	every := &Rule{Traffic: Traffic{Protocol: AnyProtocol}, Remote: from("10.0.0.0/8")}
	every6 := &Rule{Traffic: Traffic{Protocol: AnyProtocol}, Remote: Anyone()}
	echo := &Rule{Traffic: Traffic{Protocol: ICMP, ICMP: []ICMPType{{Type: 8}}}, Remote: Anyone()}
	for _, c := range []struct {
		name     string
		rule     *Rule
		families Families
		protocol Protocol
		port     uint16
		src      string
		want     bool
	}{
		{"first port", tcp, both, TCP, 80, "10.1.2.3", true},
		{"last port", tcp, both, TCP, 65535, "10.1.2.3", true},
		{"port between", tcp, both, TCP, 7999, "10.1.2.3", false},
		{"no port", tcp, both, TCP, 0, "10.1.2.3", false},
		{"other protocol", tcp, both, UDP, 80, "10.1.2.3", false},
		{"other source", tcp, both, TCP, 80, "11.1.2.3", false},
		{"IPv6 source", tcp, both, TCP, 80, "fd00::1", true},
		{"family the host has not", tcp, Families{IPv4: true}, TCP, 80, "fd00::1", false},
		{"anyone", tcpAny, both, TCP, 80, "2001:db8::1", true},
		{"anyone, family the host has not", tcpAny, Families{IPv4: true}, TCP, 80, "2001:db8::1", false},
		{"anyone, the other family", tcpAny, Families{IPv6: true}, TCP, 80, "192.0.2.1", false},
		{"anyone, no family", tcpAny, Families{}, TCP, 80, "192.0.2.1", false},
		{"protocol without ports", gre, both, GRE, 0, "10.1.2.3", true},
		{"IPv4 source rule, IPv6 packet", gre, both, GRE, 0, "fd00::1", false},
		{"any protocol: tcp", every, both, TCP, 1, "10.1.2.3", true},
		{"any protocol: esp", every, both, ESP, 0, "10.1.2.3", true},
		{"any protocol: icmp", every, both, ICMP, 0, "10.1.2.3", true},
		{"any protocol, other source", every, both, TCP, 1, "192.0.2.1", false},
		{"icmp of another type", echo, both, ICMP, 0, "10.1.2.3", false},
		{"no address", tcpAny, both, TCP, 80, "", false},
		{"IPv4 mapped into IPv6", tcp, both, TCP, 80, "::ffff:10.1.2.3", true},
		{"ICMP over IPv6, for which the kernel takes a rule for every protocol", every6, both, ICMP, 0, "fd00::1", true},
		{"ICMPv6 over IPv6", every6, both, ICMPv6, 0, "fd00::1", true},
	} {
		rs := &RuleSet{Inbound: []*Rule{c.rule}, Families: c.families}
		if got := rs.Allows(Packet{Protocol: c.protocol, Port: c.port, Remote: address(c.src)}); got != c.want {
			t.Errorf("%s: open is %t", c.name, got)
		}
	}
	if (&RuleSet{Families: both}).Allows(Packet{Protocol: TCP, Port: 80, Remote: netip.MustParseAddr("10.1.2.3")}) {
		t.Error("a host without rules is open")
	}
}

// address reads an address; an empty text is none.
func address(s string) netip.Addr {
	a, _ := netip.ParseAddr(s)
	return a
}

// TestMatch holds that the direction chooses the list, that bare packets do not pass rules for IPsec, and that rules come in
// their order.
func TestMatch(t *testing.T) {
	tcp := func(remote string) *Rule {
		return &Rule{Traffic: Traffic{Protocol: TCP, Ports: Ports{{80, 80}}}, Remote: from(remote)}
	}
	first, second, secured, out := tcp("10.0.0.0/8"), tcp("10.1.0.0/16"), tcp("10.1.2.0/24"), tcp("10.1.0.0/16")
	secured.IPsecOnly = true
	rs := &RuleSet{Inbound: []*Rule{first, second, secured}, Outbound: []*Rule{out}, Families: Families{IPv4: true}}
	p := Packet{Protocol: TCP, Port: 80, Remote: netip.MustParseAddr("10.1.2.3")}
	if got := slices.Collect(rs.Match(p)); !slices.Equal(got, []*Rule{first, second}) {
		t.Errorf("a bare packet matches %v", got)
	}
	for r := range rs.Match(p) {
		if r != first {
			t.Errorf("the first match is %v", r)
		}
		break
	}
	p.IPsec = true
	if got := slices.Collect(rs.Match(p)); !slices.Equal(got, []*Rule{first, second, secured}) {
		t.Errorf("a packet from a tunnel matches %v", got)
	}
	p.Direction = Outbound
	if got := slices.Collect(rs.Match(p)); !slices.Equal(got, []*Rule{out}) || Inbound.String() != "inbound" || Outbound.String() != "outbound" {
		t.Errorf("an outbound packet matches %v", got)
	}
}

// icmpOf is ICMP for IPv4 addresses and ICMPv6 for others.
func icmpOf(a netip.Addr) Protocol {
	if a.Is4() {
		return ICMP
	}
	return ICMPv6
}

func icmpPacket(typ, code uint8, src string) Packet {
	a := netip.MustParseAddr(src)
	return Packet{Protocol: icmpOf(a), Type: typ, Code: code, Remote: a}
}

func TestAllowsICMP(t *testing.T) {
	rs := &RuleSet{Families: Families{IPv4: true, IPv6: true}, Inbound: []*Rule{
		{Traffic: Traffic{Protocol: ICMP, ICMP: []ICMPType{{Type: 8}, {Type: 3, Code: 4, HasCode: true}}}, Remote: Anyone()},
		{Traffic: Traffic{Protocol: ICMPv6, ICMP: []ICMPType{{Type: 128}}}, Remote: from("fd00::/8")},
		{Traffic: Traffic{Protocol: AnyProtocol}, Remote: from("10.9.0.0/16")},
		{Traffic: Traffic{Protocol: TCP, Ports: Ports{{8, 8}}}, Remote: Anyone()},
	}}
	for _, c := range []struct {
		typ, code uint8
		src       string
		want      bool
	}{
		{8, 0, "192.0.2.1", true},
		{8, 7, "192.0.2.1", true},
		{3, 4, "192.0.2.1", true},
		{3, 3, "192.0.2.1", false},
		{13, 0, "192.0.2.1", false},
		{13, 0, "10.9.1.1", true},
		{128, 0, "192.0.2.1", false},
		{128, 0, "fd00::1", true},
		{128, 0, "2001:db8::1", false},
		{8, 0, "fd00::1", false},
	} {
		if got := rs.Allows(icmpPacket(c.typ, c.code, c.src)); got != c.want {
			t.Errorf("type %d code %d from %s: open is %t", c.typ, c.code, c.src, got)
		}
	}
	rs.Families.IPv4 = false
	if rs.Allows(icmpPacket(8, 0, "192.0.2.1")) {
		t.Error("a host without IPv4 takes IPv4's echo")
	}
}

func TestFamiliesOf(t *testing.T) {
	both, four, six := Families{IPv4: true, IPv6: true}, Families{IPv4: true}, Families{IPv6: true}
	for _, c := range []struct {
		name       string
		host, want Families
		rule       *Rule
	}{
		{"anyone", both, both, &Rule{Traffic: Traffic{Protocol: TCP}, Remote: Anyone()}},
		{"anyone on an IPv4 host", four, four, &Rule{Traffic: Traffic{Protocol: TCP}, Remote: Anyone()}},
		{"IPv6 prefixes", both, six, &Rule{Traffic: Traffic{Protocol: TCP}, Remote: from("fd00::/8")}},
		{"IPv6 prefixes on an IPv4 host", four, Families{}, &Rule{Traffic: Traffic{Protocol: TCP}, Remote: from("fd00::/8")}},
		{"ICMP from anyone", both, four, &Rule{Traffic: Traffic{Protocol: ICMP}, Remote: Anyone()}},
		{"ICMPv6 from both", both, six, &Rule{Traffic: Traffic{Protocol: ICMPv6}, Remote: from("10.0.0.0/8 fd00::/8")}},
		{"ICMPv6 from IPv4", both, Families{}, &Rule{Traffic: Traffic{Protocol: ICMPv6}, Remote: from("10.0.0.0/8")}},
	} {
		if got := (&RuleSet{Families: c.host}).FamiliesOf(c.rule); got != c.want {
			t.Errorf("%s: got %v", c.name, got.Names())
		}
	}
}

func TestAllowsManagement(t *testing.T) {
	tcp := func(r PortRange) *Rule {
		return &Rule{Traffic: Traffic{Protocol: TCP, Ports: Ports{r}}, Remote: Anyone()}
	}
	for _, c := range []struct {
		name string
		rule *Rule
		want bool
	}{
		{"SSH", tcp(PortRange{22, 22}), true},
		{"RDP", tcp(PortRange{3389, 3389}), true},
		{"WinRM", tcp(PortRange{5985, 5985}), true},
		{"WinRM over TLS", tcp(PortRange{5986, 5986}), true},
		{"a range that holds RDP", tcp(PortRange{3000, 4000}), true},
		{"HTTPS", tcp(PortRange{443, 443}), false},
		{"a range beside them", tcp(PortRange{23, 3388}), false},
		{"RDP over UDP alone", &Rule{Traffic: Traffic{Protocol: UDP, Ports: Ports{{3389, 3389}}}, Remote: Anyone()}, false},
		{"every protocol", &Rule{Traffic: Traffic{Protocol: AnyProtocol}, Remote: from("10.0.0.0/8")}, true},
		{"another protocol", &Rule{Traffic: Traffic{Protocol: GRE}, Remote: Anyone()}, false},
		{"an endpoint for management", &Rule{Traffic: Traffic{Protocol: TCP, Ports: Ports{{9389, 9389}}}, Reasons: []Reason{{Audience: Clients}, {Audience: Management}}}, true},
		{"an endpoint for clients", &Rule{Traffic: Traffic{Protocol: TCP, Ports: Ports{{9389, 9389}}}, Reasons: []Reason{{Audience: Clients}}}, false},
	} {
		rs := &RuleSet{Inbound: []*Rule{tcp(PortRange{445, 445}), c.rule}, Families: Families{IPv4: true}}
		if got := rs.AllowsManagement(); got != c.want {
			t.Errorf("%s: got %t", c.name, got)
		}
	}
	if (&RuleSet{}).AllowsManagement() {
		t.Error("a host without rules lets management in")
	}
}

// sample is a rule set in which nothing is empty that a digest is over.
func sample() *RuleSet {
	office := from("10.0.0.0/8")
	return &RuleSet{
		Host: "dc1", OS: Windows2022, Families: Families{IPv4: true},
		Inbound: Merge([]*Rule{
			{Traffic: Traffic{Protocol: TCP, Ports: Ports{{445, 445}}}, Remote: office, Listener: Listener{"System", "srv"}, Reasons: []Reason{{Role: "file-server"}}},
			{Traffic: Traffic{Protocol: ICMP, ICMP: []ICMPType{{Type: 8}}}, Remote: office, Reasons: []Reason{{Role: "file-server"}}},
		}),
		Outbound: Merge([]*Rule{{Traffic: Traffic{Protocol: UDP, Ports: Ports{{53, 53}}}, Remote: office, Reasons: []Reason{{Role: "file-server"}}}}),
	}
}

func TestWithDigest(t *testing.T) {
	rs := sample()
	known := rs.WithDigest()
	known.Host = "dc2"
	if want := sample().Digest(); known.digest != want || known.Digest() != want || rs.digest != "" {
		t.Errorf("%q is known, %q said, %q kept by the original; want %q", known.digest, known.Digest(), rs.digest, want)
	}
	if empty := known.Empty(); empty.Digest() == known.Digest() || len(empty.Inbound)+len(empty.Outbound) > 0 || empty.OS != rs.OS || len(known.Inbound) == 0 {
		t.Error("what opens nothing is not empty, or has the digest of what does")
	}
}

func TestDigest(t *testing.T) {
	want := sample().Digest()
	if !regexp.MustCompile(`^sha256:[0-9a-f]{64}$`).MatchString(want) {
		t.Fatalf("the digest is %s", want)
	}
	for name, change := range map[string]func(rs *RuleSet){
		"host":     func(rs *RuleSet) { rs.Host = "dc2" },
		"roles":    func(rs *RuleSet) { rs.Roles = []string{"file-server"} },
		"features": func(rs *RuleSet) { rs.Features = []string{"netbios"} },
		"notes":    func(rs *RuleSet) { rs.Notes, rs.Warnings = []string{"note"}, []string{"warning"} },
		"reasons":  func(rs *RuleSet) { rs.Inbound[0].Reasons, rs.Outbound[0].Reasons = nil, nil },
		"labels":   func(rs *RuleSet) { rs.Inbound[0].Remote = NewSources(named("hq", "10.0.0.0/9 10.128.0.0/9")) },
		"case of listeners": func(rs *RuleSet) {
			for i := range rs.Inbound {
				if rs.Inbound[i].Protocol == TCP {
					rs.Inbound[i].Listener = Listener{"SYSTEM", "SRV"}
				}
			}
		},
		"order of requests": func(rs *RuleSet) { rs.Inbound = Merge([]*Rule{rs.Inbound[1], rs.Inbound[0], rs.Inbound[1]}) },
	} {
		rs := sample()
		if change(rs); rs.Digest() != want {
			t.Errorf("%s takes part in the digest", name)
		}
	}
	digests := map[string]string{want: "the sample"}
	differs := func(name string, rs *RuleSet) {
		d := rs.Digest()
		if other, known := digests[d]; known {
			t.Errorf("%s and %s have one digest", name, other)
		}
		digests[d] = name
	}
	for name, change := range map[string]func(r *Rule){
		"protocol": func(r *Rule) { r.Protocol = ESP },
		"ports":    func(r *Rule) { r.Ports = Ports{{446, 446}} },
		"ICMP":     func(r *Rule) { r.ICMP = []ICMPType{{Type: 8, HasCode: true}} },
		"RPC":      func(r *Rule) { r.RPC = Static },
		"sources":  func(r *Rule) { r.Remote = from("10.0.0.0/9") },
		"anyone":   func(r *Rule) { r.Remote = Anyone() },
		"program":  func(r *Rule) { r.Listener.Program = "lsass.exe" },
		"service":  func(r *Rule) { r.Listener.Service = "ntds" },
	} {
		for i := range sample().Inbound {
			rs := sample()
			change(rs.Inbound[i])
			differs(name, rs)
		}
		rs := sample()
		change(rs.Outbound[0])
		differs("outbound "+name, rs)
	}
	for name, change := range map[string]func(rs *RuleSet){
		"a rule less":     func(rs *RuleSet) { rs.Inbound = rs.Inbound[:1] },
		"no outbound":     func(rs *RuleSet) { rs.Outbound = nil },
		"both families":   func(rs *RuleSet) { rs.Families.IPv6 = true },
		"the other one":   func(rs *RuleSet) { rs.Families = Families{IPv6: true} },
		"moved over":      func(rs *RuleSet) { rs.Inbound, rs.Outbound = append(rs.Inbound, rs.Outbound...), nil },
		"moved all over":  func(rs *RuleSet) { rs.Inbound, rs.Outbound = nil, append(rs.Inbound, rs.Outbound...) },
		"in other places": func(rs *RuleSet) { rs.Inbound, rs.Outbound = rs.Outbound, rs.Inbound },
	} {
		rs := sample()
		change(rs)
		differs(name, rs)
	}
	for _, left := range append(slices.Collect(maps.Keys(options(&Settings{}))), "none") {
		rs := sample()
		for name, field := range options(&rs.Settings) {
			if name != left {
				fill(t, field)
			}
		}
		differs("all settings but "+left, rs)
	}
}

// options are the fields of s, by target and name.
func options(s *Settings) map[string]reflect.Value {
	out := map[string]reflect.Value{}
	v := reflect.ValueOf(s).Elem()
	for target, group := range v.Fields() {
		for option, field := range group.Fields() {
			out[target.Name+"."+option.Name] = field
		}
	}
	return out
}

// fill sets an option to something that is not its default.
func fill(t *testing.T, field reflect.Value) {
	t.Helper()
	switch field.Interface().(type) {
	case string:
		field.SetString("word")
	case bool:
		field.SetBool(true)
	case int:
		field.SetInt(1)
	case []string:
		field.Set(reflect.ValueOf([]string{"word"}))
	case *int:
		field.Set(reflect.ValueOf(new(int)))
	default:
		t.Fatalf("an option of type %s, which this test cannot set", field.Type())
	}
}

// TestAllowsForeignProtocol holds that a protocol inside the other address family is open to a rule for every protocol and
// to no other, as in a kernel.
func TestAllowsForeignProtocol(t *testing.T) {
	packet := Packet{Protocol: ICMPv6, Type: 128, Remote: netip.MustParseAddr("10.1.2.3")}
	for _, c := range []struct {
		traffic Traffic
		want    bool
	}{
		{Traffic{Protocol: AnyProtocol}, true},
		{Traffic{Protocol: ICMPv6, ICMP: []ICMPType{{Type: 128}}}, false},
	} {
		rs := &RuleSet{Families: Families{IPv4: true, IPv6: true}, Inbound: []*Rule{{Traffic: c.traffic, Remote: Anyone()}}}
		if got := rs.Allows(packet); got != c.want {
			t.Errorf("%v: allowed %t", c.traffic, got)
		}
	}
}
