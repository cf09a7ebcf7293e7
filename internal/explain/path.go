package main

import (
	"slices"
	"strings"

	"rolewall/diag"
	"rolewall/internal/lookup"
	"rolewall/policy"
	"rolewall/resolver"
	"rolewall/ruleset"
	"rolewall/tomldoc"
)

func placeOf(at tomldoc.Location) place {
	pos := at.Pos()
	return place{pos.File, pos.Line, pos.Column}
}

func (p place) String() string {
	return diag.Pos{File: p.File, Line: p.Line, Column: p.Column}.String()
}

// road describes how an endpoint came to a host.
func (x *explainer) road(h *policy.Host, d *resolver.EndpointDecision) roadView {
	v := roadView{Roles: []step{}}
	if d.Role != "" {
		v.Roles = append(v.Roles, x.roleStep(d.Role))
		v.Roles[0].By, v.Roles[0].At = x.namesRole(h, d.Role)
	}
	for _, name := range d.Via {
		v.Roles = append(v.Roles, x.roleStep(name))
	}
	v.Service = &step{Name: d.Service.Name, Title: d.Service.Title}
	if d.Role == "" {
		v.Service.By, v.Service.At = x.namesService(h, d.Service.Name)
	}
	e := d.Endpoint
	row := lookup.NewRow(d.Service, e)
	v.Endpoint = &rowView{Port: row.Port, App: row.App, Audience: row.Audience, Reach: row.Reach, Feature: e.Feature, Sources: e.Sources, Note: e.Note}
	if e.Feature != "" && d.Open {
		v.Endpoint.By, v.Endpoint.At = x.turnsOn(h, d)
	}
	return v
}

func (x *explainer) roleStep(name string) step {
	r, _ := x.policy.Catalog.Role(name)
	return step{Name: name, Title: r.Title}
}

func exceptionRoad(e resolver.Exception) roadView {
	return roadView{Roles: []step{}, Exception: &exception{e.Terms.Reason, e.Terms.Owner, e.Terms.Expires, e.Level, placeOf(e.Location)}}
}

// namesRole is the level of the policy that gives the host the role, the nearest one.
func (x *explainer) namesRole(h *policy.Host, role string) (string, *place) {
	return x.names(h, func(l *policy.Level) *tomldoc.List { return l.Roles }, role)
}

func (x *explainer) namesService(h *policy.Host, service string) (string, *place) {
	return x.names(h, func(l *policy.Level) *tomldoc.List { return l.Services }, service)
}

func (x *explainer) names(h *policy.Host, list func(*policy.Level) *tomldoc.List, word string) (string, *place) {
	for _, l := range x.policy.Levels(h) {
		for t := range list(l).All() {
			if strings.EqualFold(t.Value, word) {
				at := placeOf(t.Location)
				return l.Name, &at
			}
		}
	}
	return "", nil
}

// turnsOn says what turns the feature of an open endpoint on: a level of the policy, or a role on the road.
func (x *explainer) turnsOn(h *policy.Host, d *resolver.EndpointDecision) (string, *place) {
	features := func(l *policy.Level) *tomldoc.List { return l.Features }
	if by, at := x.names(h, features, d.Endpoint.Feature); by != "" {
		return by, at
	}
	for _, name := range append([]string{d.Role}, d.Via...) {
		r, known := x.policy.Catalog.Role(name)
		if !known {
			continue
		}
		for _, f := range r.Features {
			if f.Value == d.Endpoint.Feature {
				return "role " + name, nil
			}
		}
		for _, s := range r.Services { // rows that the role opens whatever their feature
			if strings.EqualFold(s.Name.Value, d.Service.Name) && len(s.Only) > 0 {
				return "role " + name, nil
			}
		}
	}
	return x.names(h, features, "as-published")
}

// sayings says of every address set of a rule what in the policy lets it in.
func (x *explainer) sayings(h *policy.Host, a *resolver.Resolution, ds []*resolver.EndpointDecision, es []resolver.Exception) (anyone []saying, sets map[string][]saying) {
	sets = map[string][]saying{}
	add := func(name string, s saying) {
		same := func(old saying) bool {
			return old.What == s.What && (old.At == nil) == (s.At == nil) && (s.At == nil || *old.At == *s.At)
		}
		if !slices.ContainsFunc(sets[name], same) {
			sets[name] = append(sets[name], s)
		}
	}
	from := func(at tomldoc.Location) *place {
		p := placeOf(at)
		return &p
	}
	note := func(from ruleset.Sources, s saying) {
		if from.IsAnyone() {
			add("", s)
		}
		for _, set := range from.Sets() {
			add(set.Name, s)
		}
	}
	for _, d := range ds {
		senders := a.AudienceSources(h, d)
		if senders == nil {
			add("", saying{What: "the policy names no audience"})
		}
		for _, s := range senders {
			what := string(s.Audience)
			if s.Default {
				what += ", by default the hosts with the same role"
			}
			note(s.From, saying{what, from(s.Location)})
		}
		switch d.Endpoint.Reach {
		case "link":
			add("link-local", saying{What: "neighbours on the same link, which the protocol needs"})
		case "any":
			add("", saying{What: "such packets come from no address of a client"})
		}
	}
	for _, e := range es {
		for _, asked := range e.Requests {
			note(asked.Remote, saying{"exception", from(e.Location)})
		}
	}
	return sets[""], sets
}
