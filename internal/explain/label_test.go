package explain_test

import (
	"fmt"
	"strings"
	"testing"

	"rolewall/ruleset"
)

// oneLabel has two exceptions whose rules have one label: their sources were looked for until two IDs began alike.
const oneLabel = `[audience]
clients = ["none"]
management = ["none"]
peers = ["none"]
[hosts.h]
access = "console"
[[hosts.h.allow]]
tcp = "9999"
from = ["10.0.0.0/8", "172.16.207.236"]
reason = "first"
[[hosts.h.allow]]
tcp = "9999"
from = ["10.99.0.10", "192.169.8.30"]
reason = "second"
`

// TestLinesOfOneLabel holds that the line of a rule is its own where another one has its label.
func TestLinesOfOneLabel(t *testing.T) {
	for system, role := range map[string]string{"linux": "linux-web", "windows-2022": "iis-web", "windows-2003": "iis-web"} {
		w := parse(t, "os = \""+system+"\"\n"+strings.Replace(oneLabel, "[hosts.h]", "[hosts.h]\nroles = [\""+role+"\"]", 1))
		targets := []string{}
		if system == "linux" {
			targets = []string{"nftables", "iptables"}
		}
		rules := ask(t, explainer(t, w, "", targets...), w.Policy.Hosts[0], "tcp/9999")[0].Rules
		labels, lines := map[string]bool{}, map[string]bool{}
		for _, r := range rules {
			labels[ruleset.Label(r.ID)] = true
			for _, s := range r.Scripts {
				if len(s.Lines) == 0 || !strings.Contains(s.Text, r.ID) || system == "linux" && !strings.Contains(s.Text, r.Reasons[0].Exception.Reason) {
					t.Errorf("%s: %s: %+v", system, r.Reasons[0].Exception.Reason, s)
				}
				for _, n := range s.Lines {
					line := fmt.Sprintf("%s:%d", s.File, n)
					if lines[line] {
						t.Errorf("%s: %s is said to be of both", system, line)
					}
					lines[line] = true
				}
			}
		}
		if len(rules) != 2 || len(labels) != 1 {
			t.Errorf("%s: %d rules, labels %v", system, len(rules), labels)
		}
	}
}

// BenchmarkGrowth asks about a port in ranges that overlap: four times the ranges take four to five times as long.
func BenchmarkGrowth(b *testing.B) {
	for _, n := range []int{600, 2400} {
		w := parse(b, overlapping(n))
		x := explainer(b, w, "10.1.2.3")
		b.Run(fmt.Sprintf("%d ranges", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := x.Port(w.Policy.Hosts[0], "tcp/3500"); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// overlapping returns a policy whose host allows n ranges of ports, each of which overlaps many.
func overlapping(n int) string {
	text := strings.Builder{}
	text.WriteString("[audience]\nclients = [\"none\"]\nmanagement = [\"none\"]\npeers = [\"none\"]\n[hosts.h]\nos = \"linux\"\nroles = [\"linux-web\"]\naccess = \"console\"\n")
	for i := range n {
		fmt.Fprintf(&text, "[[hosts.h.allow]]\ntcp = \"%d-%d\"\nfrom = [\"10.0.0.0/8\"]\nreason = \"r\"\n", 1000+i, 2000+3*i)
	}
	return text.String()
}
