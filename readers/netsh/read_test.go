package netsh_test

import (
	"fmt"
	"strings"
	"testing"

	"rolewall/diag"
	command "rolewall/internal/wintest/netsh"
	"rolewall/internal/wintest/rulestore"
	"rolewall/readers/netsh"
	"rolewall/readers/winstore"
	"rolewall/ruleset"
)

// readList reads a listing and returns the rule strings.
func readList(src string) ([]string, error) {
	st, errs := &winstore.State{}, &diag.List{}
	netsh.Read("f", []byte(src), st, errs)
	var out []string
	for _, r := range st.Rules {
		out = append(out, r.Place.Text)
	}
	return out, errs.Err()
}

// TestRead reads the same rules in every language, by the words that a rule of rolewall teaches. What is off or outbound is left.
func TestRead(t *testing.T) {
	rules := []command.Rule{
		{Name: "rolewall: tcp 445 [c1aa235b] 2b41ca", Protocol: ruleset.TCP, Program: "System", LocalPort: command.PortSet{Ports: ruleset.Ports{{First: 445, Last: 445}}}},
		{Name: "Everything", Protocol: ruleset.AnyProtocol, Disabled: true},
		{Name: "Big | ", Protocol: ruleset.ICMPv6, ICMP: &ruleset.ICMPType{Type: 3, Code: 4, HasCode: true}, Block: true},
		{Name: "Out", Protocol: ruleset.UDP, Outbound: true, RemotePort: command.PortSet{Ports: ruleset.Ports{{First: 53, Last: 53}}}, Service: "dnscache"},
		{Name: "RPC", Protocol: ruleset.TCP, LocalPort: command.PortSet{Keyword: "RPC-EPMap"}, Keywords: []string{"localsubnet"}},
	}
	want := []string{
		"v2.33|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=445|App=System|Name=rolewall: tcp 445 [c1aa235b] 2b41ca|",
		"v2.33|Action=Block|Active=TRUE|Dir=In|Protocol=58|ICMP6=3:4|Name=Big /|",
		"v2.33|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=RPC-EPMap|RA4=LocalSubnet|RA6=LocalSubnet|Name=RPC|",
	}
	for name, l := range rulestore.Languages() {
		src := l.List(rules, true)
		if name == "numbers" { // as a Japanese console writes it: bytes of a code page
			src = strings.NewReplacer("はい", "\x82\xcd\x82\xa2", "い", "\x82\xa2", "規則", "\x8b\x4b\x91\xa5", "入", "\x93\xfc", "出", "\x8f\x6f", "許可", "\x8b\x96", "拒", "\x8b\x91", "任意", "\x94\x43").Replace(src)
		}
		got, err := readList(src)
		if err != nil || strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("%s: %v\n%s", name, err, strings.Join(got, "\n"))
		}
		if !netsh.Detect([]byte(src[:min(len(src), 400)])) {
			t.Errorf("%s is not detected", name)
		}
	}
	if netsh.Detect([]byte("\r\nDomain Profile Settings: \r\n----------------------------------------------------------------------\r\nState                                 ON\r\n")) {
		t.Error("the profiles are taken for rules")
	}
}

// TestReadRefuses holds what cannot be told, with its place.
func TestReadRefuses(t *testing.T) {
	english, german := rulestore.English(), rulestore.Languages()["german"]
	stock := []command.Rule{{Name: "Stock", Protocol: ruleset.TCP}, {Name: "Other", Protocol: ruleset.TCP}}
	ours := append([]command.Rule{{Name: "rolewall: x", Protocol: ruleset.TCP}}, stock...)
	whole := english.List(stock, true)
	before, after, _ := strings.Cut(german.List(ours, true), "Stock")
	for _, c := range []struct{ name, src, want string }{
		{"empty", "", "f:1:1: this is not a list of rules"},
		{"another tool", `{"nftables": []}`, "f:1:1: this is not a list of rules"},
		{"NUL", whole + "\x00x", "the file holds a NUL character"},
		{"not verbose", english.List(stock, false), "f:2:1: the list is not verbose"},
		{"another language", german.List(stock, true), "f:2:1: the list is not in English and holds no rule of rolewall"},
		{"cut in a rule", whole[:strings.LastIndex(whole, "Security:")], `the rule "Other" ends too early`},
		{"cut in the last value", whole[:strings.LastIndex(whole, "Allow")], "the file is cut off: netsh ends the list"},
		{"cut behind a rule", whole[:strings.LastIndex(whole, "\r\n\r\nOk.")], "the file is cut off: netsh ends the list"},
		{"a third action", before + "Stock" + strings.Replace(strings.Replace(after, "Zulassen", "Sichern", 1), "Zulassen", "Blocken", 1), `what the rule "Other" does cannot be told from "Blocken"`},
		{"block or bypass", before + "Stock" + strings.Replace(strings.Replace(after, "Zulassen", "Blocken", 1), "NotRequired", "Authenticate", 1), `whether the rule "Stock" blocks cannot be told: it asks for "Authenticate"`},
		{"a third direction", strings.Replace(whole, "Direction:                            In", "Direction:                            Sideways", 1), `the direction of the rule "Stock" cannot be told from "Sideways"`},
		{"neither on nor off", strings.Replace(whole, "Enabled:                              Yes", "Enabled:                              Perhaps", 1), `whether the rule "Stock" is on cannot be told from "Perhaps"`},
	} {
		if got, err := readList(c.src); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, %q, want %s", c.name, err, got, c.want)
		}
	}
	if got, err := readList(strings.Replace(whole, "NotRequired", "Authenticate", 1)); err != nil || !strings.Contains(got[0], "|Security=Authenticate|") {
		t.Errorf("a rule for peers: %q, %v", got, err)
	}
	if got, err := readList(strings.Replace(whole, "InterfaceTypes:                       Any", "InterfaceTypes:                       Wireless", 1)); err != nil || !strings.Contains(fmt.Sprint(got), "|IF=Wireless|") {
		t.Errorf("a rule of some interfaces: %q, %v", got, err)
	}
}

func FuzzRead(f *testing.F) {
	for _, l := range rulestore.Languages() {
		f.Add([]byte(l.List([]command.Rule{{Name: "rolewall: x", Protocol: ruleset.ICMP, ICMP: &ruleset.ICMPType{Type: 8}}}, true)))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		netsh.Detect(src)
		st, errs := &winstore.State{}, &diag.List{}
		netsh.Read("f", src, st, errs)
		winstore.Evaluate(st)
	})
}
