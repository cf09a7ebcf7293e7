package catalog

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"rolewall/diag"
	"rolewall/ruleset"
	"rolewall/tomldoc"

	"github.com/BurntSushi/toml"
)

// TestEntriesSayWhatTheyAre holds that every entry has a title and a source, and every name the form that scripts can bear.
func TestEntriesSayWhatTheyAre(t *testing.T) {
	c := whole(t)
	roleName, serviceName := regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{0,62}$`), regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._$-]{0,62}$`)
	for _, name := range c.ServiceNames() {
		s, _ := c.Service(name)
		if s.Title == "" || !serviceName.MatchString(name) {
			t.Errorf("service %s: title %q", name, s.Title)
		}
		for _, e := range s.Endpoints {
			if e.App == "" || len(e.Sources) == 0 || len(s.List()) > 0 && len(e.List()) == 0 {
				t.Errorf("service %s %s: no app, no source or no edition", name, e.Port())
			}
			if !slices.ContainsFunc(e.List(), s.Has) {
				t.Errorf("service %s %s: the service exists on none of the row's editions", name, e.Port())
			}
		}
		for _, p := range s.Pins {
			if p.Title == "" || p.Kind == "" || p.Place == "" || p.Restart == "" || p.Source == "" {
				t.Errorf("service %s: pin %+v", name, p)
			}
		}
	}
	for _, name := range c.RoleNames() {
		r, _ := c.Role(name)
		if r.Title == "" || r.Family == "" || r.Source == "" || !roleName.MatchString(name) {
			t.Errorf("role %s: title %q, family %q, source %q", name, r.Title, r.Family, r.Source)
		}
	}
	for _, name := range c.FeatureNames() {
		if text, _ := c.Feature(name); len(text) < 10 {
			t.Errorf("feature %s: %q explains nothing", name, text)
		}
	}
	for _, tag := range c.SourceNames() {
		if s, _ := c.Source(tag); s.Title == "" || s.Where == "" {
			t.Errorf("source %s: %+v", tag, s)
		}
	}
	for _, name := range c.listeners.names() {
		owners, _ := c.listeners.look(name)
		for i, o := range owners {
			if o.Program+o.Service == "" || o.Source == "" || o.Program != "" && o.Program != "System" && !strings.Contains(o.Program, `\`) {
				t.Errorf("listener %s: %+v", name, o)
			}
			for _, p := range owners[:i] {
				if slices.ContainsFunc(o.List(), p.Has) {
					t.Errorf("listener %s has two owners on one edition", name)
				}
			}
		}
	}
}

// TestNothingIsUnused holds that every feature, source, listener and service has a use.
func TestNothingIsUnused(t *testing.T) {
	c := whole(t)
	sources, features, listeners, services := map[string]bool{}, map[string]bool{"as-published": true}, map[string]bool{}, map[string]bool{}
	cite := func(tags string) {
		for tag := range strings.SplitSeq(tags, ",") {
			sources[tag] = true
			if !c.sources.has(tag) {
				t.Errorf("no source %q", tag)
			}
		}
	}
	for _, name := range c.ServiceNames() {
		s, _ := c.Service(name)
		known := true // and never opened
		for _, e := range s.Endpoints {
			cite(e.Source())
			features[e.Feature], listeners[strings.ToLower(e.Listener)] = true, true
			known = known && e.Never != ""
		}
		for _, p := range s.Pins {
			cite(p.Source)
		}
		services[s.Name] = known
	}
	for _, name := range c.RoleNames() {
		r, _ := c.Role(name)
		cite(r.Source)
		for _, ref := range r.Services {
			s, _ := c.Service(ref.Name.Value)
			services[s.Name] = true
		}
		for _, o := range r.Optional {
			s, _ := c.Service(o.Value)
			services[s.Name] = true
		}
		for _, f := range r.Features {
			if !slices.ContainsFunc(r.waiting(c), func(e Endpoint) bool { return e.Feature == f.Value }) {
				t.Errorf("role %s turns on %s, which none of its services has", name, f.Value)
			}
		}
	}
	for _, name := range c.listeners.names() {
		owners, _ := c.listeners.look(name)
		for _, o := range owners {
			cite(o.Source)
		}
		if !listeners[strings.ToLower(name)] {
			t.Errorf("no row names the listener %s", name)
		}
	}
	for _, x := range c.Conflicts() {
		cite(x.Source)
	}
	for _, e := range c.Evidence() {
		cite(strings.Join(e.Sources, ","))
	}
	for _, tag := range c.SourceNames() {
		if !sources[tag] {
			t.Errorf("nothing cites the source %s", tag)
		}
	}
	for _, name := range c.FeatureNames() {
		if !features[name] {
			t.Errorf("no row waits for the feature %s", name)
		}
	}
	for name, used := range services {
		if !used {
			t.Errorf("service %s is in no role, not even as an option", name)
		}
	}
}

// waiting are the rows that the role brings, through its includes, on any edition.
func (r *Role) waiting(c *Catalog) []Endpoint {
	var out []Endpoint
	for _, ref := range r.Services {
		s, _ := c.Service(ref.Name.Value)
		out = append(out, s.Endpoints...)
	}
	for _, include := range r.Includes {
		next, _ := c.Role(include.Value)
		out = append(out, next.waiting(c)...)
	}
	return out
}

// TestRolesFitTheirServices holds that what a role names exists wherever the role uses it: services, includes, options
// and single rows. Where a role runs nothing at all it is the bastion host, which is meant so.
func TestRolesFitTheirServices(t *testing.T) {
	c := whole(t)
	for _, name := range c.RoleNames() {
		r, _ := c.Role(name)
		for _, os := range r.List() {
			for _, ref := range r.Services {
				s, _ := c.Service(ref.Name.Value)
				if ref.Has(os) && !s.Has(os) {
					t.Errorf("role %s names %s on %s, where it does not exist", name, s.Name, os)
				}
				for _, port := range ref.Only {
					if ref.Has(os) && !slices.ContainsFunc(s.Endpoints, func(e Endpoint) bool { return e.Port() == port && e.Has(os) && e.Never == "" }) {
						t.Errorf("role %s wants %s of %s on %s, which has no such row", name, port, s.Name, os)
					}
				}
			}
			for _, include := range r.Includes {
				if next, _ := c.Role(include.Value); !next.Has(os) {
					t.Errorf("role %s includes %s on %s, where it does not exist", name, include.Value, os)
				}
			}
			if !r.runsAnything(c, os) && name != "bastion-host" {
				t.Errorf("role %s runs nothing on %s", name, os)
			}
		}
		for _, o := range r.Optional {
			s, _ := c.Service(o.Value)
			if !slices.ContainsFunc(r.List(), s.Has) {
				t.Errorf("role %s offers %s, which exists on none of its editions", name, s.Name)
			}
			for _, ref := range r.Services {
				if !slices.ContainsFunc(r.List(), func(os ruleset.OS) bool { return s.Has(os) && !ref.Has(os) }) && strings.EqualFold(ref.Name.Value, s.Name) {
					t.Errorf("role %s offers %s, which it runs anyway", name, s.Name)
				}
			}
		}
	}
}

func (r *Role) runsAnything(c *Catalog, os ruleset.OS) bool {
	for _, ref := range r.Services {
		if s, _ := c.Service(ref.Name.Value); ref.Has(os) && s.Has(os) {
			return true
		}
	}
	return slices.ContainsFunc(r.Includes, func(include tomldoc.Text) bool {
		next, _ := c.Role(include.Value)
		return next.runsAnything(c, os)
	})
}

// TestNoIncludeCycle walks every role to the end of its includes, and holds that the catalog keeps far from the limits.
func TestNoIncludeCycle(t *testing.T) {
	c, errs := whole(t), &diag.List{}
	x := newIncludes(c, errs)
	for _, name := range c.RoleNames() {
		r, _ := c.Role(name)
		if e := x.follow(r, nil); e.depth > maxIncludes/2 || e.ways > maxWays/10 {
			t.Errorf("role %s: %+v", name, e)
		}
	}
	if err := errs.Err(); err != nil {
		t.Error(err)
	}
}

// TestRowsDiffer holds that no service says one thing twice on one edition.
func TestRowsDiffer(t *testing.T) {
	c := whole(t)
	for _, name := range c.ServiceNames() {
		s, _ := c.Service(name)
		for _, os := range ruleset.AllOS() {
			seen := map[string]bool{}
			for _, e := range s.Endpoints {
				key := fmt.Sprint(e.App, e.Port(), e.Audience, e.Feature, e.Never, e.Listener)
				if e.Has(os) && s.Has(os) {
					if seen[key] {
						t.Errorf("service %s says %s %s twice on %s", name, e.App, e.Port(), os)
					}
					seen[key] = true
				}
			}
		}
	}
}

// TestPortsInOrder holds that ports are written as they are printed: in order, merged, without blanks.
func TestPortsInOrder(t *testing.T) {
	names, err := embedded.ReadDir("data")
	if err != nil {
		t.Fatal(err)
	}
	rows := 0
	for _, file := range names {
		src, err := embedded.ReadFile(path.Join("data", file.Name()))
		if err != nil {
			t.Fatal(err)
		}
		var data struct {
			Services map[string]struct {
				Endpoints []struct{ TCP, UDP string }
			}
		}
		if _, err := toml.Decode(string(src), &data); err != nil {
			t.Fatal(err)
		}
		for name, s := range data.Services {
			for _, e := range s.Endpoints {
				text := e.TCP + e.UDP
				if text == "" || text == "dynamic" {
					continue
				}
				rows++
				if ports, err := ruleset.ParsePorts(text); err != nil || ports.String() != text {
					t.Errorf("service %s: ports %q are written %q", name, text, ports)
				}
			}
		}
	}
	if rows < 300 {
		t.Errorf("only %d rows with ports", rows)
	}
}
