package lint

import (
	"testing"
)

// TestPinHint holds that pins are advised only for services that the edition can hold to a port.
func TestPinHint(t *testing.T) {
	const (
		printer   = "os = \"windows-2012r2\"\nroles = [\"print-server\", \"member-baseline\"]\n"
		directory = "roles = [\"domain-controller\", \"member-baseline\"]\nfeatures = [\"ldaps\"]\n"
		closed    = "rpc = { mode = \"closed\" }\n"
		blind     = "targets = [\"nftables\"]\n"
		narrow    = `rpc = { mode = "range", range = "50000-50199" }`
	)
	for _, c := range []struct{ name, policy, code, want string }{
		{"closed, no pin", printer + closed, "RW012", "give RPC a range"},
		{"closed, pins for some", directory + closed, "RW012", `give RPC a range, or mode = "static" with a port for DFSR, LSASS, Netlogon`},
		{"closed, a pin of one port", "os = \"windows-2008r2\"\n" + directory + closed, "RW012", `give RPC a range, or mode = "static" with a port for DFSR (5722 and no other), LSASS, Netlogon`},
		{"open, no pin", printer + blind, "RW013", narrow},
		{"open, a pin", directory + blind, "RW013", narrow + `, or mode = "static" with a port for LSASS`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := "nothing"
			for _, f := range lintText(t, c.policy+people) {
				if f.Code == c.code && got == "nothing" {
					got = f.Hint
				}
			}
			if got != c.want {
				t.Errorf("the hint is %q, not %q", got, c.want)
			}
		})
	}
}
