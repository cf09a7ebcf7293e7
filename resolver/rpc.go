package resolver

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"rolewall/catalog"
	"rolewall/policy"
	"rolewall/ruleset"
)

// ranges returns the ports that are opened for dynamic RPC endpoints, or none if the policy closes them.
func (hr *hostResolver) ranges() []ruleset.PortRange {
	mode := string(hr.rpc.Mode)
	if hr.rpc.Mode == ruleset.RPCStatic {
		mode = hr.rpc.Fallback
	}
	switch {
	case mode == "range" && hr.rpc.Range != nil:
		return []ruleset.PortRange{*hr.rpc.Range}
	case mode == "dynamic" && hr.rpc.Mixed:
		both := []ruleset.PortRange{hr.os.DynamicRange(), hr.os.OtherDynamicRange()}
		slices.SortFunc(both, func(a, b ruleset.PortRange) int { return int(a.First) - int(b.First) })
		return both
	case mode == "dynamic":
		return []ruleset.PortRange{hr.os.DynamicRange()}
	}
	return nil
}

// pin returns the pin of a dynamic endpoint. A pin moves only the sockets of the service's main program. Endpoints
// with another listener use the fallback.
func (hr *hostResolver) pin(s *catalog.Service, e *catalog.Endpoint) (policy.Pin, bool) {
	if e.RPC != ruleset.Dynamic {
		return policy.Pin{}, false
	}
	for i := range s.Endpoints {
		if main := &s.Endpoints[i]; main.RPC == ruleset.Dynamic && main.Has(hr.os) {
			if main.Listener != e.Listener {
				return policy.Pin{}, false
			}
			break
		}
	}
	for _, p := range hr.rpc.Pins {
		if strings.EqualFold(p.Service.Value, s.Name) {
			return p, true
		}
	}
	return policy.Pin{}, false
}

// closeRPC applies the RPC policy to the endpoints of one service. It closes dynamic endpoints that have neither a
// pin nor a range. It closes the endpoint mapper if no endpoint is left for it to name.
func (hr *hostResolver) closeRPC(ds []EndpointDecision) {
	named, closed := 0, 0
	for i := range ds {
		d := &ds[i]
		if !d.Open || d.Endpoint.RPC != ruleset.Dynamic && d.Endpoint.RPC != ruleset.Static {
			continue
		}
		if _, pinned := hr.pin(d.Service, d.Endpoint); d.Endpoint.RPC == ruleset.Dynamic && !pinned && hr.ranges() == nil {
			d.Open, d.Cause = false, RPCPolicy
			if hr.rpc.Mode == ruleset.RPCStatic && hr.rpc.Fallback == "" {
				hr.remarks.unpinned[d.Service.Name] = true
			}
			closed++
			continue
		}
		named++
	}
	for i := range ds {
		if d := &ds[i]; d.Open && d.Endpoint.RPC == ruleset.EndpointMapper && named == 0 && (closed > 0 || hr.rpc.Mode == ruleset.RPCClosed) {
			d.Open, d.Cause = false, RPCPolicy
		}
	}
}

// rpcPorts returns the ports and the kind of an RPC endpoint.
func (hr *hostResolver) rpcPorts(s *catalog.Service, e *catalog.Endpoint) (ruleset.Ports, ruleset.RPCKind) {
	if p, pinned := hr.pin(s, e); pinned {
		hr.remarks.pinned[s.Name] = true
		hr.resolver.use(pinKey{hr.rpc, strings.ToLower(s.Name)})
		return ruleset.Ports{p.Range()}, ruleset.Static
	}
	if e.RPC == ruleset.Dynamic {
		return ruleset.NewPorts(hr.ranges()...), ruleset.Dynamic
	}
	return e.Ports, e.RPC
}

// hasRole reports whether the host has the role, directly or through a role that includes it.
func (hr *hostResolver) hasRole(role string) bool {
	return slices.Contains(hr.resolver.members()[role], hr.host)
}

// rpcPolicy returns the RPC policy of the rule set.
func (hr *hostResolver) rpcPolicy() ruleset.RPC {
	out := ruleset.RPC{Mode: hr.rpc.Mode, Ranges: hr.ranges()}
	for _, p := range hr.rpc.Pins {
		s, _ := hr.resolver.policy.Catalog.Service(p.Service.Value)
		how, can := s.Pin(hr.os, hr.hasRole)
		if !can || !hr.remarks.pinned[s.Name] {
			continue
		}
		out.Pins = append(out.Pins, ruleset.Pin{
			Service: s.Name, Title: how.Title, Port: p.Port, Kind: how.Kind, Place: how.Place, Value: how.Value, Type: how.Type, Restart: how.Restart,
		})
	}
	slices.SortFunc(out.Pins, func(a, b ruleset.Pin) int { return strings.Compare(a.Service, b.Service) })
	return out
}

// checkRPC reports mistakes of the RPC policy on this host.
func (hr *hostResolver) checkRPC(results []*roleResult) {
	if len(hr.remarks.unpinned) > 0 {
		hr.errs.Add(hr.rpc.Location.Pos(), `fallback = "dynamic", "range" or "closed"`, "the RPC policy pins some services, but not %s, and has no fallback (host %s)",
			strings.Join(slices.Sorted(maps.Keys(hr.remarks.unpinned)), ", "), hr.host.Name)
	}
	for _, p := range hr.rpc.Pins {
		hr.checkPin(p)
	}
	if hr.rpc.Range == nil && len(hr.rpc.Pins) == 0 || !opensRPC(results) { // no RPC port can conflict with a fixed port
		return
	}
	for _, s := range results {
		for _, d := range s.decisions {
			if d.Open && d.Endpoint.Protocol == ruleset.TCP && !d.Endpoint.OwnRange {
				hr.checkFixedPort(d)
			}
		}
	}
}

// opensRPC reports whether an open endpoint takes its port from the RPC range or from a pin.
func opensRPC(results []*roleResult) bool {
	return slices.ContainsFunc(results, func(s *roleResult) bool {
		return slices.ContainsFunc(s.decisions, func(d EndpointDecision) bool { return d.Open && d.Endpoint.OwnRange })
	})
}

// checkPin reports a pin inside the range, and a pin that is not possible for its service.
func (hr *hostResolver) checkPin(p policy.Pin) {
	for _, r := range hr.ranges() {
		if r.Contains(p.Range()) {
			hr.errs.Add(p.Service.Location.ValuePos(), "choose a port outside the range", "the pin %s = %d lies inside the RPC range %s (host %s)", p.Service.Value, p.Port, r, hr.host.Name)
		}
	}
	s, _ := hr.resolver.policy.Catalog.Service(p.Service.Value)
	if !hr.remarks.pinned[s.Name] {
		return
	}
	switch how, can := s.Pin(hr.os, hr.hasRole); {
	case !can:
		hr.errs.Add(p.Service.Location.Pos(), "only the RPC range narrows it there", "service %s cannot be pinned on %s (host %s)", s.Name, hr.os, hr.host.Name)
	case how.Only != 0 && how.Only != p.Port:
		hr.errs.Add(p.Service.Location.ValuePos(), fmt.Sprintf("say %s = %d", s.Name, how.Only), "on %s %s takes port %d and no other (host %s)", hr.os, s.Name, how.Only, hr.host.Name)
	}
}

// checkFixedPort reports an endpoint with a port inside the RPC range of the policy, or with the port of a pin.
func (hr *hostResolver) checkFixedPort(d EndpointDecision) {
	what := fmt.Sprintf("tcp %s (%s, host %s)", d.Endpoint.Ports, d.Endpoint.App, hr.host.Name)
	if hr.rpc.Range != nil && slices.ContainsFunc(d.Endpoint.Ports, hr.rpc.Range.Overlaps) {
		hr.errs.Add(hr.rpc.Location.Pos(), "choose another range", "the RPC range %s holds %s", hr.rpc.Range, what)
	}
	for _, p := range hr.rpc.Pins {
		s, _ := hr.resolver.policy.Catalog.Service(p.Service.Value)
		own := s == d.Service && d.Endpoint.RPC != ruleset.EndpointMapper // a pin may name the port that the service has anyway
		if hr.remarks.pinned[s.Name] && !own && slices.ContainsFunc(d.Endpoint.Ports, p.Range().Overlaps) {
			hr.errs.Add(p.Service.Location.ValuePos(), "choose a port of its own", "the pin %s = %d is taken by %s", p.Service.Value, p.Port, what)
		}
	}
}
