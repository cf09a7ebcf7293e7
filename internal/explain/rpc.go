package main

import (
	"fmt"
	"slices"
	"strings"

	"rolewall/catalog"
	"rolewall/policy"
	"rolewall/resolver"
	"rolewall/ruleset"
)

// heldElsewhere is the one reason for which services with a pin cannot be reached on a port where their edition would
// have them: whatever the ranges are, each listens on the port of its pin alone.
func (i inquest) heldElsewhere() []closedReason {
	pinned, _ := i.dynamic()
	r := closedReason{Kind: string(resolver.RPCPolicy), At: i.rpcPlace()}
	var held []string
	for _, d := range pinned {
		if liesIn(i.q, d.Requests[0].Ports) { // the rule of the pin tells of it
			continue
		}
		if text := heldText(d); !slices.Contains(held, text) {
			held = append(held, text)
		}
		r.Roads = append(r.Roads, i.road(i.h, d))
	}
	switch len(held) {
	case 0:
		return nil
	case 1:
		r.What = held[0] + ": ask about that port"
	default:
		r.What = strings.Join(held, ", ") + ": ask about those ports"
	}
	return []closedReason{r}
}

func heldText(d *resolver.EndpointDecision) string {
	return fmt.Sprintf("%s is held to %s", d.Service.Name, d.Requests[0].Ports)
}

// beyondRanges is the one reason for which RPC services without a pin cannot be reached on a port where their edition
// would have them: the host's RPC policy opens others, or none.
func (i inquest) beyondRanges() []closedReason {
	rs := i.a.RuleSet
	_, free := i.dynamic()
	if len(free) == 0 || liesIn(i.q, rs.RPC.Ranges) {
		return nil
	}
	r := closedReason{Kind: string(resolver.RPCPolicy), At: i.rpcPlace()}
	var services []*catalog.Service
	for _, d := range free {
		services = append(services, d.Service)
		r.Roads = append(r.Roads, i.road(i.h, d))
	}
	r.What, r.Would = rangesText(rs.RPC), i.otherModes(services...)
	return []closedReason{r}
}

// dynamic lists the endpoints of the host that its edition would have on the port that is asked about, and that the
// sender may reach: those with a pin, and those that follow the ranges.
func (i inquest) dynamic() (pinned, free []*resolver.EndpointDecision) {
	rs := i.a.RuleSet
	if !liesIn(i.q, []ruleset.PortRange{rs.OS.DynamicRange()}) && !liesIn(i.q, rs.RPC.Ranges) {
		return nil, nil
	}
	for d := range i.a.Endpoints() {
		wants := d.Open || d.Cause == resolver.RPCPolicy
		if !wants || d.Endpoint.RPC != ruleset.Dynamic || d.Endpoint.Protocol != i.q.Protocol || !i.isFor(d) {
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

// isPinned reports whether a dynamic endpoint has a port of its own. A pin of its service need not be one of the
// endpoint, which may have another program.
func isPinned(d *resolver.EndpointDecision) bool {
	return len(d.Requests) > 0 && d.Requests[0].RPC == ruleset.Static
}

// rangesText says which ports the RPC policy opens.
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

// otherModes says what would give the services, which have no pin, the port that is asked about.
func (i inquest) otherModes(services ...*catalog.Service) string {
	rpc := i.a.RuleSet.RPC
	would, pin := `rpc.mode "range"`, `rpc.mode "static" with a port for `
	switch {
	case rpc.Mode == ruleset.RPCRange:
		would = "an rpc.range that holds " + i.q.String()
	case rpc.Mode == ruleset.RPCStatic && len(rpc.Ranges) > 0: // the fallback is a range already
		would, pin = "an rpc.range that holds "+i.q.String(), "a port in rpc.ports for "
	case rpc.Mode == ruleset.RPCStatic:
		would, pin = `rpc.fallback "range"`, "a port in rpc.ports for "
	}
	if names := i.pinnable(services); len(names) > 0 {
		would += ", or " + pin + strings.Join(names, " or ")
	}
	return would
}

// pinnable names the services that a pin would help: only where the edition has a setting for it, since generate refuses
// others, and not where there is one for another program of the service.
func (i inquest) pinnable(services []*catalog.Service) []string {
	rs, held := i.a.RuleSet, i.rolesHeld()
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

// rpcPlace is where the host's [rpc] stands; nil where it has none.
func (i inquest) rpcPlace() *place {
	rpc := policy.Value[*policy.RPC](i.policy, i.h, "rpc")
	if rpc == nil {
		return nil
	}
	at := placeOf(rpc.Location)
	return &at
}

// lies reports whether the port that is asked about lies in one of the ranges.
func liesIn(q ruleset.Traffic, ranges []ruleset.PortRange) bool {
	return len(q.Ports) > 0 && ruleset.NewPorts(ranges...).Contains(q.Ports)
}
