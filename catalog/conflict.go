package catalog

import (
	"slices"
	"strings"

	"rolewall/ruleset"
)

// Holding is a service of a host and one of its endpoints that is open on that host.
type Holding struct {
	Service  *Service
	Endpoint *Endpoint
}

// Conflicting returns the conflicts on a host, in the order of the data. Each names only the services that use the
// port there. Services that all listen through the HTTP driver share the port, so they do not conflict.
func (c *Catalog) Conflicting(open []Holding) []Conflict {
	var out []Conflict
	for _, x := range c.Conflicts() {
		var holders []string
		shared := true // all of them listen through the HTTP driver
		for _, name := range x.Services {
			for _, h := range open {
				if !strings.EqualFold(h.Service.Name, name) || !h.Endpoint.holds(x.Port) {
					continue
				}
				if !slices.Contains(holders, h.Service.Name) {
					holders = append(holders, h.Service.Name)
				}
				shared = shared && h.Endpoint.Listener == HTTP
			}
		}
		if len(holders) > 1 && !shared {
			x.Services = holders
			out = append(out, x)
		}
	}
	return out
}

// holds reports whether the endpoint listens on a port in the form "tcp/80". A port from the dynamic range never
// conflicts.
func (e *Endpoint) holds(port string) bool {
	protocol, number, _ := strings.Cut(port, "/")
	ports, err := ruleset.ParsePorts(number)
	return err == nil && e.Protocol.String() == protocol && e.Ports.Contains(ports)
}
