package generators

import (
	"bytes"
	"net/netip"
	"strings"
	"testing"

	"rolewall/generators/target"
	"rolewall/ruleset"
)

// hostile is free text that would like to be a command.
var hostile = []string{
	`x" & del C:\ & rem "`, "%PATH% %~f0 %1 %%p", "a ^", "a | b > c < d", "!LINE! ^!", "two\r\nlines", `ends in \`,
	strings.Repeat("long ", 80), "Серверная Иванова", "=,;()[]{}", "/? what is this", "name=all dir=out", "@HOST@", "",
}

func TestCmdText(t *testing.T) {
	for _, text := range hostile {
		clean := cmdText(text, 200)
		if len(clean) > 200 || strings.ContainsAny(clean, "\"%^&|<>!\\\r\n`") || strings.Contains(clean, "/?") {
			t.Errorf("cmdText(%q) = %q", text, clean)
		}
	}
	if got := cmdText(strings.Repeat("word ", 10), 20); got != "word word word wo..." {
		t.Errorf("cut text is %q", got)
	}
}

func TestCmdValue(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{`System`, `System`},
		{`%SystemRoot%\System32\dns.exe`, `"%%SystemRoot%%\System32\dns.exe"`},
		{`C:\Program Files (x86)\a b\c.exe`, `"C:\Program Files (x86)\a b\c.exe"`},
		{`MSSQL$UDDI`, `MSSQL$UDDI`},
		{`a&b`, `"a&b"`},
	} {
		if got, err := cmdValue(c.in); err != nil || got != c.want {
			t.Errorf("cmdValue(%q) = %q, %v; want %q", c.in, got, err, c.want)
		}
	}
	for _, bad := range []string{`a"b`, "a\nb", `C:\x\`, "Ж"} {
		if got, err := cmdValue(bad); err == nil {
			t.Errorf("cmdValue(%q) = %q, want an error", bad, got)
		}
	}
}

// windowsRule is a request of a role.
func windowsRule(p ruleset.Protocol, ports, app, service string, l ruleset.Listener, from ruleset.Sources) *ruleset.Rule {
	r := &ruleset.Rule{Traffic: ruleset.Traffic{Protocol: p}, Remote: from, Listener: l, Reasons: []ruleset.Reason{{
		Role: "domain-controller", Service: service, App: app, Audience: ruleset.Clients, Networks: from.Names(), Source: "KB-2023",
	}}}
	if ports != "" {
		set, err := ruleset.ParsePorts(ports)
		if err != nil {
			panic(err)
		}
		r.Ports = set
	}
	return r
}

func withRPC(kind ruleset.RPCKind, r *ruleset.Rule) *ruleset.Rule {
	r.RPC = kind
	return r
}

func withICMP(r *ruleset.Rule, types ...string) *ruleset.Rule {
	for _, t := range types {
		typ, err := ruleset.ParseICMPType(t)
		if err != nil {
			panic(err)
		}
		r.ICMP = append(r.ICMP, typ)
	}
	return r
}

func network(name string, prefixes ...string) ruleset.Sources {
	set := ruleset.AddressSet{Name: name}
	for _, p := range prefixes {
		set.Prefixes = append(set.Prefixes, netip.MustParsePrefix(p))
	}
	return ruleset.NewSources(set)
}

var (
	lsass   = ruleset.Listener{Program: `%SystemRoot%\System32\lsass.exe`}
	rpcss   = ruleset.Listener{Program: `%SystemRoot%\System32\svchost.exe`, Service: "RpcSs"}
	spooler = ruleset.Listener{Program: `%SystemRoot%\System32\spoolsv.exe`, Service: "Spooler"}
	kernel  = ruleset.Listener{Program: "System"}
)

// windowsSet is a host of the edition with these requests and its families.
func windowsSet(os ruleset.OS, requests ...*ruleset.Rule) *ruleset.RuleSet {
	return &ruleset.RuleSet{
		Host: "dc1", OS: os, Roles: []string{"domain-controller"}, Families: os.Families(),
		RPC:     ruleset.RPC{Mode: ruleset.RPCDynamic, Ranges: []ruleset.PortRange{os.DynamicRange()}},
		Inbound: ruleset.Merge(requests),
	}
}

// script renders what Check lets pass.
func script(t testing.TB, g target.Target, rs *ruleset.RuleSet) string {
	t.Helper()
	if refusals := Check(g, rs, All()); len(refusals) > 0 {
		t.Fatalf("refused: %v", refusals)
	}
	file, err := Render(g, rs, "dc1")
	if err != nil {
		t.Fatal(err)
	}
	return string(file)
}

// checkCmdForm holds what is true of every script for cmd.exe.
func checkCmdForm(t testing.TB, text string) {
	t.Helper()
	if strings.Count(text, "\r\n") != strings.Count(text, "\n") || !strings.HasSuffix(text, "\r\n") {
		t.Error("a line does not end in CR LF")
	}
	for i, line := range strings.Split(text, "\r\n") {
		if len(line) >= 8191 {
			t.Errorf("line %d has %d characters", i+1, len(line))
		}
		if strings.TrimRight(line, " ") != line {
			t.Errorf("line %d ends in a blank: %q", i+1, line)
		}
	}
	if bytes.ContainsFunc([]byte(text), func(r rune) bool { return r > '~' || r < ' ' && r != '\r' && r != '\n' }) {
		t.Error("not all is printable ASCII")
	}
	if strings.Contains(text, "\r\n\r\n\r\n") {
		t.Error("two empty lines in a row")
	}
}

// lines are the lines of the script that hold every one of parts.
func lines(text string, parts ...string) []string {
	var out []string
	for line := range strings.SplitSeq(text, "\r\n") {
		all := true
		for _, p := range parts {
			all = all && strings.Contains(line, p)
		}
		if all {
			out = append(out, line)
		}
	}
	return out
}
