package policy

import (
	"encoding/json"
	"testing"
)

func TestSettings(t *testing.T) {
	for text, want := range map[string]string{
		`advfirewall.profile = ["public", "domain"]`:                          `{"advfirewall":{"profile":["domain","public"]}}`,
		`advfirewall.outbound = "allow"`:                                      `{"advfirewall":{"outbound":"allow"}}`,
		`advfirewall.log_dropped = true`:                                      `{"advfirewall":{"log_dropped":true}}`,
		`advfirewall.other_rules = "keep"`:                                    `{}`,
		`advfirewall.other_rules = "disable"`:                                 `{"advfirewall":{"other_rules":"disable"}}`,
		`ipsec.icmp = "refuse"`:                                               `{}`,
		`ipsec.icmp = "all-types"`:                                            `{"ipsec":{"icmp":"all-types"}}`,
		`ipsec.default_exempt = 0`:                                            `{"ipsec":{"default_exempt":0}}`,
		`ipsec.outbound = []`:                                                 `{}`,
		`linux.ping = true`:                                                   `{}`,
		`linux.ping = false`:                                                  `{"linux":{"no_ping":true}}`,
		`linux.invalid = "drop"`:                                              `{}`,
		`linux.invalid = "pass"`:                                              `{"linux":{"invalid":"pass"}}`,
		`linux.invalid = "accept"`:                                            `mistake 2:17: invalid cannot be "accept"`,
		`linux.invalid = true`:                                                `mistake 2:17: invalid must be text in quotes`,
		`linux.ftp_helper = true`:                                             `{}`,
		`linux.audit_until = 2027-03-31`:                                      `{}`,
		`linux.audit_until = "2027-03-31"`:                                    `mistake 2:21: audit_until must be a date without quotes, such as 2027-03-31`,
		`linux.ftp_helper = false`:                                            `{"linux":{"no_ftp_helper":true}}`,
		`linux.interfaces = ["eth1", "bond*"]`:                                `{"linux":{"interfaces":["bond*","eth1"]}}`,
		`linux = { log = true, counters = true }`:                             `{"linux":{"log":true,"counters":true}}`,
		`advfirewall.profile = ["home"]`:                                      `mistake 2:23: profile cannot hold "home"`,
		`advfirewall.profile = []`:                                            `mistake 2:23: profile is empty`,
		`advfirewall.outbound = "maybe"`:                                      `mistake 2:24: outbound cannot be "maybe"`,
		`advfirewall.outbound = ""`:                                           `mistake 2:24: outbound cannot be ""`,
		`advfirewall.log_dropped = "yes"`:                                     `mistake 2:27: log_dropped must be true or false`,
		`ipsec.default_exempt = 4`:                                            `mistake 2:24: default_exempt must be a whole number from 0 to 3`,
		`linux.interfaces = []`:                                               `mistake 2:20: interfaces is empty`,
		`linux.interfaces = ["eth0; reboot"]`:                                 `mistake 2:20: "eth0; reboot" is not the name of an interface`,
		`linux.interfaces = ["*"]`:                                            `mistake 2:20: "*" is not the name of an interface`,
		`linux.interfaces = ["a*b"]`:                                          `mistake 2:20: "a*b" is not the name of an interface`,
		`linux.interfaces = ["abcdefghijklmnop"]`:                             `mistake 2:20: "abcdefghijklmnop" is not the name of an interface`,
		`nftables.log = true`:                                                 `mistake 2:1: unknown key "nftables"`,
		`linux.lgo = true`:                                                    `mistake 2:7: unknown key "lgo"`,
		`ipsec.outbond = []`:                                                  `mistake 2:7: unknown key "outbond"`,
		outbound(`to = ["none"], reason = "r"`):                               `mistake 2:38: an outbound permit to nobody has no effect`,
		outbound(`reason = "r"`):                                              `mistake 2:19: an outbound permit must name its destinations`,
		outbound(`to = ["any"]`):                                              `mistake 2:19: an outbound permit needs a reason`,
		outbound(`to = ["@same"], reason = "r"`):                              `mistake 2:39: @same has no meaning in an exception`,
		outbound(`to = ["of"], reason = "r"`):                                 `mistake 2:39: unknown network "of"`,
		outbound(`to = ["of"], protocol = "any"`):                             "mistake 2:19: an outbound permit needs a reason\n2:27: protocol = \"any\" holds tcp already\n2:39: unknown network \"of\"",
		`ipsec.outbound = [{ protocol = "any", to = ["any"], reason = "r" }]`: `mistake 2:44: every protocol to anyone would open the host to everyone: filters are mirrored`,
		outbound(`to = ["any"], reason = "r", x = 1`):                         `mistake 2:61: unknown key "x"`,
	} {
		f := files{"p.toml": "[hosts.h]\n" + text}
		got := "mistake " + f.mistakes(t)
		if p, _ := f.load(t, "p.toml"); p != nil {
			s, err := json.Marshal(ruleSettings(p, p.Hosts[0]))
			if err != nil {
				t.Fatal(err)
			}
			got = string(s)
		}
		if got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
}

// outbound is a permit for TCP 53.
func outbound(text string) string { return `ipsec.outbound = [{ tcp = "53", ` + text + ` }]` }

// TestInterfaceNames holds how long the name of an interface may be, and that a star stands at its end alone.
func TestInterfaceNames(t *testing.T) {
	for name, isGood := range map[string]bool{"eth0": true, "123456789012345": true, "1234567890123456": false, "12345678901234*": true, "wg*": true, "w*g": false, "": false, "a b": false} {
		got := files{"p.toml": "[hosts.a]\nos = 'linux'\nlinux.interfaces = ['" + name + "']\n"}.mistakes(t)
		if isGood != (got == "") {
			t.Errorf("%q: %s", name, got)
		}
	}
}

func TestProgramsOf(t *testing.T) {
	p := files{"p.toml": "[programs.W3SVC]\nprogram = 'C:\\web.exe'\n[programs.MSSQLSERVER]\nservice = 'app'\n[hosts.a]\n"}.good(t)
	programs := p.File.Settings.Programs.Get()
	for service, want := range map[string]string{"w3svc": `C:\web.exe `, "MSSQLServer": " app", "DNS": " "} {
		if got := programs.Of(service); got.Program+" "+got.Service != want {
			t.Errorf("%s: %+v", service, got)
		}
	}
}
