package catalog

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"rolewall/diag"
	"rolewall/ruleset"
	"rolewall/tomldoc"
)

// plain reduces a word to its small letters and digits, so that "AD DS", "AD-DS" and "ad_ds" are one word.
func plain(word string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, strings.ToLower(word))
}

var (
	vendorBefore = regexp.MustCompile(`(?i)^(microsoft|ms|windows server|windows)[ -]+`)
	yearBehind   = regexp.MustCompile(`(?i)[ -]+20\d\d([ -]?r2)?$`)
)

// RolesCalled returns the names of the roles that people may mean by a word, sorted: the roles with this name,
// title or alias. Case, blanks, punctuation and a "linux-" before the name do not count. If no role matches, it
// leaves out a vendor before the word and a year behind it: "SQL Server 2022" is the role sql-server.
func (c *Catalog) RolesCalled(word string) []string {
	shorter := yearBehind.ReplaceAllString(word, "")
	for _, word := range []string{word, shorter, vendorBefore.ReplaceAllString(shorter, "")} {
		if roles := c.rolesCalled(plain(word)); len(roles) > 0 {
			return roles
		}
	}
	return nil
}

func (c *Catalog) rolesCalled(word string) []string {
	if word == "" {
		return nil
	}
	return slices.DeleteFunc(c.RoleNames(), func(name string) bool {
		r, _ := c.Role(name)
		return !slices.ContainsFunc(r.words(), func(x string) bool { return plain(x) == word })
	})
}

// ServicesCalled returns the names of the services that people may mean by a word, sorted: those with this name, title or
// alias. Case, blanks and punctuation do not count.
func (c *Catalog) ServicesCalled(word string) []string {
	word = plain(word)
	if word == "" {
		return nil
	}
	return slices.DeleteFunc(c.ServiceNames(), func(name string) bool {
		s, _ := c.Service(name)
		return !slices.ContainsFunc(s.words(), func(x string) bool { return plain(x) == word })
	})
}

// words returns the name, title and aliases of the service.
func (s *Service) words() []string { return append([]string{s.Name, s.Title}, s.Aliases...) }

// words returns the name, title and aliases of the role.
func (r *Role) words() []string {
	return append([]string{r.Name, strings.TrimPrefix(r.Name, "linux-"), r.Title}, r.Aliases...)
}

// Aliases returns the aliases of all roles and services, sorted, each once.
func (c *Catalog) Aliases() []string {
	out := c.roleAliases()
	for _, name := range c.ServiceNames() {
		s, _ := c.Service(name)
		out = append(out, s.Aliases...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (c *Catalog) roleAliases() []string {
	var out []string
	for _, name := range c.RoleNames() {
		r, _ := c.Role(name)
		out = append(out, r.Aliases...)
	}
	return out
}

// LongAliases returns the aliases of roles that are long enough for a spelling hint, sorted, each once.
func (c *Catalog) LongAliases() []string {
	out := slices.DeleteFunc(c.roleAliases(), func(alias string) bool { return len(alias) < 5 })
	slices.Sort(out)
	return slices.Compact(out)
}

// SuggestRole returns a hint for an unknown role: the roles that RolesCalled finds, or else the role with the most
// similar name or alias, or "". If systems are given and a found role exists on one of them, only such roles
// count. mark is written before names: "@" where hosts with a role are meant.
func (c *Catalog) SuggestRole(word, mark string, systems ...ruleset.OS) string {
	called := fitting(c.RolesCalled(word), systems, func(name string) Editions { r, _ := c.Role(name); return r.Editions })
	if len(called) == 0 {
		near, found := diag.Nearest(word, append(c.RoleNames(), c.LongAliases()...))
		if !found {
			return ""
		}
		if _, isRole := c.Role(near); isRole {
			return fmt.Sprintf("did you mean %q?", mark+near)
		}
		called = c.RolesCalled(near)
	}
	return "write " + oneOf(called, mark)
}

// fitting returns the names whose entries exist on one of the systems. If none does, it returns all names.
func fitting(names []string, systems []ruleset.OS, editions func(name string) Editions) []string {
	fits := slices.DeleteFunc(slices.Clone(names), func(name string) bool { return !slices.ContainsFunc(systems, editions(name).Has) })
	if len(fits) > 0 {
		return fits
	}
	return names
}

// oneOf writes names for a message: "a", or one of "a", "b".
func oneOf(names []string, mark string) string {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = fmt.Sprintf("%q", mark+name)
	}
	if len(quoted) == 1 {
		return quoted[0]
	}
	return "one of " + strings.Join(quoted, ", ")
}

// CheckRoleName reports a role that does not exist. name comes without the mark. SuggestRole says what mark and
// systems are. systems may be nil.
func (c *Catalog) CheckRoleName(name tomldoc.Text, mark string, errs *diag.List, systems func() []ruleset.OS) {
	if _, known := c.Role(name.Value); known {
		return
	}
	hint := errs.Hint(func() string {
		var on []ruleset.OS
		if systems != nil {
			on = systems()
		}
		hint := c.SuggestRole(name.Value, mark, on...)
		if mark != "" {
			return hint
		}
		if s, isService := c.Service(name.Value); isService && hint != "" {
			return fmt.Sprintf("%s, or for the service alone services = [%q]", hint, s.Name)
		} else if isService {
			return fmt.Sprintf("services = [%q]", s.Name)
		}
		services := c.servicesFor(name.Value, on)
		if len(services) == 0 || len(c.RolesCalled(name.Value)) > 0 {
			return hint
		}
		return "it is a service: services with " + oneOf(services, "")
	})
	errs.Add(name.Location.Pos(), hint, "unknown role %q", name.Value)
}

// servicesFor returns the services that ServicesCalled finds. If one of them exists on one of the systems, it
// returns only such services.
func (c *Catalog) servicesFor(word string, systems []ruleset.OS) []string {
	return fitting(c.ServicesCalled(word), systems, func(name string) Editions { s, _ := c.Service(name); return s.Editions })
}

// suggestService returns a hint for an unknown service: the services and roles with that name or alias, or else
// the most similar service. If one of those found exists on one of the systems, only such ones count.
func (c *Catalog) suggestService(word string, systems []ruleset.OS) string {
	var hints []string
	if services := c.servicesFor(word, systems); len(services) > 0 {
		hints = append(hints, "write "+oneOf(services, ""))
	}
	roles := fitting(c.RolesCalled(word), systems, func(name string) Editions { r, _ := c.Role(name); return r.Editions })
	switch {
	case len(roles) == 1:
		hints = append(hints, fmt.Sprintf("name the role: roles = [%q]", roles[0]))
	case len(roles) > 1:
		hints = append(hints, "name a role: roles with "+oneOf(roles, ""))
	case len(hints) == 0:
		return diag.Suggest(word, c.ServiceNames())
	}
	return strings.Join(hints, ", or ")
}
