package explain

import (
	"errors"

	"rolewall/diag"
	"rolewall/internal/lookup"
	"rolewall/ruleset"
)

// ParsePort reads traffic that can be asked about: all that lookup.ParsePort reads, except every protocol at once. The error
// is a *diag.Diagnostic with a hint.
func ParsePort(text string) ([]ruleset.Traffic, error) {
	list, err := lookup.ParsePort(text)
	if err == nil && list[0].Protocol == ruleset.AnyProtocol {
		err = diag.Errorf("tcp/445, udp/53, 445, icmp/8, gre, protocol/47", "ask about one protocol")
	}
	if d, ok := errors.AsType[*diag.Diagnostic](err); ok {
		err = diag.Errorf(d.Hint, "%q is not a port to explain: %s", text, d.Message)
	}
	return list, err
}

// portOf returns the port that is asked about, 0 where the protocol has none.
func portOf(t ruleset.Traffic) uint16 {
	if len(t.Ports) == 0 {
		return 0
	}
	return t.Ports[0].First
}

// liesIn reports whether the port that is asked about lies in one of the ranges.
func liesIn(t ruleset.Traffic, ranges []ruleset.PortRange) bool {
	return len(t.Ports) > 0 && ruleset.NewPorts(ranges...).Contains(t.Ports)
}
