package lint

import (
	"strings"
	"testing"
)

// TestIPsec holds the message about outbound permits and exemptions of hosts that are filtered by IPSec.
func TestIPsec(t *testing.T) {
	const (
		filtered = "os = \"windows-2003\"\ntargets = [\"ipsec\"]\nroles = [\"dns-server\", \"member-baseline\"]\n"
		named    = "[audience]\nclients = [\"10.20.0.0/16\"]\npeers = [\"none\"]\nmanagement = [\"10.3.0.0/24\"]\n[lint]\nRW017 = { level = \"off\", reason = \"r\" }\n"
		permit   = "[[ipsec.outbound]]\nreason = \"r\"\n"
	)
	for _, c := range []struct{ name, host, ipsec, want string }{
		{"nothing", filtered, "", ""},
		{"tcp to anyone", filtered, permit + "tcp = \"80\"\nto = [\"any\"]", "RW028 the mirror of the permit for tcp/80 to anyone allows any source from that port, to every tcp port"},
		{"udp to anyone", filtered, permit + "udp = \"53\"\nto = [\"any\"]", "RW028 the mirror of the permit for udp/53 to anyone allows any source from that port, to every udp port"},
		{"everything to half the Internet", filtered, permit + "protocol = \"any\"\nto = [\"128.0.0.0/1\"]", "RW028 the mirror of the permit to anyone allows everything"},
		{"to half the Internet", filtered, permit + "tcp = \"80\"\nto = [\"128.0.0.0/1\"]", "RW028 the mirror of the permit for tcp/80 to anyone allows any source from that port, to every tcp port"},
		{"to a server", filtered, permit + "udp = \"53\"\nto = [\"10.1.0.53\"]", ""},
		{"to a family that the host does not speak", filtered, permit + "tcp = \"80\"\nto = [\"2000::/3\", \"10.1.0.53\"]", ""},
		{"a protocol without ports", filtered, permit + "protocol = 47\nto = [\"any\"]", ""},
		{"another target", strings.Replace(filtered, "ipsec", "nftables", 1), permit + "tcp = \"80\"\nto = [\"any\"]", ""},
		{"exempt 0", filtered, "[ipsec]\ndefault_exempt = 0", "RW029 default_exempt = 0 lets multicast, broadcast, RSVP, Kerberos and IKE pass the filters, and with Kerberos any packet from port 88"},
		{"exempt 1", filtered, "[ipsec]\ndefault_exempt = 1", ""},
		{"exempt 2", filtered, "[ipsec]\ndefault_exempt = 2", "RW029 default_exempt = 2 lets RSVP, Kerberos and IKE pass the filters, and with Kerberos any packet from port 88"},
		{"exempt 3", filtered, "[ipsec]\ndefault_exempt = 3", ""},
		{"exempt 0, another target", strings.Replace(filtered, "ipsec", "nftables", 1), "[ipsec]\ndefault_exempt = 0", ""},
		{"exempt 0, an edition that refuses it", strings.Replace(filtered, "2003\"", "2008\"\nfamilies = [\"ipv4\"]", 1), "[ipsec]\ndefault_exempt = 0", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := ""
			for _, f := range lintText(t, c.host+named+c.ipsec+"\n") {
				got += f.Code + " " + f.What
			}
			if (c.want == "") != (got == "") || !strings.HasPrefix(got, c.want) {
				t.Errorf("found %q, not %q", got, c.want)
			}
		})
	}
}
