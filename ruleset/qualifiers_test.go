package ruleset

import (
	"net/netip"
	"slices"
	"testing"
)

func tcp22(q Qualifiers) *Rule {
	return &Rule{Traffic: Traffic{Protocol: TCP, Ports: Ports{{22, 22}}}, Remote: Anyone(), Qualifiers: q, Reasons: []Reason{{Service: "ssh"}}}
}

func TestOnly(t *testing.T) {
	for _, c := range []struct {
		q    Qualifiers
		want string
	}{
		{Qualifiers{}, ""},
		{Qualifiers{Interfaces: []string{"docker0", "virbr*"}}, "only on docker0 and virbr*"},
		{Qualifiers{FromPorts: Ports{{1900, 1900}, {3702, 3702}}}, "only from port 1900,3702"},
		{Qualifiers{Limit: Limit{10, "minute"}}, "at most 10/minute"},
		{Qualifiers{[]string{"eth0"}, Ports{{53, 53}}, Limit{1, "day"}}, "only on eth0, only from port 53, at most 1/day"},
	} {
		if got := c.q.Only(); got != c.want || c.q.Qualified() != (c.want != "") {
			t.Errorf("%+v: %q, qualified %t; want %q", c.q, got, c.q.Qualified(), c.want)
		}
	}
}

func TestParseLimit(t *testing.T) {
	for text, good := range map[string]bool{
		"10/minute": true, "1/second": true, "10000/hour": true, "3/day": true,
		"": false, "10": false, "/minute": false, "0/minute": false, "-1/minute": false, "010/minute": false, "10001/second": false,
		"10/min": false, "10/week": false, "10/minute ": false, "ten/minute": false, "10/minute/hour": false, "+5/hour": false,
	} {
		got, err := ParseLimit(text)
		if good != (err == nil) || good && got.String() != text {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
}

func TestCheckInterface(t *testing.T) {
	for name, good := range map[string]bool{
		"eth0": true, "virbr*": true, "br-1a2b3c": true, "bond0.100": true, "wg0": true, "enp3s0f0np0": true,
		"": false, "*": false, "a*b": false, "-x": false, "eth 0": false, "eth0;": false, "abcdefghijklmnop": false, "вирт0": false, "eth0**": false, `e"0`: false,
	} {
		if why := CheckInterface(name); (why == "") != good {
			t.Errorf("%q: %q", name, why)
		}
	}
}

// TestQualifiedMatch asks for packets whose interface or source port is another, or not known.
func TestQualifiedMatch(t *testing.T) {
	for _, c := range []struct {
		name    string
		q       Qualifiers
		iif     string
		port    uint16
		allowed bool
	}{
		{"no qualifier, nothing known", Qualifiers{}, "", 0, true},
		{"the interface", Qualifiers{Interfaces: []string{"virbr0"}}, "virbr0", 0, true},
		{"another interface", Qualifiers{Interfaces: []string{"virbr0"}}, "virbr01", 0, false},
		{"an unknown interface", Qualifiers{Interfaces: []string{"virbr0"}}, "", 0, false},
		{"a beginning", Qualifiers{Interfaces: []string{"eth0", "virbr*"}}, "virbr12", 0, true},
		{"the beginning itself", Qualifiers{Interfaces: []string{"virbr*"}}, "virbr", 0, true},
		{"another beginning", Qualifiers{Interfaces: []string{"virbr*"}}, "eth0", 0, false},
		{"the source port", Qualifiers{FromPorts: Ports{{1900, 1902}}}, "", 1902, true},
		{"another source port", Qualifiers{FromPorts: Ports{{1900, 1902}}}, "", 1903, false},
		{"an unknown source port", Qualifiers{FromPorts: Ports{{1, 65535}}}, "", 0, false},
		{"a limit", Qualifiers{Limit: Limit{1, "hour"}}, "", 0, true},
		{"one of two", Qualifiers{Interfaces: []string{"eth0"}, FromPorts: Ports{{53, 53}}}, "eth0", 54, false},
	} {
		rs := &RuleSet{Families: Families{IPv4: true}, Inbound: Merge([]*Rule{tcp22(c.q)})}
		p := Packet{Protocol: TCP, Port: 22, Remote: netip.MustParseAddr("192.0.2.1"), Interface: c.iif, SourcePort: c.port}
		if got := rs.Allows(p); got != c.allowed {
			t.Errorf("%s: allowed %t", c.name, got)
		}
	}
}

// TestQualifiedMerge keeps rules with other qualifiers apart, whatever their sources, and unites those with equal ones.
func TestQualifiedMerge(t *testing.T) {
	virbr := Qualifiers{Interfaces: []string{"virbr0"}}
	narrow := tcp22(virbr)
	narrow.Remote = from("10.0.0.0/8")
	rules := Merge([]*Rule{tcp22(Qualifiers{}), tcp22(virbr), narrow, tcp22(Qualifiers{Limit: Limit{1, "day"}}), tcp22(Qualifiers{FromPorts: Ports{{53, 53}}})})
	var got []string
	for _, r := range rules {
		got = append(got, r.Only()+"|"+r.Remote.Key())
	}
	want := []string{"|any", "at most 1/day|any", "only from port 53|any", "only on virbr0|any"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	for i, r := range rules {
		for _, s := range rules[:i] {
			if r.ID == s.ID || r.Alike(s) {
				t.Errorf("%q and %q are alike, %s and %s", r.Only(), s.Only(), r.ID, s.ID)
			}
		}
	}
	if n := len(WithoutListeners(rules)); n != len(rules) {
		t.Errorf("without listeners %d rules are left", n)
	}
}
