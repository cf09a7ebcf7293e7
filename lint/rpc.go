package lint

import (
	"fmt"
	"slices"
	"strings"

	"rolewall/catalog"
	"rolewall/internal/term"
	"rolewall/policy"
	"rolewall/policy/hostpattern"
	"rolewall/resolver"
	"rolewall/ruleset"
	"rolewall/tomldoc"
)

// rpcTable returns the host's [rpc] table and its location. If there is none, it returns the location of the host.
func (v *hostCheck) rpcTable() (*policy.RPC, tomldoc.Location) {
	if rpc := v.linter.p.Effective(v.Host).RPC.Get(); rpc != nil {
		return rpc, rpc.Location
	}
	return &policy.RPC{Mode: ruleset.RPCDynamic}, v.Location
}

func fewPorts(v *hostCheck) {
	rpc, at := v.rpcTable()
	if rpc.Range != nil && rpc.Range.Len() < 100 && slices.ContainsFunc(v.RuleSet.Inbound, isDynamic) {
		v.reportAt(at, "a hundred ports or more", fmt.Sprintf("the RPC range %s has %d ports, which all RPC services of a host share", rpc.Range, rpc.Range.Len()))
	}
}

func isDynamic(r *ruleset.Rule) bool { return r.RPC == ruleset.Dynamic }

func mixed(v *hostCheck) {
	if rpc, at := v.rpcTable(); rpc.Mixed && slices.ContainsFunc(v.RuleSet.Inbound, isDynamic) {
		v.reportAt(at, "put the range of the host back to its default, and drop mixed", "the RPC ranges of both generations of Windows are open")
	}
}

func closedRPC(v *hostCheck) {
	var services, paths []string
	var closed []*catalog.Service
	for d := range v.Endpoints() {
		if d.Cause == resolver.RPCPolicy && d.Endpoint.RPC == ruleset.Dynamic && !slices.Contains(services, d.Service.Name) {
			services, closed = append(services, d.Service.Name), append(closed, d.Service)
			paths = append(paths, provenanceOf(d))
		}
	}
	if len(services) == 0 {
		return
	}
	_, at := v.rpcTable()
	slices.Sort(services)
	v.reportAt(at, "give RPC a range"+v.orPin(closed...),
		fmt.Sprintf("the RPC policy closes the ports of %s: they cannot be reached from other hosts", strings.Join(services, ", ")), withProvenance(paths...))
}

// orPin returns the advice to use mode static for those services that the edition can pin. generate rejects all
// others.
func (v *hostCheck) orPin(services ...*catalog.Service) string {
	var names []string
	for _, s := range services {
		if name := s.PinText(v.RuleSet.OS, func(role string) bool { return v.linter.p.Matches(hostpattern.Pattern("@"+role), v.Host) }); name != "" {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return ""
	}
	slices.Sort(names)
	return `, or mode = "static" with a port for ` + term.Few(names, 5)
}

// openRange looks for a dynamic range that is open to clients on a target that cannot bind it to a program.
func openRange(v *hostCheck) {
	var blind []string
	for _, t := range v.Targets {
		if !t.Keyword {
			blind = append(blind, t.Name)
		}
	}
	if len(blind) == 0 {
		return
	}
	for i := range v.requests {
		a := &v.requests[i]
		if a.endpoint == nil || !a.endpoint.Endpoint.OwnRange || a.endpoint.Endpoint.Audience != ruleset.Clients || a.rule.Ports.Len() < manyPorts {
			continue
		}
		if !isDynamic(a.rule) {
			v.reportAt(v.requestedAt(a), "pin it to a port, and open that with a service of your own", fmt.Sprintf("%s cannot bind ports to programs: all of %s is open to clients of %s",
				strings.Join(blind, " and "), a.rule.Traffic, a.endpoint.Service.Name), withProvenance(a.provenance()))
			continue
		}
		what := fmt.Sprintf("%s cannot bind RPC to its programs: all of tcp/%s is open to clients", strings.Join(blind, " and "), a.rule.Ports)
		hint := `rpc = { mode = "range", range = "50000-50199" }` + v.orPin(a.endpoint.Service)
		if _, at := v.rpcTable(); at != v.Location {
			v.reportAt(at, hint, what, withProvenance(a.provenance()))
		} else {
			v.reportHost(hint, what, withProvenance(a.provenance()))
		}
	}
}

func mapperAlone(v *hostCheck) {
	mapper := slices.ContainsFunc(v.RuleSet.Inbound, func(r *ruleset.Rule) bool { return r.RPC == ruleset.EndpointMapper })
	named := slices.ContainsFunc(v.RuleSet.Inbound, func(r *ruleset.Rule) bool { return r.RPC == ruleset.Dynamic || r.RPC == ruleset.Static })
	if mapper && !named {
		v.reportHost("look at [rpc], or take away what opens tcp/135", "tcp/135 is open, but no RPC port that the endpoint mapper could name")
	}
}
