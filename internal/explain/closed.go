package main

import (
	"fmt"
	"slices"
	"strings"

	"rolewall/catalog"
	"rolewall/internal/lookup"
	"rolewall/resolver"
	"rolewall/ruleset"
)

// closed lists the reasons for which the traffic is not let in, nearest first: others may send it, something of the
// host could open it, the catalog knows what would.
func (i inquest) closed(forOthers bool) []closedReason {
	out := append([]closedReason{}, i.heldElsewhere()...)
	if forOthers {
		out = append(out, i.notThisSender())
	}
	out = append(out, i.beyondRanges()...)
	out = append(out, i.shut()...)
	for _, e := range i.a.Exceptions {
		if r, ok := i.idleException(e); ok {
			out = append(out, r)
		}
	}
	out = append(out, i.wouldOpen(!forOthers)...)
	if len(out) == 0 {
		out = append(out, closedReason{
			Kind: "unknown", What: "no service that the catalog knows on " + string(i.a.RuleSet.OS) + " listens there",
			Would: "an exception with a reason: [[hosts." + i.h.Name + ".allow]]",
		})
	}
	return out
}

// notThisSender says where the sender stands whom no rule admits.
func (i inquest) notThisSender() closedReason {
	r := closedReason{Kind: "sender"}
	heard := i.from.from.Restrict(i.a.RuleSet.Families)
	if heard.IsNobody() {
		r.Kind = "family"
		r.What = "the host speaks " + strings.Join(i.a.RuleSet.Families.Names(), " and ") + " alone, and " + i.from.text + " is of the other family"
		return r
	}
	names := networksOf(i.policy, i.from)
	names = slices.DeleteFunc(names, func(n string) bool { return n == i.from.text })
	if len(names) == 0 {
		r.What = "no network of the policy holds " + i.from.text
		if _, own := i.policy.Networks[i.from.text]; own {
			r.What = "the senders that are let in do not hold all of " + i.from.text
		}
	} else {
		r.What = fmt.Sprintf("%s is in %s, which is not among the senders", i.from.text, strings.Join(names, ", "))
	}
	r.Would = "name it in the audience, or in an exception with a reason"
	return r
}

// shut lists the endpoints of the host that are closed or open to nobody.
func (i inquest) shut() []closedReason {
	var near, far []closedReason
	for d := range i.a.Endpoints() {
		if !couldMeet(i.q, d.Endpoint, i.a.RuleSet) || d.Open && len(d.Requests) > 0 || !i.isFor(d) {
			continue
		}
		r := closedReason{Kind: string(d.Cause), What: d.Why(), Roads: []roadView{i.road(i.h, d)}}
		i.remedy(&r, d)
		if d.Cause == resolver.Knowledge || d.Cause == resolver.OtherEdition {
			far = append(far, r)
		} else {
			near = append(near, r)
		}
	}
	return append(near, far...)
}

// isFor reports whether the endpoint, open, would be open to the sender that is asked about.
func (i inquest) isFor(d *resolver.EndpointDecision) bool {
	senders := i.a.AudienceSources(i.h, d)
	return i.from.text == "" || senders == nil || slices.ContainsFunc(senders, func(s resolver.AudienceSources) bool {
		return i.from.admits(s.From, i.a.RuleSet.Families) != shareNone
	})
}

// union joins reasons that differ in the road alone.
func union(list []closedReason) []closedReason {
	out := []closedReason{}
	for _, r := range list {
		at := slices.IndexFunc(out, func(o closedReason) bool { return o.Kind == r.Kind && o.What == r.What && o.Would == r.Would })
		if at < 0 {
			r.Roads = append([]roadView{}, r.Roads...)
			out = append(out, r)
			continue
		}
		out[at].Roads = append(out[at].Roads, r.Roads...)
	}
	return out
}

// remedy says what would open an endpoint of the host.
func (i inquest) remedy(r *closedReason, d *resolver.EndpointDecision) {
	switch d.Cause {
	case resolver.FeatureOff:
		title, _ := i.policy.Catalog.Feature(d.Endpoint.Feature)
		r.What = fmt.Sprintf("the feature %s is off (%s)", d.Endpoint.Feature, title)
		r.Would = fmt.Sprintf("features = [%q] in hosts.%s", d.Endpoint.Feature, i.h.Name)
	case resolver.TakenAway:
		_, r.At = i.names(i.h, withoutOf, d.Endpoint.Feature)
	case resolver.RPCPolicy:
		r.What += ", mode " + string(i.a.RuleSet.RPC.Mode)
		r.At, r.Would = i.rpcPlace(), i.otherModes(d.Service)
	case resolver.Knowledge:
		r.What = neverText(d.Endpoint)
	case "": // open, and nobody may send
		r.Kind = "nobody"
		r.What = "it is open to nobody: its audience is empty, or holds no address of a family that the host speaks"
		for _, s := range i.a.AudienceSources(i.h, d) {
			at := placeOf(s.Location)
			r.At = &at
			break
		}
	}
}

// neverText says why a row of the catalog is never opened.
func neverText(e *catalog.Endpoint) string {
	return map[string]string{
		"erratum":   "the row is an error of the document it comes from, and never opened",
		"outbound":  "the host itself sends this; nothing listens there",
		"loopback":  "the service listens there for its own host only",
		"duplicate": "another row stands for the same socket",
		"knowledge": "the row is kept as knowledge and never opened",
	}[e.Never]
}

// idleException says why an exception for the traffic does not open it.
func (i inquest) idleException(e resolver.Exception) (closedReason, bool) {
	road := exceptionRoad(e)
	r := closedReason{Kind: "exception", Roads: []roadView{road}}
	switch {
	case !i.q.Overlaps(e.Traffic):
		return r, false
	case e.Expired:
		r.What = "an exception opened it and ended on " + e.Terms.Expires
		r.Would = "a new last day in expires"
	case len(e.Requests) == 0:
		r.What = "an exception opens it, but host and senders share no address family"
	default:
		return r, false
	}
	return r, true
}

// couldMeet reports whether the endpoint, open, would let the traffic in on a host like this. Ports of RPC are those that
// the host's policy leaves open; what it does not is beyondRanges's.
func couldMeet(q ruleset.Traffic, e *catalog.Endpoint, rs *ruleset.RuleSet) bool {
	switch {
	case !e.OwnRange:
		return lookup.ListensOn(e, q)
	case e.RPC == ruleset.Dynamic:
		return e.Protocol == q.Protocol && liesIn(q, rs.RPC.Ranges)
	}
	return e.Protocol == q.Protocol && liesIn(q, []ruleset.PortRange{rs.OS.DynamicRange()})
}
