package policy

import (
	"strings"

	"rolewall/policy/fields"
	"rolewall/ruleset"
	"rolewall/tomldoc"
)

// Outbound is traffic that a stateless filter must allow out.
type Outbound struct {
	Traffic  ruleset.Traffic
	To       SourceList
	Reason   string
	Location tomldoc.Location
}

// readOutbound reads [[ipsec.outbound]]: to, reason, and the traffic as in an exception.
func readOutbound(l *loader, t *tomldoc.Table, f *fields.Field) ([]Outbound, bool) {
	var out []Outbound
	for _, row := range t.Tables(f.Key) {
		o := Outbound{Reason: row.String("reason"), Location: row.Location()}
		traffic := readTraffic(row)
		o.To, _ = l.readSources(row, "to")
		l.rejectNone(row, "to", o.To, "take the permit away", "an outbound permit to nobody has no effect")
		if traffic[0].Protocol == ruleset.AnyProtocol && o.To.isAnyone() {
			row.Fail("to", "name the networks", "every protocol to anyone would open the host to everyone: filters are mirrored")
		}
		if !row.Has("to") {
			row.Fail("", `to = ["@domain-controller"]`, "an outbound permit must name its destinations")
		}
		if strings.TrimSpace(o.Reason) == "" {
			row.Fail("reason", `reason = "name resolution"`, "an outbound permit needs a reason")
		}
		row.RejectUnknownKeys()
		for _, o.Traffic = range traffic {
			out = append(out, o)
		}
	}
	return out, t.Has(f.Key)
}
