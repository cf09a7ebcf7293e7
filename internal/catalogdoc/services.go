package main

import (
	"slices"
	"strings"

	"rolewall/catalog"
)

func (d *doc) services() {
	d.line("\n## Services")
	d.line("")
	d.line("By registry name, which policies write without regard to case. Listeners are who owns the socket: `System` the kernel, `HTTP` the driver")
	d.line("through which services share ports, any other name a program that Windows Firewall binds the rule to on the editions where it was seen.")
	for _, name := range d.c.ServiceNames() {
		s, _ := d.c.Service(name)
		d.service(s)
	}
}

func (d *doc) service(s *catalog.Service) {
	d.line("\n#### %s", heading(s.Name, s.Title))
	var rows [][]string
	listeners := false
	for i := range s.Endpoints {
		listeners = listeners || s.Endpoints[i].Listener != ""
	}
	for i := range s.Endpoints {
		e := &s.Endpoints[i]
		row := []string{port(e), e.App, audience(e), spans(both(s, e)), sourceLinks(e.Source())}
		if listeners {
			row = slices.Insert(row, 4, e.Listener)
		}
		rows = append(rows, row)
	}
	head := []string{"port", "what", "for", "on", "source"}
	if listeners {
		head = slices.Insert(head, 4, "listener")
	}
	d.table(head, rows)
	d.line("")
	if s.Note != "" {
		d.line("- %s", s.Note)
	}
	for i := range s.Endpoints {
		if e := &s.Endpoints[i]; e.Note != "" {
			d.line("- %s, %s: %s", port(e), e.App, e.Note)
		}
	}
	for _, p := range s.Pins {
		d.line("- %s", pin(p))
	}
	if len(s.Aliases) > 0 {
		d.line("- also called: %s", strings.Join(s.Aliases, ", "))
	}
	if roles := d.rolesWith(s); len(roles) > 0 {
		d.line("- roles: %s", strings.Join(roles, ", "))
	}
}

// pin says how a service is held to a port.
func pin(p catalog.Pin) string {
	text := p.Title + ": `" + p.Place + "`"
	if p.Value != "" {
		text += ", `" + p.Value + "`"
	}
	if p.Type != "" {
		text += " (" + p.Type + ")"
	}
	text += "; " + p.Restart + "; by default " + p.Default
	if on := spans(p.List()); on != "all" {
		text += "; on " + on
	}
	if p.Kind == "registry" || p.Kind == "command" {
		text = "can be pinned in `[rpc]`: " + text
	}
	if p.Note != "" {
		text += "; " + p.Note
	}
	return text + " (" + sourceLinks(p.Source) + ")"
}

// rolesWith lists the roles that name a service, or offer it.
func (d *doc) rolesWith(s *catalog.Service) []string {
	var out []string
	for _, name := range d.c.RoleNames() {
		r, _ := d.c.Role(name)
		for _, ref := range r.Services {
			if strings.EqualFold(ref.Name.Value, s.Name) && !slices.Contains(out, d.roleLink(name)) {
				out = append(out, d.roleLink(name))
			}
		}
		for _, o := range r.Optional {
			if strings.EqualFold(o.Value, s.Name) {
				out = append(out, d.roleLink(name)+" (option)")
			}
		}
	}
	return out
}

// port is a row's traffic.
func port(e *catalog.Endpoint) string {
	text := strings.Replace(e.Port(), "/", " ", 1)
	switch text {
	case "icmp 8":
		return "echo, IPv4"
	case "icmpv6 128":
		return "echo, IPv6"
	}
	if !strings.Contains(text, " ") {
		return strings.ToUpper(text)
	}
	return text
}

// audience returns the audience of a row and the feature that turns it on.
func audience(e *catalog.Endpoint) string {
	if e.Never != "" {
		return "never: " + e.Never
	}
	text := string(e.Audience)
	switch e.Reach {
	case catalog.ReachAny:
		text = "anyone"
	case catalog.ReachLink:
		text += ", link"
	}
	if len(e.Interfaces) > 0 {
		text += ", only on `" + strings.Join(e.Interfaces, "`, `") + "`"
	}
	if e.Feature != "" {
		text += ", with " + featureLink(e.Feature)
	}
	return text
}
