package ruleset

import (
	"math/rand/v2"
	"slices"
	"testing"
)

func TestProtocolText(t *testing.T) {
	for p := Protocol(0); p <= AnyProtocol; p++ {
		if got, err := ParseProtocol(p.String()); got != p || err != nil {
			t.Errorf("%d is written %s and read as %d, %v", p, p, got, err)
		}
	}
	for _, s := range []string{"", "256", "-1", "TCP", "tcp ", "icmp6", "0x6", "+6"} {
		if p, err := ParseProtocol(s); err == nil {
			t.Errorf("%q is read as %s", s, p)
		}
	}
}

func TestProtocolKinds(t *testing.T) {
	both := Families{IPv4: true, IPv6: true}
	for p, want := range map[Protocol]struct {
		ports, types bool
		families     Families
	}{
		TCP: {true, false, both}, UDP: {true, false, both}, GRE: {false, false, both}, ESP: {false, false, both}, AH: {false, false, both},
		ICMP: {false, true, Families{IPv4: true}}, ICMPv6: {false, true, Families{IPv6: true}}, AnyProtocol: {false, false, both},
	} {
		if p.HasPorts() != want.ports || p.HasTypes() != want.types || p.Families() != want.families {
			t.Errorf("%s: ports %t, types %t, families %v", p, p.HasPorts(), p.HasTypes(), p.Families())
		}
	}
}

func TestICMPTypeText(t *testing.T) {
	var all []ICMPType
	for typ := range 256 {
		all = append(all, ICMPType{Type: uint8(typ)})
		for code := range 256 {
			all = append(all, ICMPType{Type: uint8(typ), Code: uint8(code), HasCode: true})
		}
	}
	for _, x := range all {
		if got, err := ParseICMPType(x.String()); got != x || err != nil {
			t.Fatalf("%s is read as %v, %v", x, got, err)
		}
	}
	shuffled := slices.Clone(all)
	rand.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	if slices.SortFunc(shuffled, ICMPType.Compare); !slices.Equal(shuffled, all) {
		t.Error("types are not sorted by number, the whole type before its codes")
	}
	for s, want := range map[string]string{
		"":      `ICMP type "" is not a number from 0 to 255`,
		"256":   `ICMP type "256" is not a number from 0 to 255`,
		"-1":    `ICMP type "-1" is not a number from 0 to 255`,
		"echo":  `ICMP type "echo" is not a number from 0 to 255`,
		"3:":    `ICMP code "" is not a number from 0 to 255`,
		"3:256": `ICMP code "256" is not a number from 0 to 255`,
		"3:4:5": `ICMP code "4:5" is not a number from 0 to 255`,
	} {
		if _, err := ParseICMPType(s); err == nil || err.Error() != want {
			t.Errorf("%q: got %v, want %s", s, err, want)
		}
	}
}
