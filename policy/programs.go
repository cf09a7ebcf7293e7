package policy

import (
	"fmt"
	"strings"

	"rolewall/catalog"
	"rolewall/policy/fields"
	"rolewall/ruleset"
	"rolewall/tomldoc"
)

// Programs says which program listens for services whose program the catalog does not know, since a site chooses
// its folder.
type Programs []BoundService

// BoundService is a service and the program, Windows service, or both that own its sockets.
type BoundService struct {
	Service tomldoc.Text
	Owner   ruleset.Listener
}

// Of returns the owner of a service's sockets, or the zero value if the policy does not say.
func (p Programs) Of(service string) ruleset.Listener {
	for _, b := range p {
		if strings.EqualFold(b.Service.Value, service) {
			return b.Owner
		}
	}
	return ruleset.Listener{}
}

// String returns a text that is equal for programs with equal content, wherever they are defined.
func (p Programs) String() string {
	var b strings.Builder
	for _, x := range p {
		fmt.Fprintf(&b, "%q %q %q\n", strings.ToLower(x.Service.Value), x.Owner.Program, x.Owner.Service)
	}
	return b.String()
}

// readPrograms reads [programs]: a table of program and service for each service.
func readPrograms(_ *loader, t *tomldoc.Table, f *fields.Field) (Programs, bool) {
	group := t.Table(f.Key)
	if !t.Has(f.Key) {
		return nil, false
	}
	var out Programs
	for _, name := range group.Keys() {
		row := group.Table(name)
		if row == nil {
			continue
		}
		b := BoundService{Service: tomldoc.Text{Value: name, Location: group.LocationOf(name)}, Owner: catalog.ReadOwner(row)}
		if b.Owner.IsZero() {
			row.Fail("", `{ program = 'D:\SQL\sqlservr.exe', service = "MSSQL$PROD" }`, "neither program nor service is named for %s", name)
		}
		row.RejectUnknownKeys()
		out = append(out, b)
	}
	return out, true
}
