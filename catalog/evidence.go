package catalog

import (
	"slices"
	"strings"

	"rolewall/diag"
	"rolewall/tomldoc"
)

// Evidence says what stands for a role on a host: the names of what runs there and of what is installed.
type Evidence struct {
	Role      tomldoc.Text
	Processes []string
	Units     []string // of systemd; one that ends in @ stands for all its instances
	Packages  []string
	Features  []string // of Windows
	Services  []string // of Windows
	Sources   []string // tags of the documents that say so
	Location  tomldoc.Location
}

// Evidence lists what stands for roles, in the order of the data.
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

// HasProcess reports whether a process of that name stands for the role. Names of Windows have no case.
func (e *Evidence) HasProcess(name string) bool { return hasFold(e.Processes, name) }

// HasService reports whether a service of Windows stands for the role.
func (e *Evidence) HasService(name string) bool { return hasFold(e.Services, name) }

func hasFold(list []string, name string) bool {
	return slices.ContainsFunc(list, func(s string) bool { return strings.EqualFold(s, name) })
}

// HasUnit reports whether a unit, "nginx.service", stands for the role.
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

// checkEvidence notes roles and sources that evidence names and the catalog does not know.
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
