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

// sharedPort is a service of the policy's own and another of the host that have ports in common and may be two programs.
type sharedPort struct {
	own, other *resolver.EndpointDecision
	ports      ruleset.Ports
}

// sharedPorts lists the sharedPorts of the host, two of the policy's own once. Of the catalog's services conflicts knows which
// cannot share a port.
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

// sharePort reports whether two services have a port in common and may be different programs.
func (v *hostCheck) sharePort(a, b *resolver.EndpointDecision) bool {
	x, y := a.Endpoint, b.Endpoint
	return !strings.EqualFold(a.Service.Name, b.Service.Name) && x.Protocol == y.Protocol && len(intersection(x.Ports, y.Ports)) > 0 && !v.sameProgram(x.Listener, y.Listener)
}

// sameProgram reports whether two names of listeners are one program on the host. Linux knows the names alone.
func (v *hostCheck) sameProgram(x, y string) bool {
	if x == "" || y == "" {
		return false
	}
	a, b := v.linter.p.Catalog.Listener(x, v.RuleSet.OS), v.linter.p.Catalog.Listener(y, v.RuleSet.OS)
	return strings.EqualFold(x, y) || !a.IsZero() && strings.EqualFold(a.Program, b.Program) && strings.EqualFold(a.Service, b.Service)
}

// intersection are the ports that are in both.
func intersection(a, b ruleset.Ports) ruleset.Ports { return a.Minus(a.Minus(b)) }

func (c sharedPort) port() string { return c.own.Endpoint.Protocol.String() + "/" + c.ports.String() }

// key names the two services and the port, whichever of the two appears first.
func (c sharedPort) key() string {
	names := []string{strings.ToLower(c.own.Service.Name), strings.ToLower(c.other.Service.Name)}
	slices.Sort(names)
	return strings.Join(append(names, c.port()), "|")
}

// checkSharedPorts tells of clashes, once for two services and a port however many endpoints they have there.
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

// hint says what settles a clash, with the word for the listener where one of the two has it and the other can take it.
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

// explains reports whether a clash is why one rule lies inside another: all services of the narrow one have a clash with
// one of the wide one there, and no exception has a part in either. (One in the narrow rule has no service.)
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

// isBetween reports whether the clash is that of the two services.
func (c sharedPort) isBetween(a, b string) bool {
	x, y := c.own.Service.Name, c.other.Service.Name
	return x == a && y == b || x == b && y == a
}
