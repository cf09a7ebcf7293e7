package catalog

import (
	"slices"
	"strings"

	"rolewall/ruleset"
	"rolewall/tomldoc"
)

var trafficKeys = []string{"tcp", "udp", "icmp", "icmpv6", "protocol"}

// Traffic is the traffic that a key of a table names.
type Traffic struct {
	ruleset.Traffic
	IsWord bool // the key holds a word in place of ports; the caller fills in the ports
}

// ReadTraffic reads the key of a table that names traffic: tcp, udp, icmp, icmpv6 or protocol. tcp and udp may
// both be given, which returns two elements. Besides ports, both accept word, "dynamic" or "any"; pass "" for
// none. It reports mistakes in the table's list and always returns at least one element.
func ReadTraffic(t *tomldoc.Table, word string) []Traffic {
	given := slices.DeleteFunc(slices.Clone(trafficKeys), func(k string) bool { return !t.Has(k) })
	for _, k := range trafficKeys {
		t.MarkKnown(k)
	}
	if len(given) != 1 && !slices.Equal(given, []string{"tcp", "udp"}) {
		failTraffic(t, len(given))
		return []Traffic{{}}
	}
	var out []Traffic
	for _, key := range given {
		out = append(out, readTrafficKey(t, key, word))
	}
	return out
}

// failTraffic reports a table that names no traffic, or more than one kind. "port" is the key of other firewalls.
func failTraffic(t *tomldoc.Table, given int) {
	hint := "say one of " + strings.Join(trafficKeys, ", ") + `, or tcp and udp together`
	switch {
	case given > 0:
		t.Fail("", hint, "%d kinds of traffic are named, there must be one", given)
	case t.Has("port"):
		t.MarkKnown("port")
		t.Fail("port", "the protocol is the key: tcp = 443, or udp = 53", "unknown key %q", "port")
	default:
		t.Fail("", hint+", such as tcp = 443", "neither ports nor a protocol are named")
	}
}

func readTrafficKey(t *tomldoc.Table, key, word string) Traffic {
	switch key {
	case "tcp":
		return readPorts(t, key, ruleset.TCP, word)
	case "udp":
		return readPorts(t, key, ruleset.UDP, word)
	case "icmp":
		return readICMP(t, key, ruleset.ICMP)
	case "icmpv6":
		return readICMP(t, key, ruleset.ICMPv6)
	}
	return Traffic{Traffic: ruleset.Traffic{Protocol: readProtocol(t)}}
}

// readPorts reads ports: a number, a text such as "80, 8000-8010", a list of these, or the word.
func readPorts(t *tomldoc.Table, key string, p ruleset.Protocol, word string) Traffic {
	x := Traffic{Traffic: ruleset.Traffic{Protocol: p}}
	parts := t.TextsOrNumbers(key, `a port, a range or a list of them: 443, "8000-8010", [80, 443]`)
	if len(parts) == 1 && parts[0] == word && word != "" {
		x.IsWord = true
		return x
	}
	const hint = `a port from 1 to 65535, a range such as "8000-8010", or a list: [80, 443]`
	if strings.Join(parts, "") == "" {
		t.Fail(key, hint, "no port")
		return x
	}
	if slices.Contains(parts, word) && word != "" {
		t.Fail(key, "", "%q must stand alone", word)
		return x
	}
	ports, err := ruleset.ParsePorts(strings.Join(parts, ","))
	if err != nil {
		t.Fail(key, hint, "%s", err)
	}
	x.Ports = ports
	return x
}

// readICMP reads a type, 8 or "8", or a type with a code, "3:4".
func readICMP(t *tomldoc.Table, key string, p ruleset.Protocol) Traffic {
	x := Traffic{Traffic: ruleset.Traffic{Protocol: p}}
	const hint = `a type such as 8, or type and code such as "3:4"`
	typ, err := ruleset.ParseICMPType(t.TextOrNumber(key, hint))
	if err != nil {
		t.Fail(key, hint, "%s", err)
	}
	x.ICMP = []ruleset.ICMPType{typ}
	return x
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

// ReadPorts reads ports under a key of a table: a number, a text such as "80, 8000-8010", or a list of these.
func ReadPorts(t *tomldoc.Table, key string) ruleset.Ports {
	return readPorts(t, key, ruleset.UDP, "").Ports
}

// ReadInterfaces reads the key interfaces of an endpoint or exception: names of network interfaces, or beginnings of names such
// as "virbr*". It returns them sorted, and nothing where the key is absent.
func ReadInterfaces(t *tomldoc.Table) []string {
	names := t.Strings("interfaces")
	for _, name := range names {
		if why := ruleset.CheckInterface(name); why != "" {
			t.Fail("interfaces", `a name has at most 15 letters, digits and . _ : @ -, and may end in *: "virbr*"`, "%s", why)
		}
	}
	if t.Has("interfaces") && len(names) == 0 {
		t.Fail("interfaces", "leave the key out for every interface", "interfaces is empty")
	}
	slices.Sort(names)
	return slices.Compact(names)
}
