package advfirewall

import (
	"fmt"
	"strconv"
	"strings"

	"rolewall/ruleset"
)

// match is the traffic of one rule of Windows Firewall.
type match struct {
	what  string
	tags  []string
	notes []string
}

// matches returns the traffic that a rule allows. Dynamic RPC goes by keyword, whatever the range: the firewall then
// opens the ports that the RPC run-time gave the listener, and no other.
func matches(os ruleset.OS, r *ruleset.Rule) []match {
	switch {
	case byKeyword(r):
		m := match{what: "tcp RPC " + listenerName(r.Listener), tags: []string{"protocol=TCP", "localport=RPC"}}
		if r.Listener.IsZero() {
			m.what = "tcp RPC"
			m.notes = []string{"the listener is not known: these senders reach the dynamic RPC ports of every program"}
		}
		return []match{m}
	case r.Protocol.HasPorts():
		protocol := "protocol=" + strings.ToUpper(r.Protocol.String())
		m := match{what: r.What(), tags: []string{protocol, "localport=" + portTexts(os, r.Ports)}}
		if len(r.FromPorts) > 0 {
			m.what += " from port " + r.FromPorts.String()
			m.tags = append(m.tags, "remoteport="+portTexts(os, r.FromPorts))
		}
		if r.IPsecOnly {
			m.notes = []string{"L2TP comes inside IPsec and is seen here once that is taken off; bare packets come in as well"}
		}
		return []match{m}
	case r.Protocol.HasTypes():
		var out []match
		for _, t := range r.ICMP {
			out = append(out, match{what: r.Protocol.String() + " " + t.String(), tags: []string{"protocol=" + icmpText(r.Protocol, t)}})
		}
		return out
	case r.Protocol == ruleset.AnyProtocol:
		return []match{{what: "any protocol", tags: []string{"protocol=any"}}}
	}
	return []match{{what: "protocol " + r.Protocol.String(), tags: []string{"protocol=" + strconv.Itoa(int(r.Protocol))}}}
}

// byKeyword reports whether the rule is said as localport=RPC, which exists for TCP alone.
func byKeyword(r *ruleset.Rule) bool { return r.RPC == ruleset.Dynamic && r.Protocol == ruleset.TCP }

// portTexts writes ports as localport takes them; Windows 2008 knows no ranges, there each number is listed.
func portTexts(os ruleset.OS, ports ruleset.Ports) string {
	if !os.Before(ruleset.Windows2008R2) {
		return ports.String()
	}
	var numbers []string
	for _, p := range ports {
		for n := int(p.First); n <= int(p.Last); n++ {
			numbers = append(numbers, strconv.Itoa(n))
		}
	}
	return strings.Join(numbers, ",")
}

// icmpText writes "icmpv4:3,4" or "icmpv6:128,any".
func icmpText(p ruleset.Protocol, t ruleset.ICMPType) string {
	name := "icmpv4"
	if p == ruleset.ICMPv6 {
		name = "icmpv6"
	}
	code := "any"
	if t.HasCode {
		code = strconv.Itoa(int(t.Code))
	}
	return fmt.Sprintf("%s:%d,%s", name, t.Type, code)
}
