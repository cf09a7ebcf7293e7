package drift_test

import (
	"net/netip"
	"slices"
	"strings"
	"testing"

	"rolewall/internal/drift"
	"rolewall/readers/capture"
	"rolewall/ruleset"
)

// TestPlaced compares answers of DHCPv6, which scripts for Linux allow from one source port to link-local addresses.
func TestPlaced(t *testing.T) {
	w := open(t, strings.Replace(linuxPolicy, `"10.1.0.1"`, `"10.1.0.1", "fd00:1::1"`, 1))
	const answers = "udp/546"
	at := func(list ...string) (out ruleset.Prefixes) {
		for _, p := range list {
			out = append(out, netip.MustParsePrefix(p))
		}
		return out
	}
	from := func(first, last uint16) func(*capture.Opening) {
		return func(o *capture.Opening) { o.Rule.FromPorts = ruleset.Ports{{First: first, Last: last}} }
	}
	to := func(p ruleset.Prefixes) func(*capture.Opening) { return func(o *capture.Opening) { o.To = p } }
	const missing = "missing web1 udp/546 [] [::/0]"
	for _, c := range []struct {
		name   string
		own    ruleset.Prefixes
		change func(*capture.Opening)
		strict string
		loose  string
	}{
		{"as the script has it", nil, nil, "", ""},
		{"from another port", nil, from(548, 548), missing + "; source_port web1 udp/546 [] [::/0] | only from port 548, at fe80::/10", "source_port web1 udp/546 [] [::/0] | only from port 548, at fe80::/10"},
		{"from every port", nil, func(o *capture.Opening) { o.Rule.FromPorts = nil }, "open web1 udp/546 [] [::/0] | at fe80::/10", "open web1 udp/546 [] [::/0] | at fe80::/10"},
		{"at every address", nil, to(nil), "source_port web1 udp/546 [] [::/0] | only from port 547", "source_port web1 udp/546 [] [::/0] | only from port 547"},
		{"at other addresses as well", nil, to(at("fd00:1::/64", "fe80::/10")), "source_port web1 udp/546 [] [::/0] | only from port 547, at fd00:1::/64, fe80::/10", "source_port web1 udp/546 [] [::/0] | only from port 547, at fd00:1::/64, fe80::/10"},
		{"at some link-local addresses", nil, to(at("fe80::1/128")), missing, ""},
		{"at the one of the host", at("fd00:1::1/128", "fe80::1/128"), to(at("fe80::1/128")), "", ""},
		{"at one of two", at("fe80::1/128", "fe80::2/128"), to(at("fe80::1/128")), missing, ""},
		{"on one interface", nil, func(o *capture.Opening) { o.NotOn = []string{"eth1"} }, missing, ""},
		{"under a condition", nil, func(o *capture.Opening) { o.Conditions = []capture.Condition{{Kind: capture.Time, Text: "at night"}} },
			"conditional web1 udp/546 [] [::/0] | may be closed, and the policy opens it | only from port 547, at fe80::/10", ""},
	} {
		h := enforced(t, w)
		h.Own = c.own
		if c.change != nil {
			set(h, answers, c.change)
		}
		for _, x := range []struct {
			strict bool
			want   string
		}{{true, c.strict}, {false, c.loose}} {
			_, got := run(t, w, drift.Options{StrictBaseline: x.strict}, h)
			if slices.Sort(got); strings.Join(got, "; ") != x.want {
				t.Errorf("%s, strict %v:\n%s\nwant\n%s", c.name, x.strict, strings.Join(got, "; "), x.want)
			}
		}
	}
	h := enforced(t, w)
	without(h, answers)
	for _, c := range []struct {
		name string
		own  ruleset.Prefixes
		want string
	}{{"closed", nil, missing}, {"no link-local address", at("fd00:1::1/128"), ""}} {
		h.Own = c.own
		if _, got := run(t, w, drift.Options{StrictBaseline: true}, h); strings.Join(got, "; ") != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}
