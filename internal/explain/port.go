package explain

import (
	"slices"
	"strings"

	"rolewall/generators/target"
	"rolewall/internal/lookup"
	"rolewall/policy"
	"rolewall/resolver"
	"rolewall/ruleset"
)

// Port returns what happens to the traffic of a port on a host, with one answer for each protocol. Closed is an
// answer, not an error.
func (x *Explainer) Port(h *policy.Host, port string) (*Answers, error) {
	list, err := x.ParsePort(port)
	if err != nil {
		return nil, err
	}
	resolution, err := x.resolve(h)
	if err != nil {
		return nil, err
	}
	scripts, err := x.scripts(h, resolution.RuleSet)
	if err != nil {
		return nil, err
	}
	out := &Answers{Subject: x.about(h, resolution.RuleSet)}
	from := originsOf(resolution)
	for _, t := range list {
		a := query{x, h, resolution, scripts, from, t}.answer()
		a.Means = meaning(a.Verdict, out.Others)
		out.Answers = append(out.Answers, a)
	}
	return out, nil
}

// about returns the facts about the host of a question.
func (x *Explainer) about(h *policy.Host, rs *ruleset.RuleSet) Subject {
	roles := append([]string{}, rs.Roles...)
	return Subject{1, h.Name, string(rs.OS), roles, *newLocation(h.Location), x.from.text, x.othersOf(h, rs)}
}

// query is a question about a host.
type query struct {
	x          *Explainer
	host       *policy.Host
	resolution *resolver.Resolution
	scripts    []script
	origins    origins
	traffic    ruleset.Traffic // a single port or type
}

// answer finds the rules that match and, for what is not open, the reasons.
func (q query) answer() Answer {
	out := Answer{Port: q.traffic.String(), Verdict: q.verdict(), Rules: []Rule{}, Closed: []Reason{}}
	for _, r := range q.resolution.RuleSet.Inbound {
		if q.traffic.Overlaps(r.Traffic) {
			v := q.rule(r)
			v.Share = q.shareOf(r)
			out.Rules = append(out.Rules, v)
		}
	}
	if out.Verdict != Open {
		out.Closed = joinReasons(q.closed(len(out.Rules) > 0))
	}
	out.Baseline = q.x.openings(q.host, q.resolution.RuleSet, func(o target.Opening) bool { return q.x.concerns(o, q.traffic) })
	if out.Verdict == Closed && slices.ContainsFunc(out.Baseline, Baseline.isCertain) {
		out.Verdict = BesideRules
	}
	out.Sources = q.sources(out)
	return out
}

// rule returns a rule with its provenance and its lines in the scripts.
func (q query) rule(r *ruleset.Rule) Rule {
	v := Rule{
		ID: r.ID, Opens: r.Traffic.String(), Only: onlyText(q.resolution.RuleSet.OS, r), RPC: string(r.RPC), Listener: r.Listener.Program, Anyone: r.Remote.IsAnyone(),
		From: []Source{}, Reasons: []Path{}, Scripts: []ScriptLines{},
	}
	if r.Listener.Service != "" {
		v.Listener = strings.TrimPrefix(v.Listener+", service "+r.Listener.Service, ", ") // a rule may name only the service
	}
	ds, es := q.origins.endpoints[r.ID], q.origins.exceptions[r.ID]
	for _, d := range ds {
		v.Reasons = append(v.Reasons, q.x.path(q.host, d))
	}
	for _, e := range es {
		v.Reasons = append(v.Reasons, exceptionPath(e))
	}
	anyone, sets := q.x.origins(q.host, q.resolution, ds, es)
	if r.Remote.IsAnyone() {
		v.From = append(v.From, Source{Name: "anyone", Prefixes: []string{}, Because: append([]Origin{}, anyone...)})
	}
	for _, set := range r.Remote.Sets() {
		v.From = append(v.From, Source{set.Name, prefixTexts(set.Prefixes), append([]Origin{}, sets[set.Name]...)})
	}
	for _, s := range q.scripts {
		v.Scripts = append(v.Scripts, s.linesOf(r.ID))
	}
	return v
}

// onlyText returns the qualifiers of a rule. Windows Firewall sees packets after IPsec and also allows unprotected
// ones, so a rule for packets through IPsec is narrower only on Linux.
func onlyText(os ruleset.OS, r *ruleset.Rule) string {
	only := r.Only()
	if !r.IPsecOnly || os != ruleset.Linux {
		return only
	}
	if only == "" {
		return "only inside IPsec"
	}
	return only + ", only inside IPsec"
}

// sources returns the documents behind all endpoints in an answer.
func (q query) sources(a Answer) []lookup.Source {
	var tags []string
	add := func(paths []Path) {
		for _, r := range paths {
			if r.Endpoint != nil {
				tags = append(tags, r.Endpoint.Sources...)
			}
		}
	}
	for _, r := range a.Rules {
		add(r.Reasons)
	}
	for _, c := range a.Closed {
		add(c.Paths)
	}
	return append([]lookup.Source{}, lookup.Sources(q.x.policy.Catalog, tags)...)
}
