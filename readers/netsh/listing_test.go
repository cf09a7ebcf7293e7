package netsh_test

import (
	"fmt"
	"net/netip"
	"reflect"
	"strings"
	"testing"

	command "rolewall/internal/wintest/netsh"
	"rolewall/internal/wintest/rulestore"
	"rolewall/readers/netsh"
	"rolewall/ruleset"
)

func listedRules() []command.Rule {
	prefix := func(s string) command.AddressRange { return command.PrefixRange(netip.MustParsePrefix(s)) }
	return []command.Rule{
		{Name: "rolewall: tcp 445 [c1aa235b] 2b41ca", Protocol: ruleset.TCP, Program: "System", Description: "SMB: file-server",
			LocalPort: command.PortSet{Ports: ruleset.Ports{{First: 445, Last: 445}}}, RemoteIP: []command.AddressRange{prefix("10.0.0.0/8"), prefix("fd00::/8")}},
		{Name: "rolewall: tcp RPC Spooler [aaaaaaaa] bbbbbb", Protocol: ruleset.TCP, LocalPort: command.PortSet{Keyword: "RPC"}, Program: `%SystemRoot%\System32\spoolsv.exe`, Service: "Spooler"},
		{Name: "Everything", Protocol: ruleset.AnyProtocol, Disabled: true},
		{Name: "Ping", Protocol: ruleset.ICMP, ICMP: &ruleset.ICMPType{Type: 8}, Profiles: []string{"domain"}},
		{Name: "Big", Protocol: ruleset.ICMPv6, ICMP: &ruleset.ICMPType{Type: 3, Code: 4, HasCode: true}, Block: true},
		{Name: "Out: DNS", Protocol: ruleset.UDP, Outbound: true, RemotePort: command.PortSet{Ports: ruleset.Ports{{First: 53, Last: 53}}}, Service: "dnscache", Profiles: []string{"domain", "public"}},
		{Name: "GRE", Protocol: ruleset.GRE, Program: "System", RemoteIP: []command.AddressRange{{First: netip.MustParseAddr("10.0.0.3"), Last: netip.MustParseAddr("10.0.0.9")}}},
		{Name: "", Protocol: ruleset.TCP, Description: "a: b", LocalPort: command.PortSet{Ports: ruleset.Ports{{First: 80, Last: 90}, {First: 443, Last: 443}}}},
	}
}

func TestReadListing(t *testing.T) {
	for name, language := range rulestore.Languages() {
		for _, verbose := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s verbose=%v", name, verbose), func(t *testing.T) {
				rules := listedRules()
				got := readBack(t, language.List(rules, verbose))
				if !verbose {
					for i := range rules {
						rules[i].Description, rules[i].Program, rules[i].Service = "", "", ""
					}
				}
				for i := range rules {
					if !reflect.DeepEqual(got[i], rules[i]) {
						t.Errorf("got  %+v\nwant %+v", got[i], rules[i])
					}
				}
			})
		}
	}
}

// readBack reads a listing by the words that rolewall's rules in it teach.
func readBack(t *testing.T, text string) []command.Rule {
	t.Helper()
	listing, err := netsh.ReadListing(text)
	if err != nil {
		t.Fatal(err)
	}
	words, ok := listing.Learn(func(r netsh.ListedRule) bool { return strings.HasPrefix(r.Name, "rolewall: ") })
	if !ok {
		t.Fatal("nothing to learn from")
	}
	var out []command.Rule
	for _, r := range listing.Rules {
		rule, err := command.Listed(r, words, ruleset.Windows2022)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, rule)
	}
	return out
}

func TestReadListingRefuses(t *testing.T) {
	language := rulestore.English()
	whole := language.List(listedRules(), true)
	ruler := strings.Repeat("-", 70)
	for name, c := range map[string]struct{ text, want string }{
		"cut in the middle":    {whole[:strings.Index(whole, "Edge")], "ends too early"},
		"no name":              {ruler + "\r\nA: b\r\n", "1:1: a rule without a name"},
		"name without label":   {"x\r\n" + ruler + "\r\n", "1:1: the name of a rule has no label"},
		"rule inside a rule":   {"N: a\r\n" + ruler + "\r\nA: b\r\nN: c\r\n" + ruler + "\r\n", "5:1: a rule begins inside another"},
		"no protocol anywhere": {"N: a\r\n" + ruler + "\r\nA: b\r\n", "cannot be told apart"},
		"two protocols":        {whole + strings.Replace(whole, "Protocol: ", "Protokol: ", 1), "the protocol?"},
		"no protocol in one":   {"Rule Name: a\r\n" + ruler + "\r\nA: b\r\n" + whole, "has no protocol where it should stand"},
	} {
		if _, err := netsh.ReadListing(c.text); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: the error is %v, want %q", name, err, c.want)
		}
	}
	if l, err := netsh.ReadListing(rulestore.NoMatch); err != nil || len(l.Rules) != 0 {
		t.Errorf("no rules are read as %v, %v", l, err)
	}
}

func TestListedProfilesNeedATeacher(t *testing.T) {
	german := rulestore.Languages()["german"]
	listing, err := netsh.ReadListing(german.List([]command.Rule{{Name: "x", Protocol: ruleset.TCP, Profiles: []string{"domain"}}}, false))
	if err != nil {
		t.Fatal(err)
	}
	words, _ := listing.Learn(func(netsh.ListedRule) bool { return true })
	if _, err := command.Listed(listing.Rules[0], words, ruleset.Windows2022); err == nil {
		t.Error("a profile is known though no rule shows all three")
	}
}

func FuzzReadListing(f *testing.F) {
	for _, l := range rulestore.Languages() {
		f.Add(l.List(listedRules()[:1], true)) // small seeds: long ones are slow to shorten
		f.Add(l.List(listedRules()[3:4], false))
	}
	f.Add(rulestore.NoMatch)
	f.Fuzz(func(t *testing.T, text string) {
		listing, err := netsh.ReadListing(text)
		if err != nil {
			return
		}
		words, _ := listing.Learn(func(r netsh.ListedRule) bool { return strings.HasPrefix(r.Name, "rolewall: ") })
		for _, r := range listing.Rules {
			_, _ = command.Listed(r, words, ruleset.Windows2022)
		}
	})
}
