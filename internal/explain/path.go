package explain

import (
	"slices"
	"strings"

	"rolewall/internal/lookup"
	"rolewall/policy"
	"rolewall/resolver"
	"rolewall/ruleset"
	"rolewall/tomldoc"
)

// path returns the provenance of an endpoint of a host.
func (x *Explainer) path(h *policy.Host, d *resolver.EndpointDecision) Path {
	v := Path{Roles: []Step{}}
	if d.Role != "" {
		v.Roles = append(v.Roles, x.roleStep(d.Role))
		v.Roles[0].By, v.Roles[0].At = x.where(h, policy.RoleName, d.Role)
	}
	for _, name := range d.Via {
		v.Roles = append(v.Roles, x.roleStep(name))
	}
	v.Service = &Step{Name: d.Service.Name, Title: d.Service.Title}
	if d.Role == "" {
		v.Service.By, v.Service.At = x.where(h, policy.ServiceName, d.Service.Name)
	}
	e := d.Endpoint
	row := lookup.NewRow(d.Service, e)
	v.Endpoint = &Endpoint{Port: row.Port, App: row.App, Audience: row.Audience, Reach: row.Reach, Feature: e.Feature, Sources: e.Sources, Note: e.Note}
	if e.Feature != "" && d.Open {
		v.Endpoint.By, v.Endpoint.At = x.turnsOn(h, d)
	}
	return v
}

func (x *Explainer) roleStep(name string) Step {
	r, _ := x.policy.Catalog.Role(name)
	return Step{Name: name, Title: r.Title}
}

func exceptionPath(e resolver.Exception) Path {
	return Path{Roles: []Step{}, Exception: &Exception{e.Terms.Reason, e.Terms.Owner, e.Terms.Expires, e.Level, *newLocation(e.Location)}}
}

// where returns the nearest level of the policy that lists a name, and the location. It returns "" if no level
// does.
func (x *Explainer) where(h *policy.Host, kind policy.NameKind, name string) (string, *Location) {
	level, at := x.policy.Where(h, kind, name)
	if level == nil {
		return "", nil
	}
	return level.Name, newLocation(at)
}

// turnsOn returns what switches the feature of an open endpoint on: a level of the policy with its location, or a
// role.
func (x *Explainer) turnsOn(h *policy.Host, d *resolver.EndpointDecision) (string, *Location) {
	if by, at := x.where(h, policy.FeatureName, d.Endpoint.Feature); by != "" {
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
		for _, s := range r.Services { // rows that the role opens, whatever their feature
			if strings.EqualFold(s.Name.Value, d.Service.Name) && len(s.Only) > 0 {
				return "role " + name, nil
			}
		}
	}
	return x.where(h, policy.FeatureName, "as-published")
}

// origins returns what in the policy names anyone, and by name what names each address set, in the requests of
// endpoints and exceptions.
func (x *Explainer) origins(h *policy.Host, a *resolver.Resolution, ds []*resolver.EndpointDecision, es []resolver.Exception) (anyone []Origin, sets map[string][]Origin) {
	sets = map[string][]Origin{}
	add := func(name string, s Origin) {
		same := func(old Origin) bool {
			return old.What == s.What && (old.At == nil) == (s.At == nil) && (s.At == nil || *old.At == *s.At)
		}
		if !slices.ContainsFunc(sets[name], same) {
			sets[name] = append(sets[name], s)
		}
	}
	note := func(from ruleset.Sources, s Origin) {
		if from.IsAnyone() {
			add("", s)
		}
		for _, set := range from.Sets() {
			add(set.Name, s)
		}
	}
	for _, d := range ds {
		sources := a.AudienceSources(h, d)
		if sources == nil {
			add("", Origin{What: "the policy names no audience"})
		}
		for _, s := range sources {
			what, at := string(s.Audience), newLocation(s.Location)
			if !s.Default {
				note(s.From, Origin{what, at})
				continue
			}
			for _, set := range s.From.Sets() {
				add(set.Name, Origin{what + ", by default " + defaultPeers(d, set.Name), at})
			}
		}
		switch e := d.Endpoint; {
		case e.Reach == "link":
			add("link-local", Origin{What: "neighbours on the same link, which the protocol needs"})
		case e.Reach == "any" && len(e.Interfaces) > 0:
			add("", Origin{What: "whoever sits on the interface"})
		case e.Reach == "any":
			add("", Origin{What: "such packets come from no address of a client"})
		}
	}
	for _, e := range es {
		for _, asked := range e.Requests {
			note(asked.Remote, Origin{"exception", newLocation(e.Location)})
		}
	}
	return sets[""], sets
}

// defaultPeers returns in words which hosts an address set of peers holds that no policy names.
func defaultPeers(d *resolver.EndpointDecision, set string) string {
	same := d.Role
	if len(d.Via) > 0 {
		same = d.Via[len(d.Via)-1]
	}
	switch role := strings.TrimPrefix(set, "@"); {
	case role == same:
		return "the hosts with the same role"
	case slices.ContainsFunc(d.Endpoint.PeerRoles, func(t tomldoc.Text) bool { return t.Value == role }):
		return "the hosts with the role " + role
	}
	return "the hosts with the same service"
}
