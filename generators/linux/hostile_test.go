package generators

import (
	"strings"
	"testing"

	"rolewall/internal/packettest"
	"rolewall/ruleset"
)

// hostileTexts try to leave the comment they stand in. The last ones end a here-document and a line of it.
var hostileTexts = []string{
	`x" ; accept comment "y`,
	"one\n\t\ttcp dport 1-65535 accept\n",
	"one\r-A ROLEWALL-IN -j ACCEPT",
	"%PATH% & del & ^",
	"$(reboot) `reboot` ${x}",
	strings.Repeat("long ", 80),
	"сканер уязвимостей",
	"ends in a backslash \\",
	"} } flush ruleset",
	"\nRULES\ntouch /tmp/rolewall-broke-out\n",
	"\u2028-A ROLEWALL-IN -j ACCEPT",
	"\x00 and \xff",
}

// TestLinuxHostileText loads scripts with such texts wherever a policy may hold free text, and expects to read back
// the rules of the same script with a harmless one.
func TestLinuxHostileText(t *testing.T) {
	packettest.Need(t, "nft", "iptables", "ip6tables", "dash")
	sample := func(text, name string) *ruleset.RuleSet {
		from := linuxSources(name, "10.3.0.0/24", "fd00:3::/64")
		r := linuxRule(ruleset.TCP, "8834", text, text, from)
		r.Reasons = append(r.Reasons, ruleset.Reason{At: "file", Allow: &ruleset.Allow{Reason: text, Owner: text, Expires: "2027-03-31"}})
		rs := linuxSet(r)
		rs.Notes, rs.Warnings, rs.Roles = []string{text}, []string{text}, []string{text}
		return rs
	}
	nft, ipt := packettest.NewSpace(t), packettest.NewSpace(t)
	load := func(text, name string) (string, string) {
		rs := sample(text, name)
		iptRun(t, ipt, linuxScript(t, newIptables(), rs))
		return nftLoad(t, nft, linuxScript(t, newNftables(), rs)), iptListing(t, ipt)
	}
	wantNft, wantIpt := load("harmless", "admins")
	for _, text := range hostileTexts {
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
