package resolver

import (
	"fmt"
	"testing"

	"rolewall/ruleset"
)

const (
	newRange = "49152-65535"
	oldRange = "1025-5000"
)

// TestRPCModes holds what each mode of section "RPC" opens.
func TestRPCModes(t *testing.T) {
	const (
		mapper   = "tcp 135 endpoint-mapper from any: Map\n"
		mapper2  = "tcp 135 endpoint-mapper from any: Map Map2\n"
		dynamic  = "tcp " + newRange + " dynamic from any: Rpc"
		services = "services = ['Rpc']\n"
		two      = "services = ['Rpc', 'Rpc2']\n"
	)
	for _, c := range []struct{ name, src, want string }{
		{"dynamic by default", services, mapper + dynamic},
		{"dynamic", services + "rpc = { mode = 'dynamic' }", mapper + dynamic},
		{"dynamic of 2003", services + "os = 'windows-2003'", mapper + "tcp " + oldRange + " dynamic from any: Rpc"},
		{"mixed", services + "rpc = { mixed = true, reason = 'r' }", mapper + "tcp " + oldRange + "," + newRange + " dynamic from any: Rpc"},
		{"mixed of 2003", services + "os = 'windows-2003'\nrpc = { mixed = true, reason = 'r' }", mapper + "tcp " + oldRange + "," + newRange + " dynamic from any: Rpc"},
		{"range", services + "rpc = { mode = 'range', range = '50000-50199' }", mapper + "tcp 50000-50199 dynamic from any: Rpc"},
		{"closed", services + "rpc = { mode = 'closed' }", ``},
		{"pinned", services + "rpc = { mode = 'static', ports = { rpc = 6000 } }", mapper + "tcp 6000 static from any: Rpc"},
		{"all pinned", two + "rpc = { mode = 'static', ports = { Rpc = 6000, Rpc2 = 6001 } }",
			mapper2 + "tcp 6000 static from any: Rpc\ntcp 6001 static from any: Rpc2"},
		{"the others dynamic", two + "rpc = { mode = 'static', ports = { Rpc = 6000 }, fallback = 'dynamic' }",
			mapper2 + "tcp 6000 static from any: Rpc\ntcp " + newRange + " dynamic from any: Rpc2"},
		{"the others in a range", two + "rpc = { mode = 'static', ports = { Rpc = 6000 }, fallback = 'range', range = '50000-50199' }",
			mapper2 + "tcp 6000 static from any: Rpc\ntcp 50000-50199 dynamic from any: Rpc2"},
		{"the others closed, and their mapper", two + "rpc = { mode = 'static', ports = { Rpc = 6000 }, fallback = 'closed' }",
			mapper + "tcp 6000 static from any: Rpc"},
		{"a port fixed by the service", "services = ['Fixed']", "tcp 135 endpoint-mapper from any: MapFixed\ntcp 5722 static from any: RpcFixed"},
		{"closed, but for fixed ports", "services = ['Fixed', 'Rpc']\nrpc = { mode = 'closed' }", "tcp 135 endpoint-mapper from any: MapFixed\ntcp 5722 static from any: RpcFixed"},
		{"the mapper alone", "services = ['Locator']", mapper[:len(mapper)-1]},
		{"the mapper alone, closed", "services = ['Locator']\nrpc = { mode = 'closed' }", ``},
		{"the mapper alone beside pins", "services = ['Locator', 'Rpc', 'Rpc2']\nrpc = { mode = 'static', ports = { Rpc2 = 6001 }, fallback = 'closed' }",
			"tcp 135 endpoint-mapper from any: Map Map2\ntcp 6001 static from any: Rpc2"},
		{"other dynamic ports are no RPC", "services = ['Media']\nrpc = { mode = 'closed' }", "udp " + newRange + " from any: Media"},
		{"a program beside the pinned one follows the fallback", services + "features = ['extra']\nrpc = { mode = 'static', ports = { Rpc = 6000 }, fallback = 'range', range = '50000-50199' }",
			mapper + "tcp 6000 static from any: Rpc\ntcp 50000-50199 dynamic from any: Aside"},
	} {
		want(t, c.name, resolve(t, c.src).open("p"), c.want)
	}
}

func TestRPCMistakes(t *testing.T) {
	for _, c := range []struct{ name, src, want string }{
		{"no fallback", `
			services = ["Rpc", "Rpc2", "Loose"]
			rpc = { mode = "static", ports = { Rpc2 = 6000 } }`, "3:4: the RPC policy pins some services, but not Loose, Rpc, and has no fallback (host p)"},
		{"no fallback for a program beside", `
			services = ["Rpc"]
			features = ["extra"]
			rpc = { mode = "static", ports = { Rpc = 6000 } }`, "4:4: the RPC policy pins some services, but not Rpc, and has no fallback (host p)"},
		{"a pin that the edition lacks", `
			services = ["Rpc"]
			os = "windows-2012"
			rpc = { mode = "static", ports = { Rpc = 6000 } }`, "4:39: service Rpc cannot be pinned on windows-2012 (host p)"},
		{"another port than the one that the edition gives", `
			roles = ["outer"]
			services = ["Told"]
			os = "windows-2008"
			rpc = { mode = "static", ports = { Told = 6000 } }`, "5:46: on windows-2008 Told takes port 5722 and no other (host p)"},
		{"the one port", `
			roles = ["outer"]
			services = ["Told"]
			os = "windows-2008"
			rpc = { mode = "static", ports = { Told = 5722 } }`, ""},
		{"any port on another edition", `
			roles = ["outer"]
			services = ["Told"]
			os = "windows-2012"
			rpc = { mode = "static", ports = { Told = 6000 } }`, ""},
		{"any port without the role", `
			services = ["Told"]
			os = "windows-2008"
			rpc = { mode = "static", ports = { Told = 6000 } }`, ""},
		{"a pin in the dynamic range", `
			services = ["Rpc", "Rpc2"]
			rpc = { mode = "static", ports = { Rpc = 49152 }, fallback = "dynamic" }`, "3:45: the pin Rpc = 49152 lies inside the RPC range 49152-65535 (host p)"},
		{"a pin in the given range", `
			services = ["Rpc", "Rpc2"]
			rpc = { mode = "static", ports = { Rpc = 50100 }, fallback = "range", range = "50000-50100" }`, "3:45: the pin Rpc = 50100 lies inside the RPC range 50000-50100 (host p)"},
		{"a pin beside the given range", `
			services = ["Rpc", "Rpc2"]
			rpc = { mode = "static", ports = { Rpc = 50101 }, fallback = "range", range = "50000-50100" }`, ""},
		{"a pin in the dynamic range, which is closed", `
			services = ["Rpc", "Rpc2"]
			rpc = { mode = "static", ports = { Rpc = 49152 }, fallback = "closed" }`, ""},
		{"a pin on a port of the host", `
			services = ["Rpc", "Web"]
			rpc = { mode = "static", ports = { Rpc = 80 } }`, "3:45: the pin Rpc = 80 is taken by tcp 80 (Web, host p)"},
		{"a pin on the mapper", `
			services = ["Rpc"]
			rpc = { mode = "static", ports = { Rpc = 135 } }`, "3:45: the pin Rpc = 135 is taken by tcp 135 (Map, host p)"},
		{"a pin on a port that is off", `
			services = ["Rpc", "Opt"]
			rpc = { mode = "static", ports = { Rpc = 111 } }`, ""},
		{"a fixed port in the range", `
			services = ["Rpc", "Fixed"]
			rpc = { mode = "range", range = "5500-6000" }`, "3:4: the RPC range 5500-6000 holds tcp 5722 (RpcFixed, host p)"},
		{"no fixed port in the range", `
			services = ["Rpc", "Fixed"]
			rpc = { mode = "range", range = "5723-6000" }`, ""},
		{"a fixed port in the range of a host without RPC", `
			services = ["Fixed"]
			rpc = { mode = "range", range = "5500-6000" }`, ""},
	} {
		want(t, c.name, resolve(t, c.src).mistakes(), c.want)
	}
}

// TestPinsOfOthers holds that a pin of the file is none of the business of hosts that have not the service.
func TestPinsOfOthers(t *testing.T) {
	w := resolve(t, `
		rpc = { mode = "static", ports = { Rpc = 6000 } }
		[hosts]
		a = { services = ["Rpc"] }
		b = { services = ["Web"], os = "windows-2012" }`)
	want(t, "mistakes", w.mistakes(), "")
	want(t, "a port that another host has for a pin", resolve(t, `
		rpc = { mode = "static", ports = { Rpc = 80, Rpc2 = 6000 } }
		[hosts]
		a = { services = ["Rpc"] }
		b = { services = ["Rpc2", "Web"] }`).mistakes(), "")
}

// TestRPCPolicy holds what a rule set says of RPC: mode, ranges, and the pins that the host itself uses.
func TestRPCPolicy(t *testing.T) {
	w := resolve(t, `
		rpc = { mode = "static", ports = { rpc = 6000, Rpc2 = 6001 }, fallback = "range", range = "50000-50199" }
		[hosts]
		a = { services = ["Rpc"] }
		b = { services = ["Rpc2", "Rpc", "Loose"] }
		c = { services = ["Web"] }
		d = { services = ["Rpc"], rpc = { mode = "closed" } }
		e = { services = ["Rpc"], os = "windows-2003", rpc = { mode = "dynamic", mixed = true, reason = "r" } }
		f = { services = ["Rpc"], rpc = { mode = "dynamic", mixed = true, reason = "r" } }`)
	for host, text := range map[string]string{
		"a": "static [50000-50199] Rpc=6000",
		"b": "static [50000-50199] Rpc=6000 Rpc2=6001",
		"c": "static [50000-50199]",
		"d": "closed []",
		"e": "dynamic [1025-5000 49152-65535]",
		"f": "dynamic [1025-5000 49152-65535]",
	} {
		rpc := w.set(host).RPC
		got := fmt.Sprint(rpc.Mode, " ", rpc.Ranges)
		for _, p := range rpc.Pins {
			got += fmt.Sprintf(" %s=%d", p.Service, p.Port)
		}
		want(t, host, got, text)
	}
	if got, pin := w.set("a").RPC.Pins[0], (ruleset.Pin{
		Service: "Rpc", Title: "Rpc's port", Port: 6000, Kind: "registry", Place: "HKLM", Value: "Port", Type: "REG_DWORD", Restart: "reboot",
	}); got != pin {
		t.Errorf("got %+v, want %+v", got, pin)
	}
}
