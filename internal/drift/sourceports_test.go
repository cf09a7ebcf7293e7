package drift_test

import (
	"slices"
	"strings"
	"testing"

	"rolewall/internal/drift"
	"rolewall/readers/capture"
	"rolewall/ruleset"
)

const fromPortPolicy = `
networks = { office = ["10.20.0.0/16"], lab = ["10.20.7.0/24"] }
os = "linux"
[hosts.web1]
allow = [
  { tcp = "4000-4010", from = ["office"], reason = "a" },
  { tcp = "4000-4010", from = ["office"], from_port = 40069, reason = "b" },
  { tcp = 4005, from = ["any"], from_port = 40069, reason = "c" },
  { tcp = 5000, from = ["office"], from_port = "1-1023", interfaces = ["eth0"], reason = "d" },
  { tcp = 5000, from = ["office"], from_port = "1000-65535", interfaces = ["eth0"], limit = "10/minute", reason = "e" },
  { udp = 6000, from = ["lab"], from_port = "1024-65535", reason = "f" },
  { udp = 6000, from = ["office"], from_port = "1-1023", reason = "g" },
]`

// TestSplitSourcePorts compares hosts that say the same of source ports in other words, and hosts that say almost the same.
func TestSplitSourcePorts(t *testing.T) {
	w := open(t, fromPortPolicy)
	ports := func(text string) ruleset.Ports {
		p, err := ruleset.ParsePorts(text)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	// split puts rules for the source ports in the place of the one for traffic from any port.
	split := func(c *capture.Capture, traffic string, parts ...string) {
		i := slices.IndexFunc(c.Openings, func(o capture.Opening) bool {
			return o.Rule.Traffic.String() == traffic && len(o.Rule.FromPorts) == 0
		})
		whole := c.Openings[i]
		c.Openings = slices.Delete(c.Openings, i, i+1)
		for _, text := range parts {
			r := *whole.Rule
			r.FromPorts = ports(text)
			o := whole
			o.Rule = &r
			c.Openings = append(c.Openings, o)
		}
	}
	from := func(c *capture.Capture, traffic, text string) {
		set(c, traffic, func(o *capture.Opening) { o.Rule.FromPorts = ports(text) })
	}
	added := func(c *capture.Capture, traffic, from string, parts ...string) {
		for _, text := range parts {
			r := rule(t, traffic, from)
			r.FromPorts = ports(text)
			c.Openings = append(c.Openings, capture.Opening{Rule: r, Rules: []capture.Place{{Rule: "added", Text: text}}})
		}
	}
	for _, x := range []struct {
		name   string
		change func(*capture.Capture)
		want   string
	}{
		{"to the letter", func(*capture.Capture) {}, ""},
		{"split at the port of another rule", func(c *capture.Capture) { split(c, "tcp/4000-4010", "1-40068,40070-65535", "40069") }, ""},
		{"split in halves that overlap", func(c *capture.Capture) { split(c, "tcp/4000-4010", "1-30000", "20000-65535") }, ""},
		{"one port is left out", func(c *capture.Capture) { split(c, "tcp/4000-4010", "1-30000", "30002-65535") },
			"missing web1 tcp/4000-4004,4006-4010 [office] [10.20.0.0/16]; missing web1 tcp/4005 [office] [10.20.0.0/16]"},
		{"from another port", func(c *capture.Capture) { from(c, "tcp/4005", "40070") },
			"source_port web1 tcp/4005 [] [0.0.0.0/0 ::/0] | only from port 40070; missing web1 tcp/4005 [] [0.0.0.0/0 ::/0]"},
		{"from more ports", func(c *capture.Capture) { from(c, "tcp/4005", "40069,40071") },
			"source_port web1 tcp/4005 [] [0.0.0.0/0 ::/0] | only from port 40069,40071"},
		{"what another rule allows", func(c *capture.Capture) { added(c, "tcp/4000-4010", "10.20.1.0/24", "50-60") }, ""},
		{"open to all of its ports in parts", func(c *capture.Capture) { added(c, "tcp/7000", "10.20.0.0/16", "1-100", "101-65535") },
			"open web1 tcp/7000 [office] [10.20.0.0/16]"},
		{"open to some ports", func(c *capture.Capture) { added(c, "tcp/7000", "10.20.0.0/16", "1-100", "102-65535") },
			"source_port web1 tcp/7000 [office] [10.20.0.0/16] | only from port 1-100; source_port web1 tcp/7000 [office] [10.20.0.0/16] | only from port 102-65535"},
		{"what the policy opens in parts is open to others", func(c *capture.Capture) { added(c, "udp/6000", "10.20.7.0/24", "1-65535") }, ""},
	} {
		c := enforced(t, w)
		x.change(c)
		if _, got := run(t, w, drift.Options{}, c); strings.Join(got, "; ") != x.want {
			t.Errorf("%s:\n%s\nwant\n%s", x.name, strings.Join(got, "; "), x.want)
		}
	}
}
