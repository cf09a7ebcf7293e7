package catalog

import (
	"slices"
	"strings"

	"rolewall/diag"
	"rolewall/tomldoc"
)

// Evidence says by which running programs and installed packages a role is recognized on a host.
type Evidence struct {
	Role      tomldoc.Text
	Processes []string
	Units     []string // units of systemd; a name that ends in @ means all its instances
	Packages  []string
	Features  []string // Windows features
	Services  []string // Windows services
	Sources   []string // tags of the documents that the facts come from
	Location  tomldoc.Location
}

// Evidence returns the evidence of all roles, in the order of the data.
func (c *Catalog) Evidence() []Evidence {
	out := make([]Evidence, len(c.evidence))
	for i, get := range c.evidence {
		out[i] = get()
	}
	return out
}

func readEvidence(t *tomldoc.Table) Evidence {
	e := Evidence{
		Role: t.Text("role"), Processes: t.Strings("processes"), Units: t.Strings("units"), Packages: t.Strings("packages"),
		Features: t.Strings("features"), Services: t.Strings("services"), Location: t.Location(),
	}
	if source := t.String("source"); source != "" {
		e.Sources = strings.Split(source, ",")
	}
	return e
}

// HasProcess reports whether a process with that name is evidence of the role. It ignores case, as Windows does.
func (e *Evidence) HasProcess(name string) bool { return hasFold(e.Processes, name) }

// HasService reports whether a Windows service is evidence of the role.
func (e *Evidence) HasService(name string) bool { return hasFold(e.Services, name) }

func hasFold(list []string, name string) bool {
	return slices.ContainsFunc(list, func(s string) bool { return strings.EqualFold(s, name) })
}

// HasUnit reports whether a unit, such as "nginx.service", is evidence of the role.
func (e *Evidence) HasUnit(name string) bool {
	return slices.ContainsFunc(e.Units, func(unit string) bool {
		base, isService := strings.CutSuffix(name, ".service")
		switch {
		case strings.HasSuffix(unit, ".socket"):
			return unit == name
		case strings.HasSuffix(unit, "@"):
			return isService && strings.HasPrefix(base, unit)
		}
		return isService && base == unit
	})
}

// checkEvidence reports roles and sources that evidence names and the catalog does not have.
func (c *Catalog) checkEvidence(errs *diag.List) {
	for _, e := range c.Evidence() {
		c.CheckRoleName(e.Role, "", errs, nil)
		if len(e.Processes)+len(e.Units)+len(e.Packages)+len(e.Features)+len(e.Services) == 0 {
			errs.Add(e.Location.Pos(), `units = ["nginx"]`, "evidence for %s names nothing that is seen on a host", e.Role.Value)
		}
		for _, tag := range e.Sources {
			if !c.sources.hasExactly(tag) {
				errs.Add(e.Location.Pos(), "", "unknown source %q", tag)
			}
		}
	}
}
