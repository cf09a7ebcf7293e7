package explain

import (
	"errors"
	"slices"
	"strings"

	"rolewall/catalog"
	"rolewall/diag"
	"rolewall/internal/lookup"
	"rolewall/ruleset"
)

// ParsePort reads the traffic of a question: everything that lookup.ParsePort reads, except all protocols at once.
// The error is a *diag.Diagnostic with a hint.
func ParsePort(text string) ([]ruleset.Traffic, error) {
	list, err := lookup.ParsePort(text)
	if err == nil && list[0].Protocol == ruleset.AnyProtocol {
		err = diag.Errorf(lookup.PortForms, "ask about one protocol")
	}
	if d, ok := errors.AsType[*diag.Diagnostic](err); ok {
		err = diag.Errorf(d.Hint, "%q is not a port to explain: %s", text, d.Message)
	}
	return list, err
}

// ParsePort reads a question as the function ParsePort does. It also reads names and aliases of services of the
// policy, which stand for the services' own ports.
func (x *Explainer) ParsePort(text string) ([]ruleset.Traffic, error) {
	list, err := ParsePort(text)
	if err == nil {
		return list, nil
	}
	names := []string{text}
	if _, known := x.policy.Catalog.Service(text); !known {
		names = x.policy.Catalog.ServicesCalled(text)
	}
	if len(names) == 0 {
		return nil, err
	}
	list = nil
	for _, name := range names {
		s, _ := x.policy.Catalog.Service(name)
		for i := range s.Endpoints {
			for _, t := range ownTraffic(&s.Endpoints[i]) {
				if !slices.ContainsFunc(list, func(u ruleset.Traffic) bool { return u.Contains(t) }) {
					list = append(list, t)
				}
			}
		}
	}
	if len(list) == 0 {
		return nil, diag.Errorf("ask about a port: "+lookup.PortForms, "%s has no port of its own", strings.Join(names, ", "))
	}
	return list, nil
}

// CanAsk reports whether a text is a question.
func (x *Explainer) CanAsk(text string) bool {
	_, err := x.ParsePort(text)
	return err == nil
}

// ownTraffic returns the own ports of an endpoint, one range at a time, or nothing for an endpoint that is never
// opened.
func ownTraffic(e *catalog.Endpoint) []ruleset.Traffic {
	switch {
	case e.OwnRange || e.Never != "":
		return nil
	case !e.Protocol.HasPorts():
		return []ruleset.Traffic{e.Traffic}
	}
	var out []ruleset.Traffic
	for _, r := range e.Ports {
		out = append(out, ruleset.Traffic{Protocol: e.Protocol, Ports: ruleset.Ports{r}})
	}
	return out
}

// liesIn reports whether all ports of the question are in the ranges.
func liesIn(t ruleset.Traffic, ranges []ruleset.PortRange) bool {
	return len(t.Ports) > 0 && ruleset.NewPorts(ranges...).Contains(t.Ports)
}

// meets reports whether a port of the question is in the ranges.
func meets(t ruleset.Traffic, ranges []ruleset.PortRange) bool {
	return t.Ports.Overlaps(ruleset.NewPorts(ranges...))
}
