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

// clash is a service of the policy's own and another of the host that have ports in common and may be two programs.
type clash struct {
	own, other *resolver.EndpointDecision
	ports      ruleset.Ports
}

// clashes lists the clashes of the host, two of the policy's own once. Of the catalog's services conflicts knows which
// cannot share a port.
func (v *view) clashes() []clash {
	var out []clash
	all := slices.Collect(v.Endpoints())
	for i, own := range all {
		if !own.Open || !fromPolicy(own.Endpoint) {
			continue
		}
		for j, other := range all {
			isLater := j > i || !fromPolicy(other.Endpoint)
			if isLater && other.Open && v.collide(own, other) {
				out = append(out, clash{own, other, shared(own.Endpoint.Ports, other.Endpoint.Ports)})
			}
		}
	}
	return out
}

func fromPolicy(e *catalog.Endpoint) bool { return slices.Contains(e.Sources, "policy") }

// collide reports whether two services have a port in common and may be different programs.
func (v *view) collide(a, b *resolver.EndpointDecision) bool {
	x, y := a.Endpoint, b.Endpoint
	return !strings.EqualFold(a.Service.Name, b.Service.Name) && x.Protocol == y.Protocol && overlap(x.Ports, y.Ports) && !v.oneProgram(x.Listener, y.Listener)
}

// oneProgram reports whether two names of listeners are one program on the host. Linux knows the names alone.
func (v *view) oneProgram(x, y string) bool {
	if x == "" || y == "" {
		return false
	}
	a, b := v.linter.p.Catalog.Listener(x, v.RuleSet.OS), v.linter.p.Catalog.Listener(y, v.RuleSet.OS)
	return strings.EqualFold(x, y) || !a.IsZero() && strings.EqualFold(a.Program, b.Program) && strings.EqualFold(a.Service, b.Service)
}

// shared are the ports that are in both.
func shared(a, b ruleset.Ports) ruleset.Ports { return a.Minus(a.Minus(b)) }

func (c clash) port() string { return c.own.Endpoint.Protocol.String() + "/" + c.ports.String() }

// pair names the two services and the port, whichever of the two stands first.
func (c clash) pair() string {
	names := []string{strings.ToLower(c.own.Service.Name), strings.ToLower(c.other.Service.Name)}
	slices.Sort(names)
	return strings.Join(append(names, c.port()), "|")
}

// sharedPorts tells of clashes, once for two services and a port however many endpoints they have there.
func sharedPorts(v *view) {
	first := map[string]clash{}
	for _, c := range v.clashes() {
		f, known := first[c.pair()]
		if !known {
			f, first[c.pair()] = c, c
		}
		v.at(f.own.Endpoint.Location, f.hint(), fmt.Sprintf("%s and %s both have %s", f.own.Service.Name, f.other.Service.Name, f.port()),
			because(road(c.own), road(c.other)))
	}
}

// hint says what settles a clash, with the word for the listener where one of the two has it and the other can take it.
func (c clash) hint() string {
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

// tellsOf reports whether a clash is why one rule lies inside another: all services of the narrow one have a clash with
// one of the wide one there, and no exception has a part in either. (One in the narrow rule has no service.)
func tellsOf(clashes []clash, narrow, wide *ruleset.Rule) bool {
	isAllow := func(r ruleset.Reason) bool { return r.Allow != nil }
	if slices.ContainsFunc(wide.Reasons, isAllow) {
		return false
	}
	return !slices.ContainsFunc(narrow.Reasons, func(x ruleset.Reason) bool {
		return !slices.ContainsFunc(wide.Reasons, func(y ruleset.Reason) bool {
			return slices.ContainsFunc(clashes, func(c clash) bool {
				return c.isOf(x.Service, y.Service) && c.own.Endpoint.Protocol == narrow.Protocol && overlap(c.ports, narrow.Ports)
			})
		})
	})
}

// isOf reports whether the clash is that of the two services.
func (c clash) isOf(a, b string) bool {
	x, y := c.own.Service.Name, c.other.Service.Name
	return x == a && y == b || x == b && y == a
}
