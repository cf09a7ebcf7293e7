package winscript

import (
	"fmt"
	"regexp"
	"strings"

	"rolewall/ruleset"
)

// PinCheck is what a script can check before it closes the dynamic ports of a service that the policy pins.
type PinCheck struct {
	Service string
	Port    uint16

	Key, Name, Type string // of the registry value; Key is empty if there is none that a script can name
	Want            string // content of the value, as reg prints it

	Listens bool // the service listens from its start, so if nothing listens, the pin has not taken effect
	Unsure  bool // neither the registry nor a listening port shows whether the pin has taken effect
}

// PinChecks returns the checks for the pins of a rule set.
func PinChecks(rs *ruleset.RuleSet) []PinCheck {
	var out []PinCheck
	for _, p := range rs.RPC.Pins {
		c := PinCheck{Service: Text(p.Service, 60), Port: p.Port}
		switch {
		case p.Kind == "registry" && p.Type == "REG_DWORD":
			c.Want, c.Listens = fmt.Sprintf("0x%x", p.Port), true
		case p.Kind == "registry" && p.Type == "REG_MULTI_SZ": // a DCOM server, which listens only after the first call
			c.Want = DCOMEndpoint(p.Port)
		case strings.HasPrefix(p.Place, "dfsrdiag "):
			c.Listens = true
		}
		if c.Want != "" && Plain(p.Place) && Plain(p.Value) {
			c.Key, c.Name, c.Type = p.Place, p.Value, p.Type
		}
		c.Unsure = c.Key == "" && !c.Listens
		out = append(out, c)
	}
	return out
}

// DCOMEndpoint returns the endpoint of a DCOM server as the registry holds it: protocol, flags, port.
func DCOMEndpoint(port uint16) string { return fmt.Sprintf("ncacn_ip_tcp,0,%d", port) }

// plainText is printable ASCII without characters that cmd.exe interprets, inside or outside of quotation marks.
var plainText = regexp.MustCompile("^[ #$'()*+,./0-9:;=?@A-Z\\\\[\\]_`a-z{}~-]*$")

// Plain reports whether a text can be written unchanged in quotation marks in a script.
func Plain(text string) bool { return plainText.MatchString(text) && !strings.HasSuffix(text, `\`) }
