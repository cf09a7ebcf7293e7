package wintest_test

import (
	"fmt"
	"strings"
	"testing"

	"rolewall/generators"
	"rolewall/internal/wintest"
	"rolewall/ruleset"
)

// judge says what is wrong with a script for rs, in the order in which it would be noticed; nothing for a good one.
func judge(target string, src []byte, rs *ruleset.RuleSet) string {
	s, err := wintest.ReadScript(src)
	if err != nil {
		return "reader: " + err.Error()
	}
	if err := s.Check(rs.OS); err != nil {
		return "netsh: " + err.Error()
	}
	fresh := host(rs)
	if code, err := fresh.Run(s); err != nil || code != 0 {
		return fmt.Sprintf("run: exit code %d, %v", code, err)
	}
	if wrong := wrongOpenings(target, fresh, rs); wrong != "" {
		return wrong
	}
	again := fresh.Clone()
	gap := ""
	again.Each = func(c string) {
		if gap == "" && wrongOpenings(target, again, rs) != "" {
			gap = "gap: while the script runs again, before " + c
		}
	}
	if code, err := again.Run(s); err != nil || code != 0 {
		return fmt.Sprintf("twice: exit code %d, %v", code, err)
	}
	again.Each = nil
	if gap != "" {
		return gap
	}
	if effect(target, again) != effect(target, fresh) || len(again.Firewall.Rules) != len(fresh.Firewall.Rules) {
		return "twice: the store is another"
	}
	return thirdStore(target, s, rs, len(fresh.Ran))
}

// wrongOpenings compares what a host lets in with the rule set, and the default with closed.
func wrongOpenings(target string, h *wintest.Host, rs *ruleset.RuleSet) string {
	every := func(r *ruleset.Rule) ruleset.Families { return r.Protocol.Families() }
	var rules []*ruleset.Rule
	want := openings(rs.Inbound, rs.FamiliesOf)
	if target == "ipsec" {
		want = openings(flat(rs.Inbound), rs.FamiliesOf)
		every = func(*ruleset.Rule) ruleset.Families { return ruleset.Families{IPv4: true} }
		closed := false
		for f, blocks := range h.IPsec.Filters() {
			if r, ok := filterOpening(f); ok && !blocks {
				rules = append(rules, r)
			}
			closed = closed || blocks && f.Source.Any && f.Destination.Me && f.Protocol == ruleset.AnyProtocol
		}
		if !closed {
			return "open: nothing blocks the rest"
		}
		if h.IPsec.Policies[h.IPsec.Assigned].DefaultRule {
			return "open: the default rule negotiates"
		}
	} else {
		for _, r := range h.Firewall.Rules[3:] { // the first are those of others
			if r.Block {
				return "closed: the block rule " + r.Name + " beats every allow rule"
			}
			if opening, ok := openingOf(r); ok {
				rules = append(rules, opening)
			}
		}
		if p := h.Firewall.Profiles["public"]; !p.On || p.Inbound != "blockinbound" {
			return fmt.Sprintf("open: the profile is %+v", p)
		}
	}
	got := openings(rules, every)
	if d := difference(strings.Join(got, "\n"), strings.Join(want, "\n")); d != "" {
		return "openings:" + d
	}
	return ""
}

// thirdStore lets each command fail in turn.
func thirdStore(target string, s *wintest.Script, rs *ruleset.RuleSet, steps int) string {
	old := effect(target, host(rs))
	whole := host(rs)
	if _, err := whole.Run(s); err != nil {
		return err.Error()
	}
	for i := 1; i <= steps; i++ {
		h := host(rs)
		h.Fail = i
		code, err := h.Run(s)
		if got := effect(target, h); err != nil || got != old && got != effect(target, whole) || got == old && code == 0 {
			return fmt.Sprintf("failure: of command %d (%s), exit code %d, %v", i, h.Ran[min(i, len(h.Ran))-1], code, err)
		}
	}
	return ""
}

// smb is a rule set of one rule.
func smb(os ruleset.OS) *ruleset.RuleSet {
	rs := &ruleset.RuleSet{Host: "host1", OS: os, Families: os.Families(), Inbound: ruleset.Merge([]*ruleset.Rule{{
		Traffic: ruleset.Traffic{Protocol: ruleset.TCP, Ports: ruleset.Ports{{First: 445, Last: 446}}}, Remote: addresses("office", "10.20.0.0/16"),
		Listener: ruleset.Listener{Program: "System"}, Reasons: []ruleset.Reason{{Role: "file-server", Service: "lanmanserver", App: "SMB"}},
	}})}
	return rs
}

const (
	addSMB   = `netsh advfirewall firewall add rule name="rolewall: smb" dir=in action=allow protocol=TCP localport=445-446 program=System remoteip=10.20.0.0/16`
	closeAll = `netsh advfirewall set allprofiles firewallpolicy blockinbound,allowoutbound`
)

func TestBadScriptsAreCaught(t *testing.T) {
	ipsecBody := func(before, policy, port string, after ...string) []string {
		return append([]string{
			before, `netsh ipsec static add policy name="rolewall" ` + policy,
			`netsh ipsec static add filteraction name="permit" action=permit`, `netsh ipsec static add filteraction name="block" action=block`,
			`netsh ipsec static add filter filterlist="in" srcaddr=10.20.0.0 srcmask=255.255.0.0 dstaddr=me protocol=TCP dstport=` + port,
			`netsh ipsec static add filter filterlist="in" srcaddr=10.20.0.0 srcmask=255.255.0.0 dstaddr=me protocol=TCP dstport=446`,
			`netsh ipsec static add filter filterlist="all" srcaddr=any dstaddr=me protocol=ANY`,
			`netsh ipsec static add rule name="1" policy="rolewall" filterlist="in" filteraction="permit"`,
			`netsh ipsec static add rule name="2" policy="rolewall" filterlist="all" filteraction="block"`,
		}, after...)
	}
	const assign, drop = `netsh ipsec static set policy name="rolewall" assign=yes`, `netsh ipsec static delete policy name="rolewall" >nul`
	dropAll := []string{drop, "netsh ipsec static delete filterlist name=in >nul", "netsh ipsec static delete filterlist name=all >nul",
		"netsh ipsec static delete filteraction name=permit >nul", "netsh ipsec static delete filteraction name=block >nul"}
	for _, c := range []struct {
		name, target string
		os           ruleset.OS
		lines        []string
		want         string
	}{
		{"a name without quotation marks", "advfirewall", ruleset.Windows2022, []string{strings.ReplaceAll(addSMB, `"`, "")}, "netsh: 1:52: \"smb\" is not a tag=value"},
		{"a percent sign that vanishes", "advfirewall", ruleset.Windows2022, []string{addSMB + " description=100%"}, "reader: 1:161: a percent sign"},
		{"free text that breaks out", "advfirewall", ruleset.Windows2022, []string{addSMB + ` description="a" & format c: & rem "b"`}, `reader: 1:164: "format" is not a command`},
		{"a jump to nowhere", "advfirewall", ruleset.Windows2022, []string{addSMB + " || goto failed", closeAll}, `there is no label "failed"`},
		{"a range on Windows 2008", "advfirewall", ruleset.Windows2008, []string{addSMB, closeAll}, "takes no ranges on windows-2008"},
		{"a block rule for the rest", "advfirewall", ruleset.Windows2022, []string{addSMB, `netsh advfirewall firewall add rule name="rolewall: rest" dir=in action=block`}, "closed: the block rule"},
		{"open by default", "advfirewall", ruleset.Windows2022, []string{addSMB, strings.Replace(closeAll, "blockinbound", "allowinbound", 1)}, "open: the profile"},
		{"too many sources", "advfirewall", ruleset.Windows2022, []string{strings.Replace(addSMB, "10.20.0.0/16", "10.0.0.0/8", 1), closeAll}, "openings:\n  too much: tcp 445-446 from 10.0.0.0/8"},
		{"one family too many", "advfirewall", ruleset.Windows2022, []string{strings.Replace(addSMB, " remoteip=10.20.0.0/16", "", 1), closeAll}, "too much: tcp 445-446 from ::/0"},
		{"rules that double", "advfirewall", ruleset.Windows2022, []string{addSMB, closeAll}, "twice: the store is another"},
		{"delete before add", "advfirewall", ruleset.Windows2022, []string{`netsh advfirewall firewall delete rule name="rolewall: smb" >nul`, addSMB, closeAll}, "gap: while the script runs again, before " + addSMB},
		{"failures go unnoticed", "advfirewall", ruleset.Windows2022, []string{`netsh advfirewall firewall show rule name="rolewall: smb" >nul || ` + addSMB, "netsh advfirewall set allprofiles state on", closeAll}, "failure: of command 2"},
		{"a port range in a filter", "ipsec", ruleset.Windows2003, ipsecBody("rem", "activatedefaultrule=no", "445-446", assign), "dstport takes one number"},
		{"the default rule stays on", "ipsec", ruleset.Windows2003, ipsecBody("rem", "assign=no", "445", assign), "open: the default rule negotiates"},
		{"never assigned", "ipsec", ruleset.Windows2003, ipsecBody("rem", "activatedefaultrule=no assign=no", "445"), "open: nothing blocks the rest"},
		{"cannot run twice", "ipsec", ruleset.Windows2003, ipsecBody("rem", "activatedefaultrule=no assign=no || exit /b 1", "445", assign), "twice: exit code 1"},
		{"open between delete and add", "ipsec", ruleset.Windows2003, append(dropAll, ipsecBody("rem", "activatedefaultrule=no", "445", assign)...), "gap: while the script runs again"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := judge(c.target, []byte(strings.Join(c.lines, "\r\n")+"\r\n"), smb(c.os))
			if !strings.Contains(got, c.want) {
				t.Errorf("the judge says %q, want %q", got, c.want)
			}
		})
	}
}

// The scripts that rolewall writes for the same rule set pass.
func TestJudgePassesOurs(t *testing.T) {
	for target, os := range map[string]ruleset.OS{"advfirewall": ruleset.Windows2022, "ipsec": ruleset.Windows2003} {
		page, err := generators.Render(generator(t, target), smb(os), "host1")
		if err != nil {
			t.Fatal(err)
		}
		if got := judge(target, page, smb(os)); got != "" {
			t.Errorf("%s: the judge says %s", target, got)
		}
	}
}
