package lint

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"rolewall/catalog"
	"rolewall/resolver"
	"rolewall/ruleset"
)

// sharedPort is a pair of services that use the same ports and may be two programs. At least one is defined by the
// policy.
type sharedPort struct {
	own, other *resolver.EndpointDecision
	ports      ruleset.Ports
}

// sharedPorts returns the pairs of the host. Pairs of two services of the catalog are left out, since conflicts
// knows which of them cannot share a port.
func (v *hostCheck) sharedPorts() []sharedPort {
	var out []sharedPort
	all := slices.Collect(v.Endpoints())
	for i, own := range all {
		if !own.Open || !fromPolicy(own.Endpoint) {
			continue
		}
		for j, other := range all {
			isLater := j > i || !fromPolicy(other.Endpoint)
			if isLater && other.Open && v.sharePort(own, other) {
				out = append(out, sharedPort{own, other, intersection(own.Endpoint.Ports, other.Endpoint.Ports)})
			}
		}
	}
	return out
}

func fromPolicy(e *catalog.Endpoint) bool { return slices.Contains(e.Sources, "policy") }

// sharePort reports whether two endpoints use the same port and may belong to different programs.
func (v *hostCheck) sharePort(a, b *resolver.EndpointDecision) bool {
	x, y := a.Endpoint, b.Endpoint
	return !strings.EqualFold(a.Service.Name, b.Service.Name) && x.Protocol == y.Protocol && len(intersection(x.Ports, y.Ports)) > 0 && !v.sameProgram(x.Listener, y.Listener)
}

// sameProgram reports whether two names of listeners mean the same program on the host. On Linux only the names
// are known.
func (v *hostCheck) sameProgram(x, y string) bool {
	if x == "" || y == "" {
		return false
	}
	a, b := v.linter.p.Catalog.Listener(x, v.RuleSet.OS), v.linter.p.Catalog.Listener(y, v.RuleSet.OS)
	return strings.EqualFold(x, y) || !a.IsZero() && strings.EqualFold(a.Program, b.Program) && strings.EqualFold(a.Service, b.Service)
}

// intersection returns the ports that are in both.
func intersection(a, b ruleset.Ports) ruleset.Ports { return a.Minus(a.Minus(b)) }

func (c sharedPort) port() string { return c.own.Endpoint.Protocol.String() + "/" + c.ports.String() }

// key returns a text that is equal for the same two services and port, in either order.
func (c sharedPort) key() string {
	names := []string{strings.ToLower(c.own.Service.Name), strings.ToLower(c.other.Service.Name)}
	slices.Sort(names)
	return strings.Join(append(names, c.port()), "|")
}

// checkSharedPorts reports the pairs. Two services and a port are reported once, even if they have several
// endpoints there.
func checkSharedPorts(v *hostCheck) {
	first := map[string]sharedPort{}
	for _, c := range v.sharedPorts() {
		f, known := first[c.key()]
		if !known {
			f, first[c.key()] = c, c
		}
		v.reportAt(f.own.Endpoint.Location, f.hint(), fmt.Sprintf("%s and %s both have %s", f.own.Service.Name, f.other.Service.Name, f.port()),
			withProvenance(provenanceOf(c.own), provenanceOf(c.other)))
	}
}

// hint returns how to solve the conflict. If one service names its listener and the other can have the same, it
// returns that word.
func (c sharedPort) hint() string {
	hint := "move one of them to another port, or name the listener that answers for both"
	word := c.other.Endpoint.Listener
	if fromPolicy(c.other.Endpoint) {
		word = cmp.Or(word, c.own.Endpoint.Listener)
	}
	if word == "" {
		return hint
	}
	return fmt.Sprintf("%s: listener = %q", hint, word)
}

// explains reports whether a pair is the reason why one rule lies inside another: each service of the narrow rule
// forms a pair with a service of the wide one, and no exception made the wide rule. An exception has no service,
// so one in the narrow rule forms no pair.
func explains(clashes []sharedPort, narrow, wide *ruleset.Rule) bool {
	isAllow := func(r ruleset.Reason) bool { return r.Allow != nil }
	if slices.ContainsFunc(wide.Reasons, isAllow) {
		return false
	}
	return !slices.ContainsFunc(narrow.Reasons, func(x ruleset.Reason) bool {
		return !slices.ContainsFunc(wide.Reasons, func(y ruleset.Reason) bool {
			return slices.ContainsFunc(clashes, func(c sharedPort) bool {
				return c.isBetween(x.Service, y.Service) && c.own.Endpoint.Protocol == narrow.Protocol && len(intersection(c.ports, narrow.Ports)) > 0
			})
		})
	})
}

// isBetween reports whether the pair consists of the two services.
func (c sharedPort) isBetween(a, b string) bool {
	x, y := c.own.Service.Name, c.other.Service.Name
	return x == a && y == b || x == b && y == a
}
