package generators

import (
	"io"
	"slices"
	"sync"

	"rolewall/ruleset"
)

// rpcPorts writes no filter. Its script makes a host obey the RPC policy that the filters of other targets count on.
type rpcPorts struct{}

func (rpcPorts) Info() Info { return rpcInfo() }

// rpcInfo is worked out once: it is asked for of every host.
var rpcInfo = sync.OnceValue(func() Info {
	return Info{
		Name: "rpc-ports", Title: "RPC port settings script", File: "rpc-ports.cmd", CRLF: true, Mode: 0o644,
		OS:    slices.DeleteFunc(ruleset.AllOS(), func(o ruleset.OS) bool { return !o.IsWindows() || o.Before(ruleset.Windows2003) }),
		NotOn: "the script needs reg.exe and cmd.exe as Windows 2003 has them",
		Can: Can{
			PortRanges: true, IPv4: true, IPv6: true, Sources: true, Protocols: true, AnyProtocol: true,
			ICMPTypes: true, ICMPCodes: true, Listener: true, Outbound: true, RPCKeyword: true,
		},
	}
})

// rpcPage is what the template lays out.
type rpcPage struct {
	Header   []string
	OS       string
	Build    string
	Settings []rpcSetting
	Commands []rpcCommand
	DFSR     bool     // a command needs dfsrdiag
	Restarts []string // lines for the admin
}

func (t rpcPorts) Generate(w io.Writer, rs *ruleset.RuleSet) error { return fill(w, t, rs) }

func (t rpcPorts) page(rs *ruleset.RuleSet) (any, error) {
	page := rpcPage{OS: string(rs.OS), Build: cmdBuildTest(rs.OS), Settings: rpcSettings(rs), Commands: rpcCommands(rs), DFSR: pinsDFSR(rs), Restarts: rpcRestarts(rs)}
	page.Header = cmdHeader(t.Info(), rs,
		"",
		"Apply    rpc-ports.cmd, from an elevated prompt. Nothing changes before the restarts that it names at its end.",
		"Undo     rpc-ports.cmd undo, which puts back the registry values from before the first run. They are kept in the",
		`         registry: HKLM\SOFTWARE\rolewall\rpc-ports. What an earlier script set and this one does not`,
		"         goes back to its old value in every run.",
		"Failure  the exit code is not 0; run it again, or undo.",
		"",
		"The range of TCP and UDP ports for the host's own connections (netsh int ipv4 set dynamicport) stays as it is.",
	)
	return page, nil
}

// refuse lists policies that need no script, and pins that none can write.
func (rpcPorts) refuse(rs *ruleset.RuleSet) []Refusal {
	if rs.RPC.Mode == ruleset.RPCDynamic || rs.RPC.Mode == ruleset.RPCClosed {
		return []Refusal{refusal(`leave the target rpc-ports away, or say [rpc] mode = "range" or "static"`,
			"do anything for the RPC policy %s: the host already obeys it", rs.RPC.Mode)}
	}
	var out []Refusal
	for _, p := range rs.RPC.Pins {
		if what, hint := badPin(p); what != "" {
			out = append(out, Refusal{Kind: "pin", What: what, Hint: hint})
		}
	}
	return out
}
