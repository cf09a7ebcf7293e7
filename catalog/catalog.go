// Package catalog knows what roles run and what services listen on, by edition of Windows and with the source of
// every fact. The knowledge is TOML below data, embedded; a new role or service needs no Go.
package catalog

import (
	"embed"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"rolewall/strict"
)

//go:embed data/*.toml
var embedded embed.FS

// Catalog is everything known. Read it through the methods; entries are shared and must not be changed.
type Catalog struct {
	services  map[string]*Service // by lower-case name
	Roles     map[string]*Role
	Features  map[string]string // name to explanation
	Listeners map[string][]Owner
	Sources   map[string]Source
	Conflicts []Conflict
}

// Source is a document that facts come from.
type Source struct{ Title, Where string }

// Conflict names services that cannot hold one port on one host.
type Conflict struct {
	Port     string // "tcp/80"
	Services []string
	Note     string
	Source   string
}

// Default is the embedded catalog.
func Default() (*Catalog, error) {
	data, err := fs.Sub(embedded, "data")
	if err != nil {
		return nil, err
	}
	return Load(data)
}

// Load reads all *.toml files of a folder as one catalog and checks it.
func Load(folder fs.FS) (*Catalog, error) {
	c := &Catalog{
		services: map[string]*Service{}, Roles: map[string]*Role{}, Features: map[string]string{},
		Listeners: map[string][]Owner{}, Sources: map[string]Source{},
	}
	names, err := fs.Glob(folder, "*.toml")
	if err != nil {
		return nil, err
	}
	errs := &strict.Errors{}
	for _, name := range names {
		src, err := fs.ReadFile(folder, name)
		if err != nil {
			return nil, err
		}
		if t := strict.Parse(name, src, errs); t != nil {
			c.read(t, errs)
		}
	}
	for _, name := range c.ServiceNames() {
		c.checkService(c.services[strings.ToLower(name)], true, errs)
	}
	for _, name := range slices.Sorted(maps.Keys(c.Roles)) {
		c.CheckRole(c.Roles[name], errs)
	}
	return c, errs.Err()
}

// read adds one file.
func (c *Catalog) read(t *strict.Table, errs *strict.Errors) {
	for kind, add := range map[string]func(name string, t *strict.Table){
		"services": func(name string, t *strict.Table) { c.AddService(ReadService(name, t, ""), errs) },
		"roles": func(name string, t *strict.Table) {
			c.AddRole(ReadRole(name, t), errs)
			t.Done()
		},
		"features": func(name string, t *strict.Table) {
			c.Features[name] = t.String("title")
			t.Done()
		},
		"listeners": func(name string, t *strict.Table) { c.Listeners[name] = readOwners(t) },
		"sources": func(name string, t *strict.Table) {
			c.Sources[name] = Source{t.String("title"), t.String("where")}
			t.Done()
		},
	} {
		group := t.Table(kind)
		for _, name := range group.Keys() {
			if entry := group.Table(name); entry != nil {
				add(name, entry)
			}
		}
	}
	for _, row := range t.Tables("conflicts") {
		c.Conflicts = append(c.Conflicts, Conflict{row.String("port"), row.Strings("services"), row.String("note"), row.String("source")})
		row.Done()
	}
	t.Done()
}

// Clone is a copy to which entries may be added.
func (c *Catalog) Clone() *Catalog {
	clone := *c
	clone.services, clone.Roles = maps.Clone(c.services), maps.Clone(c.Roles)
	return &clone
}

// Service finds a service by name, without regard to case.
func (c *Catalog) Service(name string) (*Service, bool) {
	if s, ok := c.services[name]; ok { // already lower case
		return s, true
	}
	s, ok := c.services[strings.ToLower(name)]
	return s, ok
}

// ServiceNames lists the services, sorted without regard to case.
func (c *Catalog) ServiceNames() []string {
	var names []string
	for _, key := range slices.Sorted(maps.Keys(c.services)) {
		names = append(names, c.services[key].Name)
	}
	return names
}

// RoleNames lists the roles, sorted.
func (c *Catalog) RoleNames() []string { return slices.Sorted(maps.Keys(c.Roles)) }

// FeatureNames lists the features, sorted.
func (c *Catalog) FeatureNames() []string { return slices.Sorted(maps.Keys(c.Features)) }

// AddService adds a service; a name that is taken is a mistake naming both places.
func (c *Catalog) AddService(s *Service, errs *strict.Errors) {
	key := strings.ToLower(s.Name)
	if old, taken := c.services[key]; taken {
		errs.Add(s.At.Pos(), "", "service %s stands at %s already", s.Name, old.At.Pos())
		return
	}
	c.services[key] = s
}

// AddRole adds a role; a name that is taken is a mistake naming both places.
func (c *Catalog) AddRole(r *Role, errs *strict.Errors) {
	if old, taken := c.Roles[r.Name]; taken {
		errs.Add(r.At.Pos(), "", "role %s stands at %s already", r.Name, old.At.Pos())
		return
	}
	c.Roles[r.Name] = r
}
