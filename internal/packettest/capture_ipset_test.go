//go:build linux

package packettest

import (
	"strings"
	"testing"

	"rolewall/internal/netspace"
	"rolewall/readers/capture"
)

// TestCaptureIpset does for rules that ask sets of ipset what TestCaptureSweep does for stored rule sets, in both worlds of iptables.
func TestCaptureIpset(t *testing.T) {
	netspace.Need(t, "ipset")
	t.Parallel()
	l := newCaptureLab(t)
	l.Server.Must(t, "sh", "-ec", `ipset restore <<'END'
create addresses hash:ip family inet
add addresses 10.3.0.5
add addresses 203.0.113.77
create networks hash:net family inet
add networks 10.0.0.0/8
add networks 10.20.0.0/16 nomatch
add networks 10.20.1.0/24
create networks6 hash:net family inet6
add networks6 fd00::/8
add networks6 fd00:20::/48 nomatch
create services hash:ip,port family inet
add services 10.3.0.5,tcp:8443
add services 203.0.113.77,udp:8443
add services 10.3.0.5,icmp:echo-request
create places hash:net,port family inet
add places 10.3.0.0/24,tcp:5000-5010
add places 203.0.113.0/24,udp:5000
create places6 hash:net,port family inet6
add places6 fd00:3::/64,tcp:5000
create ports bitmap:port range 1-65535
add ports 80
add ports 9000-9100
create both list:set size 8
add both addresses
create empty list:set size 8
create banned hash:ip family inet timeout 600
END
`)
	filter := func(rules ...string) string {
		return "*filter\n:INPUT DROP [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A INPUT " + strings.Join(rules, "\n-A INPUT ") + "\nCOMMIT\n"
	}
	ipv4 := filter(
		"-m set --match-set banned src -p tcp -m tcp --dport 7 -j DROP",
		"-p tcp -m set --match-set addresses src -m tcp --dport 1000:1010 -j ACCEPT",
		"-p udp -m set ! --match-set addresses src -m udp --dport 1000:1010 -j ACCEPT",
		"-p tcp -m set --match-set networks src -m tcp --dport 2000:2010 -j ACCEPT",
		"-m set --match-set places src,dst -j ACCEPT",
		"-m set --match-set ports dst -j ACCEPT",
		"-p tcp -m set --match-set both src -m tcp --dport 3000 -j ACCEPT",
		"-p tcp -m set --match-set empty src -m tcp --dport 3001 -j ACCEPT",
		"-p tcp -m tcp --dport 7 -j ACCEPT",
		"-p udp -m set --match-set services src,dst -j ACCEPT",
	)
	ipv6 := filter(
		"-p tcp -m set --match-set networks6 src -m tcp --dport 2000:2010 -j ACCEPT",
		"-p udp -m set ! --match-set networks6 src -m udp --dport 2000:2010 -j ACCEPT",
		"-m set --match-set places6 src,dst -j ACCEPT",
		"-p tcp -m set --match-set ports dst -j ACCEPT",
	)
	for world, space := range map[string]*netspace.Space{"iptables-nft": l.Server, "iptables-legacy": l.legacy} {
		t.Run(world, func(t *testing.T) {
			l.loadRules(t, loaded{})
			for tool, text := range map[string]string{"iptables-restore": ipv4, "ip6tables-restore": ipv6} {
				if _, err := space.Run(text, tool); err != nil {
					t.Fatal(err)
				}
			}
			c := l.capture(t)
			l.holdAgainst(t, c)
			open, conditional := 0, 0
			for _, o := range c.Openings {
				if len(o.Conditions) == 0 {
					open++
				} else if o.Conditions[0].Kind == capture.Set {
					conditional++
				}
			}
			if open < 10 || conditional == 0 {
				t.Errorf("%d openings are sure, %d depend on a set", open, conditional)
			}
			l.loadRules(t, loaded{}) // sets that rules ask cannot go
		})
	}
}
