package wintest_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"rolewall/internal/wintest"
	"rolewall/ruleset"
)

const (
	ntdsValue     = `hklm\system\currentcontrolset\services\ntds\parameters\tcp/ip port`
	netlogonValue = `hklm\system\currentcontrolset\services\netlogon\parameters\dctcpipport`
	rangeValue    = `hklm\software\microsoft\rpc\internet\ports`
)

func pinned(edition ruleset.OS, pins ...ruleset.Pin) *ruleset.RuleSet {
	return &ruleset.RuleSet{
		Host: "host1", OS: edition, Families: edition.Families(),
		RPC: ruleset.RPC{Mode: ruleset.RPCStatic, Ranges: []ruleset.PortRange{{First: 50000, Last: 50199}}, Pins: pins},
	}
}

var (
	ntds     = ruleset.Pin{Service: "LSASS", Title: "AD replication", Port: 38901, Kind: "registry", Place: `HKLM\SYSTEM\CurrentControlSet\Services\NTDS\Parameters`, Value: "TCP/IP Port", Type: "REG_DWORD", Restart: "reboot"}
	netlogon = ruleset.Pin{Service: "Netlogon", Title: "Net Logon RPC", Port: 38902, Kind: "registry", Place: `HKLM\SYSTEM\CurrentControlSet\Services\Netlogon\Parameters`, Value: "DCTcpipPort", Type: "REG_DWORD", Restart: "restart service"}
	dfsr     = ruleset.Pin{Service: "DFSR", Title: "DFS Replication", Port: 5722, Kind: "command", Place: "dfsrdiag StaticRPC /port:N", Restart: "restart service"}
	wmi      = ruleset.Pin{Service: "winmgmt", Title: "WMI", Port: 24158, Kind: "command", Place: "winmgmt -standalonehost", Restart: "restart service"}
)

// pinnedHost has values of its own in some of the places.
func pinnedHost(edition ruleset.OS) *wintest.Host {
	h := wintest.NewHost(edition, build(edition))
	h.Registry[netlogonValue] = "REG_DWORD    0x1234"
	h.Registry[rangeValue] = `REG_MULTI_SZ    6000-6100\06200`
	h.Registry[strings.TrimSuffix(ntdsValue, "tcp/ip port")+"other"] = "REG_SZ    stays"
	return h
}

func TestRPCPortsObeys(t *testing.T) {
	h := pinnedHost(ruleset.Windows2022)
	run(t, h, script(t, "rpc-ports", pinned(ruleset.Windows2022, dfsr, ntds, netlogon, wmi)))
	for place, want := range map[string]string{
		ntdsValue: "REG_DWORD    38901", netlogonValue: "REG_DWORD    38902", rangeValue: "REG_MULTI_SZ    50000-50199",
		`hklm\software\microsoft\rpc\internet\useinternetports`: "REG_SZ    Y", `hklm\software\microsoft\rpc\internet\portsinternetavailable`: "REG_SZ    Y",
		`tool\dfsr`: "5722", `tool\winmgmt`: "24158",
	} {
		if h.Registry[place] != want {
			t.Errorf("%s is %q, want %q", place, h.Registry[place], want)
		}
	}
	for _, c := range h.Ran {
		if strings.Contains(c, "dynamicport") {
			t.Errorf("it runs %s", c)
		}
	}
}

// Undo puts everything back, however often the script ran, and after any failure.
func TestRPCPortsUndo(t *testing.T) {
	const edition = ruleset.Windows2022
	first := script(t, "rpc-ports", pinned(edition, dfsr, ntds, netlogon))
	before := pinnedHost(edition).Registry
	whole := pinnedHost(edition)
	run(t, whole, first)
	obeys, steps := maps.Clone(whole.Registry), len(whole.Ran)
	run(t, whole, first)
	if !maps.Equal(whole.Registry, obeys) {
		t.Errorf("%s: a second run changes something", edition)
	}
	undo(t, whole, first, before, "two runs")
	for i := 1; i <= steps; i++ {
		h := pinnedHost(edition)
		h.Fail = i
		code, err := h.Run(first)
		if err != nil {
			t.Fatal(err)
		}
		failed := h.Ran[min(i, len(h.Ran))-1]
		if code == 0 && !maps.Equal(h.Registry, obeys) {
			t.Errorf("%s: %s fails and the exit code is 0", edition, failed)
		}
		half := h.Clone()
		undo(t, half, first, before, "the failure of "+failed)
		h.Fail = 0
		if run(t, h, first); !maps.Equal(h.Registry, obeys) {
			t.Errorf("%s: a run after the failure of %s does not mend it", edition, failed)
		}
		undo(t, h, first, before, "a second run after the failure of "+failed)
	}
}

func undo(t *testing.T, h *wintest.Host, s *wintest.Script, before map[string]string, after string) {
	t.Helper()
	h.Fail = 0
	code, err := h.Run(s, "undo")
	if err != nil || code != 0 {
		t.Fatalf("undo after %s: exit code %d, %v\n%s", after, code, err, h.Out)
	}
	if !maps.Equal(h.Registry, before) {
		t.Errorf("undo after %s leaves %v, want %v", after, h.Registry, before)
	}
}

// A failure while undoing is told, and another undo ends the work.
func TestRPCPortsUndoFails(t *testing.T) {
	s := script(t, "rpc-ports", pinned(ruleset.Windows2022, dfsr, ntds, netlogon, wmi))
	before := pinnedHost(ruleset.Windows2022).Registry
	set := pinnedHost(ruleset.Windows2022)
	run(t, set, s)
	whole := set.Clone()
	undo(t, whole, s, before, "one run")
	for i := 1; i <= len(whole.Ran); i++ {
		h := set.Clone()
		h.Fail = i
		code, err := h.Run(s, "undo")
		if err != nil {
			t.Fatal(err)
		}
		if code == 0 && !maps.Equal(h.Registry, before) {
			t.Errorf("undo says it is done though %s failed", h.Ran[min(i, len(h.Ran))-1])
		}
		undo(t, h, s, before, "a failed undo")
	}
}

// Without dfsrdiag, which Windows does not bring, the class of the service sets the port and takes it back.
func TestRPCPortsWithoutTool(t *testing.T) {
	s := script(t, "rpc-ports", pinned(ruleset.Windows2022, dfsr, ntds, netlogon))
	h := pinnedHost(ruleset.Windows2022)
	h.Missing["dfsrdiag"] = true
	run(t, h, s)
	if h.Registry[`tool\dfsr`] != "5722" {
		t.Errorf("the port of DFSR is %q", h.Registry[`tool\dfsr`])
	}
	undo(t, h, s, pinnedHost(ruleset.Windows2022).Registry, "a run without dfsrdiag")
}

// Where neither can be had nothing is begun; undo goes on as far as it can.
func TestRPCPortsWithoutDFSR(t *testing.T) {
	s := script(t, "rpc-ports", pinned(ruleset.Windows2022, dfsr, ntds, netlogon))
	for _, missing := range []string{"powershell", "dfsr"} {
		h := pinnedHost(ruleset.Windows2022)
		h.Missing["dfsrdiag"], h.Missing[missing] = true, true
		if code, err := h.Run(s); err != nil || code == 0 || !maps.Equal(h.Registry, pinnedHost(ruleset.Windows2022).Registry) {
			t.Errorf("exit code %d, %v, and the registry is %v", code, err, h.Registry)
		}
		h = pinnedHost(ruleset.Windows2022)
		run(t, h, s)
		h.Missing["dfsrdiag"], h.Missing[missing] = true, true
		code, err := h.Run(s, "undo")
		if err != nil || code == 0 || !strings.Contains(h.Out, "The old value of dfsr could not be put back.") {
			t.Errorf("exit code %d, %v\n%s", code, err, h.Out)
		}
		if _, set := h.Registry[ntdsValue]; set || h.Registry[netlogonValue] != "REG_DWORD    0x1234" {
			t.Errorf("the others are not put back: %v", h.Registry)
		}
	}
}

// The end marks that Windows 2003 prints of a list are no data.
func TestRPCPortsEndMarks(t *testing.T) {
	h := pinnedHost(ruleset.Windows2003)
	h.Registry[rangeValue] = `REG_MULTI_SZ    6000-6100\06200\0\0`
	s := script(t, "rpc-ports", pinned(ruleset.Windows2003, ntds))
	run(t, h, s)
	if code, err := h.Run(s, "undo"); err != nil || code != 0 {
		t.Fatalf("exit code %d, %v", code, err)
	}
	if got := h.Registry[rangeValue]; got != `REG_MULTI_SZ    6000-6100\06200` {
		t.Errorf("the list is %q", got)
	}
}

// A value that is there and empty cannot be kept, so nothing is written over it.
func TestRPCPortsEmptyValue(t *testing.T) {
	h := pinnedHost(ruleset.Windows2022)
	h.Registry[rangeValue] = "REG_MULTI_SZ    "
	before := maps.Clone(h.Registry)
	if code, err := h.Run(script(t, "rpc-ports", pinned(ruleset.Windows2022))); err != nil || code == 0 {
		t.Errorf("exit code %d, %v", code, err)
	}
	if h.Registry[rangeValue] != before[rangeValue] {
		t.Errorf("the list is %q", h.Registry[rangeValue])
	}
}

// What the next version does not set goes back, and what it sets keeps the first old value.
func TestRPCPortsNextVersion(t *testing.T) {
	h := pinnedHost(ruleset.Windows2022)
	run(t, h, script(t, "rpc-ports", pinned(ruleset.Windows2022, dfsr, ntds, netlogon)))
	moved := ntds
	moved.Port = 40000
	second := pinned(ruleset.Windows2022, moved)
	second.RPC.Ranges = nil
	next := script(t, "rpc-ports", second)
	run(t, h, next)
	if h.Registry[ntdsValue] != "REG_DWORD    40000" || h.Registry[netlogonValue] != "REG_DWORD    0x1234" || h.Registry[rangeValue] != `REG_MULTI_SZ    6000-6100\06200` || h.Registry[`tool\dfsr`] != "" {
		t.Errorf("the registry is %v", h.Registry)
	}
	undo(t, h, next, pinnedHost(ruleset.Windows2022).Registry, "two versions")
}

func TestRPCPortsStops(t *testing.T) {
	s := script(t, "rpc-ports", pinned(ruleset.Windows2022, ntds))
	for name, change := range map[string]func(*wintest.Host) []string{
		"not elevated": func(h *wintest.Host) []string { h.Elevated = false; return nil }, "other edition": func(h *wintest.Host) []string { h.Build = "1"; return nil },
		"unknown word":            func(h *wintest.Host) []string { return []string{"redo"} },
		"a value of another type": func(h *wintest.Host) []string { h.Registry[ntdsValue] = "REG_SZ    5"; return nil },
	} {
		h := pinnedHost(ruleset.Windows2022)
		args := change(h)
		before := h.Registry[ntdsValue]
		code, err := h.Run(s, args...)
		if err != nil {
			t.Fatal(err)
		}
		if code == 0 || h.Registry[ntdsValue] != before {
			t.Errorf("%s: exit code %d, and the value is %q", name, code, h.Registry[ntdsValue])
		}
	}
}

// The pins of the catalog are ones that the script can make.
func TestRPCPortsOfPolicies(t *testing.T) {
	c := defaultCatalog(t)
	toml := `
[hosts.dc]
roles = ["domain-controller", "certificate-authority", "wmi-managed"]
rpc = { mode = "static", fallback = "dynamic", ports = { LSASS = 38901, Netlogon = 38902, DFSR = 5722, CertSvc = 38903, winmgmt = 24158 } }
[hosts.old]
os = "windows-2003"
roles = ["domain-controller", "certificate-authority"]
rpc = { mode = "static", fallback = "range", range = "50000-50199", ports = { LSASS = 38901, Netlogon = 38902, NtFrs = 38904, CertSvc = 38903 } }
[hosts.range]
roles = ["file-server", "print-server"]
rpc = { mode = "range", range = "50000-50199" }
`
	for _, rs := range resolve(t, text(toml), "pins.toml", c) {
		h := wintest.NewHost(rs.OS, build(rs.OS))
		run(t, h, script(t, "rpc-ports", rs))
		var pins []string
		for _, p := range rs.RPC.Pins {
			pins = append(pins, fmt.Sprint(p.Port))
		}
		values := slices.Collect(maps.Values(h.Registry))
		for _, p := range pins {
			if !slices.ContainsFunc(values, func(v string) bool { return strings.HasSuffix(v, p) }) {
				t.Errorf("%s: nothing is pinned to %s", rs.Host, p)
			}
		}
		if len(rs.RPC.Pins)+len(rs.RPC.Ranges) == 0 {
			t.Errorf("%s has nothing to set", rs.Host)
		}
	}
}
