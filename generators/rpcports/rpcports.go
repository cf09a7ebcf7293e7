// Package rpcports writes a cmd.exe script that applies the RPC policy to a Windows host: the range of ports of
// its RPC servers, and the services that are pinned to one port. The filters of other targets rely on these ports.
// The script writes no filter itself.
package rpcports

import (
	"slices"
	"sync"

	"rolewall/generators/target"
	"rolewall/generators/winscript"
	"rolewall/ruleset"
)

// Target writes rpc-ports.cmd.
type Target struct{ layout *target.Layout }

// New returns the target.
func New() Target { return Target{target.NewLayout("rpc-ports")} }

func (Target) Info() target.Info { return info() }

// info is computed once, since every host needs it.
var info = sync.OnceValue(func() target.Info {
	return target.Info{
		Name: "rpc-ports", Title: "RPC port settings script", File: "rpc-ports.cmd", CRLF: true, Mode: 0o644, Comment: winscript.Comment,
		OS:    slices.DeleteFunc(ruleset.AllOS(), func(o ruleset.OS) bool { return !o.IsWindows() || o.Before(ruleset.Windows2003) }),
		NotOn: "the script needs reg.exe and cmd.exe as Windows 2003 has them",
		Capabilities: target.Capabilities{
			PortRanges: true, IPv4: true, IPv6: true, Sources: true, Protocols: true, AnyProtocol: true,
			ICMPTypes: true, ICMPCodes: true, Listener: true, Outbound: true, RPCKeyword: true,
			Interfaces: true, FromPorts: true, Limits: true,
		},
	}
})

// data is the data of the template.
type data struct {
	Header   []string
	OS       string
	Build    string
	Builds   string // in words
	Settings []setting
	Commands []command
	DFSR     bool     // a pin is for DFSR
	Restarts []string // lines for the administrator
}

func (t Target) Script(rs *ruleset.RuleSet) (target.Script, error) {
	return t.layout.Script(header(t.Info(), rs), newData(rs))
}

func (t Target) Data(rs *ruleset.RuleSet) (any, error) {
	out := newData(rs)
	out.Header = target.HeaderLines(header(t.Info(), rs), rs.Host, winscript.Comment)
	return out, nil
}

func newData(rs *ruleset.RuleSet) data {
	return data{OS: string(rs.OS), Build: winscript.BuildTest(rs.OS), Builds: winscript.BuildWords(rs.OS), Settings: settings(rs), Commands: commands(rs), DFSR: pinsDFSR(rs), Restarts: restarts(rs)}
}

func header(info target.Info, rs *ruleset.RuleSet) []string {
	return winscript.Header(info, rs,
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

// Refuse returns policies that need no script, and pins that no script can set.
func (Target) Refuse(rs *ruleset.RuleSet) []target.Unsupported {
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
