package main

import (
	"slices"
	"strings"

	"rolewall/catalog"
	"rolewall/ruleset"
)

func (d *doc) features() {
	d.line("\n## Features")
	d.line("")
	d.line("Optional parts of services, off until a role, a host, a group or the file names them in `features`; `without` takes them away again.")
	var rows [][]string
	for _, name := range d.c.FeatureNames() {
		text, _ := d.c.Feature(name)
		rows = append(rows, []string{`<a id="feature-` + slug(name) + `"></a>` + "`" + name + "`", text, strings.Join(d.waitingFor(name), "; ")})
	}
	d.table([]string{"feature", "what it is", "what it opens"}, rows)
}

// waitingFor lists the rows that a feature switches on, service by service.
func (d *doc) waitingFor(feature string) []string {
	if feature == "as-published" {
		return []string{"all that the article lists"}
	}
	var out []string
	for _, name := range d.c.ServiceNames() {
		s, _ := d.c.Service(name)
		var list []opening
		rpc := slices.ContainsFunc(s.Endpoints, func(e catalog.Endpoint) bool { return e.Feature == feature && e.RPC == ruleset.Dynamic })
		for i := range s.Endpoints {
			if e := &s.Endpoints[i]; e.Feature == feature && e.Never == "" {
				list = append(list, openings(e, rpc)...)
			}
		}
		if len(list) > 0 {
			out = append(out, d.serviceLink(name)+" "+say(list))
		}
	}
	return out
}

func featureLink(name string) string { return "[`" + name + "`](#feature-" + slug(name) + ")" }

func (d *doc) conflicts() {
	d.line("\n## Conflicts")
	d.line("")
	d.line("Services that cannot hold one port on one host. Those that answer through the HTTP driver share a port and do not conflict.")
	var rows [][]string
	for _, x := range d.c.Conflicts() {
		links := make([]string, len(x.Services))
		for i, name := range x.Services {
			links[i] = d.serviceLink(name)
		}
		rows = append(rows, []string{strings.Replace(x.Port, "/", " ", 1), strings.Join(links, ", "), x.Note, sourceLinks(x.Source)})
	}
	d.table([]string{"port", "services", "why", "source"}, rows)
}

func (d *doc) sources() {
	d.line("\n## Sources")
	var rows [][]string
	for _, tag := range d.c.SourceNames() {
		s, _ := d.c.Source(tag)
		rows = append(rows, []string{`<a id="source-` + slug(tag) + `"></a>` + tag, s.Title, s.Where})
	}
	d.table([]string{"tag", "what", "where"}, rows)
}

// sourceLinks writes tags as links.
func sourceLinks(tags string) string {
	var out []string
	for tag := range strings.SplitSeq(tags, ",") {
		out = append(out, "["+tag+"](#source-"+slug(tag)+")")
	}
	return strings.Join(out, ", ")
}
