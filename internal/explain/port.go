package main

import (
	"slices"

	"rolewall/internal/lookup"
	"rolewall/policy"
	"rolewall/resolver"
	"rolewall/ruleset"
)

// port answers what happens to some traffic on one host.
func (x *explainer) port(h *policy.Host, port string) (*explainAnswers, error) {
	qs, err := questions(port)
	if err != nil {
		return nil, err
	}
	a, err := x.account(h)
	if err != nil {
		return nil, err
	}
	scripts, err := x.scripts(h, a.RuleSet)
	if err != nil {
		return nil, err
	}
	out := &explainAnswers{explainHost: x.about(h, a.RuleSet)}
	for _, q := range qs {
		one := inquest{x, h, a, scripts, q}
		out.Answers = append(out.Answers, one.answer())
	}
	return out, nil
}

func (x *explainer) about(h *policy.Host, rs *ruleset.RuleSet) explainHost {
	roles := append([]string{}, rs.Roles...)
	return explainHost{1, h.Name, string(rs.OS), roles, placeOf(h.Location), x.from.text}
}

// inquest is one question put to one host.
type inquest struct {
	*explainer
	h       *policy.Host
	a       *resolver.Resolution
	scripts []script
	q       ruleset.Traffic
}

// The verdicts.
const (
	verdictOpen   = "open"
	verdictPartly = "partly open"
	verdictClosed = "closed"
	verdictApart  = "beside the rules"
)

func (i inquest) answer() answer {
	out := answer{Port: i.q.String(), Verdict: verdictClosed, Rules: []explainRule{}, Closed: []closedReason{}}
	for _, r := range i.a.RuleSet.Inbound {
		if !i.q.Overlaps(r.Traffic) {
			continue
		}
		v := i.rule(r)
		if i.from.text != "" {
			v.Admits = i.from.admits(r.Remote, i.a.RuleSet.FamiliesOf(r))
		}
		out.Rules = append(out.Rules, v)
		switch {
		case v.Admits == shareAll || v.Admits == "":
			out.Verdict = verdictOpen
		case v.Admits == sharePart && out.Verdict == verdictClosed:
			out.Verdict = verdictPartly
		}
	}
	if out.Verdict == verdictPartly && i.together() {
		out.Verdict = verdictOpen
	}
	if out.Verdict != verdictOpen {
		out.Closed = union(i.closed(len(out.Rules) > 0))
	}
	out.Baseline = i.baselines(i.h, i.a.RuleSet, func(phrase string) bool { return inBaseline(i.q, phrase) })
	if out.Verdict == verdictClosed && slices.ContainsFunc(out.Baseline, isOwnBaseline) {
		out.Verdict = verdictApart
	}
	out.Sources = i.sources(out)
	return out
}

// together reports whether rules that admit parts of the sender admit all of it together.
func (i inquest) together() bool {
	from := ruleset.Sources{}
	for _, r := range i.a.RuleSet.Inbound {
		if i.q.Overlaps(r.Traffic) {
			from = from.Union(r.Remote.Restrict(i.a.RuleSet.FamiliesOf(r)))
		}
	}
	return i.from.admits(from, i.a.RuleSet.Families) == shareAll
}

// rule describes a rule with its road and its place in the scripts.
func (i inquest) rule(r *ruleset.Rule) explainRule {
	v := explainRule{
		ID: r.ID, Opens: r.Traffic.String(), RPC: string(r.RPC), Listener: r.Listener.Program, Anyone: r.Remote.IsAnyone(),
		From: []namedBy{}, Reasons: []roadView{}, Scripts: []scriptHit{},
	}
	if r.Listener.Service != "" {
		v.Listener += ", service " + r.Listener.Service
	}
	into := func(asked []*ruleset.Rule) bool {
		return slices.ContainsFunc(asked, func(x *ruleset.Rule) bool {
			rule, found := i.a.RuleOf(x)
			return found && rule.ID == r.ID
		})
	}
	var ds []*resolver.EndpointDecision
	for d := range i.a.Endpoints() {
		if into(d.Requests) {
			ds = append(ds, d)
			v.Reasons = append(v.Reasons, i.road(i.h, d))
		}
	}
	var es []resolver.Exception
	for _, e := range i.a.Exceptions {
		if into(e.Requests) {
			es = append(es, e)
			v.Reasons = append(v.Reasons, exceptionRoad(e))
		}
	}
	anyone, sets := i.sayings(i.h, i.a, ds, es)
	if r.Remote.IsAnyone() {
		v.From = append(v.From, namedBy{Name: "anyone", Prefixes: []string{}, Because: append([]saying{}, anyone...)})
	}
	for _, set := range r.Remote.Sets() {
		v.From = append(v.From, namedBy{set.Name, prefixTexts(set.Prefixes), append([]saying{}, sets[set.Name]...)})
	}
	for _, s := range i.scripts {
		v.Scripts = append(v.Scripts, s.hit(r.ID))
	}
	return v
}

// sources explains the tags of all rows in an answer.
func (i inquest) sources(a answer) []lookup.Source {
	var tags []string
	add := func(roads []roadView) {
		for _, r := range roads {
			if r.Endpoint != nil {
				tags = append(tags, r.Endpoint.Sources...)
			}
		}
	}
	for _, r := range a.Rules {
		add(r.Reasons)
	}
	for _, c := range a.Closed {
		add(c.Roads)
	}
	return append([]lookup.Source{}, lookup.Sources(i.policy.Catalog, tags)...)
}
