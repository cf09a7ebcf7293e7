package catalog

import (
	"regexp"
	"slices"
	"strings"
	"sync"
)

// A product may run several services of one kind, each named after its instance, such as MSSQL$PROD. The catalog
// has one entry for all of them, MSSQL$NAME. A policy names the service as Windows does.

// instanceWord stands for the name of the instance, in the name of an entry and of the service in its rows.
const instanceWord = "$NAME"

var instanceName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_-]{0,15}$`)

// instances holds the services made for instances, by lower-case name, so that a name always returns the same
// service.
type instances struct {
	mu   sync.Mutex
	made map[string]*Service
}

// instance returns the service of an instance, made from the entry for its kind.
func (c *Catalog) instance(name string) (*Service, bool) {
	kind, own, found := strings.Cut(name, "$")
	if !found || !instanceName.MatchString(own) {
		return nil, false
	}
	entry, known := c.services.look(kind + instanceWord)
	if !known {
		return nil, false
	}
	c.instances.mu.Lock()
	defer c.instances.mu.Unlock()
	key := strings.ToLower(name)
	if s := c.instances.made[key]; s != nil {
		return s, true
	}
	s := *entry
	s.Name = strings.TrimSuffix(entry.Name, instanceWord) + "$" + own
	s.Endpoints = slices.Clone(entry.Endpoints)
	for i := range s.Endpoints {
		e := &s.Endpoints[i]
		e.Owner.Service = strings.ReplaceAll(e.Owner.Service, instanceWord, "$"+own)
	}
	c.instances.made[key] = &s
	return &s, true
}

func newInstances() *instances { return &instances{made: map[string]*Service{}} }
