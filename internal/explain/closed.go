package explain

import (
	"fmt"
	"slices"
	"strings"

	"rolewall/catalog"
	"rolewall/internal/lookup"
	"rolewall/policy"
	"rolewall/resolver"
	"rolewall/ruleset"
)

// closed returns the reasons why the traffic is closed, the nearest first: it is open only to other sources;
// something on the host could open it; something in the catalog could. forOthers means that a rule matches the
// traffic.
func (q query) closed(forOthers bool) []Reason {
	out := append([]Reason{}, q.pinnedElsewhere()...)
	if forOthers {
		out = append(out, q.partOfType()...)
		if q.x.from.text != "" && !q.allowedInParts() {
			out = append(out, q.sourceNotAllowed())
		}
	}
	out = append(out, q.outsideRanges()...)
	closed := q.closedEndpoints(true)
	if len(closed) == 0 && !forOthers { // the services of the host would not be open to the source either
		if closed = q.closedEndpoints(false); len(closed) > 0 {
			closed = append(closed, q.sourceNotAllowed())
		}
	}
	out = append(out, closed...)
	for _, e := range q.resolution.Exceptions {
		if r, ok := q.exceptionWithoutEffect(e); ok {
			out = append(out, r)
		}
	}
	if !forOthers {
		out = append(out, q.wouldOpen()...)
	}
	if len(out) == 0 {
		out = append(out, Reason{
			Kind: "unknown", What: "no service that the catalog knows on " + string(q.resolution.RuleSet.OS) + " listens there",
			Would: "an exception with a reason: [[hosts." + q.host.Name + ".allow]]",
		})
	}
	return out
}

// sourceNotAllowed returns which networks contain a source that no rule allows.
func (q query) sourceNotAllowed() Reason {
	r := Reason{Kind: "sender"}
	heard := q.x.from.set.Restrict(q.resolution.RuleSet.Families)
	if heard.IsNobody() {
		r.Kind = "family"
		r.What = "the host speaks " + strings.Join(q.resolution.RuleSet.Families.Names(), " and ") + " alone, and " + q.x.from.text + " is of the other family"
		return r
	}
	names := networksOf(q.x.policy, q.x.from)
	names = slices.DeleteFunc(names, func(n string) bool { return n == q.x.from.text })
	if len(names) == 0 {
		r.What = "no network of the policy holds " + q.x.from.text
		if _, own := q.x.policy.Networks[q.x.from.text]; own {
			r.What = "the allowed sources do not hold all of " + q.x.from.text
		}
	} else {
		r.What = fmt.Sprintf("%s is in %s, which is not among the allowed sources", q.x.from.text, strings.Join(names, ", "))
	}
	r.Would = "name it in the audience, or in an exception with a reason"
	if x := q.x.from.text; strings.HasPrefix(x, "@") || q.x.workspace.HostCalled(x) != nil {
		r.Would = fmt.Sprintf("name %q in the audience, or in an exception with a reason", "@"+strings.TrimPrefix(x, "@"))
	}
	return r
}

// partOfRange returns which ports of a range the rules open, if they open some.
func (q query) partOfRange() []Reason {
	var opens ruleset.Ports
	for _, r := range q.resolution.RuleSet.Inbound {
		if q.traffic.Overlaps(r.Traffic) {
			if r.Protocol == ruleset.AnyProtocol {
				return nil
			}
			opens = opens.Union(r.Ports.And(q.traffic.Ports))
		}
	}
	if opens.Contains(q.traffic.Ports) {
		return nil
	}
	return []Reason{{Kind: "ports", What: fmt.Sprintf("of these ports the rules open %s alone", opens)}}
}

// partOfType returns which codes of an ICMP type the rules open, or which ports of a range, if they open some.
func (q query) partOfType() []Reason {
	if q.traffic.Protocol.HasPorts() {
		return q.partOfRange()
	}
	var opens []string
	for _, r := range q.resolution.RuleSet.Inbound {
		if q.traffic.Overlaps(r.Traffic) {
			if r.Traffic.Contains(q.traffic) {
				return nil
			}
			opens = append(opens, r.Traffic.String())
		}
	}
	return []Reason{{Kind: "code", What: "the rules open " + strings.Join(opens, ", ") + " alone: ask about one code"}}
}

// allowedInParts reports whether a rule for a part of the traffic allows the source.
func (q query) allowedInParts() bool {
	return slices.ContainsFunc(q.resolution.RuleSet.Inbound, func(r *ruleset.Rule) bool {
		return q.traffic.Overlaps(r.Traffic) && !r.Traffic.Contains(q.traffic) && q.x.from.shareOf(r.Remote, q.resolution.RuleSet.FamiliesOf(r)) == All
	})
}

// closedEndpoints returns a reason for each endpoint of the host that is closed or has no source. With forSource
// it returns only endpoints that would be open to the source, otherwise only the others. Endpoints that the
// catalog closes always come last.
func (q query) closedEndpoints(forSource bool) []Reason {
	var near, far []Reason
	for d := range q.resolution.Endpoints() {
		if !couldMatch(q.traffic, d.Endpoint, q.resolution.RuleSet) || d.Open && len(d.Requests) > 0 || q.isFor(d) != forSource {
			continue
		}
		r := Reason{Kind: string(d.Cause), What: d.Why(), Paths: []Path{q.x.path(q.host, d)}}
		q.remedy(&r, d)
		if d.Cause == resolver.Knowledge || d.Cause == resolver.OtherEdition {
			far = append(far, r)
		} else {
			near = append(near, r)
		}
	}
	return append(near, far...)
}

// isFor reports whether an endpoint would be open to the source.
func (q query) isFor(d *resolver.EndpointDecision) bool {
	audience := q.resolution.AudienceSources(q.host, d)
	return q.x.from.text == "" || audience == nil || slices.ContainsFunc(audience, func(s resolver.AudienceSources) bool {
		return q.x.from.shareOf(s.From, q.resolution.RuleSet.Families) != None
	})
}

// joinReasons joins reasons that differ only in their paths.
func joinReasons(list []Reason) []Reason {
	out := []Reason{}
	for _, r := range list {
		at := slices.IndexFunc(out, func(o Reason) bool { return o.Kind == r.Kind && o.What == r.What && o.Would == r.Would })
		if at < 0 {
			r.Paths = append([]Path{}, r.Paths...)
			out = append(out, r)
			continue
		}
		out[at].Paths = append(out[at].Paths, r.Paths...)
	}
	return out
}

// remedy adds to the reason of a closed endpoint what would open it.
func (q query) remedy(r *Reason, d *resolver.EndpointDecision) {
	switch d.Cause {
	case resolver.FeatureOff:
		title, _ := q.x.policy.Catalog.Feature(d.Endpoint.Feature)
		r.What = fmt.Sprintf("the feature %s is off (%s)", d.Endpoint.Feature, title)
		r.Would = fmt.Sprintf("features = [%q] in hosts.%s", d.Endpoint.Feature, q.host.Name)
	case resolver.TakenAway:
		_, r.At = q.x.where(q.host, policy.FeatureWithout, d.Endpoint.Feature)
	case resolver.RPCPolicy:
		r.What += ", mode " + string(q.resolution.RuleSet.RPC.Mode)
		r.At, r.Would = q.rpcLocation(), q.otherModes(d.Service)
	case resolver.Knowledge:
		r.What = neverText(d.Endpoint)
	case "": // open, but to no source
		r.Kind = "nobody"
		r.What = "it is open to nobody: its audience is empty, or holds no address of a family that the host speaks"
		for _, s := range q.resolution.AudienceSources(q.host, d) {
			r.At = newLocation(s.Location)
			break
		}
	}
}

// neverText returns why the catalog never opens an endpoint.
func neverText(e *catalog.Endpoint) string {
	return map[string]string{
		"erratum":   "the row is an error of the document it comes from, and never opened",
		"outbound":  "the host itself sends this; nothing listens there",
		"loopback":  "the service listens there for its own host only",
		"duplicate": "another row is for the same socket",
		"knowledge": "the row is kept as knowledge and never opened",
	}[e.Never]
}

// exceptionWithoutEffect returns why an exception for the traffic does not open it.
func (q query) exceptionWithoutEffect(e resolver.Exception) (Reason, bool) {
	r := Reason{Kind: "exception", Paths: []Path{exceptionPath(e)}}
	switch {
	case !q.traffic.Overlaps(e.Traffic):
		return r, false
	case e.Expired:
		r.What = "an exception opened it and ended on " + e.Terms.Expires
		r.Would = "a new last day in expires"
	case len(e.Requests) == 0:
		r.What = "an exception opens it, but host and sources share no address family"
	default:
		return r, false
	}
	return r, true
}

// couldMatch reports whether an endpoint would have the traffic on a host if it were open. A dynamic endpoint has
// the ranges of the host's RPC policy. outsideRanges explains all other ports.
func couldMatch(t ruleset.Traffic, e *catalog.Endpoint, rs *ruleset.RuleSet) bool {
	switch {
	case !e.OwnRange:
		return lookup.ListensOn(e, t)
	case e.RPC == ruleset.Dynamic:
		return e.Protocol == t.Protocol && meets(t, rs.RPC.Ranges)
	}
	return e.Protocol == t.Protocol && meets(t, []ruleset.PortRange{rs.OS.DynamicRange()})
}
