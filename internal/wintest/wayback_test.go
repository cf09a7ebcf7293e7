package wintest_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"rolewall/internal/wintest"
	"rolewall/internal/wintest/netsh"
	"rolewall/internal/wintest/rulestore"
	"rolewall/ruleset"
)

const (
	undoTask = "rolewall-advfirewall-undo"
	inFolder = `c:\windows\rolewall\`
	mark     = inFolder + "advfirewall-armed.txt"
)

// goes calls a script and returns its exit code.
func goes(t *testing.T, h *wintest.Host, s *wintest.Script, args ...string) int {
	t.Helper()
	code, err := h.Run(s, args...)
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// fires lets the time of the task come, as often as it is there, and at most three times.
func fires(t *testing.T, h *wintest.Host) {
	t.Helper()
	for range 3 {
		if _, err := h.RunTask(undoTask, 0); err != nil {
			t.Fatal(err)
		}
	}
	if len(h.Tasks) > 0 || h.Files[mark] != "" {
		t.Errorf("the task or its mark outlives three runs")
	}
}

// said are the lines of the output that begin with one of the words.
func said(h *wintest.Host, words ...string) string {
	var out []string
	for line := range strings.SplitSeq(h.Out, "\r\n") {
		if word, _, _ := strings.Cut(line, " "); slices.Contains(words, word) {
			out = append(out, line)
		}
	}
	slices.Sort(out)
	return strings.Join(out, "\n")
}

// starts are the hosts on which the second of two versions is looked at and tried.
func starts(t *testing.T) (hosts map[string]*wintest.Host, s, other *wintest.Script) {
	v1, v2 := versions("advfirewall")
	// Few rules, since each is commands that may fail; in place of the stop where outbound is blocked a word of the policy.
	v1.Families, v2.Families = ruleset.Families{IPv4: true}, ruleset.Families{IPv4: true}
	v1.Inbound, v2.Inbound = v1.Inbound[2:6], v2.Inbound[:4]
	v1.Settings.Advfirewall.Outbound = "allow"
	hosts = map[string]*wintest.Host{"first run": host(v1), "next version": ran(t, "advfirewall", v1), "same version": ran(t, "advfirewall", v2), "firewall off": off(v1)}
	return hosts, script(t, "advfirewall", v2), script(t, "advfirewall", v1)
}

// inEachLanguage runs a test on each of the hosts in each language.
func inEachLanguage(t *testing.T, f func(t *testing.T, before *wintest.Host, s *wintest.Script)) {
	hosts, s, _ := starts(t)
	for name, h := range hosts {
		for tongue, language := range rulestore.Languages() {
			if tongue == "padded" || tongue == "spaced" || testing.Short() && tongue != "english" {
				continue
			}
			h := h.Clone()
			h.Language = language
			t.Run(name+"/"+tongue, func(t *testing.T) { f(t, h, s) })
		}
	}
}

// check says what a run would do, and does nothing; whatever fails, it does not say that nothing is to do.
func TestCheckSaysWhatARunDoes(t *testing.T) {
	inEachLanguage(t, func(t *testing.T, before *wintest.Host, s *wintest.Script) {
		applied := before.Clone()
		run(t, applied, s)
		changes := before.Firewall.Effect() != applied.Firewall.Effect()
		whole := before.Clone()
		code := goes(t, whole, s, "check")
		if got, want := said(whole, "add", "drop", "off"), said(applied, "add", "drop", "off"); got != want {
			t.Errorf("check says\n%s\nand a run does\n%s", got, want)
		}
		if want := map[bool]int{true: 4, false: 0}[changes]; code != want {
			t.Errorf("exit code %d, want %d\n%s", code, want, whole.Out)
		}
		for i := range len(whole.Ran) + 1 {
			h := before.Clone()
			h.Fail = i
			code := goes(t, h, s, "check")
			if code == 0 && changes || strings.Contains(h.Out, "Nothing would change.") != (code == 0) {
				t.Errorf("exit code %d though command %d fails\n%s", code, i, h.Out)
			}
			if fmt.Sprint(h.Firewall) != fmt.Sprint(before.Firewall) || len(h.Tasks) > 0 {
				t.Errorf("the store is another after a check whose command %d fails", i)
			}
			for _, c := range h.Ran {
				for _, word := range []string{" add ", " delete ", " set ", " import", " export", "/create", "Enabled = $false", "Set-NetFirewallRule"} {
					if strings.Contains(c, word) {
						t.Errorf("check runs %s", c)
					}
				}
			}
		}
	})
}

// Rules that were applied for a time go back by themselves, whatever failed on the way there and back.
func TestApplyForATime(t *testing.T) {
	inEachLanguage(t, func(t *testing.T, before *wintest.Host, s *wintest.Script) {
		old := before.Firewall.Effect()
		applied := before.Clone()
		run(t, applied, s)
		wanted := applied.Firewall.Effect()
		whole := before.Clone()
		if code := goes(t, whole, s, "apply", "5"); code != 0 || whole.Firewall.Effect() != wanted || whole.Tasks[undoTask].Minutes != 5 {
			t.Fatalf("exit code %d, tasks %v\n%s", code, whole.Tasks, whole.Out)
		}
		for i := range len(whole.Ran) + 1 {
			h := before.Clone()
			h.Fail = i
			code := goes(t, h, s, "apply", "5")
			got := h.Firewall.Effect()
			if got != old && got != wanted || code == 0 && (got != wanted || h.Tasks[undoTask].Minutes != 5) || code == 1 && got != old {
				t.Errorf("command %d fails: exit code %d, tasks %v: %s", i, code, h.Tasks, difference(got, wanted))
			}
			h.Fail = 0
			fires(t, h)
			if h.Firewall.Effect() != old {
				t.Errorf("command %d failed, and the time does not bring the old policy back: %s", i, difference(h.Firewall.Effect(), old))
			}
		}
		// The task itself fails, and is called again.
		for i := 1; i <= 5; i++ {
			h := whole.Clone()
			if _, err := h.RunTask(undoTask, i); err != nil {
				t.Fatal(err)
			}
			fires(t, h)
			if h.Firewall.Effect() != old {
				t.Errorf("command %d of the task failed, and the next run does not mend it", i)
			}
		}
	})
}

// The time may come at any moment of the run: then the old policy stays.
func TestTimeComesWhileApplying(t *testing.T) {
	hosts, s, _ := starts(t)
	for name, before := range hosts {
		whole := before.Clone()
		goes(t, whole, s, "apply", "1")
		for i := 1; i <= len(whole.Ran); i++ {
			h := before.Clone()
			n, fired := 0, false
			h.Each = func(string) {
				if n++; n == i {
					fired = len(h.Tasks) > 0
					if _, err := h.RunTask(undoTask, 0); err != nil {
						t.Error(err)
					}
				}
			}
			code := goes(t, h, s, "apply", "1")
			h.Each = nil
			switch {
			case fired && (code == 0 || h.Firewall.Effect() != before.Firewall.Effect()):
				t.Errorf("%s: the time came before command %d: exit code %d\n%s", name, i, code, h.Out)
			case !fired && code != 0:
				t.Errorf("%s: exit code %d", name, code)
			}
			fires(t, h)
			if h.Firewall.Effect() != before.Firewall.Effect() {
				t.Errorf("%s: the time came before command %d, and then the old policy does not come back", name, i)
			}
		}
	}
}

// waiting is a host on which rules wait for confirm, and a new session on it.
func waiting(t *testing.T, before *wintest.Host, s *wintest.Script) *wintest.Host {
	h := before.Clone()
	if code := goes(t, h, s, "apply", "5"); code != 0 {
		t.Fatalf("exit code %d\n%s", code, h.Out)
	}
	h.Logon = "S-1-5-5-0-2002"
	return h
}

// After confirm the rules stay; after one that says it did not, they go. Nothing between, whatever fails and whenever the time comes.
func TestConfirm(t *testing.T) {
	inEachLanguage(t, func(t *testing.T, before *wintest.Host, s *wintest.Script) {
		old := before.Firewall.Effect()
		start := waiting(t, before, s)
		wanted := start.Firewall.Effect()
		whole := start.Clone()
		if code := goes(t, whole, s, "confirm"); code != 0 || len(whole.Tasks) > 0 || !strings.Contains(whole.Out, "Confirmed.") {
			t.Fatalf("exit code %d, tasks %v\n%s", code, whole.Tasks, whole.Out)
		}
		steps := len(whole.Ran)
		if code := goes(t, whole, s, "confirm"); code == 0 {
			t.Error("a second confirm finds something")
		}
		for i := range 2*steps + 1 {
			h := start.Clone()
			if i <= steps {
				h.Fail = i
			} else {
				n := 0
				h.Each = func(string) {
					if n++; n == i-steps {
						if _, err := h.RunTask(undoTask, 0); err != nil {
							t.Error(err)
						}
					}
				}
			}
			code := goes(t, h, s, "confirm")
			h.Fail, h.Each = 0, nil
			fires(t, h)
			if got := h.Firewall.Effect(); code == 0 && got != wanted || code != 0 && got != old {
				t.Errorf("variant %d: exit code %d: %s\n%s", i, code, difference(got, wanted), h.Out)
			}
		}
	})
}

// confirm confirms what this script applied and what is in force, and nothing else, whatever fails.
func TestConfirmRefuses(t *testing.T) {
	hosts, s, other := starts(t)
	before := hosts["first run"]
	policy := `hklm\software\policies\microsoft\windowsfirewall\`
	profile := func(change func(*rulestore.Profile)) func(*wintest.Host) {
		return func(h *wintest.Host) {
			p := h.Firewall.Profiles["private"]
			change(&p)
			h.Firewall.Profiles["private"] = p
		}
	}
	for name, c := range map[string]struct {
		change func(*wintest.Host)
		says   string
	}{
		"the time came":     {func(h *wintest.Host) { fires(t, h) }, "no rules wait"},
		"it comes just now": {func(h *wintest.Host) { _, _ = h.RunTask(undoTask, 2) }, "is coming back"},
		"same session":      {func(h *wintest.Host) { h.Logon = "S-1-5-5-0-1001" }, "/same-session"},
		"not complete":      {func(h *wintest.Host) { h.Files[mark] = strings.Replace(h.Files[mark], "complete", "", 1) }, "not complete"},
		"a rule is gone":    {func(h *wintest.Host) { h.Firewall.Rules = h.Firewall.Rules[:len(h.Firewall.Rules)-1] }, "not in force"},
		"a rule too much": {func(h *wintest.Host) {
			h.Firewall.Rules = append(h.Firewall.Rules, netsh.Rule{Name: "rolewall: x"})
		}, "not in force"},
		"a rule is off":      {func(h *wintest.Host) { h.Firewall.Rules[len(h.Firewall.Rules)-1].Disabled = true }, "left switched off: rolewall: "},
		"firewall off":       {profile(func(p *rulestore.Profile) { p.On = false }), "not in force"},
		"inbound allowed":    {profile(func(p *rulestore.Profile) { p.Inbound = "allowinbound" }), "not in force"},
		"inbound shut":       {profile(func(p *rulestore.Profile) { p.Inbound = "blockinboundalways" }), "not in force"},
		"outbound allowed":   {profile(func(p *rulestore.Profile) { p.Outbound = "allowoutbound" }), "not in force"},
		"local rules do not": {func(h *wintest.Host) { h.Registry[policy+`domainprofile\allowlocalpolicymerge`] = "REG_DWORD    0x0" }, "Group Policy"},
		"not elevated":       {func(h *wintest.Host) { h.Elevated = false }, "elevated"},
	} {
		start := waiting(t, before, s)
		c.change(start)
		effect := start.Firewall.Effect()
		whole := start.Clone()
		if code := goes(t, whole, s, "confirm"); code != 1 || !strings.Contains(whole.Out, c.says) {
			t.Errorf("%s: exit code %d\n%s", name, code, whole.Out)
		}
		for i := range len(whole.Ran) + 1 {
			h := start.Clone()
			h.Fail = i
			code := goes(t, h, s, "confirm")
			// That Group Policy is silent cannot be told from a query that fails.
			blind := name == "local rules do not" && i > 0 && strings.Contains(whole.Ran[i-1], "AllowLocalPolicyMerge") || name == "local rules do not" && i > 0 && strings.Contains(whole.Ran[i-1], "0x0")
			// So is the identifier of a logon that the system account does not have.
			blind = blind || name == "same session" && i > 0 && strings.Contains(whole.Ran[i-1], "whoami")
			if code == 0 && !blind || h.Firewall.Effect() != effect {
				t.Errorf("%s: command %d fails: exit code %d\n%s", name, i, code, h.Out)
			}
		}
	}
	h := waiting(t, before, s)
	if code := goes(t, h, other, "confirm"); code != 1 || !strings.Contains(h.Out, "another script") {
		t.Errorf("another script: exit code %d\n%s", code, h.Out)
	}
	// Rules of others that came since are named; to go back would bring all of them.
	h = waiting(t, before, s)
	h.Firewall.Rules = append(h.Firewall.Rules, netsh.Rule{Name: "Your account", Protocol: ruleset.TCP})
	if code := goes(t, h, s, "confirm"); code != 0 || !strings.Contains(h.Out, "off  Your account") || !strings.Contains(h.Out, "Rules of others came since") {
		t.Errorf("another's rule: exit code %d\n%s", code, h.Out)
	}
	for _, logon := range []string{"", "S-1-5-5-0-1001"} {
		h := waiting(t, before, s)
		h.Logon = logon
		if code := goes(t, h, s, "confirm", "/same-session"); code != 0 {
			t.Errorf("the session %q: exit code %d\n%s", logon, code, h.Out)
		}
	}
}

// While rules wait, no other run may take their backup; a task of somebody else is left alone.
func TestOneWayBackAtATime(t *testing.T) {
	hosts, s, other := starts(t)
	before := hosts["first run"]
	for _, args := range [][]string{nil, {"apply"}, {"apply", "9"}} {
		for _, again := range []*wintest.Script{s, other} {
			h := waiting(t, before, s)
			effect := h.Firewall.Effect()
			if code := goes(t, h, again, args...); code != 1 || h.Firewall.Effect() != effect || !strings.Contains(h.Out, "Nothing was changed. Rules that were applied before wait") {
				t.Errorf("%v: exit code %d\n%s", args, code, h.Out)
			}
			fires(t, h)
			if h.Firewall.Effect() != before.Firewall.Effect() {
				t.Errorf("%v: the old policy does not come back", args)
			}
		}
	}
	h := waiting(t, before, s)
	if _, err := h.RunTask(undoTask, 2); err != nil { // the import fails, and will be tried again
		t.Fatal(err)
	}
	if code := goes(t, h, s); code != 1 || !strings.Contains(h.Out, "or go back") {
		t.Errorf("while rules go back: exit code %d\n%s", code, h.Out)
	}
	fires(t, h)
	h = before.Clone()
	h.Tasks[undoTask] = wintest.Task{Minutes: 1, Runs: `C:\tools\other.exe`}
	if code := goes(t, h, s, "apply", "5"); code != 1 || h.Firewall.Effect() != before.Firewall.Effect() || h.Tasks[undoTask].Runs != `C:\tools\other.exe` {
		t.Errorf("a task of somebody else: exit code %d, tasks %v\n%s", code, h.Tasks, h.Out)
	}
	// One that a confirm could not delete is replaced.
	h = waiting(t, before, s)
	left := h.Tasks[undoTask]
	if code := goes(t, h, s, "confirm"); code != 0 {
		t.Fatal(h.Out)
	}
	h.Tasks[undoTask] = left
	if code := goes(t, h, s, "apply", "7"); code != 0 || h.Tasks[undoTask].Minutes != 7 {
		t.Errorf("exit code %d, tasks %v\n%s", code, h.Tasks, h.Out)
	}
}

func TestWordsOfAdvfirewall(t *testing.T) {
	hosts, s, _ := starts(t)
	before := hosts["first run"]
	for _, args := range [][]string{
		{"/?"}, {"undo"}, {"5"}, {"apply", "0"}, {"apply", "05"}, {"apply", "121"}, {"apply", "-5"}, {"apply", "five"}, {"apply", "5", "5"}, {"check", "5"},
		{"confirm", "apply"}, {"apply", "5", "/force-build", "/force-pins", "/same-session"},
	} {
		h := before.Clone()
		if code := goes(t, h, s, args...); code != 1 || h.Firewall.Effect() != before.Firewall.Effect() || !strings.Contains(h.Out, "Nothing was changed. Say advfirewall.cmd") {
			t.Errorf("%v: exit code %d\n%s", args, code, h.Out)
		}
	}
	for _, args := range [][]string{{"APPLY"}, {"apply", "120", "/force-build"}, {"/force-pins", "apply", "1"}, {"/Force-Build"}} {
		if h := before.Clone(); goes(t, h, s, args...) != 0 {
			t.Errorf("%v: %s", args, h.Out)
		}
	}
}

func TestForceBuild(t *testing.T) {
	for _, target := range []string{"advfirewall", "ipsec"} {
		_, rs := versions(target)
		h := host(rs)
		h.Build = "20349"
		s := script(t, target, rs)
		if code := goes(t, h, s); code != 1 || !strings.Contains(h.Out, "this is build 20349") {
			t.Errorf("%s: exit code %d\n%s", target, code, h.Out)
		}
		if code := goes(t, h, s, "/force-build"); code != 0 {
			t.Errorf("%s: exit code %d\n%s", target, code, h.Out)
		}
	}
	h := pinnedHost(ruleset.Windows2022)
	h.Build = "20349"
	s := script(t, "rpc-ports", pinned(ruleset.Windows2022, ntds))
	if code := goes(t, h, s); code != 1 || !strings.Contains(h.Out, "(build 20348), and this is build 20349") {
		t.Errorf("exit code %d\n%s", code, h.Out)
	}
	for _, args := range [][]string{{"/force-build"}, {"undo", "/force-build"}, {"/force-build", "UNDO"}} {
		if code := goes(t, h, s, args...); code != 0 {
			t.Errorf("%v: exit code %d\n%s", args, code, h.Out)
		}
	}
}

// A host without a rule is no host whose rules cannot be listed.
func TestNoRuleAtAll(t *testing.T) {
	rs := sample(ruleset.Windows2022, ruleset.RPCDynamic)
	none := *rs
	none.Inbound = nil
	for _, rs := range []*ruleset.RuleSet{rs, &none} {
		h := host(rs)
		h.Firewall.Rules = nil
		s := script(t, "advfirewall", rs)
		run(t, h, s)
		if len(rs.Inbound) > 0 && len(h.Firewall.Rules) < len(rs.Inbound) {
			t.Errorf("%d rules", len(h.Firewall.Rules))
		}
		run(t, h, s)
		h = host(rs)
		h.Firewall.Rules = nil
		before := h.Firewall.Effect()
		for i := 1; i < 20; i++ {
			h := h.Clone()
			h.Fail = i
			if code := goes(t, h, s); code != 0 && h.Firewall.Effect() != before {
				t.Errorf("command %d fails: exit code %d\n%s", i, code, h.Out)
			}
		}
	}
	h := host(rs)
	h.Services["mpssvc"] = false
	if code := goes(t, h, script(t, "advfirewall", rs)); code != 1 || !strings.Contains(h.Out, "MpsSvc") {
		t.Errorf("exit code %d\n%s", code, h.Out)
	}
}

// Where PowerShell may not use COM, the cmdlets do the same.
func TestOthersWithoutCOM(t *testing.T) {
	_, rs := versions("advfirewall")
	with, without := host(rs), host(rs)
	without.Missing["com"] = true
	s := script(t, "advfirewall", rs)
	for _, args := range [][]string{{"check"}, nil} {
		a, b := goes(t, with, s, args...), goes(t, without, s, args...)
		if a != b || with.Firewall.Effect() != without.Firewall.Effect() || said(with, "off") != said(without, "off") || said(with, "off") == "" {
			t.Errorf("%v: exit codes %d and %d\n%s\n%s", args, a, b, with.Out, without.Out)
		}
	}
}

// The rules of a pinned service shut its dynamic ports, so nothing is done before the pin is in force.
func TestPinsBeforeRules(t *testing.T) {
	c := defaultCatalog(t)
	toml := `
roles = ["domain-controller", "certificate-authority", "wmi-managed", "member-baseline"]
rpc = { mode = "static", fallback = "closed", ports = { LSASS = 38901, Netlogon = 38902, DFSR = 5722, CertSvc = 38903, winmgmt = 24158 } }
[networks]
office = ["10.20.0.0/16"]
[audience]
clients = ["office"]
peers = ["office"]
management = ["office"]
`
	rs := resolve(t, text(toml), "pins.toml", c)[0]
	s := script(t, "advfirewall", rs)
	h := host(rs)
	if run(t, h, s); strings.Contains(h.Out, "PIN") || strings.Contains(h.Out, "WARNING") {
		t.Errorf("it says %q", h.Out)
	}
	for name, c := range map[string]struct {
		change func(*wintest.Host)
		says   string
	}{
		"no value":     {func(h *wintest.Host) { delete(h.Registry, ntdsValue) }, "PIN: LSASS is not held to 38901"},
		"another port": {func(h *wintest.Host) { h.Registry[netlogonValue] = "REG_DWORD    0x97f60" }, "PIN: Netlogon is not held to 38902"},
		"another type": {func(h *wintest.Host) { h.Registry[ntdsValue] = "REG_SZ    0x97f5" }, "PIN: LSASS is not held to 38901"},
		"no restart":   {func(h *wintest.Host) { delete(h.Listens, 38901) }, "PIN: Nothing listens on 38901, so LSASS does not keep to it yet."},
		"DFSR dynamic": {func(h *wintest.Host) { delete(h.Listens, 5722) }, "PIN: Nothing listens on 5722, so DFSR"},
		"CA elsewhere": {func(h *wintest.Host) {
			h.Registry[`hklm\software\classes\appid\{d99e6e74-fc88-11d0-b498-00a0c90312f3}\endpoints`] = "REG_MULTI_SZ    ncacn_ip_tcp,0,389030"
		}, "PIN: CertSvc is not held"},
		"nothing of it": {func(h *wintest.Host) { h.Registry, h.Listens = map[string]string{}, map[uint16]bool{} }, "PIN: CertSvc is not held"},
	} {
		for _, args := range [][]string{nil, {"apply", "5"}, {"check"}} {
			h := host(rs)
			c.change(h)
			before := h.Firewall.Effect()
			if code := goes(t, h, s, args...); code != 1 || h.Firewall.Effect() != before || len(h.Tasks) > 0 || !strings.Contains(h.Out, c.says) || !strings.Contains(h.Out, "Run rpc-ports.cmd") {
				t.Errorf("%s %v: exit code %d\n%s", name, args, code, h.Out)
			}
		}
		h := host(rs)
		c.change(h)
		if code := goes(t, h, s, "/force-pins"); code != 0 {
			t.Errorf("%s: exit code %d\n%s", name, code, h.Out)
		}
	}
	// WMI cannot be asked before its first caller.
	h = host(rs)
	delete(h.Listens, 24158)
	if run(t, h, s); !strings.Contains(h.Out, "WARNING: nothing listens on 24158.") {
		t.Errorf("it says %q", h.Out)
	}
	// The pins of the policy are those that rpc-ports.cmd sets.
	h = host(rs)
	h.Registry = map[string]string{}
	run(t, h, script(t, "rpc-ports", rs))
	h.Registry = hexadecimal(h.Registry)
	if code := goes(t, h, s); code != 0 {
		t.Errorf("after rpc-ports.cmd: exit code %d\n%s", code, h.Out)
	}
}

// hexadecimal is the registry as reg prints it: numbers that were added as decimals.
func hexadecimal(registry map[string]string) map[string]string {
	out := map[string]string{}
	for place, data := range registry {
		var n int
		if _, err := fmt.Sscanf(data, "REG_DWORD %d", &n); err == nil && !strings.Contains(data, "0x") {
			data = fmt.Sprintf("REG_DWORD    0x%x", n)
		}
		out[place] = data
	}
	return out
}

// A domain controller whose policy pins what nobody has pinned: no target cuts its replication.
func TestPinsThatNobodySet(t *testing.T) {
	c := defaultCatalog(t)
	const toml = `
roles = ["domain-controller", "member-baseline"]
[networks]
office = ["10.20.0.0/16"]
admins = ["10.3.0.0/24"]
[audience]
clients    = ["office"]
peers      = ["office"]
management = ["admins"]
[rpc]
mode = "static"
fallback = "closed"
ports = { LSASS = 38901, Netlogon = 38902 }
[ipsec]
icmp = "all-types"
`
	for _, x := range []struct {
		target string
		os     ruleset.OS
	}{{"advfirewall", ruleset.Windows2022}, {"advfirewall", ruleset.Windows2008}, {"ipsec", ruleset.Windows2003}} {
		rs := resolve(t, text(fmt.Sprintf("os = %q\n", x.os)+toml), "dc.toml", c)[0]
		s := script(t, x.target, rs)
		h := host(rs)
		h.Registry, h.Listens = map[string]string{}, map[uint16]bool{}
		before := effect(x.target, h)
		if code := goes(t, h, s); code != 1 || effect(x.target, h) != before || !strings.Contains(h.Out, "Nothing was changed. ") || !strings.Contains(h.Out, "PIN: LSASS") {
			t.Errorf("%s: exit code %d\n%s", x.os, code, h.Out)
		}
		run(t, h, script(t, "rpc-ports", rs))
		h.Registry = hexadecimal(h.Registry)
		if code := goes(t, h, s); code != 1 || !strings.Contains(h.Out, "PIN: Nothing listens on 38901") {
			t.Errorf("%s before the restart: exit code %d\n%s", x.os, code, h.Out)
		}
		forced := h.Clone()
		if code := goes(t, forced, s, "/force-pins"); code != 0 || effect(x.target, forced) == before {
			t.Errorf("%s: exit code %d\n%s", x.os, code, forced.Out)
		}
		h.Listens[38901], h.Listens[38902] = true, true
		run(t, h, s)
		if effect(x.target, h) != effect(x.target, forced) {
			t.Errorf("%s: the store is another", x.os)
		}
	}
}

// A print server of 2019 and 2022 can be pinned; where the spooler does not obey, the rules are not applied.
func TestSpoolerPin(t *testing.T) {
	c := defaultCatalog(t)
	for _, os := range []ruleset.OS{ruleset.Windows2019, ruleset.Windows2022, ruleset.Windows2025} {
		toml := fmt.Sprintf("os = %q\nroles = [\"print-server\"]\nrpc = { mode = \"static\", fallback = \"dynamic\", ports = { Spooler = 38905 } }\n[audience]\nclients = [\"10.20.0.0/16\"]\nmanagement = [\"10.3.0.0/24\"]\n", os)
		rs := resolve(t, text(toml), "print.toml", c)[0]
		s, h := script(t, "advfirewall", rs), host(rs)
		delete(h.Listens, 38905)
		if code := goes(t, h, s); code != 1 || !strings.Contains(h.Out, "so Spooler does not keep to it yet") {
			t.Errorf("%s: exit code %d\n%s", os, code, h.Out)
		}
		h.Listens[38905] = true
		run(t, h, s)
	}
}
