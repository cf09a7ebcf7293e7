package catalog_test

import (
	"fmt"
	"strings"
	"testing"

	"rolewall/catalog"
	"rolewall/diag"
	"rolewall/ruleset"
)

// TestInstance holds that the service of an instance is found by the entry for its kind, always the same one, and bound to
// the Windows service of the instance; and that other names are not services.
func TestInstance(t *testing.T) {
	c := defaultCatalog(t)
	s, known := c.Service("MSSQL$PROD")
	if !known || s.Name != "MSSQL$PROD" {
		t.Fatalf("MSSQL$PROD is %+v", s)
	}
	if again, _ := c.Service("mssql$prod"); again != s {
		t.Error("another spelling gives another service")
	}
	if got := c.ListenerOf(&s.Endpoints[0], ruleset.Windows2022); got != (ruleset.Listener{Service: "MSSQL$PROD"}) {
		t.Errorf("the instance is bound to %+v", got)
	}
	if entry, _ := c.Service("MSSQL$NAME"); entry.Endpoints[0].Owner.Service != "MSSQL$NAME" {
		t.Errorf("the entry itself now says %+v", entry.Endpoints[0].Owner)
	}
	if uddi, _ := c.Service("MSSQL$UDDI"); uddi.Title != "MSSQL$UDDI" {
		t.Errorf("an entry of its own is hidden by %q", uddi.Title)
	}
	for _, name := range []string{"MSSQL$", "MSSQL$A B", "MSSQL$" + strings.Repeat("a", 17), "MSSQL$1A", "DNS$PROD", "MSSQL"} {
		if s, known := c.Service(name); known {
			t.Errorf("%s is %+v", name, s)
		}
	}
}

// TestOwners holds what a row may say of who listens.
func TestOwners(t *testing.T) {
	const path = `'D:\A\a.exe'`
	for _, test := range []struct{ row, mistake string }{
		{"program = " + path, ""},
		{"service = 'A$B'", ""},
		{"program = " + path + ", service = 'A'", ""},
		{`program = '%ProgramFiles%\A\a.exe'`, ""},
		{`program = '%programfiles(x86)%\A\a.exe'`, ""},
		{`program = 'System'`, ""},
		{`program = '%ExchangeInstallPath%Bin\a.exe'`, "the firewall service does not know %ExchangeInstallPath%"},
		{`program = '%SystemRoot%\%A%\a.exe'`, "a variable can only begin"},
		{`program = 'D:\%A%\a.exe'`, "a variable can only begin"},
		{`program = '%SystemRoot\a.exe'`, "a variable can only begin"},
		{`program = 'a.exe'`, "a program is a full path"},
		{`service = 'A B'`, "a service is a short name"},
		{"program = " + path + ", listener = 'System'", "names a listener, or a program"},
		{`listener = 'System', peers = ["no-such-role"]`, `unknown role "no-such-role"`},
	} {
		_, err := overlay(t, fmt.Sprintf("[services.S]\ntitle = 'S'\nendpoints = [{ app = 'A', tcp = '1', audience = 'clients', source = 'DSI-DC', %s }]", test.row))
		if got := fmt.Sprint(err); (err == nil) != (test.mistake == "") || !strings.Contains(got, test.mistake) {
			t.Errorf("%s: %v", test.row, err)
		}
	}
}

// TestEveryProtocol holds that a row may open every protocol to peers, and that it opens nothing where peers are anyone.
func TestEveryProtocol(t *testing.T) {
	c := defaultCatalog(t)
	anyTo := func(audience string) string {
		f := newFleet(`os = "windows-2022"`, audience)
		f.host("ex", `roles = ["exchange-mailbox"]`, `addresses = ["10.1.0.1"]`)
		for _, r := range f.resolve(t, c)["ex"].Inbound {
			if r.Protocol == ruleset.AnyProtocol {
				return r.Remote.Key()
			}
		}
		return ""
	}
	if got := anyTo(""); got != "" {
		t.Errorf("without an audience every protocol is open to %s", got)
	}
	if got := anyTo(`audience = { clients = ["any"], peers = ["any"], management = ["any"] }`); got != "" {
		t.Errorf("with peers = any every protocol is open to %s", got)
	}
	if got := anyTo(threeAudiences); !strings.Contains(got, "10.12.0.0/16") || strings.Contains(got, "10.11.0.0/16") {
		t.Errorf("every protocol is open to %q, not to peers", got)
	}
	errs := &diag.List{}
	c.Overlay([]catalog.File{{Name: "site.toml", Src: []byte(`[services.S]
title = "S"
endpoints = [{ app = "A", protocol = "any", audience = "clients", source = "DSI-DC" }]`)}}, errs)
	if err := errs.Err(); err == nil || !strings.Contains(err.Error(), "every protocol is open to peers alone") {
		t.Errorf("every protocol for clients: %v", err)
	}
}

// TestFeatureEditions holds that a feature of a role is on for the editions that the role says, and nowhere else.
func TestFeatureEditions(t *testing.T) {
	c := defaultCatalog(t)
	for os, open := range map[ruleset.OS]bool{ruleset.Windows2008: false, ruleset.Windows2008R2: true, ruleset.Windows2022: true, ruleset.Linux: false} {
		f := newFleet(fmt.Sprintf("os = %q", os))
		f.host("ftp", `roles = ["ftp-server"]`)
		if got := f.resolve(t, c)["ftp"].Allows(ruleset.Packet{Protocol: ruleset.TCP, Port: os.DynamicRange().First, Remote: sources[ruleset.Clients][0]}); got != open {
			t.Errorf("passive data is open on %s: %t", os, got)
		}
	}
}
