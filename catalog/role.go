package catalog

import "rolewall/tomldoc"

// Role is a named set of services and other roles.
type Role struct {
	Name     string
	Title    string
	Family   string // heading under which lists show it
	Includes []tomldoc.Text
	Services []ServiceRef
	Features []tomldoc.Text // switched on for the endpoints the role brings
	Optional []tomldoc.Text // services a host may add
	Note     string
	Source   string
	Editions
	Location tomldoc.Location
	Replaces string // where the entry stands that this one takes the place of; empty for none
}

// ServiceRef is a role's use of a service.
type ServiceRef struct {
	Name tomldoc.Text
	Only []string // rows in the form of Endpoint.Port, opened whatever their feature; empty: all that are on
	Editions
}

// ReadRole reads a role; the caller asks for the keys it adds and calls Done.
func ReadRole(name string, t *tomldoc.Table) *Role {
	r := &Role{
		Name: name, Title: t.String("title"), Family: t.String("family"), Includes: t.Texts("includes"),
		Features: t.Texts("features"), Optional: t.Texts("optional"), Note: t.String("note"), Source: t.String("source"),
		Editions: readEditions(t), Location: t.Location(),
	}
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
