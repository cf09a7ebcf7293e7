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

// beyondRanges is the one reason for which RPC services of the host cannot be reached on a port where their edition
// would have them: the host's RPC policy opens others, or none.
func (i inquest) beyondRanges() []closedReason {
	rs := i.a.Set
	if !i.q.lies([]ruleset.PortRange{rs.OS.DynamicRange()}) || i.q.lies(rs.RPC.Ranges) {
		return nil
	}
	r := closedReason{Kind: string(resolver.RPCPolicy), At: i.rpcPlace()}
	var services []*catalog.Service
	for _, d := range i.a.Decisions {
		wants := d.Open || d.Cause == resolver.RPCPolicy
		if wants && d.Endpoint.RPC == ruleset.Dynamic && d.Endpoint.Protocol == i.q.protocol && i.isFor(d) {
			services = append(services, d.Service)
			r.Roads = append(r.Roads, i.road(i.h, d))
		}
	}
	if services == nil {
		return nil
	}
	r.What, r.Would = rangesText(rs.RPC), i.otherModes(services...)
	return []closedReason{r}
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

// otherModes says what would give the services the port that is asked about; a pin only where the edition has a setting
// for it, since generate refuses others.
func (i inquest) otherModes(services ...*catalog.Service) string {
	rs := i.a.Set
	would := `rpc.mode "range"`
	switch rs.RPC.Mode {
	case ruleset.RPCRange:
		would = "an rpc.range that holds " + i.q.text
	case ruleset.RPCStatic:
		would = `rpc.fallback "range"`
	}
	held := i.rolesHeld()
	var names []string
	for _, s := range services {
		isPinned := slices.ContainsFunc(rs.RPC.Pins, func(p ruleset.Pin) bool { return p.Service == s.Name })
		name := s.PinText(rs.OS, func(role string) bool { return slices.Contains(held, role) })
		if name != "" && !isPinned && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return would
	}
	return would + `, or rpc.mode "static" with a port for ` + strings.Join(names, " or ")
}

// rpcPlace is where the host's [rpc] stands; nil where it has none.
func (i inquest) rpcPlace() *place {
	rpc := policy.Value[*policy.RPC](i.policy, i.h, "rpc")
	if rpc == nil {
		return nil
	}
	at := placeOf(rpc.At)
	return &at
}

// lies reports whether the port that is asked about lies in one of the ranges.
func (q question) lies(ranges []ruleset.PortRange) bool {
	return ruleset.NewPorts(ranges...).Contains(ruleset.Ports{{First: q.port, Last: q.port}})
}
