//go:build linux

package packettest

import (
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// dice makes rule sets that nobody writes: all that the evaluation follows, in any order.
type dice struct{ *rand.Rand }

func (d dice) pick(of ...string) string { return of[d.IntN(len(of))] }

func (d dice) port() string {
	ports := []int{22, 53, 80, 443, 5432, 8080, 40000, d.IntN(65535) + 1}
	return strconv.Itoa(ports[d.IntN(len(ports))])
}

func (d dice) ports() string {
	switch d.IntN(4) {
	case 0:
		a := d.IntN(60000) + 1
		return fmt.Sprintf("%d-%d", a, a+d.IntN(5000))
	case 1:
		return fmt.Sprintf("{ %s, %d-%d }", d.port(), 20000+d.IntN(100), 20200+d.IntN(100))
	}
	return d.port()
}

func (d dice) net4() string {
	return d.pick("10.3.0.0/24", "10.0.0.0/8", "10.1.0.0/16", "203.0.113.0/24", "192.0.2.7", "10.20.0.0-10.20.3.255", "{ 10.3.0.5, 203.0.113.64/26, 10.20.0.0/15 }", "@some4")
}

func (d dice) net6() string {
	return d.pick("fd00:3::/64", "2001:db8::/32", "fd00::/8", "2001:db8:77::77", "{ fd00:3::5, fd00:20::/48 }")
}

// match makes a match of nft.
func (d dice) match() string {
	not := d.pick("", "", "", "!= ")
	switch d.IntN(14) {
	case 0, 1:
		return "ip saddr " + not + d.net4()
	case 2:
		return "ip6 saddr " + not + d.net6()
	case 3, 4, 5:
		return d.pick("tcp", "udp", "th") + " dport " + not + d.ports()
	case 6:
		return d.pick("tcp", "udp") + " sport " + not + d.pick("40000", "1-1023", "40000-40001", "{ 53, 40000 }")
	case 7:
		return "meta l4proto " + d.pick("tcp", "udp", "{ tcp, udp }", "!= tcp")
	case 8:
		return d.pick("iifname", "meta iifname") + " " + not + d.pick(`"`+tapLink+`"`, `"server0"`, `"pro*"`, `{ "`+tapLink+`", "server0" }`)
	case 9:
		return "ct state " + d.pick("new", "invalid", "established,related", "{ new, untracked }", "!= new")
	case 10:
		return "meta mark " + d.pick("0x1", "0x2", "!= 0x1", "& 0x3 == 0x2", "0")
	case 11:
		return "ip daddr " + not + d.pick(serverEnd().ipv4.String(), "198.18.0.0/16", "10.0.0.0/8")
	case 12:
		return "meta nfproto " + d.pick("ipv4", "ipv6")
	}
	return "ip saddr . tcp dport @pairs"
}

// rule makes a rule that may lead to the chains of higher numbers.
func (d dice) rule(chain, chains int) string {
	var parts []string
	for range d.IntN(5)/3 + 1 {
		parts = append(parts, d.match())
	}
	verdicts := []string{"accept", "accept", "accept", "drop", "return", "meta mark set 0x1", "meta mark set meta mark or 0x2", "counter", "reject"}
	if chain+1 < chains {
		next := fmt.Sprintf("c%d", chain+1+d.IntN(chains-chain-1))
		verdicts = append(verdicts, "jump "+next, "jump "+next, "goto "+next,
			fmt.Sprintf("tcp dport vmap { 22 : accept, 80 : jump %s, 443 : drop, 1000-2000 : goto %s }", next, next),
			fmt.Sprintf("ip saddr vmap { 10.3.0.0/24 : jump %s, 203.0.113.0/24 : drop, 10.20.0.0/16 : accept }", next))
	}
	return strings.Join(append(parts, d.pick(verdicts...)), " ")
}

// nftRules makes a rule set of nft.
func (d dice) nftRules() string {
	var b strings.Builder
	tables := d.IntN(3)/2 + 1
	for n := range tables {
		fmt.Fprintf(&b, "table inet t%d {\n", n)
		b.WriteString("\tset some4 { type ipv4_addr; flags interval; elements = { 10.3.0.0/25, 10.20.1.0/24, 203.0.113.70-203.0.113.90 } }\n")
		b.WriteString("\tset pairs { type ipv4_addr . inet_service; flags interval; elements = { 10.3.0.0/24 . 22, 203.0.113.0/24 . 80, 10.20.0.0/16 . 5000-6000 } }\n")
		const chains = 5
		for c := chains - 1; c >= 0; c-- {
			fmt.Fprintf(&b, "\tchain c%d {\n", c)
			for range d.IntN(4) + 2 {
				b.WriteString("\t\t" + d.rule(c, chains) + "\n")
			}
			b.WriteString("\t}\n")
		}
		fmt.Fprintf(&b, "\tchain input {\n\t\ttype filter hook input priority %d; policy %s;\n", n*10, d.pick("accept", "drop"))
		for range d.IntN(8) + 6 {
			b.WriteString("\t\t" + d.rule(-1, chains) + "\n")
		}
		b.WriteString("\t}\n")
		if d.IntN(2) == 0 {
			fmt.Fprintf(&b, "\tchain pre {\n\t\ttype filter hook prerouting priority %s;\n\t\t%s\n\t\t%s notrack\n\t\t%s meta mark set 0x1\n\t}\n",
				d.pick("raw", "mangle"), "tcp dport "+d.ports()+" ip saddr "+d.net4()+" drop", d.match(), d.match())
		}
		if d.IntN(2) == 0 {
			fmt.Fprintf(&b, "\tchain nat {\n\t\ttype nat hook prerouting priority dstnat;\n\t\t%s dport %s redirect to :%s\n\t\ttcp dport %d redirect to :22\n\t}\n",
				d.pick("tcp", "udp"), d.port(), d.port(), 2200+d.IntN(5))
		}
		b.WriteString("}\n")
	}
	return b.String()
}

// loadable takes out the lines that nft refuses: those that contradict themselves.
func (l *Lab) loadable(t testing.TB, text string) string {
	t.Helper()
	for range 10 {
		out, err := l.Server.Run(text, "nft", "-c", "-f", "-")
		if err == nil {
			return text
		}
		lines := strings.Split(text, "\n")
		for _, m := range regexp.MustCompile(`/dev/stdin:(\d+):`).FindAllStringSubmatch(out, -1) {
			n, _ := strconv.Atoi(m[1])
			lines[n-1] = ""
		}
		text = strings.Join(lines, "\n")
	}
	t.Fatal("nft takes no part of the rule set")
	return ""
}

// randomRules is how many random rule sets a test tries: 10, or what ROLEWALL_SWEEP says.
func randomRules() int {
	if n, err := strconv.Atoi(os.Getenv("ROLEWALL_SWEEP")); err == nil {
		return n
	}
	return 10
}

// TestCaptureRandom does for random rule sets what TestCaptureSweep does for stored ones.
func TestCaptureRandom(t *testing.T) {
	t.Parallel()
	l := newCaptureLab(t)
	for seed := range uint64(randomRules()) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			text := l.loadable(t, dice{rand.New(rand.NewPCG(seed, 22))}.nftRules())
			l.loadRules(t, loaded{nft: text})
			l.holdAgainst(t, l.capture(t))
			if t.Failed() {
				t.Log(text)
			}
		})
	}
}
