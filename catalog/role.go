package catalog

import "rolewall/tomldoc"

// Role is a named set of services and other roles.
type Role struct {
	Name     string
	Title    string
	Family   string // heading under which lists show it
	Includes []tomldoc.Text
	Services []ServiceRef
	Features []FeatureRef   // switched on for the endpoints the role brings
	Optional []tomldoc.Text // services a host may add
	Mutual   bool           // its hosts use the services of each other: what is open for clients is open for peers too
	Aliases  []string       // what people call it: names of Windows features and of products, acronyms
	Note     string
	Source   string
	Editions
	Location tomldoc.Location
	Replaces string // where the entry is that this one takes the place of; empty for none
}

// ServiceRef is a role's use of a service.
type ServiceRef struct {
	Name tomldoc.Text
	Only []string // rows in the form of Endpoint.Port, opened whatever their feature; empty: all that are on
	Editions
}

// FeatureRef is a feature that a role switches on, on some editions.
type FeatureRef struct {
	tomldoc.Text
	Editions
}

// ReadRole reads a role; the caller asks for the keys it adds and calls Done.
func ReadRole(name string, t *tomldoc.Table) *Role {
	r := &Role{
		Name: name, Title: t.String("title"), Family: t.String("family"), Includes: t.Texts("includes"),
		Features: readFeatureRefs(t), Optional: t.Texts("optional"), Aliases: t.Strings("aliases"), Note: t.String("note"), Source: t.String("source"),
		Editions: readEditions(t), Location: t.Location(),
	}
	r.Mutual, _ = t.Bool("mutual")
	for _, item := range t.Items("services") {
		if item.Table == nil {
			r.Services = append(r.Services, ServiceRef{Name: item.Text})
			continue
		}
		row := item.Table
		ref := ServiceRef{Name: row.Text("name"), Only: row.Strings("only"), Editions: readEditions(row)}
		if row.Has("only") && len(ref.Only) == 0 {
			row.Fail("only", "leave the key out for all rows", "only names no row")
		}
		r.Services = append(r.Services, ref)
		row.RejectUnknownKeys()
	}
	return r
}

// readFeatureRefs reads the features of a role: names, or tables of a name and the editions on which it is on.
func readFeatureRefs(t *tomldoc.Table) []FeatureRef {
	var out []FeatureRef
	for _, item := range t.Items("features") {
		if item.Table == nil {
			out = append(out, FeatureRef{Text: item.Text})
			continue
		}
		out = append(out, FeatureRef{item.Table.Text("name"), readEditions(item.Table)})
		item.Table.RejectUnknownKeys()
	}
	return out
}

// FeatureTexts returns the features without their editions.
func (r *Role) FeatureTexts() []tomldoc.Text {
	out := make([]tomldoc.Text, len(r.Features))
	for i, f := range r.Features {
		out[i] = f.Text
	}
	return out
}
