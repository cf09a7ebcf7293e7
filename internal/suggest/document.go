package suggest

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"rolewall/ruleset"
)

// document is the policy while it is being written.
type document struct {
	s        *suggester
	bodies   []*body
	names    map[string]string   // of networks, by their prefixes
	networks []network           // in the order of first use
	parts    map[string][]string // lines of roles and services that the policy defines, by name
	order    []string            // of parts
	taken    map[string]string   // names of the services made for programs
	shared   map[netip.Addr]int  // number of hosts that have an address
}

// network is a named set of addresses.
type network struct {
	name     string
	prefixes ruleset.Prefixes
	uses     []string
}

func newDocument(s *suggester) *document {
	return &document{s: s, names: map[string]string{}, parts: map[string][]string{}, taken: map[string]string{}, shared: map[netip.Addr]int{}}
}

// partOf returns the name of a role with only those rows of a role that are open and have a listener.
func (d *document) partOf(c *candidate, isOpen func(*listener) bool) string {
	name := c.role.Name
	byService := map[string][]string{}
	var services, texts, ports []string
	for _, r := range c.rows {
		if !slices.ContainsFunc(r.listeners, isOpen) {
			continue
		}
		text := r.endpoint.Port()
		if !slices.Contains(services, r.service) {
			services = append(services, r.service)
		}
		if !slices.Contains(byService[r.service], text) {
			byService[r.service] = append(byService[r.service], text)
			texts, ports = append(texts, text), append(ports, strings.ReplaceAll(text, "/", "-"))
		}
	}
	name = d.free(cut(name+"-"+strings.Join(ports, "-")), c.role.Name+" "+strings.Join(ports, " "))
	if d.parts[name] != nil {
		return name
	}
	var refs []string
	for _, svc := range services {
		refs = append(refs, fmt.Sprintf("{ name = %s, only = %s }", quote(svc), list(byService[svc])))
	}
	d.part(name, []string{
		fmt.Sprintf("[roles.%s]", key(name)),
		"title    = " + quote(c.role.Title+", only what listens and is open: "+strings.Join(texts, ", ")),
		"services = [" + strings.Join(refs, ", ") + "]",
	})
	return name
}

// ownService returns the name of a role that opens a port for one Windows program.
func (d *document) ownService(l *listener, x ruleset.Listener) string {
	t := l.traffic()
	word := x.Service
	if word == "" {
		word = x.Program[strings.LastIndexAny(x.Program, `\/`)+1:]
	}
	text := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, strings.ToLower(strings.TrimSuffix(strings.ToLower(word), ".exe")))
	base := "local-" + strings.Trim(text, "-") + "-" + strings.ReplaceAll(t.String(), "/", "-")
	name := d.free(cut(base), fmt.Sprintf("%s %q", t, []string{x.Program, x.Service}))
	if d.parts[name] != nil {
		return name
	}
	row := fmt.Sprintf("app = %s, %s = %s, audience = \"clients\"", quote(word), t.Protocol, quote(t.Ports.String()))
	if t.String() == "tcp/135" {
		row += `, rpc = "mapper"`
	}
	if x.Program != "" {
		row += ", program = " + quotePath(x.Program)
	}
	if x.Service != "" {
		row += ", service = " + quote(x.Service)
	}
	d.part(name, []string{
		fmt.Sprintf("[services.%s]", key(name)),
		"title     = " + quote(word+", found listening"),
		"endpoints = [{ " + row + " }]",
		"",
		fmt.Sprintf("[roles.%s]", key(name)),
		"title    = " + quote(word+", found listening"),
		"services = [" + quote(name) + "]",
	})
	return name
}

func (d *document) part(name string, lines []string) {
	d.parts[name] = lines
	d.order = append(d.order, name)
}

// cut shortens a name to the allowed length, with room for a number.
func cut(name string) string {
	if len(name) > 56 {
		name = name[:56]
	}
	return strings.TrimRight(name, "-._")
}

// free returns a name that nothing else has yet.
func (d *document) free(name, what string) string {
	for i := 1; ; i++ {
		try := name
		if i > 1 {
			try = fmt.Sprintf("%s-%d", name, i)
		}
		_, isRole := d.s.cat.Role(try)
		_, isService := d.s.cat.Service(try)
		if other, known := d.taken[try]; !isRole && !isService && (!known || other == what) {
			d.taken[try] = what
			return try
		}
	}
}

// from writes sources: "any", "none", or a network. use says what the network is for, in its comment.
func (d *document) from(h *host, p ruleset.Prefixes, use string) string {
	switch {
	case len(p) == 0:
		return `["none"]`
	case p.Complete() == h.families:
		return `["any"]`
	}
	p = h.sayable(p)
	id := fmt.Sprint(p)
	name, known := d.names[id]
	if !known {
		name = fmt.Sprintf("sources-%d", len(d.networks)+1)
		switch {
		case len(p) == 1 && p[0].Addr().Is4() && p[0].IsSingleIP():
			name = "addr-" + strings.ReplaceAll(p[0].Addr().String(), ".", "-")
		case len(p) == 1 && p[0].Addr().Is4():
			name = "net-" + strings.NewReplacer(".", "-", "/", "-").Replace(p[0].String())
		}
		d.names[id] = name
		d.networks = append(d.networks, network{name: name, prefixes: p})
	}
	i := slices.IndexFunc(d.networks, func(n network) bool { return n.name == name })
	if use != "" && !slices.Contains(d.networks[i].uses, use) {
		d.networks[i].uses = append(d.networks[i].uses, use)
	}
	return list([]string{name})
}

// key writes a name as a part of the header of a table.
func key(name string) string {
	if strings.ContainsFunc(name, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_')
	}) {
		return quote(name)
	}
	return name
}

// shareAddresses counts how many hosts have an address. An address of several hosts, such as that of a cluster or
// of a container bridge, identifies no host.
func (d *document) shareAddresses() {
	for _, b := range d.bodies {
		for _, a := range b.h.Addresses {
			d.shared[a]++
		}
	}
}

// one returns a policy for one host, without comments.
func (d *document) one(b *body) string {
	scratch := &document{s: d.s, names: map[string]string{}, parts: d.parts, order: d.order, taken: d.taken, shared: map[netip.Addr]int{}}
	scratch.bodies = []*body{b}
	return string(scratch.write())
}
