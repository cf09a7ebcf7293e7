package winscript

import (
	"testing"

	"rolewall/ruleset"
)

// TestPinChecks: what a script can look at before it closes the dynamic ports of a service.
func TestPinChecks(t *testing.T) {
	const key, dfsr = `HKLM\SYSTEM\x`, "dfsrdiag StaticRPC /port:N"
	for _, c := range []struct {
		name string
		pin  ruleset.Pin
		want PinCheck
	}{
		{"a number in the registry", ruleset.Pin{Kind: "registry", Type: "REG_DWORD", Place: key, Value: "Port"},
			PinCheck{Key: key, Name: "Port", Type: "REG_DWORD", Want: "0x97f5", Listens: true}},
		{"a DCOM server", ruleset.Pin{Kind: "registry", Type: "REG_MULTI_SZ", Place: key, Value: "Endpoints"},
			PinCheck{Key: key, Name: "Endpoints", Type: "REG_MULTI_SZ", Want: "ncacn_ip_tcp,0,38901"}},
		{"another type", ruleset.Pin{Kind: "registry", Type: "REG_SZ", Place: key, Value: "Port"}, PinCheck{Unsure: true}},
		{"a number by a command", ruleset.Pin{Kind: "command", Type: "REG_DWORD", Place: key, Value: "Port"}, PinCheck{Unsure: true}},
		{"a list by a command", ruleset.Pin{Kind: "command", Type: "REG_MULTI_SZ", Place: key, Value: "Endpoints"}, PinCheck{Unsure: true}},
		{"DFSR", ruleset.Pin{Kind: "command", Place: dfsr}, PinCheck{Listens: true}},
		{"another command", ruleset.Pin{Kind: "command", Place: "winmgmt -standalonehost"}, PinCheck{Unsure: true}},
		{"a key that a script cannot hold", ruleset.Pin{Kind: "registry", Type: "REG_MULTI_SZ", Place: key + `\`, Value: "Endpoints"},
			PinCheck{Want: "ncacn_ip_tcp,0,38901", Unsure: true}},
		{"a name that a script cannot hold", ruleset.Pin{Kind: "registry", Type: "REG_DWORD", Place: key, Value: "%PATH%"},
			PinCheck{Want: "0x97f5", Listens: true}},
	} {
		c.pin.Service, c.pin.Port, c.want.Service, c.want.Port = "S", 38901, "S", 38901
		got := PinChecks(&ruleset.RuleSet{RPC: ruleset.RPC{Pins: []ruleset.Pin{c.pin}}})
		if len(got) != 1 || got[0] != c.want {
			t.Errorf("%s: got %+v\nwant %+v", c.name, got, c.want)
		}
	}
}

func TestPlain(t *testing.T) {
	for text, want := range map[string]bool{
		"": true, `HKLM\SOFTWARE\x (1)`: true, `ends in \`: false, `a"b`: false, "100%": false, "a&b": false, "a|b": false, "a<b>c": false, "a^b": false, "a!b": false, "ü": false, "a\nb": false,
	} {
		if got := Plain(text); got != want {
			t.Errorf("%q: %t", text, got)
		}
	}
}
