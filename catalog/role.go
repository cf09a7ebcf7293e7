package catalog

import "rolewall/tomldoc"

// Role is a named set of services and other roles.
type Role struct {
	Name     string
	Title    string
	Family   string // heading in lists
	Includes []tomldoc.Text
	Services []ServiceRef
	Features []FeatureRef   // switched on for the endpoints of the role
	Optional []tomldoc.Text // services that a host may add
	Mutual   bool           // its hosts use each other's services: what is open to clients is open to peers, too
	Aliases  []string       // other names: Windows features, products, acronyms
	Note     string
	Source   string
	Editions
	Location tomldoc.Location
	Replaces string // location of the entry that this one replaces; empty for none
}

// ServiceRef is a role's use of a service.
type ServiceRef struct {
	Name tomldoc.Text
	Only []string // rows in the form of Endpoint.Port that are opened, whatever their feature; empty: all rows that are on
	Editions
}

// FeatureRef is a feature that a role switches on, for some editions.
type FeatureRef struct {
	tomldoc.Text
	Editions
}

// ReadRole reads a role. The caller may read more keys and then calls RejectUnknownKeys.
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
