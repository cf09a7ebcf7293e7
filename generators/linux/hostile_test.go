package linux_test

import (
	"strings"
	"testing"

	"rolewall/generators/iptables"
	"rolewall/generators/nftables"
	"rolewall/generators/targettest"
	"rolewall/internal/netspace"
	"rolewall/ruleset"
)

// TestLinuxHostileText loads scripts with such texts wherever a policy may hold free text, and expects to read back
// the rules of the same script with a harmless one.
func TestLinuxHostileText(t *testing.T) {
	netspace.Need(t, "nft", "iptables", "ip6tables", "dash")
	sample := func(text, name string) *ruleset.RuleSet {
		from := targettest.Network(name, "10.3.0.0/24", "fd00:3::/64")
		r := targettest.LinuxRule(ruleset.TCP, "8834", text, text, from)
		r.Reasons = append(r.Reasons, ruleset.Reason{At: "file", Allow: &ruleset.Allow{Reason: text, Owner: text, Expires: "2027-03-31"}})
		rs := targettest.LinuxSet(r)
		rs.Notes, rs.Warnings, rs.Roles = []string{text}, []string{text}, []string{text}
		return rs
	}
	nft, ipt := netspace.New(t), netspace.New(t)
	load := func(text, name string) (string, string) {
		rs := sample(text, name)
		targettest.RunSh(t, ipt, targettest.Script(t, iptables.New(), rs))
		return targettest.LoadNft(t, nft, targettest.Script(t, nftables.New(), rs)), targettest.ListIPTables(t, ipt)
	}
	wantNft, wantIpt := load("harmless", "admins")
	for _, text := range targettest.HostileTexts {
		if gotNft, gotIpt := load(text, "admins"); gotNft != wantNft || gotIpt != wantIpt {
			t.Errorf("%q got out:\n%s\n%s", text, gotNft, gotIpt)
		}
	}
	// What a network may be called is narrower than this; the scripts do not rely on it.
	for name, quoted := range map[string]string{
		`a" accept comment "`: "from a? accept comment ?", "a\nb": "from a b", "a;b$(c)": "from a;b?(c)", "a\\": "from a?",
	} {
		gotNft, gotIpt := load("harmless", name)
		said := strings.NewReplacer(`comment "`+quoted+`"`, `comment "from admins"`)
		if said.Replace(gotNft) != wantNft || said.Replace(gotIpt) != wantIpt {
			t.Errorf("the name %q got out:\n%s\n%s", name, gotNft, gotIpt)
		}
	}
}
