package resolver

import (
	"fmt"
	"slices"
	"strings"

	"rolewall/catalog"
	"rolewall/policy"
	"rolewall/ruleset"
)

// ranges are the ports that dynamic RPC endpoints are opened as; none where the policy closes them.
func (j *job) ranges() []ruleset.PortRange {
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
func (j *job) pin(s *catalog.Service, e *catalog.Endpoint) (policy.Pin, bool) {
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
func (j *job) closeRPC(ds []Decision) {
	named, shut := 0, 0
	for i := range ds {
		d := &ds[i]
		if !d.Open || d.Endpoint.RPC != ruleset.Dynamic && d.Endpoint.RPC != ruleset.Static {
			continue
		}
		if _, pinned := j.pin(d.Service, d.Endpoint); d.Endpoint.RPC == ruleset.Dynamic && !pinned && j.ranges() == nil {
			d.Open, d.Why = false, "the RPC policy closes dynamic ports"
			if j.rpc.Mode == ruleset.RPCStatic && j.rpc.Fallback == "" {
				j.errs.Add(j.rpc.At.Pos(), `fallback = "dynamic", "range" or "closed"`, "the RPC policy pins some services, but %s has no pin and there is no fallback (host %s)", d.Service.Name, j.h.Name)
			}
			shut++
			continue
		}
		named++
	}
	for i := range ds {
		if d := &ds[i]; d.Open && d.Endpoint.RPC == ruleset.EndpointMapper && named == 0 && (shut > 0 || j.rpc.Mode == ruleset.RPCClosed) {
			d.Open, d.Why = false, "the RPC policy leaves no port for the endpoint mapper to name"
		}
	}
}

// rpcPorts gives the ports and the kind of an RPC endpoint.
func (j *job) rpcPorts(s *catalog.Service, e *catalog.Endpoint) (ruleset.Ports, ruleset.RPCKind) {
	if p, pinned := j.pin(s, e); pinned {
		if _, can := s.Pin(j.os); !can {
			j.errs.Add(p.Service.At.Pos(), "only the RPC range narrows it there", "service %s cannot be pinned on %s (host %s)", s.Name, j.os, j.h.Name)
		}
		j.r.use(pinKey{j.rpc, strings.ToLower(s.Name)})
		return ruleset.Ports{{First: p.Port, Last: p.Port}}, ruleset.Static
	}
	if e.RPC == ruleset.Dynamic {
		return ruleset.NewPorts(j.ranges()...), ruleset.Dynamic
	}
	return e.Ports, e.RPC
}

// rpcPolicy is what the rule set says of RPC.
func (j *job) rpcPolicy() ruleset.RPC {
	out := ruleset.RPC{Mode: j.rpc.Mode, Ranges: j.ranges()}
	for _, p := range j.rpc.Pins {
		s, _ := j.r.p.Catalog.Service(p.Service.Value)
		how, can := s.Pin(j.os)
		if !can || !j.r.isUsed(pinKey{j.rpc, strings.ToLower(s.Name)}) {
			continue
		}
		out.Pins = append(out.Pins, ruleset.Pin{
			Service: s.Name, Title: how.Title, Port: p.Port, Kind: how.Kind, Place: how.Place, Value: how.Value, Type: how.Type, Restart: how.Restart,
		})
	}
	slices.SortFunc(out.Pins, func(a, b ruleset.Pin) int { return strings.Compare(a.Service, b.Service) })
	return out
}

func (r *Resolver) isUsed(what any) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.used[what]
}

// checkPorts notes fixed ports of the host inside the RPC range that the policy gives, and pins that are not free.
func (j *job) checkPorts(requests []ruleset.Rule) {
	for _, req := range requests {
		if req.Protocol != ruleset.TCP || req.RPC == ruleset.Dynamic {
			continue
		}
		reason := req.Reasons[0]
		what := fmt.Sprintf("%s (%s)", reason.Service, reason.App)
		if j.rpc.Range != nil && slices.ContainsFunc(req.Ports, j.rpc.Range.Overlaps) && req.RPC != ruleset.Static {
			j.errs.Add(j.rpc.At.Pos(), "choose another range", "the RPC range %s holds tcp %s of %s (host %s)", j.rpc.Range, req.Ports, what, j.h.Name)
		}
		for _, p := range j.rpc.Pins {
			port := ruleset.PortRange{First: p.Port, Last: p.Port}
			if !strings.EqualFold(p.Service.Value, reason.Service) && slices.ContainsFunc(req.Ports, port.Overlaps) {
				j.errs.Add(p.Service.At.ValuePos(), "choose a port of its own", "the pin %s = %d is taken by %s (host %s)", p.Service.Value, p.Port, what, j.h.Name)
			}
		}
	}
	for _, p := range j.rpc.Pins {
		for _, r := range j.ranges() {
			if r.Contains(ruleset.PortRange{First: p.Port, Last: p.Port}) {
				j.errs.Add(p.Service.At.ValuePos(), "choose a port outside the range", "the pin %s = %d lies inside the RPC range %s (host %s)", p.Service.Value, p.Port, r, j.h.Name)
			}
		}
	}
}
