package lookup_test

import (
	"errors"
	"strings"
	"testing"

	"rolewall/catalog"
	"rolewall/diag"
	"rolewall/generators"
	"rolewall/internal/lookup"
	"rolewall/ruleset"
)

func builtIn(t *testing.T) *catalog.Catalog {
	t.Helper()
	cat, err := catalog.Default()
	if err != nil {
		t.Fatal(err)
	}
	return cat
}

// TestFindsEverything finds every name of the catalog, in any case, with editions that exist on every row.
func TestFindsEverything(t *testing.T) {
	cat := builtIn(t)
	f := lookup.Finder{Catalog: cat}
	for kind, names := range map[string][]string{"role": cat.RoleNames(), "service": cat.ServiceNames(), "feature": cat.FeatureNames()} {
		for _, name := range names {
			found, err := f.Find(strings.ToUpper(name))
			if err != nil {
				t.Error(err)
				continue
			}
			ok := false
			for _, e := range found {
				ok = ok || e.Kind == kind && e.Name == name
				for _, r := range e.Rows {
					if len(r.Editions) == 0 || r.Port == "" || r.Source == "" || len(e.Sources) == 0 {
						t.Errorf("%s: row %+v", name, r)
					}
				}
			}
			if !ok {
				t.Errorf("%s %s is not among what its name finds: %+v", kind, name, found)
			}
		}
	}
}

// TestEdition leaves out rows, services and pins of other editions.
func TestEdition(t *testing.T) {
	cat := builtIn(t)
	for _, os := range []ruleset.OS{ruleset.Windows2003, ruleset.Windows2022, ruleset.Linux} {
		f := lookup.Finder{Catalog: cat, OS: os}
		for _, name := range append(cat.RoleNames(), cat.ServiceNames()...) {
			found, err := f.Find(name)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range found {
				for _, r := range e.Rows {
					if !strings.Contains(" "+strings.Join(r.Editions, " ")+" ", " "+string(os)+" ") {
						t.Errorf("%s on %s: %s is for %v", name, os, r.Port, r.Editions)
					}
				}
				for _, p := range e.Pins {
					if !strings.Contains(" "+strings.Join(p.Editions, " ")+" ", " "+string(os)+" ") {
						t.Errorf("%s on %s: pin %s is for %v", name, os, p.Title, p.Editions)
					}
				}
			}
		}
	}
}

func TestParsePort(t *testing.T) {
	for text, want := range map[string]string{
		"tcp/445":       "tcp/445",
		"UDP/53":        "udp/53",
		"53":            "tcp/53 udp/53",
		"icmp/8":        "icmp/8",
		"icmp/3:4":      "icmp/3:4",
		"icmpv6/128":    "icmpv6/128",
		"gre":           "gre",
		"protocol/47":   "gre",
		"protocol/112":  "protocol/112",
		"any":           "any",
		"tcp/80-90":     "tcp/80-90",
		"445/tcp":       "tcp/445",
		"8000-8010/UDP": "udp/8000-8010",
		"80-90":         "tcp/80-90 udp/80-90",
		"RDP":           "tcp/3389 udp/3389",
		"pptp":          "tcp/1723 gre",
		"445/gre":       "unknown protocol \"445\"|tcp/445",
		"90-80":         "|tcp/445",
		"-":             "|tcp/445",
		"tcp/0":         "port 0 is outside 1-65535|tcp/445",
		"tcp":           "|tcp/445",
		"70000":         "port 70000 is outside 1-65535|tcp/445",
		"":              "|tcp/445",
		"gre/1":         "gre has no ports|tcp/445",
		"icmp/x":        "|tcp/445",
		"protocol/6":    "ask about a port of tcp|tcp/PORT",
		"protocol/1":    "ask about a type of icmp|icmp/TYPE",
		"protocol/300":  "unknown protocol \"300\"|tcp/445",
	} {
		list, err := lookup.ParsePort(text)
		var got []string
		for _, x := range list {
			got = append(got, x.String())
		}
		if err == nil {
			if strings.Join(got, " ") != want {
				t.Errorf("%s is read as %v, not %s", text, got, want)
			}
			continue
		}
		d, ok := errors.AsType[*diag.Diagnostic](err)
		message, hint, isError := strings.Cut(want, "|")
		if !isError || !ok || list != nil || !strings.HasPrefix(d.Message, message) || !strings.HasPrefix(d.Hint, hint) {
			t.Errorf("%s: %v, not %s", text, err, want)
		}
	}
}

// TestListensOn asks endpoints about ports, types and protocols.
func TestListensOn(t *testing.T) {
	tcp := func(first, last uint16) ruleset.Traffic {
		return ruleset.Traffic{Protocol: ruleset.TCP, Ports: ruleset.Ports{{First: first, Last: last}}}
	}
	echo := ruleset.Traffic{Protocol: ruleset.ICMP, ICMP: []ruleset.ICMPType{{Type: 8}}}
	gre := ruleset.Traffic{Protocol: ruleset.GRE}
	for _, c := range []struct {
		name     string
		endpoint catalog.Endpoint
		asked    ruleset.Traffic
		want     bool
	}{
		{"its port", catalog.Endpoint{Traffic: tcp(80, 80)}, tcp(80, 80), true},
		{"in its range", catalog.Endpoint{Traffic: tcp(80, 90)}, tcp(85, 85), true},
		{"another port", catalog.Endpoint{Traffic: tcp(80, 90)}, tcp(91, 91), false},
		{"another protocol", catalog.Endpoint{Traffic: tcp(80, 80)}, gre, false},
		{"a dynamic range", catalog.Endpoint{Traffic: tcp(1, 65535), OwnRange: true}, tcp(80, 80), false},
		{"its type", catalog.Endpoint{Traffic: echo}, echo, true},
		{"another type", catalog.Endpoint{Traffic: echo}, ruleset.Traffic{Protocol: ruleset.ICMP, ICMP: []ruleset.ICMPType{{Type: 3}}}, false},
		{"its protocol", catalog.Endpoint{Traffic: gre}, gre, true},
	} {
		if got := lookup.ListensOn(&c.endpoint, c.asked); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

// TestNewList lists each kind, with a word that holds for a name, a title or a family, and for one edition.
func TestNewList(t *testing.T) {
	cat := builtIn(t)
	for _, c := range []struct {
		kind    lookup.Kind
		os      ruleset.OS
		word    string
		holds   string
		without string
	}{
		{lookup.Roles, "", "", "domain-controller", ""},
		{lookup.Roles, "", "DIRECTORY", "domain-controller", "iis-web"},
		{lookup.Roles, ruleset.Linux, "", "linux-web", "remote-install-ris"},
		{lookup.Services, ruleset.Windows2025, "", "DNS", "sshd-of-nobody"},
		{lookup.Features, ruleset.Linux, "", "winrm-1.1", ""}, // features have no editions
		{lookup.Features, "", "ldap", "ldaps", "pop3"},
		{lookup.Targets, ruleset.Linux, "", "nftables", "ipsec"},
		{lookup.Targets, "", "", "json", ""},
	} {
		l := lookup.NewList(c.kind, cat, generators.All(), c.os, strings.Fields(c.word))
		names := " "
		for _, e := range l.Entries {
			names += e.Name + " "
		}
		if l.Kind != c.kind || !strings.Contains(names, " "+c.holds+" ") || c.without != "" && strings.Contains(names, " "+c.without+" ") {
			t.Errorf("%s on %q with %q:%s", c.kind, c.os, c.word, names)
		}
	}
	if l := lookup.NewList(lookup.Roles, cat, nil, "", []string{"nothing-like-it"}); l.Entries == nil || len(l.Entries) > 0 {
		t.Errorf("no entries are %v", l.Entries)
	}
}

func TestEditionRange(t *testing.T) {
	names := lookup.EditionNames(ruleset.AllOS())
	windows := names[:len(names)-1]
	for _, c := range []struct {
		editions []string
		want     string
	}{
		{nil, ""},
		{names, "all"},
		{windows, "windows"},
		{[]string{"linux"}, "linux"},
		{names[3:], "windows-2008r2 on, linux"},
		{windows[3:], "windows-2008r2 on"},
		{windows[:1], "windows-2000"},
		{windows[len(windows)-1:], "windows-2025 on"},
		{windows[:4], "windows-2000 to 2008r2"},
		{append(windows[1:3:3], "linux"), "windows-2003 to 2008, linux"},
	} {
		if got := lookup.EditionRange(c.editions); got != c.want {
			t.Errorf("%v: got %q, want %q", c.editions, got, c.want)
		}
	}
}

// TestPortNames reads the ports of every name.
func TestPortNames(t *testing.T) {
	for _, name := range lookup.PortNames() {
		if len(lookup.PortName(name)) == 0 || name != strings.ToLower(name) {
			t.Errorf("%s has no port", name)
		}
		if _, err := lookup.ParsePort(strings.ToUpper(name)); err != nil {
			t.Error(err)
		}
	}
}
