package ruleset

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
)

func TestTrafficText(t *testing.T) {
	for text, want := range map[string]Traffic{
		"tcp/445":              {Protocol: TCP, Ports: Ports{{445, 445}}},
		"udp/53,88":            {Protocol: UDP, Ports: Ports{{53, 53}, {88, 88}}},
		"tcp/1-1024,65535":     {Protocol: TCP, Ports: Ports{{1, 1024}, {65535, 65535}}},
		"icmp/8":               {Protocol: ICMP, ICMP: []ICMPType{{Type: 8}}},
		"icmp/3:4,8":           {Protocol: ICMP, ICMP: []ICMPType{{Type: 3, Code: 4, HasCode: true}, {Type: 8}}},
		"icmpv6/1:0,1:2-3,128": {Protocol: ICMPv6, ICMP: []ICMPType{{1, 0, true}, {1, 2, true}, {1, 3, true}, {Type: 128}}},
		"icmp/3:254-255,4:0":   {Protocol: ICMP, ICMP: []ICMPType{{3, 254, true}, {3, 255, true}, {4, 0, true}}},
		"gre":                  {Protocol: GRE},
		"any":                  {Protocol: AnyProtocol},
		"protocol/112":         {Protocol: 112},
		"protocol/0":           {},
	} {
		if got := want.String(); got != text {
			t.Errorf("%+v is written %s, want %s", struct{ Traffic }{want}, got, text)
		}
		if got, err := ParseTraffic(text); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s is read as %+v: %v", text, got, err)
		}
	}
	for text, want := range map[string]string{
		"TCP/445": "tcp/445", "tcp/90,80-89": "tcp/80-90", "icmp/8,3:4,8": "icmp/3:4,8", "icmp/3:0-0": "icmp/3:0", "protocol/47": "gre", "GRE": "gre",
		"icmp/8,8:0": "icmp/8,8:0",
	} {
		if got, err := ParseTraffic(text); err != nil || got.String() != want {
			t.Errorf("%s is read as %s: %v", text, got, err)
		}
	}
}

func TestParseTrafficErrors(t *testing.T) {
	for text, want := range map[string]string{
		"":             `"" does not name a protocol`,
		"445":          `"445" does not name a protocol`,
		"tcp":          `"" is not a port`,
		"tcp/":         `"" is not a port`,
		"tcp/dynamic":  `"dynamic" is not a port`,
		"tcp/0":        "port 0 is outside 1-65535",
		"icmp":         `ICMP type "" is not a number from 0 to 255`,
		"icmp/256":     `ICMP type "256" is not a number from 0 to 255`,
		"icmp/3:4-3":   `ICMP codes "3:4-3" are not a range such as 3:0-4`,
		"icmp/3:4-256": `ICMP codes "3:4-256" are not a range such as 3:0-4`,
		"icmp/3-4":     `ICMP codes "3-4" are not a range such as 3:0-4`,
		"gre/1":        "gre has no ports",
		"any/1":        "any has no ports",
		"protocol/6":   "protocol 6 needs its ports or types",
		"protocol/58":  "protocol 58 needs its ports or types",
		"protocol/256": `unknown protocol "256"`,
		"protocol":     `unknown protocol ""`,
		"smtp":         `unknown protocol "smtp"`,
		"smtp/25":      `unknown protocol "smtp"`,
	} {
		if got, err := ParseTraffic(text); err == nil || err.Error() != want {
			t.Errorf("%q: got %s, %v, want %s", text, got, err, want)
		}
	}
}

// FuzzParseTraffic holds that whatever is read is written in one form, which is read as the same traffic.
func FuzzParseTraffic(f *testing.F) {
	for _, s := range []string{"tcp/445", "udp/53,88", "icmp/3:0-4,8", "icmpv6/128", "gre", "any", "protocol/112", "tcp/", "protocol/6"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		x, err := ParseTraffic(s)
		if err != nil {
			return
		}
		if again, err := ParseTraffic(x.String()); err != nil || !reflect.DeepEqual(again, x) {
			t.Errorf("%q is written %s and then read as %s: %v", s, x, again, err)
		}
	})
}

// places counts by brute force: one packet for each place near the edges of the random traffic below.
func (t Traffic) places() map[string]bool {
	out := map[string]bool{}
	for _, p := range []Protocol{TCP, UDP, ICMP, ICMPv6, GRE, 112} {
		if t.Protocol != AnyProtocol && t.Protocol != p {
			continue
		}
		for n := range 12 {
			in := !p.HasPorts() && !p.HasTypes()
			for _, r := range t.Ports {
				in = in || int(r.First) <= n && n <= int(r.Last)
			}
			for _, x := range t.ICMP {
				in = in || int(x.Type) == n/4 && (!x.HasCode || int(x.Code) == n%4)
			}
			if in || t.Protocol == AnyProtocol {
				out[fmt.Sprint(p, n)] = true
			}
		}
	}
	return out
}

func randomTraffic(rng *rand.Rand) Traffic {
	t := Traffic{Protocol: pick(rng, []Protocol{TCP, TCP, UDP, ICMP, ICMP, ICMPv6, GRE, 112, AnyProtocol})}
	var ranges []PortRange
	for range 1 + rng.IntN(3) {
		switch first := uint16(rng.IntN(8)); {
		case t.Protocol.HasPorts():
			ranges = append(ranges, PortRange{first, first + uint16(rng.IntN(3))})
		case t.Protocol.HasTypes():
			x := ICMPType{Type: uint8(rng.IntN(3))}
			if rng.IntN(3) > 0 {
				x.Code, x.HasCode = uint8(rng.IntN(4)), true
			}
			t.ICMP = append(t.ICMP, x)
		}
	}
	slices.SortFunc(t.ICMP, ICMPType.Compare)
	if t.Protocol.HasPorts() {
		t.Ports = NewPorts(ranges...)
	}
	return t
}

// TestTrafficAgainstPlaces compares Contains and Overlaps with the answer of single packets.
func TestTrafficAgainstPlaces(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 0))
	for range 20_000 {
		a, b := randomTraffic(rng), randomTraffic(rng)
		in, of := a.places(), b.places()
		contains, overlaps := true, false
		for place := range of {
			contains = contains && in[place]
			overlaps = overlaps || in[place]
		}
		if got := a.Contains(b); got != contains {
			t.Fatalf("%s contains %s: %t", a, b, got)
		}
		if got := a.Overlaps(b); got != overlaps || b.Overlaps(a) != got {
			t.Fatalf("%s overlaps %s: %t", a, b, got)
		}
	}
}

func TestTrafficOf(t *testing.T) {
	for _, text := range []string{"tcp/80,443", "udp/1-65535", "icmp/3:0-4,8", "icmpv6/128", "gre", "protocol/112", "any"} {
		x, err := ParseTraffic(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := TrafficOf(x.Protocol, x.Intervals()); !reflect.DeepEqual(got, x) {
			t.Errorf("%s becomes %s", x, got)
		}
	}
	whole, _ := ParseTraffic("icmp/3:0-255,4:1-255")
	if three := (Traffic{Protocol: ICMP, ICMP: []ICMPType{{Type: 3}}}); !whole.Contains(three) || !three.Overlaps(whole) {
		t.Error("all codes of a type are not the type")
	}
	if got := TrafficOf(ICMP, whole.Intervals()).String(); got != "icmp/3,4:1-255" {
		t.Errorf("all codes of a type become %s", got)
	}
}
