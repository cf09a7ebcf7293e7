package catalog

import (
	"slices"

	"rolewall/diag"
	"rolewall/ruleset"
	"rolewall/tomldoc"
)

// check reports names that entries use and the catalog does not have.
func (c *Catalog) check(errs *diag.List) {
	for _, name := range c.ServiceNames() {
		s, _ := c.Service(name)
		c.checkService(s, true, errs)
	}
	var roles []*Role
	for _, name := range c.RoleNames() {
		r, _ := c.Role(name)
		roles = append(roles, r)
	}
	c.CheckRoles(roles, errs)
	c.checkEvidence(errs)
}

// CheckService reports what is wrong in a service of a policy: names that the catalog does not have, and rows that
// cannot work.
func (c *Catalog) CheckService(s *Service, errs *diag.List) { c.checkService(s, false, errs) }

// checkService does what CheckService does. If sourced is set, it also reports unknown sources: only the catalog
// itself must have them.
func (c *Catalog) checkService(s *Service, sourced bool, errs *diag.List) {
	for i := range s.Endpoints {
		e := &s.Endpoints[i]
		if e.Feature != "" && !c.features.hasExactly(e.Feature) {
			errs.Add(e.Location.Pos(), errs.Suggest(e.Feature, c.FeatureNames), "unknown feature %q", e.Feature)
		}
		if e.Listener != "" && e.Listener != System && e.Listener != HTTP && !c.listeners.hasExactly(e.Listener) {
			errs.Add(e.Location.Pos(), "a listener of the catalog, System or HTTP", "unknown listener %q", e.Listener)
		}
		for _, role := range e.PeerRoles {
			c.CheckRoleName(role, "", errs, nil)
		}
		for _, tag := range e.Sources {
			if sourced && !c.sources.hasExactly(tag) {
				errs.Add(e.Location.Pos(), "", "unknown source %q", tag)
			}
		}
		if e.RPC == ruleset.Dynamic && e.Never == "" && !s.hasMapperFor(e) {
			errs.Add(e.Location.Pos(), `add { app = "RPC", tcp = "135", rpc = "mapper", ... } for the same audience`,
				"service %s has a dynamic RPC endpoint that nobody can find without the endpoint mapper", s.Name)
		}
	}
	for _, p := range s.Pins {
		if p.With.Value != "" {
			c.CheckRoleName(p.With, "", errs, nil)
		}
	}
}

// hasMapperFor reports whether every source that may reach the dynamic endpoint may also reach the endpoint
// mapper.
func (s *Service) hasMapperFor(e *Endpoint) bool {
	return slices.ContainsFunc(s.Endpoints, func(m Endpoint) bool {
		return m.RPC == ruleset.EndpointMapper && m.Never == "" &&
			(m.Audience == e.Audience || m.Audience == ruleset.Clients) && (m.Feature == "" || m.Feature == e.Feature)
	})
}

// CheckRoles reports unknown names in roles, roles that include themselves, and roles that include more than a
// host can have.
func (c *Catalog) CheckRoles(roles []*Role, errs *diag.List) {
	includes := newIncludes(c, errs)
	for _, r := range roles {
		c.checkRole(r, errs)
		includes.follow(r, nil)
	}
}

// checkRole reports unknown names.
func (c *Catalog) checkRole(r *Role, errs *diag.List) {
	for _, name := range r.Includes {
		c.CheckRoleName(name, "", errs, nil)
	}
	for _, s := range r.Services {
		c.CheckServiceName(s.Name, errs, nil)
		if service, known := c.Service(s.Name.Value); known {
			for _, port := range s.Only {
				if !slices.ContainsFunc(service.Endpoints, func(e Endpoint) bool { return e.Port() == port }) {
					errs.Add(s.Name.Location.Pos(), "", "service %s has no row %s", s.Name.Value, port)
				}
			}
		}
	}
	for _, name := range r.Optional {
		c.CheckServiceName(name, errs, nil)
	}
	for _, f := range r.Features {
		c.CheckFeature(f.Text, errs)
	}
}

// CheckServiceName reports a service that does not exist. systems may be nil. suggestService says what they are.
func (c *Catalog) CheckServiceName(name tomldoc.Text, errs *diag.List, systems func() []ruleset.OS) {
	if _, known := c.instance(name.Value); !known && !c.services.has(name.Value) {
		hint := errs.Hint(func() string {
			var on []ruleset.OS
			if systems != nil {
				on = systems()
			}
			return c.suggestService(name.Value, on)
		})
		errs.Add(name.Location.Pos(), hint, "unknown service %q", name.Value)
	}
}

// CheckFeature reports a feature that does not exist.
func (c *Catalog) CheckFeature(name tomldoc.Text, errs *diag.List) {
	if _, known := c.Feature(name.Value); !known {
		errs.Add(name.Location.Pos(), errs.Suggest(name.Value, c.FeatureNames), "unknown feature %q", name.Value)
	}
}
