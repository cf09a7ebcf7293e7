package policy

import (
	"strings"

	"rolewall/catalog"
	"rolewall/ruleset"
	"rolewall/tomldoc"
)

// readAllow reads an [[allow]] of a level and returns an exception for each protocol that it names. where is the
// name of the level.
func (l *loader) readAllow(t *tomldoc.Table, where string) []Exception {
	a := Exception{Level: where, Location: t.Location()}
	traffic := readTraffic(t)
	a.From, _ = l.readSources(t, "from")
	if !t.Has("from") {
		t.Fail("", `from = ["admins"], or from = ["any"] for everyone`, "an exception must name its sources")
	}
	l.rejectNone(t, "from", a.From, "take the exception away", "an exception from nobody has no effect")
	if traffic[0].Protocol == ruleset.AnyProtocol && a.From.isAnyone() {
		t.Fail("from", "name the networks", "every protocol from anyone would be no firewall at all")
	}
	a.Terms = ruleset.Allow{Reason: t.String("reason"), Owner: t.String("owner"), Expires: t.Date("expires")}
	if strings.TrimSpace(a.Terms.Reason) == "" {
		t.Fail("reason", `reason = "vulnerability scanner"`, "an exception needs a reason")
	}
	a.Qualifiers = readQualifiers(t, traffic)
	var out []Exception
	for _, a.Traffic = range traffic {
		l.readMapper(t, &a)
		out = append(out, a)
	}
	t.RejectUnknownKeys()
	return out
}

// readTraffic reads the traffic of an exception, a deny or an outbound permit: the keys of endpoints, and "any"
// for every port or every protocol. It returns an element for each protocol that the table names, and at least
// one.
func readTraffic(t *tomldoc.Table) []ruleset.Traffic {
	if t.Peek("protocol") == "any" {
		for _, key := range []string{"tcp", "udp", "icmp", "icmpv6"} {
			if t.Has(key) {
				t.Fail(key, "", `protocol = "any" holds %s already`, key)
			}
			t.MarkKnown(key)
		}
		t.MarkKnown("protocol")
		return []ruleset.Traffic{{Protocol: ruleset.AnyProtocol}}
	}
	var out []ruleset.Traffic
	for _, x := range catalog.ReadTraffic(t, "any") {
		if x.IsWord { // tcp = "any"
			x.Ports = ruleset.Ports{{First: 1, Last: 65535}}
		}
		out = append(out, x.Traffic)
	}
	return out
}

// readQualifiers reads the keys that narrow an exception beyond its traffic and sources.
func readQualifiers(t *tomldoc.Table, traffic []ruleset.Traffic) ruleset.Qualifiers {
	q := ruleset.Qualifiers{Interfaces: catalog.ReadInterfaces(t)}
	t.MarkKnown("from_port")
	if t.Has("from_port") {
		q.FromPorts = catalog.ReadPorts(t, "from_port")
		if !traffic[0].Protocol.HasPorts() {
			t.Fail("from_port", "leave from_port away", "source ports belong to tcp and udp")
		}
	}
	if text := t.String("limit"); t.Has("limit") {
		limit, err := ruleset.ParseLimit(text)
		if err != nil {
			t.Fail("limit", `limit = "10/minute"`, "%s", err)
		}
		q.Limit = limit
	}
	return q
}

// isAnyone reports whether the list is "any".
func (s SourceList) isAnyone() bool {
	return s.List.Has("any")
}

// rejectNone reports a list that is "none".
func (l *loader) rejectNone(t *tomldoc.Table, key string, s SourceList, hint, what string) {
	if s.List.Has("none") {
		t.Fail(key, hint, "%s", what)
	}
}

// readMapper reports an exception for TCP 135 without the key that says it means the RPC endpoint mapper.
func (l *loader) readMapper(t *tomldoc.Table, a *Exception) {
	isMapper := a.Traffic.Protocol == ruleset.TCP && a.Traffic.Ports.String() == "135"
	switch rpc := t.String("rpc"); {
	case rpc == "mapper" && isMapper:
		a.RPC = ruleset.EndpointMapper
	case rpc == "mapper":
		t.Fail("rpc", "", "the endpoint mapper is tcp 135")
	case rpc != "":
		t.Fail("rpc", `rpc = "mapper"`, "unknown rpc %q", rpc)
	case isMapper:
		t.Fail("tcp", `add rpc = "mapper"`, "tcp 135 is the RPC endpoint mapper")
	}
}
