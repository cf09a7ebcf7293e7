package generators

import (
	"strings"
	"testing"

	"rolewall/generators/target"
	"rolewall/generators/targettest"
	"rolewall/ruleset"
)

// TestCheckNamesTargets: a hint names the targets that run on the system and have the capability, and no others.
func TestCheckNamesTargets(t *testing.T) {
	advfirewall, _ := All().Lookup("advfirewall")
	old := targettest.WindowsSet(ruleset.Windows2003)
	list := Check(advfirewall, old, All())
	if len(list) != 1 || !strings.Contains(list[0].What, "write a script for windows-2003") || !strings.HasPrefix(list[0].Hint, "use the target ipsec") {
		t.Errorf("got %q", list)
	}
	if list := Check(advfirewall, old, nil); len(list) != 1 || list[0].Hint != "no target can do that" {
		t.Errorf("without a list: %q", list)
	}
}

// TestDefault holds the target of a host that names none, on every edition.
func TestDefault(t *testing.T) {
	for _, os := range ruleset.AllOS() {
		want := "advfirewall"
		switch os {
		case ruleset.Windows2000:
			want = ""
		case ruleset.Windows2003:
			want = "ipsec"
		case ruleset.Linux:
			want = "nftables"
		}
		got, has := Default(os)
		if got != want || has != (want != "") {
			t.Errorf("%s: %q, %t", os, got, has)
		}
		if x, known := All().Lookup(got); known != has || has && !x.Info().RunsOn(os) {
			t.Errorf("%s: %q is no target of the edition", os, got)
		}
	}
}

// plain is a target that shows how little a new one takes: a type with two methods, and a place in a list.
type plain struct{}

func (plain) Info() target.Info {
	return target.Info{
		Name: "plain", Title: "a list of ports", File: "ports.txt", Mode: 0o644, Filter: true, Comment: target.Comment{Before: "; "},
		Capabilities: target.Capabilities{IPv4: true, IPv6: true},
	}
}

func (plain) Script(rs *ruleset.RuleSet) (target.Script, error) {
	script := target.Script{Header: target.Header(plain{}.Info(), rs)}
	for _, r := range rs.Inbound {
		script.Body = append(script.Body, r.What()+"\n"...)
	}
	return script, nil
}

// TestNewTarget adds a target to the list. It is found, checked and rendered like the others.
func TestNewTarget(t *testing.T) {
	all := append(All(), plain{})
	x, known := all.Lookup("plain")
	if !known {
		t.Fatal("the new target is not found")
	}
	ssh := targettest.LinuxRule(ruleset.TCP, "22", "SSH", "ssh", ruleset.Anyone())
	rs := targettest.LinuxSet(ssh)
	if list := Check(x, rs, all); len(list) > 0 {
		t.Fatalf("unsupported: %v", list)
	}
	file, err := Render(x, rs, "web1")
	if text := string(file); err != nil || !strings.HasPrefix(text, "; web1: a list of ports, made by rolewall") || !strings.HasSuffix(text, "\ntcp 22\n") {
		t.Errorf("%v\n%s", err, file)
	}
	some := targettest.LinuxSet(targettest.LinuxRule(ruleset.TCP, "22-23", "SSH", "ssh", targettest.Office))
	list := Check(x, some, all)
	if len(list) != 1 || list[0].Error() != "dc1: plain cannot restrict sources (rule tcp 22-23)\n  hint: use the target nftables, iptables" {
		t.Errorf("got %q", list)
	}
}
