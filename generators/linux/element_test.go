package generators

import (
	"strings"
	"testing"

	"rolewall/ruleset"
)

func TestMergePorts(t *testing.T) {
	for _, c := range []struct{ claims, want string }{
		{"88 135", "88(88) 135(135)"},
		{"137 138", "137-138(137 138)"},
		{"49152-65535 50000", "49152-65535(49152-65535 50000)"},
		{"100-200 150-300", "100-300(100-200 150-300)"},
		{"65534 65535 1", "1(1) 65534-65535(65534 65535)"},
		{"80 80", "80(80 80)"},
	} {
		var wishes []claim[ruleset.PortRange]
		for text := range strings.FieldsSeq(c.claims) {
			r, err := ruleset.ParsePortRange(text)
			if err != nil {
				t.Fatal(err)
			}
			wishes = append(wishes, claims(note{why: text}, r)...)
		}
		var got []string
		for _, e := range mergePorts(wishes) {
			var why []string
			for _, n := range e.notes {
				why = append(why, n.why)
				if (n.what == "") != (n.why == e.key.String()) || n.what != "" && n.what != n.why {
					t.Errorf("%s: the claim on %s in %s says %q", c.claims, n.why, e.key, n.what)
				}
			}
			got = append(got, e.key.String()+"("+strings.Join(why, " ")+")")
		}
		if text := strings.Join(got, " "); text != c.want {
			t.Errorf("%s: %s, want %s", c.claims, text, c.want)
		}
	}
}

func TestMultiport(t *testing.T) {
	for _, c := range []struct{ ports, want string }{
		{"445", "--dport 445"},
		{"100-200", "--dport 100:200"},
		{"1,3,5", "-m multiport --dports 1,3,5"},
		{"1,3,5,7,9,11,13,15,17,19,21,23,25,27,29", "-m multiport --dports 1,3,5,7,9,11,13,15,17,19,21,23,25,27,29"},
		{"1,3,5,7,9,11,13,15,17,19,21,23,25,27,29,31", "-m multiport --dports 1,3,5,7,9,11,13,15,17,19,21,23,25,27,29|--dport 31"},
		{"1-2,4-5,7-8,10-11,13-14,16-17,19-20,30", "-m multiport --dports 1:2,4:5,7:8,10:11,13:14,16:17,19:20,30"},
		{"1-2,4-5,7-8,10-11,13-14,16-17,19-20,30-31", "-m multiport --dports 1:2,4:5,7:8,10:11,13:14,16:17,19:20|--dport 30:31"},
	} {
		ports, err := ruleset.ParsePorts(c.ports)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(multiport(ports), "|"); got != c.want {
			t.Errorf("%s: %s, want %s", c.ports, got, c.want)
		}
	}
}

func TestL2TP(t *testing.T) {
	role := linuxRule(ruleset.UDP, "1701", "L2TP", "RemoteAccess", ruleset.Anyone())
	role.IPsecOnly = true
	own := linuxRule(ruleset.UDP, "1701", "Telemetry", "Mine", linuxSources("office", "10.0.0.0/8"))
	exception := linuxRule(ruleset.UDP, "1701", "", "", ruleset.Anyone())
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
		{"a service of the site's own for fewer senders", []*ruleset.Rule{role, own}, 1, ""},
		{"such a service alone", []*ruleset.Rule{own}, 0, "1701"},
		{"a range around it", []*ruleset.Rule{role, linuxRule(ruleset.UDP, "1025-5000", "RPC", "x", ruleset.Anyone())}, 1, "1025-5000"},
		{"its neighbours", []*ruleset.Rule{role, linuxRule(ruleset.UDP, "1700", "x", "x", ruleset.Anyone())}, 1, "1700"},
	} {
		o := openings(linuxSet(c.rules...))[0]
		var udp []string
		for _, m := range o.udp {
			udp = append(udp, m.key.String())
		}
		if len(o.decrypted) != c.decrypted || strings.Join(udp, ",") != c.udp {
			t.Errorf("%s: %d for decrypted packets, and udp %v", c.name, len(o.decrypted), udp)
		}
	}
}
