package catalog

import (
	"slices"
	"strings"

	"rolewall/ruleset"
	"rolewall/tomldoc"
)

// ReadTraffic reads the one key of a table that names traffic: tcp, udp, icmp, icmpv6 or protocol. Beside ports, tcp and udp
// take a word, "dynamic" or "any"; isWord reports whether it is there, and the ports are then the caller's to fill in. Pass ""
// for no word. Mistakes are noted in the table's list.
func ReadTraffic(t *tomldoc.Table, word string) (x ruleset.Traffic, isWord bool) {
	keys := []string{"tcp", "udp", "icmp", "icmpv6", "protocol"}
	given := slices.DeleteFunc(slices.Clone(keys), func(k string) bool { return !t.Has(k) })
	for _, k := range keys[:4] {
		t.Text(k) // checks the type
	}
	t.MarkKnown("protocol")
	if len(given) != 1 {
		hint := "say one of " + strings.Join(keys, ", ")
		t.Fail("", hint, "%d kinds of traffic are named, there must be one", len(given))
		return x, false
	}
	switch key := given[0]; key {
	case "tcp", "udp":
		x.Protocol = map[string]ruleset.Protocol{"tcp": ruleset.TCP, "udp": ruleset.UDP}[key]
		text := t.String(key)
		if text == "" {
			t.Fail(key, `ports are text: "443" or "8000-8010"`, "no port")
			return x, false
		}
		if text == word {
			return x, true
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
		x.Protocol = readProtocol(t)
	}
	return x, false
}

// readProtocol reads the number of a protocol that has neither ports nor types.
func readProtocol(t *tomldoc.Table) ruleset.Protocol {
	n, ok := t.Int("protocol", 0, 255)
	if !ok {
		return 0
	}
	p := ruleset.Protocol(n)
	if p.HasPorts() || p.HasTypes() {
		t.Fail("protocol", "use the key "+p.String(), "protocol %d needs its ports or types", n)
	}
	return p
}
