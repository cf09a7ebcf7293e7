package linux

import (
	"fmt"
	"strings"
	"testing"

	"rolewall/generators/targettest"
	"rolewall/ruleset"
)

func TestMergePorts(t *testing.T) {
	for _, c := range []struct{ parts, want string }{
		{"88 135", "88(88) 135(135)"},
		{"137 138", "137-138(137 138)"},
		{"49152-65535 50000", "49152-65535(49152-65535 50000)"},
		{"100-200 150-300", "100-300(100-200 150-300)"},
		{"65534 65535 1", "1(1) 65534-65535(65534 65535)"},
		{"80 80", "80(80 80)"},
	} {
		var all []annotated[ruleset.PortRange]
		for text := range strings.FieldsSeq(c.parts) {
			r, err := ruleset.ParsePortRange(text)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, annotateAll(Annotation{Why: text}, r)...)
		}
		var got []string
		for _, e := range mergePorts(all) {
			var why []string
			for _, n := range e.Annotations {
				why = append(why, n.Why)
				if (n.Part == "") != (n.Why == e.Key.String()) || n.Part != "" && n.Part != n.Why {
					t.Errorf("%s: the annotation of %s in %s says %q", c.parts, n.Why, e.Key, n.Part)
				}
			}
			got = append(got, e.Key.String()+"("+strings.Join(why, " ")+")")
		}
		if text := strings.Join(got, " "); text != c.want {
			t.Errorf("%s: %s, want %s", c.parts, text, c.want)
		}
	}
}

func TestL2TP(t *testing.T) {
	role := targettest.LinuxRule(ruleset.UDP, "1701", "L2TP", "RemoteAccess", ruleset.Anyone())
	role.IPsecOnly = true
	own := targettest.LinuxRule(ruleset.UDP, "1701", "Telemetry", "Mine", targettest.Network("office", "10.0.0.0/8"))
	exception := targettest.LinuxRule(ruleset.UDP, "1701", "", "", ruleset.Anyone())
	exception.Reasons = []ruleset.Reason{{At: "file", Allow: &ruleset.Allow{Reason: "L2TP without IPsec"}}}
	for _, c := range []struct {
		name      string
		rules     []*ruleset.Rule
		decrypted int
		udp       string
	}{
		{"a role", []*ruleset.Rule{role}, 1, ""},
		{"an exception", []*ruleset.Rule{exception}, 0, "1701"},
		{"both", []*ruleset.Rule{role, exception}, 1, "1701"},
		{"a service of the site's own for fewer sources", []*ruleset.Rule{role, own}, 1, ""},
		{"such a service alone", []*ruleset.Rule{own}, 0, "1701"},
		{"a range around it", []*ruleset.Rule{role, targettest.LinuxRule(ruleset.UDP, "1025-5000", "RPC", "x", ruleset.Anyone())}, 1, "1025-5000"},
		{"its neighbours", []*ruleset.Rule{role, targettest.LinuxRule(ruleset.UDP, "1700", "x", "x", ruleset.Anyone())}, 1, "1700"},
	} {
		g := Groups(targettest.LinuxSet(c.rules...))[0]
		var udp []string
		for _, m := range g.UDP {
			udp = append(udp, m.Key.String())
		}
		if len(g.IPsecOnly) != c.decrypted || strings.Join(udp, ",") != c.udp {
			t.Errorf("%s: %d for decrypted packets, and udp %v", c.name, len(g.IPsecOnly), udp)
		}
	}
}

// TestSegments holds that every rule's ports are open in whole segments, and that no two segments share a port.
func TestSegments(t *testing.T) {
	for _, c := range []struct{ parts, want string }{
		{"88 135", "88(88) 135(135)"},
		{"2379 2380", "2379(2379) 2380(2380)"},
		{"49152-65535 50000", "49152-49999(49152-65535) 50000(49152-65535 50000) 50001-65535(49152-65535)"},
		{"100-200 150-300", "100-149(100-200) 150-200(100-200 150-300) 201-300(150-300)"},
		{"80 80", "80(80 80)"},
		{"1-65535 65535", "1-65534(1-65535) 65535(1-65535 65535)"},
	} {
		var all []annotated[ruleset.PortRange]
		for text := range strings.FieldsSeq(c.parts) {
			r, err := ruleset.ParsePortRange(text)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, annotateAll(Annotation{Why: text}, r)...)
		}
		var got []string
		for _, e := range Segments(mergePorts(all)) {
			var why []string
			for _, a := range e.Annotations {
				why = append(why, a.Why)
			}
			got = append(got, e.Key.String()+"("+strings.Join(why, " ")+")")
		}
		if text := strings.Join(got, " "); text != c.want {
			t.Errorf("%s: %s, want %s", c.parts, text, c.want)
		}
	}
}

// TestManyReasons holds that rules that overlap take few reasons each, and that every rule is named all the same.
func TestManyReasons(t *testing.T) {
	const rules = 1000
	var all []annotated[ruleset.PortRange]
	for i := range rules {
		all = append(all, annotateAll(Annotation{Why: fmt.Sprintf("rule %d", i)}, ruleset.PortRange{First: uint16(1000 + i/2), Last: uint16(5000 + i)})...)
	}
	named, total := map[string]bool{}, 0
	for _, e := range Segments(mergePorts(all)) {
		for _, a := range e.Annotations {
			named[a.Why] = true
			total++
		}
	}
	for i := range rules {
		if why := fmt.Sprintf("rule %d", i); !named[why] {
			t.Errorf("%s is named nowhere", why)
		}
	}
	if total > rules*2*(fewReasons+3) {
		t.Errorf("%d reasons", total)
	}
}

// TestMergeEqual holds that a type that several rules open is one element, with the reasons of each.
func TestMergeEqual(t *testing.T) {
	ping := func(app string, types ...string) *ruleset.Rule {
		r := targettest.WithICMP(targettest.LinuxRule(ruleset.ICMP, "", app, app, targettest.Office), types...)
		return r
	}
	g := Groups(targettest.LinuxSet(ping("one", "13", "8"), ping("two", "13")))[0]
	var got []string
	for _, e := range g.ICMP {
		got = append(got, fmt.Sprint(e.Key, " ", len(e.Annotations)))
	}
	if text := strings.Join(got, ", "); text != "8 1, 13 2" {
		t.Errorf("the elements are %s", text)
	}
}
