package drift_test

import (
	"slices"
	"strings"
	"testing"

	"rolewall/internal/drift"
	"rolewall/readers/capture"
	"rolewall/ruleset"
)

// TestWithoutLimit compares hosts that open traffic without the limit of the policy.
func TestWithoutLimit(t *testing.T) {
	w := open(t, `
networks = { office = ["10.20.0.0/16"], lab = ["10.20.7.0/24"] }
os = "linux"
[hosts.web1]
allow = [
  { tcp = "9100-9110", from = ["office"], limit = "10/minute", reason = "metrics" },
  { tcp = 9105, from = ["lab"], reason = "all of it" },
]`)
	free := func(o *capture.Opening) { o.Rule.Limit = ruleset.Limit{} }
	rate := []capture.Condition{{Kind: capture.Rate, Text: "at most 10 in a minute"}}
	added := func(traffic, from string) func(*capture.Capture) {
		return func(c *capture.Capture) {
			c.Openings = append(c.Openings, capture.Opening{Rule: rule(t, traffic, from)})
		}
	}
	const text = " | without the limit of 10/minute"
	for _, x := range []struct {
		name   string
		change func(*capture.Capture)
		want   string
	}{
		{"as the policy has it", func(*capture.Capture) {}, ""},
		{"the limit is a condition", func(c *capture.Capture) {
			set(c, "tcp/9100-9110", free)
			set(c, "tcp/9100-9110", func(o *capture.Opening) { o.Conditions = rate })
		}, ""},
		{"the limit is gone", func(c *capture.Capture) { set(c, "tcp/9100-9110", free) },
			"wider web1 tcp/9100-9104,9106-9110 [office] [10.20.0.0/16]" + text + "; wider web1 tcp/9105 [] [10.20.0.0/22 10.20.4.0/23 10.20.6.0/24 10.20.8.0/21 10.20.16.0/20 10.20.32.0/19 10.20.64.0/18 10.20.128.0/17]" + text},
		{"a rule beside it", added("tcp/9000-9101", "10.20.1.0/24"), "open web1 tcp/9000-9099 [] [10.20.1.0/24]; wider web1 tcp/9100-9101 [] [10.20.1.0/24]" + text},
		{"every protocol", added("any", "10.20.1.9/32"), "open web1 any [] [10.20.1.9/32]"},
		{"where the policy sets no limit", added("tcp/9105", "10.20.7.0/25"), ""},
		{"elsewhere", added("tcp/22", "10.20.7.0/25"), "open web1 tcp/22 [] [10.20.7.0/25]"},
	} {
		c := enforced(t, w)
		x.change(c)
		_, got := run(t, w, drift.Options{}, c)
		if slices.Sort(got); strings.Join(got, "; ") != x.want {
			t.Errorf("%s:\n%s\nwant\n%s", x.name, strings.Join(got, "; "), x.want)
		}
	}
}
