package main

import (
	"fmt"
	"slices"
	"strings"

	"rolewall/catalog"
	"rolewall/ruleset"
	"rolewall/tomldoc"
)

// families are the headings of roles in the order of the page; others follow by name.
var families = []string{
	"Baseline and management", "Directory", "Network", "File and print", "Web", "Mail", "Database", "Remote desktop", "Remote access",
	"Clusters and applications", "Deployment and updates", "Monitoring", "Legacy", "Linux",
}

func (d *doc) roles() {
	byFamily := map[string][]*catalog.Role{}
	order := slices.Clone(families)
	for _, name := range d.c.RoleNames() {
		r, _ := d.c.Role(name)
		byFamily[r.Family] = append(byFamily[r.Family], r)
		if !slices.Contains(order, r.Family) {
			order = append(order, r.Family)
		}
	}
	d.line("\n## Roles")
	var rows [][]string
	for _, family := range order {
		var links []string
		for _, r := range byFamily[family] {
			links = append(links, link(r.Name, r.Title))
		}
		rows = append(rows, []string{"[" + family + "](#" + slug(family) + ")", strings.Join(links, ", ")})
	}
	d.table([]string{"family", "roles"}, rows)
	for _, family := range order {
		d.line("\n### %s", family)
		for _, r := range byFamily[family] {
			d.role(r)
		}
	}
}

// used is a service of a role, with the rows that the role opens; empty: all that are on.
type used struct {
	*catalog.Service
	ref catalog.ServiceRef
	on  []string // features that hold on the path to it
}

// uses lists the services of a role through its includes, those of the role itself first.
func (d *doc) uses(r *catalog.Role, on []string) []used {
	for _, f := range r.Features {
		on = append(slices.Clone(on), f.Value)
	}
	var out []used
	for _, ref := range r.Services {
		s, _ := d.c.Service(ref.Name.Value)
		out = append(out, used{s, ref, on})
	}
	for _, include := range r.Includes {
		next, _ := d.c.Role(include.Value)
		out = append(out, d.uses(next, on)...)
	}
	return out
}

// open lists the rows that a role opens on an edition by itself.
func open(services []used, os ruleset.OS) []*catalog.Endpoint {
	var out []*catalog.Endpoint
	for _, u := range services {
		for i := range u.Endpoints {
			e := &u.Endpoints[i]
			if !u.ref.Has(os) || !u.Has(os) || !e.Has(os) || e.Never != "" || len(u.ref.Only) > 0 && !slices.Contains(u.ref.Only, e.Port()) {
				continue
			}
			if e.Feature == "" || slices.Contains(u.on, e.Feature) || len(u.ref.Only) > 0 {
				out = append(out, e)
			}
		}
	}
	return out
}

func (d *doc) role(r *catalog.Role) {
	d.line("\n#### %s", heading(r.Name, r.Title))
	services := d.uses(r, nil)
	d.ports(r, services)
	d.line("")
	if names := d.links(r, services); len(names) > 0 {
		d.line("- services: %s", strings.Join(names, ", "))
	}
	if len(r.Includes) > 0 {
		d.line("- includes: %s", joined(r.Includes, d.roleLink))
	}
	if len(r.FeatureTexts()) > 0 {
		d.line("- turns on: %s", joined(r.FeatureTexts(), featureLink))
	}
	for _, text := range d.waiting(r, services) {
		d.line("- %s", text)
	}
	if len(r.Optional) > 0 {
		d.line("- a host may add: %s", joined(r.Optional, d.serviceLink))
	}
	if r.Mutual {
		d.line("- mutual: its hosts are clients of each other")
	}
	if len(r.Aliases) > 0 {
		d.line("- also called: %s", strings.Join(r.Aliases, ", "))
	}
	if r.Note != "" {
		d.line("- %s", r.Note)
	}
	d.line("- source: %s", sourceLinks(r.Source))
}

// ports writes what a role opens, editions with equal ports in one line.
func (d *doc) ports(r *catalog.Role, services []used) {
	list := windows()
	if r.Platform == "linux" {
		list = []ruleset.OS{ruleset.Linux}
	}
	var groups [][]ruleset.OS
	var texts [][]string
	for _, os := range list {
		if !r.Has(os) {
			continue
		}
		text := cells(open(services, os))
		if n := len(texts); n > 0 && slices.Equal(texts[n-1], text) {
			groups[n-1] = append(groups[n-1], os)
			continue
		}
		texts, groups = append(texts, text), append(groups, []ruleset.OS{os})
	}
	var rows [][]string
	for i, text := range texts {
		rows = append(rows, append([]string{spans(groups[i])}, text...))
	}
	d.table([]string{"on", "clients", "peers", "management"}, rows)
}

// links are the role's services, each with the editions on which not all of the role has it.
func (d *doc) links(r *catalog.Role, services []used) []string {
	var out []string
	for _, u := range services {
		text := d.serviceLink(u.Name)
		if len(u.ref.Only) > 0 {
			text += " (" + strings.Join(u.ref.Only, ", ") + " alone)"
		}
		list := slices.DeleteFunc(u.ref.List(), func(os ruleset.OS) bool { return !r.Has(os) || !u.Has(os) })
		if len(list) == 0 {
			continue
		}
		if on := spans(list); on != spans(r.List()) {
			text += " on " + on
		}
		if !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	return out
}

// waiting says what the features of the role's services add, those that the role does not turn on itself.
func (d *doc) waiting(r *catalog.Role, services []used) []string {
	var names []string
	for _, u := range services {
		for _, e := range u.Endpoints {
			if e.Feature != "" && e.Never == "" && len(u.ref.Only) == 0 && !slices.Contains(u.on, e.Feature) && !slices.Contains(names, e.Feature) {
				names = append(names, e.Feature)
			}
		}
	}
	slices.Sort(names)
	var out []string
	for _, name := range names {
		var rows []*catalog.Endpoint
		on := map[ruleset.OS]bool{}
		for _, u := range services {
			for i := range u.Endpoints {
				e := &u.Endpoints[i]
				hits := false
				for _, os := range both(u.Service, e) {
					if e.Feature == name && e.Never == "" && r.Has(os) && u.ref.Has(os) {
						hits, on[os] = true, true
					}
				}
				if hits {
					rows = append(rows, e)
				}
			}
		}
		if len(rows) == 0 {
			continue
		}
		var parts []string
		for i, text := range cells(rows) {
			if text != "" {
				parts = append(parts, text+" for "+string(audiences[i]))
			}
		}
		text := fmt.Sprintf("with %s: %s", featureLink(name), strings.Join(parts, ", "))
		if where, whole := spans(keys(on)), spans(r.List()); where != whole && where != "Linux" {
			text += " (" + where + ")"
		}
		out = append(out, text)
	}
	return out
}

func keys(set map[ruleset.OS]bool) []ruleset.OS {
	return slices.DeleteFunc(ruleset.AllOS(), func(os ruleset.OS) bool { return !set[os] })
}

// joined writes names as links.
func joined(names []tomldoc.Text, link func(string) string) string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = link(n.Value)
	}
	return strings.Join(out, ", ")
}
