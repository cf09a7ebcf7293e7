package explain

import (
	"fmt"
	"slices"
	"strings"

	"rolewall/catalog"
	"rolewall/resolver"
	"rolewall/ruleset"
)

// pinnedElsewhere returns the reason why pinned services do not listen on a port of their edition's dynamic range:
// each listens only on its pinned port. It returns one reason for all of them, or none.
func (q query) pinnedElsewhere() []Reason {
	pinned, _ := q.dynamic()
	r := Reason{Kind: string(resolver.RPCPolicy), At: q.rpcLocation()}
	var held []string
	for _, d := range pinned {
		if liesIn(q.traffic, d.Requests[0].Ports) { // a rule opens it
			continue
		}
		if text := heldText(d); !slices.Contains(held, text) {
			held = append(held, text)
		}
		r.Paths = append(r.Paths, q.x.path(q.host, d))
	}
	switch len(held) {
	case 0:
		return nil
	case 1:
		r.What = held[0] + ": ask about that port"
	default:
		r.What = strings.Join(held, ", ") + ": ask about those ports"
	}
	return []Reason{r}
}

// heldText returns on which port a service is pinned.
func heldText(d *resolver.EndpointDecision) string {
	return fmt.Sprintf("%s is held to %s", d.Service.Name, d.Requests[0].Ports)
}

// outsideRanges returns the reason why RPC services without a pin are closed on a port of their edition's dynamic
// range: the host's RPC policy opens other ports, or none. It returns one reason for all of them, or none.
func (q query) outsideRanges() []Reason {
	rs := q.resolution.RuleSet
	_, free := q.dynamic()
	if len(free) == 0 || liesIn(q.traffic, rs.RPC.Ranges) {
		return nil
	}
	r := Reason{Kind: string(resolver.RPCPolicy), At: q.rpcLocation()}
	var services []*catalog.Service
	for _, d := range free {
		services = append(services, d.Service)
		r.Paths = append(r.Paths, q.x.path(q.host, d))
	}
	r.What, r.Would = rangesText(rs.RPC), q.otherModes(services...)
	return []Reason{r}
}

// dynamic returns the dynamic endpoints of the host that may use the port of the question and would be open to the
// source: those with a pinned port, and those in the ranges.
func (q query) dynamic() (pinned, free []*resolver.EndpointDecision) {
	rs := q.resolution.RuleSet
	if !meets(q.traffic, []ruleset.PortRange{rs.OS.DynamicRange()}) && !meets(q.traffic, rs.RPC.Ranges) {
		return nil, nil
	}
	for d := range q.resolution.Endpoints() {
		wants := d.Open || d.Cause == resolver.RPCPolicy
		if !wants || d.Endpoint.RPC != ruleset.Dynamic || d.Endpoint.Protocol != q.traffic.Protocol || !q.isFor(d) {
			continue
		}
		if isPinned(d) {
			pinned = append(pinned, d)
		} else {
			free = append(free, d)
		}
	}
	return pinned, free
}

// isPinned reports whether a dynamic endpoint has a port of its own. A pin of its service need not be for this
// endpoint, which may have another program.
func isPinned(d *resolver.EndpointDecision) bool {
	return len(d.Requests) > 0 && d.Requests[0].RPC == ruleset.Static
}

// rangesText returns which dynamic ports the RPC policy opens.
func rangesText(rpc ruleset.RPC) string {
	var opens []string
	for _, r := range rpc.Ranges {
		opens = append(opens, r.String())
	}
	for _, p := range rpc.Pins {
		opens = append(opens, fmt.Sprintf("%d for %s", p.Port, p.Service))
	}
	if opens == nil {
		return "the RPC policy closes dynamic ports, mode " + string(rpc.Mode)
	}
	return "mode " + string(rpc.Mode) + " opens " + strings.Join(opens, ", ") + " only"
}

// otherModes returns which setting of the RPC policy would open the port for services without a pin.
func (q query) otherModes(services ...*catalog.Service) string {
	rpc := q.resolution.RuleSet.RPC
	would, pin := `rpc.mode "range"`, `rpc.mode "static" with a port for `
	switch {
	case rpc.Mode == ruleset.RPCRange:
		would = "an rpc.range that holds " + q.traffic.String()
	case rpc.Mode == ruleset.RPCStatic && len(rpc.Ranges) > 0: // the fallback is a range already
		would, pin = "an rpc.range that holds "+q.traffic.String(), "a port in rpc.ports for "
	case rpc.Mode == ruleset.RPCStatic:
		would, pin = `rpc.fallback "range"`, "a port in rpc.ports for "
	}
	if names := q.pinnable(services); len(names) > 0 {
		would += ", or " + pin + strings.Join(names, " or ")
	}
	return would
}

// pinnable returns the services that could get a pin: the edition has a setting for it, and no other program of
// the service has one. generate rejects other pins.
func (q query) pinnable(services []*catalog.Service) []string {
	rs, held := q.resolution.RuleSet, q.rolesOfHost()
	var names []string
	for _, s := range services {
		has := slices.ContainsFunc(rs.RPC.Pins, func(p ruleset.Pin) bool { return p.Service == s.Name })
		name := s.PinText(rs.OS, func(role string) bool { return slices.Contains(held, role) })
		if name != "" && !has && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// rpcLocation returns the location of the host's [rpc], or nil if it has none.
func (q query) rpcLocation() *Location {
	rpc := q.x.policy.Effective(q.host).RPC.Get()
	if rpc == nil {
		return nil
	}
	return newLocation(rpc.Location)
}
