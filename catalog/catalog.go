// Package catalog knows which services each role runs and on which ports each service listens, by edition of
// Windows, with a source for every fact. The facts are embedded TOML files below data. A new role or service needs
// no Go code.
package catalog

import (
	"maps"
	"slices"

	"rolewall/diag"
)

// Catalog holds all roles, services, features and sources. Entries are shared and must not be changed.
type Catalog struct {
	services  table[*Service]
	roles     table[*Role]
	features  table[string] // explanation of each feature
	listeners table[[]Owner]
	sources   table[Source]
	conflicts []func() Conflict
	evidence  []func() Evidence
	unread    map[string][]byte // text of services and roles in the embedded files, by unreadKey
	instances *instances        // services that can run several times on a host
	base      *Catalog          // the catalog whose entries an overlay may replace; otherwise nil
	files     [][]byte          // the files it was read from
}

// Source is a document that facts come from.
type Source struct{ Title, Where string }

// Conflict names services that cannot use the same port on one host.
type Conflict struct {
	Port     string // "tcp/80"
	Services []string
	Note     string
	Source   string
}

func newCatalog() *Catalog {
	return &Catalog{
		services: table[*Service]{}, roles: table[*Role]{}, features: table[string]{},
		listeners: table[[]Owner]{}, sources: table[Source]{}, unread: map[string][]byte{},
		instances: newInstances(),
	}
}

// Clone returns a copy to which entries may be added.
func (c *Catalog) Clone() *Catalog {
	clone := *c
	clone.services, clone.roles, clone.features = maps.Clone(c.services), maps.Clone(c.roles), maps.Clone(c.features)
	clone.listeners, clone.sources = maps.Clone(c.listeners), maps.Clone(c.sources)
	clone.unread = maps.Clone(c.unread)
	clone.instances = newInstances()
	clone.base = nil
	return &clone
}

// Service finds a service by name, without regard to case. For the service of an instance, such as MSSQL$PROD, it
// uses the entry of its kind, MSSQL$NAME.
func (c *Catalog) Service(name string) (*Service, bool) {
	if s, known := c.services.look(name); known {
		return s, true
	}
	return c.instance(name)
}

// ServiceNames lists the services, sorted without regard to case.
func (c *Catalog) ServiceNames() []string { return c.services.names() }

// Role finds a role by its exact name.
func (c *Catalog) Role(name string) (*Role, bool) {
	r, known := c.roles.look(name)
	return r, known && r.Name == name
}

// RoleNames lists the roles, sorted.
func (c *Catalog) RoleNames() []string { return c.roles.names() }

// Own returns the roles and services that are not built in, or that replace a built-in one.
func (c *Catalog) Own() (roles, services []string) {
	isBuiltIn := func(kind string) func(string) bool {
		return func(name string) bool {
			_, builtIn := c.unread[unreadKey(kind, name)]
			return builtIn
		}
	}
	return slices.DeleteFunc(c.RoleNames(), isBuiltIn("roles")), slices.DeleteFunc(c.ServiceNames(), isBuiltIn("services"))
}

// Feature returns the explanation of a feature.
func (c *Catalog) Feature(name string) (string, bool) {
	if !c.features.hasExactly(name) {
		return "", false
	}
	return c.features.look(name)
}

// FeatureNames lists the features, sorted.
func (c *Catalog) FeatureNames() []string { return c.features.names() }

// Source finds a document by its tag.
func (c *Catalog) Source(tag string) (Source, bool) { return c.sources.look(tag) }

// SourceNames lists the tags of documents, sorted.
func (c *Catalog) SourceNames() []string { return c.sources.names() }

// Conflicts lists the services that cannot share a port.
func (c *Catalog) Conflicts() []Conflict {
	out := make([]Conflict, len(c.conflicts))
	for i, get := range c.conflicts {
		out[i] = get()
	}
	return out
}

// AddService adds a service. If the name is taken, it reports both locations.
func (c *Catalog) AddService(s *Service, errs *diag.List) {
	if old, taken := c.services.look(s.Name); taken && c.base.owns(old) {
		s.Replaces = replaced(old.Location)
	} else if taken {
		errs.Add(s.Location.Pos(), "", "service %s is already defined at %s", s.Name, old.Location.Pos())
		return
	}
	c.services.add(s.Name, func() *Service { return s })
	delete(c.unread, unreadKey("services", s.Name))
}

// AddRole adds a role. If the name is taken, it reports both locations.
func (c *Catalog) AddRole(r *Role, errs *diag.List) {
	if old, taken := c.roles.look(r.Name); taken && c.base.owns(old) {
		r.Replaces = replaced(old.Location)
	} else if taken {
		errs.Add(r.Location.Pos(), "", "role %s is already defined at %s", r.Name, old.Location.Pos())
		return
	}
	c.roles.add(r.Name, func() *Role { return r })
	delete(c.unread, unreadKey("roles", r.Name))
}
