package explain_test

import (
	"strings"
	"testing"
)

// TestPinned asks about ports of dynamic RPC on a domain controller. LSASS and Netlogon are for the office and pinned, WMI is
// for management only and not pinned. Advice fits the source that was asked about, and names no setting that is set.
func TestPinned(t *testing.T) {
	const (
		office, admin = "10.20.0.9", "10.3.0.9"
		held          = "LSASS is held to 38901, Netlogon is held to 38902: ask about those ports"
		narrow        = "mode static opens 50000-50199, 38901 for LSASS, 38902 for Netlogon only"
		source        = "10.20.0.9 is in office, which is not among the allowed sources"
	)
	span := `fallback = "range", range = "50000-50199"`
	for _, c := range []struct{ fallback, port, from, want, not string }{
		{span, "60000", office, held, "rpc."},
		{span, "60000", admin, held + "|" + narrow + " -> an rpc.range that holds tcp/60000", "fallback"},
		{span, "50100", office, held + "|" + source, "rpc."},
		{`fallback = "closed"`, "50000", office, held, "rpc."},
		{`fallback = "closed"`, "50000", admin, `only -> rpc.fallback "range"`, "rpc.mode"},
		{`fallback = "closed"`, "50000", "", held, "rpc.mode"},
		{`fallback = "dynamic"`, "50100", office, held + "|" + source, "rpc."},
		{span, "445", "10.66.0.1", "no network of the policy holds", "held"},
	} {
		t.Run(c.fallback+" "+c.port+" "+c.from, func(t *testing.T) {
			got := closedTo(t, c.fallback, c.port, c.from)
			if !strings.Contains(got, c.want) || strings.Contains(got, c.not) {
				t.Errorf("%q, not %q, or with %q", got, c.want, c.not)
			}
		})
	}
}

// closedTo returns why the port of the domain controller is closed, each reason with what would open it.
func closedTo(t *testing.T, fallback, port, from string) string {
	t.Helper()
	w := parse(t, "[networks]\noffice = [\"10.20.0.0/16\"]\n[audience]\nclients = [\"office\"]\npeers = [\"none\"]\nmanagement = [\"10.3.0.0/24\"]\n"+
		"[hosts.dc]\nroles = [\"domain-controller\", \"member-baseline\", \"wmi-managed\"]\n"+
		"rpc = { mode = \"static\", "+fallback+", ports = { LSASS = 38901, Netlogon = 38902 } }\n")
	var out []string
	for _, r := range ask(t, explainer(t, w, from), w.Policy.Hosts[0], "tcp/"+port)[0].Closed {
		reason := r.What
		if r.Would != "" {
			reason += " -> " + r.Would
		}
		out = append(out, reason)
	}
	return strings.Join(out, "|")
}
