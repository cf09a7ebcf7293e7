package ruleset

import (
	"slices"
	"strings"
	"testing"
)

func TestParsePorts(t *testing.T) {
	for in, want := range map[string]string{
		"445":                         "445",
		"1":                           "1",
		"65535":                       "65535",
		"49152-65535":                 "49152-65535",
		"80-80":                       "80",
		"443, 80":                     "80,443",
		"80,81,82-90,91":              "80-91",
		"100-200,150-160":             "100-200",
		"65535,1-65534":               "1-65535",
		"137,139":                     "137,139",
		"0":                           "error: port 0 is outside 1-65535",
		"65536":                       "error: port 65536 is outside 1-65535",
		"-1":                          `error: port "-1" is outside 1-65535`,
		"500-400":                     `error: port range "500-400" is reversed`,
		"1-65536":                     "error: port 65536 is outside 1-65535",
		"0-10":                        "error: port 0 is outside 1-65535",
		"1-2-3":                       `error: "2-3" is not a port`,
		"":                            `error: "" is not a port`,
		"80,":                         `error: "" is not a port`,
		"80-":                         `error: "" is not a port`,
		"+80":                         `error: "+80" is not a port`,
		"0080":                        `error: "0080" is not a port`,
		"0x50":                        `error: "0x50" is not a port`,
		"1_000":                       `error: "1_000" is not a port`,
		"٤٤٥":                         `error: "٤٤٥" is not a port`,
		"http":                        `error: "http" is not a port`,
		"any":                         `error: "any" is not a port`,
		"99999999999999999999":        `error: "99999999999999999999" is not a port`,
		"49152 - 65535":               `error: "49152 " is not a port`,
		strings.Repeat("1,", 9) + "2": "1-2",
	} {
		ports, err := ParsePorts(in)
		got := ports.String()
		if err != nil {
			got = "error: " + err.Error()
		}
		if got != want {
			t.Errorf("%q: got %s, want %s", in, got, want)
		}
	}
}

// FuzzParsePorts holds that what is accepted is a canonical set, and reads back as the same set.
func FuzzParsePorts(f *testing.F) {
	f.Add("1-65535")
	f.Add("80,443,8000-8010")
	f.Fuzz(func(t *testing.T, s string) {
		ports, err := ParsePorts(s)
		if err != nil {
			return
		}
		again, err := ParsePorts(ports.String())
		if err != nil || again.Compare(ports) != 0 {
			t.Errorf("%q: %s reads back as %s, %v", s, ports, again, err)
		}
		for i, r := range ports {
			if r.First < 1 || r.Last < r.First || i > 0 && int(ports[i-1].Last)+1 >= int(r.First) {
				t.Errorf("%q: %s is not canonical", s, ports)
			}
		}
	})
}

func TestNewPorts(t *testing.T) {
	top := PortRange{65535, 65535}
	for _, c := range []struct {
		name   string
		ranges []PortRange
		want   string
	}{
		{"none", nil, ""},
		{"adjacent", []PortRange{{10, 20}, {21, 30}}, "10-30"},
		{"apart by one", []PortRange{{10, 20}, {22, 30}}, "10-20,22-30"},
		{"inside, then beyond", []PortRange{{10, 50}, {20, 30}, {40, 60}}, "10-60"},
		{"the top twice", []PortRange{top, {1, 1}, top}, "1,65535"},
		{"up to the top", []PortRange{top, {65000, 65534}}, "65000-65535"},
		{"all", []PortRange{{0, 65535}, {1, 1}}, "0-65535"},
	} {
		slices.Reverse(c.ranges)
		given := slices.Clone(c.ranges)
		if got := NewPorts(c.ranges...).String(); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
		if !slices.Equal(given, c.ranges) {
			t.Errorf("%s: the arguments were changed", c.name)
		}
	}
}

func TestPortsQuestions(t *testing.T) {
	p := NewPorts(PortRange{80, 80}, PortRange{8000, 8010}, PortRange{65535, 65535})
	if p.Len() != 13 {
		t.Errorf("%s holds %d ports", p, p.Len())
	}
	for text, want := range map[string]bool{
		"80": true, "8000-8010": true, "8003,80": true, "65535": true,
		"81": false, "7999-8000": false, "8010-8011": false, "80-8000": false, "80,1": false, "65534-65535": false,
	} {
		q, err := ParsePorts(text)
		if err != nil || p.Contains(q) != want {
			t.Errorf("%s: got %t, %v", text, !want, err)
		}
	}
	if !p.Contains(nil) {
		t.Error("no ports are not in a set of ports")
	}
	r := PortRange{10, 20}
	for x, want := range map[PortRange]bool{{1, 9}: false, {1, 10}: true, {12, 13}: true, {20, 30}: true, {21, 30}: false, {1, 30}: true} {
		if r.Overlaps(x) != want || x.Overlaps(r) != want {
			t.Errorf("%s and %s: want %t", r, x, want)
		}
	}
}

func TestPortsMinus(t *testing.T) {
	for _, c := range []struct{ p, q, want string }{
		{"80,443", "80", "443"}, {"1-65535", "80,443-445", "1-79,81-442,446-65535"}, {"10-20", "1-65535", ""}, {"10-20", "5-10,20-30", "11-19"},
		{"65535", "65535", ""}, {"1,65535", "1-65534", "65535"}, {"10-20,30-40", "15-35", "10-14,36-40"}, {"7", "", "7"},
	} {
		p, q := parsedPorts(t, c.p), parsedPorts(t, c.q)
		if got := p.Minus(q).String(); got != c.want {
			t.Errorf("%s without %s is %s, want %s", c.p, c.q, got, c.want)
		}
		if got := p.Minus(q).Union(p).String(); got != c.p {
			t.Errorf("%s without %s and with %s again is %s", c.p, c.q, c.p, got)
		}
	}
}

func parsedPorts(t *testing.T, text string) Ports {
	t.Helper()
	if text == "" {
		return nil
	}
	p, err := ParsePorts(text)
	if err != nil {
		t.Fatal(err)
	}
	return p
}
