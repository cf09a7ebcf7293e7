package winstore_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"rolewall/diag"
	"rolewall/readers/winstore"
	"rolewall/ruleset"
)

func TestOwners(t *testing.T) {
	c := winstore.Evaluate(state(t, web, "local "+allow+"Protocol=6|LPort=1|Name=rolewall: x|", "local "+allow+`Protocol=6|LPort=2|Name=n|EmbedCtxt=@%SystemRoot%\system32\firewallapi.dll,-28502|`,
		"policy "+allow+"Protocol=6|LPort=3|Name=n|EmbedCtxt=mine|"))
	var got []string
	for _, o := range c.Openings {
		got = append(got, o.Owner+"/"+o.Group+"/"+o.Rules[0].Rule+"/"+o.Rules[0].Pos.String())
	}
	want := []string{"//rule r1 of the local store/f:1:1", "rolewall//rule r2 of the local store/f:2:1", "/File and Printer Sharing/rule r3 of the local store/f:3:1", "Group Policy/mine/rule r4 of Group Policy/f:4:1"}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestGaps(t *testing.T) {
	for _, c := range []struct {
		saw  []winstore.Store
		want string
	}{
		{nil, "policy-store-missing local-store-missing"},
		{[]winstore.Store{winstore.Policy}, "local-store-missing"},
		{[]winstore.Store{winstore.Local}, "policy-store-missing profiles-missing"},
		{[]winstore.Store{winstore.Active}, ""},
	} {
		st := &winstore.State{}
		for _, s := range c.saw {
			st.Saw(s)
		}
		var got []string
		for _, f := range winstore.Evaluate(st).Facts {
			if f.Unsafe {
				got = append(got, f.Code)
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%v: %q, want %q", c.saw, got, c.want)
		}
	}
	st := &winstore.State{Stopped: []winstore.Stopped{{Service: "mpssvc"}}, Hardening: 2}
	if facts := fmt.Sprint(winstore.Evaluate(st).Facts); !strings.Contains(facts, "service-stopped") || !strings.Contains(facts, "service-hardening") {
		t.Error(facts)
	}
}

func TestStandardProfile(t *testing.T) {
	for _, newer := range []bool{false, true} {
		st := state(t, web)
		st.Settings(winstore.Policy, winstore.Standard).On = winstore.Say(false, diag.Pos{})
		if newer {
			st.Settings(winstore.Policy, "public")
		}
		got := strings.Join(text(winstore.Evaluate(st)), "\n")
		if want := map[bool]string{true: "open tcp/80 from any", false: "fact firewall-off\nopen any from any; private+public\nopen tcp/80 from any; domain"}[newer]; got != want {
			t.Errorf("newer keys: %v:\n%s", newer, got)
		}
	}
}

func TestWeak(t *testing.T) {
	st := state(t, web)
	for _, store := range []winstore.Store{winstore.Local, winstore.Policy, winstore.Other} {
		if err := st.Add(allow+"Protocol=6|LPort=99|Name=n|", winstore.Rule{ID: "w", Store: store, Weak: true}); err != nil {
			t.Fatal(err)
		}
	}
	if got := text(winstore.Evaluate(st)); !slices.Equal(got, []string{"open tcp/80 from any", "open tcp/99 from any; Group Policy", "open tcp/99 from any"}) {
		t.Errorf("%q", got)
	}
}

func TestManyBlocks(t *testing.T) {
	st := state(t)
	for i := range 30 {
		_ = st.Add(fmt.Sprintf("%sProtocol=6|LPort=%d|Name=n|", allow, i+1), winstore.Rule{ID: fmt.Sprint("a", i), Store: winstore.Local})
	}
	for i := range 1000 {
		_ = st.Add(fmt.Sprintf("%sRA4=10.%d.%d.%d|Name=n|", block, i/1000, i%250, i%7*3), winstore.Rule{ID: fmt.Sprint("b", i), Store: winstore.Local})
		_ = st.Add(fmt.Sprintf("%sProtocol=6|LPort=%d|RA4=10.9.%d.%d|App=C:\\x.exe|Name=n|", block, i%30+1, i%250, i%7*3), winstore.Rule{ID: fmt.Sprint("c", i), Store: winstore.Local})
	}
	if c := winstore.Evaluate(st); len(c.Openings) < 60 {
		t.Errorf("%d openings", len(c.Openings))
	}
}

func TestPlatform(t *testing.T) {
	for _, c := range []struct {
		nt          winstore.Version
		os          ruleset.OS
		tokens, out string
	}{
		{winstore.ParseVersion("10.0.22631"), "", "Platform=2:6:2|Platform2=GTEQ|", "open any from any"},
		{winstore.Version{}, ruleset.Windows2022, "Platform=2:10:0|Platform2=GTEQ|", "open any from any"},
		{winstore.Version{}, ruleset.Windows2012, "Platform=2:10:0|Platform2=GTEQ|", ""},
		{winstore.Version{}, ruleset.Windows2012, "Platform=2:6:1|", ""},
		{winstore.Version{}, ruleset.Windows2012, "Platform=2:6:1|Platform=2:6:2|", "open any from any"},
		{winstore.Version{}, ruleset.Windows2012, "Platform=1:6:1|", "open any from any; other: only on the platform 1:6:1"},
		{winstore.Version{}, ruleset.Windows2012, "Platform=2:6:1|Platform2=LT|", "open any from any; other: only on the platform 2:6:1; other: only on a platform that is LT"},
		{winstore.Version{}, "", "Platform=2:6:2|", "open any from any; other: only on the platform 2:6:2"},
		{winstore.ParseVersion("ten"), "", "Platform=2:6:2|", "open any from any; other: only on the platform 2:6:2"},
	} {
		st := state(t, "local "+allow+c.tokens+"Name=n|")
		st.NT, st.OS = c.nt, c.os
		if got := strings.Join(text(winstore.Evaluate(st)), "\n"); got != c.out {
			t.Errorf("%v %s %s: %s, want %s", c.nt, c.os, c.tokens, got, c.out)
		}
	}
}

func TestTooManyRules(t *testing.T) {
	st := &winstore.State{}
	for range 100_001 {
		if err := st.Add("x", winstore.Rule{ID: "r"}); err != nil {
			if !strings.Contains(err.Error(), "more than 100000 rules") {
				t.Error(err)
			}
			return
		}
	}
	t.Error("there is no bound")
}

func ExampleEvaluate() {
	st := &winstore.State{Host: "web1"}
	st.Saw(winstore.Policy)
	st.Settings(winstore.Local, "public").On = winstore.Say(false, diag.Pos{File: "local.reg", Line: 9, Column: 1})
	_ = st.Add(`v2.31|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=443|RA4=10.0.0.0/8|Name=HTTPS|`, winstore.Rule{ID: "{1}", Store: winstore.Local})
	for _, o := range winstore.Evaluate(st).Openings {
		fmt.Println(o.Rule.Traffic, "from", o.Rule.Remote.Key(), "in", o.Profiles)
	}
	// Output:
	// any from any in [public]
	// tcp/443 from 10.0.0.0/8 in [domain private]
}
