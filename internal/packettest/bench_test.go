//go:build linux

package packettest

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"rolewall/ruleset"
)

// BenchmarkCost sends packets that no rule lets in through a generated script and through one rule for each port, and
// reports what they cost beyond a lone drop, and how many times more one rule a port costs.
func BenchmarkCost(b *testing.B) {
	for _, x := range targets() {
		for _, ports := range []int{10, 100, 1000} {
			b.Run(fmt.Sprintf("%s/%d-ports", x.tool, ports), func(b *testing.B) {
				labs := []*Lab{NewLab(b), NewLab(b), NewLab(b)} // a lone drop, generated, one rule a port
				rs := manyPorts(ports)
				labs[0].load(b, Script{Nftables, "table inet rolewall {\nchain input {\ntype filter hook input priority 0; policy drop;\n}\n}\n"})
				labs[1].load(b, x.script(b, rs))
				labs[2].load(b, linear(x.script(b, rs), ports))
				best := make([]time.Duration, len(labs))
				frames := unmatched()
				for b.Loop() {
					for i, l := range labs {
						start := time.Now()
						if err := l.tap.send(frames); err != nil {
							b.Fatal(err)
						}
						if took := time.Since(start) / time.Duration(len(frames)); best[i] == 0 || took < best[i] {
							best[i] = took
						}
					}
				}
				generated, linear := best[1]-best[0], best[2]-best[0]
				b.ReportMetric(float64(best[0].Nanoseconds()), "ns/lone-drop")
				b.ReportMetric(float64(generated.Nanoseconds()), "ns/generated")
				b.ReportMetric(float64(linear.Nanoseconds()), "ns/one-rule-a-port")
				b.ReportMetric(float64(best[2])/float64(best[1]), "times")
			})
		}
	}
}

// BenchmarkSources sends packets to ports that are closed to their source, from a source that no rule names and from the last
// that rules name, and reports what a packet costs with 50 and 200 sources, and how many times that is the cost with one.
func BenchmarkSources(b *testing.B) {
	for _, x := range targets() {
		for _, kind := range []struct {
			name   string
			frames func(n int) [][]byte
		}{
			{"from-elsewhere", func(int) [][]byte {
				return datagramsFrom(outsiders(ruleSet())[0], func(i int) uint16 { return 20001 + 2*uint16(i%64) })
			}},
			{"from-the-last", func(n int) [][]byte {
				return datagramsFrom(sourceNetwork(n-1).Addr().Next(), func(i int) uint16 { return 20002 + 2*uint16(i%64) })
			}},
		} {
			b.Run(x.tool.String()+"/"+kind.name, func(b *testing.B) {
				counts := []int{1, 50, 200}
				labs, frames := make([]*Lab, len(counts)), make([][][]byte, len(counts))
				for i, n := range counts {
					labs[i], frames[i] = NewLab(b), kind.frames(n)
					labs[i].load(b, x.script(b, manySources(n)))
				}
				best := make([]time.Duration, len(labs))
				for b.Loop() {
					for i, l := range labs {
						start := time.Now()
						if err := l.tap.send(frames[i]); err != nil {
							b.Fatal(err)
						}
						if took := time.Since(start) / time.Duration(len(frames[i])); best[i] == 0 || took < best[i] {
							best[i] = took
						}
					}
				}
				for i, n := range counts {
					b.ReportMetric(float64(best[i].Nanoseconds()), fmt.Sprintf("ns/%d-sources", n))
					b.ReportMetric(float64(best[i])/float64(best[0]), fmt.Sprintf("times/%d-sources", n))
				}
			})
		}
	}
}

// manySources opens two of 64 UDP ports to each of n networks.
func manySources(n int) *ruleset.RuleSet {
	var requests []*ruleset.Rule
	for i := range n {
		from := ruleset.NewSources(ruleset.AddressSet{Name: fmt.Sprintf("net%d", i), Prefixes: []netip.Prefix{sourceNetwork(i)}})
		requests = append(requests, request(ruleset.UDP, fmt.Sprint(20001+2*(i%32)), from), request(ruleset.UDP, fmt.Sprint(20065+2*(i%32)), from))
	}
	return ruleSet(requests...)
}

// sourceNetwork is the network of source i of manySources.
func sourceNetwork(i int) netip.Prefix {
	return netip.PrefixFrom(netip.AddrFrom4([4]byte{10, byte(i / 250), byte(i % 250), 0}), 24)
}

// datagramsFrom are datagrams from an address, each from a port of its own.
func datagramsFrom(from netip.Addr, port func(i int) uint16) [][]byte {
	frames := make([][]byte, 8192)
	for i := range frames {
		frames[i] = packet{from: from, to: serverEnd().ipv4, protocol: protoUDP, payload: udpDatagram(10000+uint16(i), port(i))}.frame(probeMAC())
	}
	return frames
}

// manyPorts opens every second UDP port from 20001 on, which no range can unite.
func manyPorts(n int) *ruleset.RuleSet {
	var requests []*ruleset.Rule
	for i := range n {
		requests = append(requests, request(ruleset.UDP, fmt.Sprint(20001+2*i), ruleset.Anyone()))
	}
	return ruleSet(requests...)
}

// unmatched are datagrams to a port that manyPorts leaves shut. They come fresh, each from a port of its own.
func unmatched() [][]byte {
	return datagramsFrom(outsiders(ruleSet())[0], func(int) uint16 { return 19999 })
}

// linear says the ports of manyPorts in a rule each instead.
func linear(s Script, ports int) Script {
	var lines []string
	out := s
	var text strings.Builder
	for line := range strings.Lines(s.Text) {
		switch {
		case strings.Contains(line, "udp dport $anyone_udp"):
			for i := range ports {
				lines = append(lines, fmt.Sprintf("\t\tudp dport %d accept\n", 20001+2*i))
			}
			line = strings.Join(lines, "")
		case strings.Contains(line, "-m multiport --dports 2"), strings.Contains(line, "--dport 2") && strings.Contains(line, "-p udp"):
			line = ""
		case line == "# Everything else\n" && s.Tool != Nftables:
			for i := range ports {
				lines = append(lines, fmt.Sprintf("-A ROLEWALL-IN -p udp --dport %d -j ACCEPT\n", 20001+2*i))
			}
			line += strings.Join(lines, "")
		}
		text.WriteString(line)
	}
	out.Text = text.String()
	return out
}

// BenchmarkLoad loads the script of the role with the most rules, on top of itself as an administrator does.
func BenchmarkLoad(b *testing.B) {
	var largest *ruleset.RuleSet
	for _, rs := range resolve(b, everyRole(b), "roles.toml") {
		if largest == nil || len(rs.Inbound) > len(largest.Inbound) {
			largest = rs
		}
	}
	for _, x := range targets() {
		b.Run(x.tool.String(), func(b *testing.B) {
			l := NewLab(b)
			s := x.script(b, largest)
			b.Logf("%v: %d rules", largest.Roles, len(largest.Inbound))
			best := time.Duration(0)
			for b.Loop() {
				start := time.Now()
				if err := l.Load(s); err != nil {
					b.Fatal(err)
				}
				if took := time.Since(start); best == 0 || took < best {
					best = took
				}
			}
			b.ReportMetric(float64(best.Microseconds())/1000, "ms/best")
		})
	}
}
