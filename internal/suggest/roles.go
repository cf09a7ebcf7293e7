package suggest

import (
	"slices"
	"strings"

	"rolewall/catalog"
	"rolewall/ruleset"
)

// candidate is a role for which there is evidence.
type candidate struct {
	role      *catalog.Role
	isHigh    bool
	reasons   []string
	listeners []*listener // on its documented ports
	rows      []row       // rows of its services that have a listener
}

// row is a row of a service, with the listeners on its ports.
type row struct {
	service   string
	endpoint  *catalog.Endpoint
	listeners []*listener
}

// rows returns the rows of a role that open ports of their own on os.
func (s *suggester) rows(r *catalog.Role, os ruleset.OS) []row {
	var out []row
	var visit func(r *catalog.Role, depth int)
	visit = func(r *catalog.Role, depth int) {
		for _, in := range r.Includes {
			if inner, known := s.cat.Role(in.Value); known && depth < 8 {
				visit(inner, depth+1)
			}
		}
		for _, ref := range r.Services {
			svc, known := s.cat.Service(ref.Name.Value)
			if !known || !svc.Has(os) || !ref.Has(os) {
				continue
			}
			for i := range svc.Endpoints {
				e := &svc.Endpoints[i]
				if e.Never == "" && e.Has(os) && !e.OwnRange && e.RPC == ruleset.NoRPC && e.Protocol.HasPorts() &&
					(len(ref.Only) == 0 || slices.Contains(ref.Only, e.Port())) {
					out = append(out, row{service: svc.Name, endpoint: e})
				}
			}
		}
	}
	visit(r, 0)
	return out
}

// candidates returns the roles for which there is evidence, in the order of the catalog's data.
func (s *suggester) candidates(h *host) []*candidate {
	var out []*candidate
	for _, e := range s.evidence {
		r, known := s.cat.Role(e.Role.Value)
		if !known || !r.Has(h.os) {
			continue
		}
		if c := s.candidate(h, r, &e); c != nil {
			out = append(out, c)
		}
	}
	return out
}

// candidate compares a host with one row of evidence. It returns nil if nothing supports the role.
func (s *suggester) candidate(h *host, r *catalog.Role, e *catalog.Evidence) *candidate {
	c := &candidate{role: r}
	installed := h.installed(e)
	running := h.running(e)
	for _, row := range s.rows(r, h.os) {
		for _, l := range h.listeners {
			if !l.loopback && !l.isRPC && row.endpoint.Traffic.Contains(l.traffic()) && l.mayBe(e, len(running) > 0, h.Windows) {
				row.listeners = append(row.listeners, l)
			}
		}
		if len(row.listeners) > 0 {
			c.rows = append(c.rows, row)
		}
		for _, l := range row.listeners {
			if !slices.Contains(c.listeners, l) {
				c.listeners = append(c.listeners, l)
			}
		}
	}
	if len(c.listeners) == 0 || len(installed)+len(running) == 0 && !slices.ContainsFunc(c.listeners, func(l *listener) bool { return l.isNamed(e) }) {
		return nil
	}
	for _, l := range c.listeners {
		c.reasons = append(c.reasons, l.says())
	}
	c.reasons = append(append(c.reasons, running...), installed...)
	isNamed := slices.ContainsFunc(c.listeners, func(l *listener) bool {
		return l.isNamed(e) || len(running) > 0 && (h.Windows || len(e.Processes) == 0 || len(l.processes) == 0)
	})
	c.isHigh = isNamed || h.Windows && len(installed) > 0
	if h.lists(e) && len(installed)+len(running) == 0 {
		c.isHigh = false
		c.reasons = append(c.reasons, "nothing of it is in the list of what is installed")
	}
	return c
}

// isNamed reports whether the evidence names the program that listens.
func (l *listener) isNamed(e *catalog.Evidence) bool {
	return slices.ContainsFunc(l.processes, e.HasProcess) || slices.ContainsFunc(l.units, e.HasUnit) || slices.ContainsFunc(l.services, e.HasService)
}

// mayBe reports whether the program that listens can be the one of the evidence. It is named, or nothing
// contradicts it.
func (l *listener) mayBe(e *catalog.Evidence, runs, windows bool) bool {
	switch {
	case l.isNamed(e):
		return true
	case windows: // the kernel and service hosts listen for many services
		own := []string{"System", "svchost.exe", "lsass.exe", "services.exe"}
		return len(l.processes) == 0 || slices.ContainsFunc(l.processes, func(p string) bool { return slices.Contains(own, p) }) && len(e.Processes) == 0
	case len(l.processes) == 0 || slices.Equal(l.processes, []string{"systemd"}):
		return len(l.units) == 0
	}
	return runs && len(e.Processes) == 0 && len(l.units) == 0 // a name such as "java" says nothing
}

// installed returns the packages and features of the evidence that the host has.
func (h *host) installed(e *catalog.Evidence) []string {
	var out []string
	for _, name := range e.Packages {
		if x, here := h.Installed.Packages[name]; here {
			out = append(out, "package "+name+place(x.Pos))
		}
	}
	for _, name := range e.Features {
		if x, here := h.Installed.Features[strings.ToLower(name)]; here {
			out = append(out, "feature "+name+place(x.Pos))
		}
	}
	return out
}

// running returns the units and services of the evidence that run on the host.
func (h *host) running(e *catalog.Evidence) []string {
	var out []string
	for _, name := range h.units {
		if e.HasUnit(name) {
			out = append(out, "unit "+name+" runs"+place(h.Installed.Units[name].Pos))
		}
	}
	for _, name := range h.services {
		if e.HasService(name) {
			out = append(out, "service "+name+" runs")
		}
	}
	return out
}

// lists reports whether the host's files have lists in which the evidence could appear.
func (h *host) lists(e *catalog.Evidence) bool {
	return h.Installed.Packages != nil && len(e.Packages) > 0 || h.Installed.Features != nil && len(e.Features) > 0
}
