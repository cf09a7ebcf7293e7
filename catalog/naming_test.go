package catalog

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"rolewall/ruleset"
)

// TestNaming holds that no service with a row for a port is missing, nor a role with one of the services.
func TestNaming(t *testing.T) {
	c, err := Default()
	if err != nil {
		t.Fatal(err)
	}
	fresh, err := Default() // nothing of it is read
	if err != nil {
		t.Fatal(err)
	}
	known := map[string][]string{}
	naming := func(p ruleset.Protocol, port uint16) []string {
		key := fmt.Sprint(p, port)
		if known[key] == nil {
			var ports ruleset.Ports
			if port != 0 {
				ports = ruleset.Ports{{First: port, Last: port}}
			}
			known[key] = fresh.ServicesNaming(p, ports)
		}
		return known[key]
	}
	for _, name := range c.ServiceNames() {
		s, _ := c.Service(name)
		for _, e := range s.Endpoints {
			port := uint16(0)
			if len(e.Ports) > 0 {
				port = e.Ports[len(e.Ports)-1].Last
			}
			found := naming(e.Protocol, port)
			if !slices.Contains(found, name) {
				t.Errorf("%s is not found by its row %s", name, e.Port())
			}
			if few := 60; e.Protocol == ruleset.TCP && port != 0 && len(found) > few {
				t.Errorf("%s finds %d services, more than %d", e.Port(), len(found), few)
			}
		}
	}
	for _, name := range c.RoleNames() {
		r, _ := c.Role(name)
		for _, s := range r.Services {
			if found := fresh.RolesNaming([]string{strings.ToUpper(s.Name.Value)}); !slices.Contains(found, name) {
				t.Errorf("%s is not found by its service %s", name, s.Name.Value)
			}
		}
	}
	if n := len(fresh.RolesNaming([]string{"kdc"})); n > 10 {
		t.Errorf("%d roles name kdc", n)
	}
}
