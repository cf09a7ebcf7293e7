package policy

import (
	"maps"
	"slices"
	"strings"

	"rolewall/policy/hostpattern"
	"rolewall/tomldoc"
)

// joinGroups adds hosts to their groups, and reports settings that two groups of one host both give. Groups that
// list hosts or patterns, and groups that hosts name, come first. "@role" and "os:" then choose among the roles
// and systems that hosts have at that point. So a group chosen by role cannot bring a role that another group
// chooses by.
func (l *loader) joinGroups() {
	for _, h := range l.p.Hosts {
		l.byName[strings.ToLower(h.Name)] = h
	}
	for _, name := range slices.Sorted(maps.Keys(l.p.Groups)) {
		g := l.p.Groups[name]
		for _, x := range g.Hosts {
			if hostpattern.Pattern(x.Value).IsName() {
				l.joinNamed(g, x)
			}
		}
	}
	l.joinOwn()
	if l.errs.Len() == 0 { // roles that include each other were reported before
		l.joinChosen()
	}
	for _, h := range l.p.Hosts {
		slices.SortFunc(h.Groups, func(a, b *Group) int { return strings.Compare(a.Name, b.Name) })
	}
}

// joinNamed adds the named host to a group, or all hosts that match a pattern.
func (l *loader) joinNamed(g *Group, x tomldoc.Text) {
	if !strings.ContainsAny(x.Value, "*?[") {
		h, known := l.byName[strings.ToLower(x.Value)]
		switch {
		case !known:
			l.errs.Add(x.Location.Pos(), l.errs.Suggest(x.Value, func() []string { return slices.Collect(maps.Keys(l.byName)) }), "unknown host %q", x.Value)
		case slices.Contains(h.Groups, g):
			l.errs.Add(x.Location.Pos(), "names of hosts are compared without case", "host %s appears twice in %s", h.Name, g.Name)
		default:
			l.join(h, g, x)
		}
		return
	}
	pattern := hostpattern.Pattern(x.Value)
	if err := pattern.Check(); err != nil {
		l.errs.Add(x.Location.Pos(), `hosts = ["web*"]`, "%q is not a pattern", x.Value)
		return
	}
	l.joinAll(g, x, l.matching(func(h *Host) bool { return pattern.MatchesName(h.Name) }))
}

// joinOwn adds hosts to the groups that they name themselves, and reports groups without hosts.
func (l *loader) joinOwn() {
	named := map[string]bool{}
	for _, h := range l.p.Hosts {
		for x := range l.ownGroups[h].All() {
			g := l.p.Groups[x.Value]
			switch {
			case g == nil:
				l.errs.Add(x.Location.Pos(), l.errs.Suggest(x.Value, func() []string { return slices.Collect(maps.Keys(l.p.Groups)) }), "unknown group %q", x.Value)
				continue
			case slices.Contains(h.Groups, g):
				l.errs.Add(x.Location.Pos(), "name it in one place", "host %s is in %s already", h.Name, g.Name)
			default:
				l.join(h, g, x)
			}
			named[x.Value] = true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(l.p.Groups)) {
		if g := l.p.Groups[name]; len(g.Hosts) == 0 && !named[name] {
			l.errs.Add(l.places["group "+name].Pos(), `hosts = ["web1", "web2"], or groups = ["`+name+`"] in a host`, "group %s has no hosts", name)
		}
	}
}

// choice is an entry of a group that chooses hosts by role or by system.
type choice struct {
	group *Group
	text  tomldoc.Text
	hosts []*Host
}

// joinChosen adds hosts to the groups that choose them by "@role" or "os:". It reports a group that changes a role
// or system by which another group chose.
func (l *loader) joinChosen() {
	var choices []choice
	for _, name := range slices.Sorted(maps.Keys(l.p.Groups)) {
		g := l.p.Groups[name]
		for _, x := range g.Hosts {
			if !hostpattern.Pattern(x.Value).IsName() && l.isKnownChoice(x) {
				choices = append(choices, choice{g, x, l.chosenBy(x)})
			}
		}
	}
	for _, c := range choices {
		l.joinAll(c.group, c.text, c.hosts)
	}
	for _, c := range choices {
		if _, isSystem := hostpattern.Pattern(c.text.Value).System(); isSystem && !slices.Equal(c.hosts, l.chosenBy(c.text)) {
			l.errs.Add(c.text.Location.Pos(), "give os in the host, or in a group that names its hosts", "%q chooses other hosts once groups by role or system have given their os", c.text.Value)
		}
	}
}

// isKnownChoice reports whether the role or system of an entry exists. If not, it adds a mistake.
func (l *loader) isKnownChoice(x tomldoc.Text) bool {
	if role, isRole := hostpattern.Pattern(x.Value).Role(); isRole {
		if _, known := l.p.Catalog.Role(role); !known {
			l.errs.Add(x.Location.Pos(), l.errs.Suggest(role, l.p.Catalog.RoleNames), "unknown role %q", role)
			return false
		}
		return true
	}
	return l.isKnownSystem(x)
}

// isKnownSystem reports whether the text behind "os:" is a system. If not, it adds a mistake.
func (l *loader) isKnownSystem(x tomldoc.Text) bool {
	hint := hostpattern.Pattern(x.Value).BadSystem()
	if hint != "" {
		name, _ := hostpattern.Pattern(x.Value).System()
		l.errs.Add(x.Location.Pos(), hint, "unknown os %q", name)
	}
	return hint == ""
}

// chosenBy returns the hosts that an entry chooses at this point.
func (l *loader) chosenBy(x tomldoc.Text) []*Host {
	return l.matching(func(h *Host) bool { return l.p.Matches(hostpattern.Pattern(x.Value), h) })
}

// matching returns the hosts for which is returns true.
func (l *loader) matching(is func(*Host) bool) []*Host {
	return slices.DeleteFunc(slices.Clone(l.p.Hosts), func(h *Host) bool { return !is(h) })
}

// joinAll adds the hosts that a pattern or a role chooses. A host may be chosen twice.
func (l *loader) joinAll(g *Group, x tomldoc.Text, hosts []*Host) {
	if len(hosts) == 0 {
		l.errs.Add(x.Location.Pos(), "", "%q chooses no host", x.Value)
	}
	for _, h := range hosts {
		if !slices.Contains(h.Groups, g) {
			l.join(h, g, x)
		}
	}
}

func (l *loader) join(h *Host, g *Group, x tomldoc.Text) {
	if len(h.Groups) >= maxGroups {
		if !l.crowded[h] {
			l.errs.Add(x.Location.Pos(), "unite groups", "host %s is in more than %d groups", h.Name, maxGroups)
		}
		l.crowded[h] = true
		return
	}
	for _, other := range h.Groups {
		l.clash(h, &h.Level, &other.Level, &g.Level)
		for role, a := range other.RoleAudiences {
			if b := g.RoleAudiences[role]; b != nil {
				l.clash(h, h.RoleAudiences[role], a, b)
			}
		}
	}
	h.Groups = append(h.Groups, g)
}

// clash reports settings that two groups of a host both give, if the host's own level does not give them. own may
// be nil.
func (l *loader) clash(h *Host, own, a, b *Level) {
	for _, x := range l.given(b) {
		first, inA := x.location(&a.Settings)
		if inA && !gives(own, x) {
			second, _ := x.location(&b.Settings)
			l.errs.Add(second.Pos(), "say it in hosts."+h.Name+", or in one group", "%s and %s (at %s) both say %s for host %s",
				b.Name, a.Name, first.Pos(), x.Name(), h.Name)
		}
	}
}

// given returns the settings that a group gives. They are cached, since each pair of groups of each host asks for
// them.
func (l *loader) given(level *Level) []setting {
	out, known := l.givenBy[level]
	if known {
		return out
	}
	for _, x := range settingFields {
		if gives(level, x) {
			out = append(out, x)
		}
	}
	l.givenBy[level] = out
	return out
}

// gives reports whether a level gives a setting.
func gives(l *Level, x setting) bool {
	if l == nil {
		return false
	}
	_, given := x.location(&l.Settings)
	return given
}
