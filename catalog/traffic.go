package catalog

import (
	"slices"
	"strings"

	"rolewall/ruleset"
	"rolewall/tomldoc"
)

// Traffic is what a packet is told by, whoever sends it.
type Traffic struct {
	Protocol ruleset.Protocol
	Ports    ruleset.Ports // empty for protocols without ports and where OwnRange is set
	OwnRange bool          // tcp or udp = "dynamic": the ports come from the dynamic range of the host
	ICMP     []ruleset.ICMPType
	RPC      ruleset.RPCKind // EndpointMapper, Dynamic (with OwnRange), Static, or none
}

// Port is the traffic in the form users type: "tcp/445", "udp/dynamic", "icmp/8", "protocol/47", "gre".
func (x *Traffic) Port() string {
	switch {
	case x.OwnRange:
		return x.Protocol.String() + "/dynamic"
	case x.Protocol.HasPorts():
		return x.Protocol.String() + "/" + x.Ports.String()
	case x.Protocol.HasTypes():
		return x.Protocol.String() + "/" + x.ICMP[0].String()
	}
	return x.Protocol.Text()
}

// ReadTraffic reads the key that says what is let in: exactly one of tcp, udp, icmp, icmpv6, protocol. For tcp and
// udp the word allowed beside ports sets OwnRange; pass "" for none.
func ReadTraffic(t *tomldoc.Table, word string) (x Traffic) {
	keys := []string{"tcp", "udp", "icmp", "icmpv6", "protocol"}
	given := slices.DeleteFunc(slices.Clone(keys), func(k string) bool { return !t.Has(k) })
	for _, k := range keys[:4] {
		t.Text(k) // checks the type
	}
	t.MarkKnown("protocol")
	if len(given) != 1 {
		hint := "say one of " + strings.Join(keys, ", ")
		t.Fail("", hint, "%d kinds of traffic are named, there must be one", len(given))
		return x
	}
	switch key := given[0]; key {
	case "tcp", "udp":
		x.Protocol = map[string]ruleset.Protocol{"tcp": ruleset.TCP, "udp": ruleset.UDP}[key]
		text := t.String(key)
		if text == "" {
			t.Fail(key, `ports are text: "443" or "8000-8010"`, "no port")
			return x
		}
		if text == word {
			x.OwnRange = true
			return x
		}
		ports, err := ruleset.ParsePorts(text)
		if err != nil {
			t.Fail(key, `a port from 1 to 65535 or a range such as "8000-8010"`, "%s", err)
		}
		x.Ports = ports
	case "icmp", "icmpv6":
		x.Protocol = map[string]ruleset.Protocol{"icmp": ruleset.ICMP, "icmpv6": ruleset.ICMPv6}[key]
		typ, err := ruleset.ParseICMPType(t.String(key))
		if err != nil {
			t.Fail(key, `a type such as "8", or type and code such as "3:4"`, "%s", err)
		}
		x.ICMP = []ruleset.ICMPType{typ}
	case "protocol":
		x.readProtocol(t)
	}
	return x
}

func (x *Traffic) readProtocol(t *tomldoc.Table) {
	n, ok := t.Int("protocol", 0, 255)
	if !ok {
		return
	}
	x.Protocol = ruleset.Protocol(n)
	if x.Protocol.HasPorts() || x.Protocol.HasTypes() {
		t.Fail("protocol", "use the key "+x.Protocol.String(), "protocol %d needs its ports or types", n)
	}
}
