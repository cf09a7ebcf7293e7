package nftables

import (
	"regexp"
	"strings"
	"testing"

	"rolewall/generators/targettest"
	"rolewall/internal/netspace"
	"rolewall/ruleset"
)

func TestListing(t *testing.T) {
	netspace.Need(t, "nft")
	s := netspace.New(t)
	script := targettest.Script(t, New(), targettest.LinuxSample())
	first := targettest.LoadNft(t, s, script)
	if second := targettest.LoadNft(t, s, script); second != first {
		t.Errorf("the second load changes the listing from\n%s\nto\n%s", first, second)
	}
	for _, want := range []string{
		`tcp dport 53 accept comment "from anyone"`,
		`meta ipsec exists udp dport 1701 accept comment "from anyone"`,
		`ip saddr 10.3.0.7 accept comment "from 10.3.0.7/32"`,
		`ip6 saddr fd00:20::/48 udp dport { 137, 138 } accept comment "from branch, office"`,
		`ip6 saddr fd00:20::/48 tcp dport { 88, 135, 389, 3268-3269, 49152-65535 } accept comment "from office"`,
		`ip saddr 10.20.0.0/16 icmp type . icmp code { destination-unreachable . frag-needed } accept comment "from office"`,
	} {
		if !strings.Contains(first, "\t\t"+want+"\n") {
			t.Errorf("the listing lacks %s:\n%s", want, first)
		}
	}
	if !strings.HasSuffix(first, "\t\tcounter packets 0 bytes 0 drop\n\t}\n}\n") {
		t.Errorf("the last rule is not a drop:\n%s", first)
	}
	s.Must(t, "nft", "delete", "table", "inet", "rolewall")
	if left := s.Must(t, "nft", "list", "ruleset"); left != "" {
		t.Errorf("the undo leaves\n%s", left)
	}
}

func TestNames(t *testing.T) {
	names := definitions{}
	for _, c := range []struct{ who, want string }{
		{"office", "office"},
		{"office", "office_2"},
		{"office_2", "office_2_2"},
		{"@domain-controller, office", "domain_controller_and_office"},
		{"10.3.0.0/24", "from_10_3_0_0_24"},
		{"-", "from__"},
		{"", "from_"},
		{"azAZ09", "azAZ09"},
		{"A", "A"},
		{"`a{@[/:", "from__a____"},
		{"9a0", "from_9a0"},
		{strings.Repeat("a", 63), strings.Repeat("a", 40)},
		{"tcp", "tcp"}, // a key word only without the suffix that every definition has
	} {
		if got := names.next(c.who); got != c.want {
			t.Errorf("%q: %s, want %s", c.who, got, c.want)
		}
	}
}

// TestOldSpelling holds a word that nft before 1.0.0 needs, and that later listings leave out.
func TestOldSpelling(t *testing.T) {
	rs := targettest.LinuxSet()
	rs.Settings.Linux.Reject = true
	if script := targettest.Script(t, New(), rs); !strings.Contains(script, "reject with icmpx type admin-prohibited\n") {
		t.Errorf("the script rejects in other words:\n%s", script)
	}
}

// TestAuditEnforcesNothing holds that no word of the audit script can keep a packet out, whatever the rule set and its settings.
func TestAuditEnforcesNothing(t *testing.T) {
	for _, settings := range []ruleset.LinuxSettings{{}, {Reject: true, Log: true, Interfaces: []string{"eth0"}, Counters: true, NoPing: true}, {Invalid: "pass"}} {
		for _, families := range []ruleset.Families{{IPv4: true, IPv6: true}, {IPv4: true}, {IPv6: true}} {
			rs := targettest.LinuxSample()
			rs.Settings.Linux, rs.Families = settings, families
			script := targettest.Script(t, NewAudit(), rs)
			if first := strings.Split(script, "\n")[1]; !strings.Contains(first, "enforces nothing") {
				t.Errorf("the first line of the header is %q", first)
			}
			for line := range strings.Lines(script) {
				code, _, _ := strings.Cut(line, "#")
				if words := regexp.MustCompile(`\b(drop|reject|queue|policy [^a]|helper|notrack|mangle|dnat|snat|redirect|masquerade)`); words.MatchString(code) {
					t.Errorf("this line may change the fate of a packet: %s", line)
				}
			}
		}
	}
}
