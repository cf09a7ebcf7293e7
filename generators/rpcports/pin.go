package rpcports

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"rolewall/generators/winscript"
	"rolewall/ruleset"
)

// setting is one registry value.
type setting struct {
	Title           string
	ID              string // under which the old value is kept
	Key, Name, Type string
	Data            string
}

// command is a setting that a program makes. The script can undo it.
type command struct{ Title, ID, Command string }

// settings returns the values for the host's range and for the pins.
func settings(rs *ruleset.RuleSet) []setting {
	var out []setting
	if r, restricted := restrictedRange(rs); restricted {
		const key = `HKLM\SOFTWARE\Microsoft\Rpc\Internet`
		title := fmt.Sprintf("RPC servers without a port of their own: %s", r)
		out = append(out,
			setting{title, "Rpc-Ports", key, "Ports", "REG_MULTI_SZ", r.String()},
			setting{"", "Rpc-PortsInternetAvailable", key, "PortsInternetAvailable", "REG_SZ", "Y"},
			setting{"", "Rpc-UseInternetPorts", key, "UseInternetPorts", "REG_SZ", "Y"})
	}
	for _, p := range rs.RPC.Pins {
		if p.Kind != "registry" {
			continue
		}
		s := setting{pinTitle(p), p.Service, p.Place, p.Value, p.Type, strconv.Itoa(int(p.Port))}
		if p.Type == "REG_MULTI_SZ" { // the endpoints of a DCOM server: protocol, flags, port
			s.Data = winscript.DCOMEndpoint(p.Port)
		}
		out = append(out, s)
	}
	return out
}

// restrictedRange returns the range for dynamic endpoints, if the policy sets one.
func restrictedRange(rs *ruleset.RuleSet) (ruleset.PortRange, bool) {
	if len(rs.RPC.Ranges) != 1 || rs.RPC.Ranges[0] == rs.OS.DynamicRange() {
		return ruleset.PortRange{}, false
	}
	return rs.RPC.Ranges[0], true
}

func pinTitle(p ruleset.Pin) string {
	return winscript.Text(fmt.Sprintf("%s, %s: %d", p.Service, p.Title, p.Port), 110)
}

// commands returns the pins that are not registry values.
func commands(rs *ruleset.RuleSet) []command {
	var out []command
	for _, p := range rs.RPC.Pins {
		if p.Kind == "command" {
			c := command{pinTitle(p), p.Service, p.Place}
			if setsDFSR(p) {
				c.Command = fmt.Sprintf("call :dfsr %d", p.Port)
			}
			out = append(out, c)
		}
	}
	return out
}

// pinsDFSR reports whether a pin needs dfsrdiag, which is not part of every Windows, or the class of the service.
func pinsDFSR(rs *ruleset.RuleSet) bool { return slices.ContainsFunc(rs.RPC.Pins, setsDFSR) }

func setsDFSR(p ruleset.Pin) bool {
	return p.Kind == "command" && strings.HasPrefix(p.Place, "dfsrdiag StaticRPC /port:N")
}

// badPin returns why the script cannot set a pin.
func badPin(p ruleset.Pin) (what, hint string) {
	for _, text := range []string{p.Service, p.Place, p.Value, p.Type} {
		if !winscript.Plain(text) {
			return fmt.Sprintf("write the setting %q of %s", text, p.Service), "correct the pin in the catalog or in the service of the policy"
		}
	}
	switch {
	case p.Kind == "registry" && slices.Contains([]string{"REG_DWORD", "REG_MULTI_SZ"}, p.Type), p.Kind == "command" && undoable(p):
		return "", ""
	}
	return fmt.Sprintf("pin %s: %s is not set by registry or command", p.Service, p.Title), "set it by hand, and leave the target rpc-ports away for this host"
}

// undoable reports whether the script can undo the command.
func undoable(p ruleset.Pin) bool {
	return setsDFSR(p) || strings.HasPrefix(p.Place, "winmgmt ")
}

// restarts returns what must be restarted, the largest part first.
func restarts(rs *ruleset.RuleSet) []string {
	var reboot, services []string
	if _, restricted := restrictedRange(rs); restricted {
		reboot = append(reboot, "the RPC range")
	}
	for _, p := range rs.RPC.Pins {
		switch p.Restart {
		case "reboot":
			reboot = append(reboot, p.Service)
		case "restart service":
			services = append(services, p.Service)
		}
	}
	var out []string
	if len(reboot) > 0 {
		out = append(out, "Restart Windows for "+strings.Join(reboot, ", ")+".")
	}
	for _, s := range services {
		out = append(out, fmt.Sprintf("Restart the service %s: net stop %s, net start %s.", s, s, s))
	}
	return out
}
