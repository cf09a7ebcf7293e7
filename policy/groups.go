package policy

import (
	"maps"
	"slices"
	"strings"

	"rolewall/tomldoc"
)

// joinGroups gives hosts their groups, and reports settings that two groups of one host both give. Groups that name hosts or
// patterns come first. "@role" chooses among the roles that hosts have then, so a group by role cannot bring the role of another.
func (l *loader) joinGroups() {
	for _, h := range l.p.Hosts {
		l.byName[strings.ToLower(h.Name)] = h
	}
	for _, name := range slices.Sorted(maps.Keys(l.p.Groups)) {
		g := l.p.Groups[name]
		for _, x := range g.Hosts {
			if _, isRole := HostPattern(x.Value).Role(); !isRole {
				l.joinNamed(g, x)
			}
		}
	}
	if l.errs.Len() == 0 { // roles that include each other in a circle have been reported
		l.joinByRole()
	}
	for _, h := range l.p.Hosts {
		slices.SortFunc(h.Groups, func(a, b *Group) int { return strings.Compare(a.Name, b.Name) })
	}
}

// joinNamed adds the host of that name to a group, or all that match a pattern.
func (l *loader) joinNamed(g *Group, x tomldoc.Text) {
	if !strings.ContainsAny(x.Value, "*?[") {
		h, known := l.byName[strings.ToLower(x.Value)]
		switch {
		case !known:
			l.errs.Add(x.Location.Pos(), l.errs.Suggest(x.Value, func() []string { return slices.Collect(maps.Keys(l.byName)) }), "unknown host %q", x.Value)
		case slices.Contains(h.Groups, g):
			l.errs.Add(x.Location.Pos(), "names of hosts are compared without case", "host %s stands twice in %s", h.Name, g.Name)
		default:
			l.join(h, g, x)
		}
		return
	}
	pattern := HostPattern(x.Value)
	if err := pattern.Check(); err != nil {
		l.errs.Add(x.Location.Pos(), `hosts = ["web*"]`, "%q is not a pattern", x.Value)
		return
	}
	l.joinAll(g, x, l.matching(func(h *Host) bool { return pattern.MatchesName(h.Name) }))
}

// joinByRole adds hosts to the groups that choose them by "@role".
func (l *loader) joinByRole() {
	type choice struct {
		group *Group
		text  tomldoc.Text
		hosts []*Host
	}
	var choices []choice
	for _, name := range slices.Sorted(maps.Keys(l.p.Groups)) {
		g := l.p.Groups[name]
		for _, x := range g.Hosts {
			role, isRole := HostPattern(x.Value).Role()
			if !isRole {
				continue
			}
			if _, known := l.p.Catalog.Role(role); !known {
				l.errs.Add(x.Location.Pos(), l.errs.Suggest(role, l.p.Catalog.RoleNames), "unknown role %q", role)
				continue
			}
			choices = append(choices, choice{g, x, l.matching(func(h *Host) bool { return l.p.Matches(HostPattern(x.Value), h) })})
		}
	}
	for _, c := range choices {
		l.joinAll(c.group, c.text, c.hosts)
	}
}

// matching lists the hosts for which is holds.
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
		l.errs.Add(x.Location.Pos(), "unite groups", "host %s is in more than %d groups", h.Name, maxGroups)
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

// clash reports settings that two groups of a host both give and its own level, which may be nil, does not.
func (l *loader) clash(h *Host, own, a, b *Level) {
	for i := range fields {
		f := &fields[i]
		if f.setting == nil {
			continue
		}
		first, inA := f.setting.location(&a.Settings)
		second, inB := f.setting.location(&b.Settings)
		if inA && inB && !gives(own, f) {
			l.errs.Add(second.Pos(), "say it in hosts."+h.Name+", or in one group", "%s and %s (at %s) both say %s for host %s",
				b.Name, a.Name, first.Pos(), f.Name(), h.Name)
		}
	}
}

// gives reports whether a level gives a setting.
func gives(l *Level, f *Field) bool {
	if l == nil {
		return false
	}
	_, given := f.setting.location(&l.Settings)
	return given
}
