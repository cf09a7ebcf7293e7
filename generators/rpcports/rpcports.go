package generators

import (
	"slices"
	"sync"

	"rolewall/generators/target"
	"rolewall/ruleset"
)

// rpcPorts writes no filter. Its script makes a host obey the RPC policy that the filters of other targets count on.
type rpcPorts struct{ layout *target.Layout }

func newRPCPorts() rpcPorts { return rpcPorts{target.NewLayout("rpc-ports")} }

func (rpcPorts) Info() target.Info { return rpcInfo() }

// rpcInfo is worked out once: it is asked for of every host.
var rpcInfo = sync.OnceValue(func() target.Info {
	return target.Info{
		Name: "rpc-ports", Title: "RPC port settings script", File: "rpc-ports.cmd", CRLF: true, Mode: 0o644, Comment: cmdComment,
		OS:    slices.DeleteFunc(ruleset.AllOS(), func(o ruleset.OS) bool { return !o.IsWindows() || o.Before(ruleset.Windows2003) }),
		NotOn: "the script needs reg.exe and cmd.exe as Windows 2003 has them",
		Capabilities: target.Capabilities{
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

func (t rpcPorts) Script(rs *ruleset.RuleSet) (target.Script, error) {
	return t.layout.Script(rpcHeader(t.Info(), rs), newRPCPage(rs))
}

func (t rpcPorts) Data(rs *ruleset.RuleSet) (any, error) {
	page := newRPCPage(rs)
	page.Header = target.HeaderLines(rpcHeader(t.Info(), rs), rs.Host, cmdComment)
	return page, nil
}

func newRPCPage(rs *ruleset.RuleSet) rpcPage {
	return rpcPage{OS: string(rs.OS), Build: cmdBuildTest(rs.OS), Settings: rpcSettings(rs), Commands: rpcCommands(rs), DFSR: pinsDFSR(rs), Restarts: rpcRestarts(rs)}
}

func rpcHeader(info target.Info, rs *ruleset.RuleSet) []string {
	return cmdHeader(info, rs,
		"",
		"Apply    rpc-ports.cmd, from an elevated prompt. Nothing changes before the restarts that it names at its end.",
		"Undo     rpc-ports.cmd undo, which puts back the registry values from before the first run. They are kept in the",
		`         registry: HKLM\SOFTWARE\rolewall\rpc-ports. What an earlier script set and this one does not`,
		"         goes back to its old value in every run.",
		"Failure  the exit code is not 0; run it again, or undo.",
		"",
		"The range of TCP and UDP ports for the host's own connections (netsh int ipv4 set dynamicport) stays as it is.",
	)
}

// refuse lists policies that need no script, and pins that none can write.
func (rpcPorts) Refuse(rs *ruleset.RuleSet) []target.Unsupported {
	if rs.RPC.Mode == ruleset.RPCDynamic || rs.RPC.Mode == ruleset.RPCClosed {
		return []target.Unsupported{target.Unsupportedf(`leave the target rpc-ports away, or say [rpc] mode = "range" or "static"`,
			"do anything for the RPC policy %s: the host already obeys it", rs.RPC.Mode)}
	}
	var out []target.Unsupported
	for _, p := range rs.RPC.Pins {
		if what, hint := badPin(p); what != "" {
			out = append(out, target.Unsupported{Kind: "pin", What: what, Hint: hint})
		}
	}
	return out
}
