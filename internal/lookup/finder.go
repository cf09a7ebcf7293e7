package lookup

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"rolewall/catalog"
	"rolewall/ruleset"
	"rolewall/tomldoc"
)

func (f *Finder) role(r *catalog.Role) Entry {
	e := Entry{
		Kind: "role", Name: r.Name, Title: r.Title, Family: r.Family, Aliases: r.Aliases, Editions: EditionNames(r.List()), Replaces: r.Replaces,
		Includes: texts(r.Includes), Features: texts(r.FeatureTexts()), Optional: texts(r.Optional), Mutual: r.Mutual, Note: r.Note, Rows: []Row{},
	}
	for _, ref := range r.Services {
		if f.OS != "" && !ref.Has(f.OS) {
			continue
		}
		e.Services = append(e.Services, serviceRefText(ref))
	}
	for _, name := range f.Catalog.RoleNames() {
		if other, _ := f.Catalog.Role(name); slices.Contains(texts(other.Includes), r.Name) {
			e.UsedBy = append(e.UsedBy, name)
		}
	}
	f.roleRows(&e, r, map[string]bool{})
	e.Sources = Sources(f.Catalog, append(strings.Split(r.Source, ","), rowTags(e.Rows)...))
	return e
}

// serviceRefText returns a service as a role uses it, with conditions: "RemoteAccess (only tcp/1723, gre)".
func serviceRefText(ref catalog.ServiceRef) string {
	var limits []string
	if len(ref.Only) > 0 {
		limits = append(limits, "only "+strings.Join(ref.Only, ", "))
	}
	if ref.Since != "" || ref.Until != "" || ref.Platform != "" {
		limits = append(limits, EditionRange(EditionNames(ref.List())))
	}
	if limits == nil {
		return ref.Name.Value
	}
	return ref.Name.Value + " (" + strings.Join(limits, "; ") + ")"
}

// roleRows adds to e the rows of the role's services and of the roles that it includes. It skips the services in
// seen.
func (f *Finder) roleRows(e *Entry, r *catalog.Role, seen map[string]bool) {
	for _, ref := range r.Services {
		v, _ := f.Catalog.Service(ref.Name.Value)
		if f.OS != "" && !ref.Has(f.OS) || seen[v.Name] {
			continue
		}
		seen[v.Name] = true
		for _, x := range f.rows(v) {
			if len(ref.Only) == 0 || slices.Contains(ref.Only, x.Port) {
				e.Rows = append(e.Rows, x)
			}
		}
	}
	for _, name := range r.Includes {
		if include, known := f.Catalog.Role(name.Value); known {
			f.roleRows(e, include, seen)
		}
	}
}

func (f *Finder) service(v *catalog.Service) Entry {
	e := Entry{
		Kind: "service", Name: v.Name, Title: v.Title, Aliases: v.Aliases, Editions: EditionNames(v.List()), Replaces: v.Replaces, Note: v.Note, Rows: f.rows(v),
	}
	for _, name := range f.Catalog.RoleNames() {
		r, _ := f.Catalog.Role(name)
		if slices.ContainsFunc(r.Services, func(ref catalog.ServiceRef) bool { return strings.EqualFold(ref.Name.Value, v.Name) }) {
			e.UsedBy = append(e.UsedBy, name)
		}
		if slices.ContainsFunc(r.Optional, func(t tomldoc.Text) bool { return strings.EqualFold(t.Value, v.Name) }) {
			e.OptionalIn = append(e.OptionalIn, name)
		}
	}
	tags := rowTags(e.Rows)
	for _, p := range v.Pins {
		if f.OS != "" && !p.Has(f.OS) {
			continue
		}
		setting := p.Place
		if p.Value != "" {
			setting += ", value " + p.Value
		}
		e.Pins = append(e.Pins, Pin{p.Title, setting, p.Restart, p.Default, p.Note, EditionNames(p.List())})
		tags = append(tags, strings.Split(p.Source, ",")...)
	}
	for _, c := range f.Catalog.Conflicts() {
		if slices.ContainsFunc(c.Services, func(name string) bool { return strings.EqualFold(name, v.Name) }) {
			e.Conflicts = append(e.Conflicts, fmt.Sprintf("%s, one of %s: %s", c.Port, strings.Join(c.Services, ", "), c.Note))
			tags = append(tags, strings.Split(c.Source, ",")...)
		}
	}
	e.Sources = Sources(f.Catalog, tags)
	return e
}

func (f *Finder) feature(name, title string) Entry {
	e := Entry{Kind: "feature", Name: name, Title: title, Rows: []Row{}}
	for _, r := range f.all() {
		if r.Feature == name {
			e.Rows = append(e.Rows, r)
		}
	}
	for _, role := range f.Catalog.RoleNames() {
		if r, _ := f.Catalog.Role(role); slices.Contains(texts(r.FeatureTexts()), name) {
			e.UsedBy = append(e.UsedBy, role)
		}
	}
	e.Sources = Sources(f.Catalog, rowTags(e.Rows))
	return e
}

// all returns the rows of every service.
func (f *Finder) all() []Row {
	var out []Row
	for _, name := range f.Catalog.ServiceNames() {
		v, _ := f.Catalog.Service(name)
		out = append(out, f.rows(v)...)
	}
	return out
}

// rows returns the endpoints of a service.
func (f *Finder) rows(v *catalog.Service) []Row {
	out := []Row{}
	for i := range v.Endpoints {
		if e := &v.Endpoints[i]; f.has(v, e) {
			out = append(out, NewRow(v, e))
		}
	}
	return out
}

// has reports whether an endpoint exists on the edition of the question.
func (f *Finder) has(v *catalog.Service, e *catalog.Endpoint) bool {
	return f.OS == "" || e.Has(f.OS) && v.Has(f.OS)
}

// NewRow returns an endpoint of a service as a row.
func NewRow(v *catalog.Service, e *catalog.Endpoint) Row {
	r := Row{
		Port: e.Port(), App: e.App, Service: v.Name, Audience: string(e.Audience), Feature: e.Feature, Never: e.Never, RPC: string(e.RPC),
		Listener: listenerName(e), Editions: RowEditions(v, e), Source: e.Source(), Note: e.Note,
	}
	if e.Reach != catalog.ReachAudience {
		r.Reach = string(e.Reach)
	}
	r.Interfaces = e.Interfaces
	return r
}

// RowEditions returns the names of the editions on which both the service and its endpoint exist.
func RowEditions(v *catalog.Service, e *catalog.Endpoint) []string {
	return EditionNames(slices.DeleteFunc(e.List(), func(os ruleset.OS) bool { return !v.Has(os) }))
}

// rowTags returns the tags of the sources of rows.
func rowTags(rows []Row) []string {
	var out []string
	for _, r := range rows {
		out = append(out, strings.Split(r.Source, ",")...)
	}
	return out
}

// Sources returns the documents with the tags, each once, sorted by tag. It leaves out unknown tags.
func Sources(cat *catalog.Catalog, tags []string) []Source {
	var out []Source
	slices.Sort(tags)
	for _, tag := range slices.Compact(tags) {
		if doc, known := cat.Source(strings.TrimSpace(tag)); known {
			out = append(out, Source{strings.TrimSpace(tag), doc.Title, doc.Where})
		}
	}
	return out
}

func texts(list []tomldoc.Text) []string {
	var out []string
	for _, t := range list {
		out = append(out, t.Value)
	}
	return out
}

// listenerName returns the listener that a row names, or else its service or program.
func listenerName(e *catalog.Endpoint) string {
	return cmp.Or(e.Listener, e.Owner.Service, e.Owner.Program)
}
