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

// ranges are the ports that dynamic RPC endpoints are opened as; none where the policy closes them.
func (j *hostResolver) ranges() []ruleset.PortRange {
	mode := string(j.rpc.Mode)
	if j.rpc.Mode == ruleset.RPCStatic {
		mode = j.rpc.Fallback
	}
	switch {
	case mode == "range" && j.rpc.Range != nil:
		return []ruleset.PortRange{*j.rpc.Range}
	case mode == "dynamic" && j.rpc.Mixed:
		both := []ruleset.PortRange{j.os.DynamicRange(), j.os.OtherDynamicRange()}
		slices.SortFunc(both, func(a, b ruleset.PortRange) int { return int(a.First) - int(b.First) })
		return both
	case mode == "dynamic":
		return []ruleset.PortRange{j.os.DynamicRange()}
	}
	return nil
}

// pin is the pin of a dynamic endpoint. A setting moves the sockets of the service's main program only: endpoints of
// another listener follow the fallback.
func (j *hostResolver) pin(s *catalog.Service, e *catalog.Endpoint) (policy.Pin, bool) {
	if e.RPC != ruleset.Dynamic {
		return policy.Pin{}, false
	}
	for i := range s.Endpoints {
		if main := &s.Endpoints[i]; main.RPC == ruleset.Dynamic && main.Has(j.os) {
			if main.Listener != e.Listener {
				return policy.Pin{}, false
			}
			break
		}
	}
	for _, p := range j.rpc.Pins {
		if strings.EqualFold(p.Service.Value, s.Name) {
			return p, true
		}
	}
	return policy.Pin{}, false
}

// closeRPC applies the RPC policy to the endpoints of one service: dynamic endpoints without a pin and without a range
// are shut, and with them the endpoint mapper where nothing is left for it to name.
func (j *hostResolver) closeRPC(ds []EndpointDecision) {
	named, shut := 0, 0
	for i := range ds {
		d := &ds[i]
		if !d.Open || d.Endpoint.RPC != ruleset.Dynamic && d.Endpoint.RPC != ruleset.Static {
			continue
		}
		if _, pinned := j.pin(d.Service, d.Endpoint); d.Endpoint.RPC == ruleset.Dynamic && !pinned && j.ranges() == nil {
			d.Open, d.Cause = false, RPCPolicy
			if j.rpc.Mode == ruleset.RPCStatic && j.rpc.Fallback == "" {
				j.unpinned[d.Service.Name] = true
			}
			shut++
			continue
		}
		named++
	}
	for i := range ds {
		if d := &ds[i]; d.Open && d.Endpoint.RPC == ruleset.EndpointMapper && named == 0 && (shut > 0 || j.rpc.Mode == ruleset.RPCClosed) {
			d.Open, d.Cause = false, RPCPolicy
		}
	}
}

// rpcPorts gives the ports and the kind of an RPC endpoint.
func (j *hostResolver) rpcPorts(s *catalog.Service, e *catalog.Endpoint) (ruleset.Ports, ruleset.RPCKind) {
	if p, pinned := j.pin(s, e); pinned {
		j.pinned[s.Name] = true
		j.r.use(pinKey{j.rpc, strings.ToLower(s.Name)})
		return ruleset.Ports{p.Range()}, ruleset.Static
	}
	if e.RPC == ruleset.Dynamic {
		return ruleset.NewPorts(j.ranges()...), ruleset.Dynamic
	}
	return e.Ports, e.RPC
}

// hasRole reports whether the host has the role, through others too.
func (j *hostResolver) hasRole(role string) bool { return slices.Contains(j.r.members()[role], j.h) }

// rpcPolicy is what the rule set says of RPC.
func (j *hostResolver) rpcPolicy() ruleset.RPC {
	out := ruleset.RPC{Mode: j.rpc.Mode, Ranges: j.ranges()}
	for _, p := range j.rpc.Pins {
		s, _ := j.r.p.Catalog.Service(p.Service.Value)
		how, can := s.Pin(j.os, j.hasRole)
		if !can || !j.pinned[s.Name] {
			continue
		}
		out.Pins = append(out.Pins, ruleset.Pin{
			Service: s.Name, Title: how.Title, Port: p.Port, Kind: how.Kind, Place: how.Place, Value: how.Value, Type: how.Type, Restart: how.Restart,
		})
	}
	slices.SortFunc(out.Pins, func(a, b ruleset.Pin) int { return strings.Compare(a.Service, b.Service) })
	return out
}

// checkRPC notes what is wrong with the RPC policy on this host, whose shares have been worked out.
func (j *hostResolver) checkRPC(shares []*roleResult) {
	if len(j.unpinned) > 0 {
		j.errs.Add(j.rpc.Location.Pos(), `fallback = "dynamic", "range" or "closed"`, "the RPC policy pins some services, but not %s, and has no fallback (host %s)",
			strings.Join(slices.Sorted(maps.Keys(j.unpinned)), ", "), j.h.Name)
	}
	for _, p := range j.rpc.Pins {
		j.checkPin(p)
	}
	if j.rpc.Range == nil && len(j.rpc.Pins) == 0 || !opensRPC(shares) { // no RPC port that a fixed port could meet
		return
	}
	for _, s := range shares {
		for _, d := range s.decisions {
			if d.Open && d.Endpoint.Protocol == ruleset.TCP && !d.Endpoint.OwnRange {
				j.checkFixedPort(d)
			}
		}
	}
}

// opensRPC reports whether an open endpoint takes its port from the RPC range or from a pin.
func opensRPC(shares []*roleResult) bool {
	return slices.ContainsFunc(shares, func(s *roleResult) bool {
		return slices.ContainsFunc(s.decisions, func(d EndpointDecision) bool { return d.Open && d.Endpoint.OwnRange })
	})
}

// checkPin notes a pin inside the range, and a pin that its service cannot have.
func (j *hostResolver) checkPin(p policy.Pin) {
	for _, r := range j.ranges() {
		if r.Contains(p.Range()) {
			j.errs.Add(p.Service.Location.ValuePos(), "choose a port outside the range", "the pin %s = %d lies inside the RPC range %s (host %s)", p.Service.Value, p.Port, r, j.h.Name)
		}
	}
	s, _ := j.r.p.Catalog.Service(p.Service.Value)
	if !j.pinned[s.Name] {
		return
	}
	switch how, can := s.Pin(j.os, j.hasRole); {
	case !can:
		j.errs.Add(p.Service.Location.Pos(), "only the RPC range narrows it there", "service %s cannot be pinned on %s (host %s)", s.Name, j.os, j.h.Name)
	case how.Only != 0 && how.Only != p.Port:
		j.errs.Add(p.Service.Location.ValuePos(), fmt.Sprintf("say %s = %d", s.Name, how.Only), "on %s %s takes port %d and no other (host %s)", j.os, s.Name, how.Only, j.h.Name)
	}
}

// checkFixedPort notes an endpoint with a port inside the RPC range that the policy gives, or with that of a pin.
func (j *hostResolver) checkFixedPort(d EndpointDecision) {
	what := fmt.Sprintf("tcp %s (%s, host %s)", d.Endpoint.Ports, d.Endpoint.App, j.h.Name)
	if j.rpc.Range != nil && slices.ContainsFunc(d.Endpoint.Ports, j.rpc.Range.Overlaps) {
		j.errs.Add(j.rpc.Location.Pos(), "choose another range", "the RPC range %s holds %s", j.rpc.Range, what)
	}
	for _, p := range j.rpc.Pins {
		s, _ := j.r.p.Catalog.Service(p.Service.Value)
		own := s == d.Service && d.Endpoint.RPC != ruleset.EndpointMapper // a pin may name the port that the service had
		if j.pinned[s.Name] && !own && slices.ContainsFunc(d.Endpoint.Ports, p.Range().Overlaps) {
			j.errs.Add(p.Service.Location.ValuePos(), "choose a port of its own", "the pin %s = %d is taken by %s", p.Service.Value, p.Port, what)
		}
	}
}
