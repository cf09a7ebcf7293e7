package policy

import (
	"testing"
)

func TestRPC(t *testing.T) {
	for text, want := range map[string]string{
		``:                                  `dynamic`,
		`mode = "dynamic"`:                  `dynamic`,
		`mixed = true, reason = "by hand"`:  `dynamic mixed`,
		`mode = "closed"`:                   `closed`,
		`mode = "range", range = "5001"`:    `range 5001`,
		`mode = "range", range = "6000-1"`:  `mistake 2:33: port range "6000-1" is reversed`,
		`mode = "range", range = "5000"`:    `mistake 2:33: the RPC range 5000 must lie above 5000`,
		`mode = "range", range = "6000,7"`:  `mistake 2:33: "6000,7" is not a port`,
		`mode = "range"`:                    `mistake 2:16: this RPC policy needs a range`,
		`mode = "closed", range = "6000-1"`: "mistake 2:34: a range has no effect in this RPC policy\n2:34: port range \"6000-1\" is reversed",
		`range = "6000-6100"`:               `mistake 2:17: a range has no effect in this RPC policy`,
		`mode = "closed", range = "6000"`:   `mistake 2:34: a range has no effect in this RPC policy`,
		`mode = "Dynamic"`:                  `mistake 2:16: unknown RPC mode "Dynamic"`,
		`mode = ""`:                         `mistake 2:16: unknown RPC mode ""`,
		`mode = "rnage", range = "6000", fallback = "x", ports = { LSASS = 1 }`: `mistake 2:16: unknown RPC mode "rnage"`, // and no more
		`mode = "static", ports = { LSASS = 1, Netlogon = 2 }`:                  `static LSASS=1 Netlogon=2`,
		`mode = "static", fallback = "closed", ports = { lsass = 1 }`:           `static or closed lsass=1`,
		`mode = "static", fallback = "range", ports = { LSASS = 1 }`:            `mistake 2:16: this RPC policy needs a range`,
		`mode = "static", fallback = "", ports = { LSASS = 1 }`:                 `mistake 2:37: unknown fallback ""`,
		`mode = "static", fallback = "static", ports = { LSASS = 1 }`:           `mistake 2:37: unknown fallback "static"`,
		`mode = "static"`:                                         `mistake 2:16: mode static needs ports`,
		`mode = "static", ports = {}`:                             `mistake 2:16: mode static needs ports`,
		`mode = "static", ports = { LSASS = 0 }`:                  `mistake 2:44: LSASS must be a whole number from 1 to 65535`,
		`mode = "static", ports = { LSASS = 7, Netlogon = 7 }`:    `mistake 2:58: Netlogon and LSASS are both pinned to port 7`,
		`mode = "static", ports = { LSASS = 7, lsass = 8 }`:       `mistake 2:55: lsass is pinned already, as LSASS`,
		`mode = "static", ports = { LSAS = 7 }`:                   `mistake 2:36: unknown service "LSAS"`,
		`mode = "static", ports = { W32Time = 7 }`:                `mistake 2:36: service W32Time has no setting that pins its port`,
		`ports = { LSASS = 7 }`:                                   `mistake 2:17: ports have no effect unless mode is static`,
		`mode = "closed", fallback = "closed"`:                    `mistake 2:37: fallback has no effect unless mode is static`,
		`mixed = true`:                                            `mistake 2:17: mixed needs a reason`,
		`mixed = false, reason = "x"`:                             `mistake 2:33: reason has no effect without mixed`,
		`mode = "closed", mixed = true, reason = "x"`:             `mistake 2:34: mixed has no effect unless mode is dynamic`,
		`mode = "range", range = "6000", mixed = true, reason=""`: "mistake 2:49: mixed has no effect unless mode is dynamic\n2:49: mixed needs a reason",
	} {
		f := files{"p.toml": "[hosts.h]\nrpc = { " + text + " }"}
		got := "mistake " + f.mistakes(t)
		if p, _ := f.load(t, "p.toml"); p != nil {
			got = describe(p.Hosts[0].Settings.RPC.Value)
		}
		if got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
}
