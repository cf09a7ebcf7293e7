package catalog

import (
	"strings"
	"testing"

	"rolewall/diag"
	"rolewall/ruleset"
	"rolewall/tomldoc"
)

// TestReadOwner holds which programs and services can own a socket: what Windows Firewall would match.
func TestReadOwner(t *testing.T) {
	const char, begin = "a program or service holds a character that no path or name has", "a variable can only begin a path"
	for _, c := range []struct{ program, service, want string }{
		{`D:\SQL\sqlservr.exe`, "MSSQL$PROD", ""},
		{"System", "", ""},
		{`%SystemRoot%\System32\svchost.exe`, "RpcSs", ""},
		{`%programfiles(x86)%\x.exe`, "", ""},
		{"", "App.Server_1-x", ""},
		{"", "", ""},
		{"sqlservr.exe", "", `a program is a full path, not "sqlservr.exe"`},
		{`%USERPROFILE%\x.exe`, "", "the firewall service does not know %USERPROFILE%: a rule with this path would match nothing"},
		{`D:\%ProgramFiles%\x.exe`, "", begin},
		{`%SystemRoot%\%x%\x.exe`, "", begin},
		{`%SystemRoot\x.exe`, "", begin},
		{`D:\a/b.exe`, "", char},
		{`D:\a*.exe`, "", char},
		{`D:\a"b.exe`, "", char},
		{"D:\\a\tb.exe", "", char},
		{"D:\\a.exe", "a|b", char},
		{"D:\\a.exe", "a\u0085b", char},
		{"D:\\a.exe", "my service", `a service is a short name, not "my service"`},
		{"D:\\a.exe", "$x", `a service is a short name, not "$x"`},
	} {
		toml := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\t", `\t`, "\u0085", `\u0085`)
		errs := &diag.List{}
		table := tomldoc.Parse("x.toml", []byte("[x]\nprogram = \""+toml.Replace(c.program)+"\"\nservice = \""+toml.Replace(c.service)+"\"\n"), errs)
		got := ReadOwner(table.Table("x"))
		text := ""
		if err := errs.Err(); err != nil {
			text = err.Error()
		}
		if (text == "") != (c.want == "") || !strings.Contains(text, c.want) || got != (ruleset.Listener{Program: c.program, Service: c.service}) {
			t.Errorf("%q, %q: %+v, mistakes %q, want %q", c.program, c.service, got, text, c.want)
		}
	}
}
