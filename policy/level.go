package policy

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"rolewall/ruleset"
	"rolewall/tomldoc"
)

// level reads the keys that files, groups and hosts share. withRoles means that roles and services are lists here,
// not tables.
func (l *loader) level(t *tomldoc.Table, level *Level, withRoles bool) {
	if withRoles && level != l.p.File {
		level.Roles = level.Roles.Append(t.List("roles"))
		level.Services = level.Services.Append(t.List("services"))
	}
	level.Features = level.Features.Append(t.List("features"))
	level.Without = level.Without.Append(t.List("without"))
	for _, row := range t.Tables("allow") {
		level.Exceptions = append(level.Exceptions, l.readAllow(row, level.Name)...)
	}
	l.readSettings(t, level)
}

// readSources reads a list of sources. checkSources checks its names later, when all networks and roles are known.
func (l *loader) readSources(t *tomldoc.Table, key string) (SourceList, bool) {
	if !t.Has(key) {
		if t != nil {
			t.Texts(key)
		}
		return SourceList{}, false
	}
	s := SourceList{t.List(key)}
	if s.List == nil {
		t.Fail(key, `say ["any"] for everyone or ["none"] for nobody`, "%s is empty", key)
	}
	return s, true
}

// checkLevels checks the names in every level.
func (l *loader) checkLevels() {
	levels := []*Level{l.p.File}
	for _, name := range slices.Sorted(maps.Keys(l.p.Groups)) {
		levels = append(levels, l.p.Groups[name].withRoleAudiences()...)
	}
	for _, h := range l.p.Hosts {
		levels = append(levels, h.withRoleAudiences()...)
	}
	for _, name := range slices.Sorted(maps.Keys(l.p.Roles)) {
		levels = append(levels, l.p.Roles[name])
	}
	for _, level := range levels {
		l.checkLevel(level)
	}
}

func (l *loader) checkLevel(level *Level) {
	for r := range level.Roles.All() {
		l.p.Catalog.CheckRoleName(r, "", l.errs, func() []ruleset.OS { return l.systems(level) })
	}
	for s := range level.Services.All() {
		l.p.Catalog.CheckServiceName(s, l.errs, func() []ruleset.OS { return l.systems(level) })
	}
	for _, list := range []*tomldoc.List{level.Features, level.Without} {
		for f := range list.All() {
			l.p.Catalog.CheckFeature(f, l.errs)
		}
	}
	for _, s := range level.Settings.Audience.Lists() {
		l.checkSources(s.Value, true)
	}
	if rpc := level.Settings.RPC.Get(); rpc != nil {
		l.checkPinNames(rpc)
	}
	for _, b := range level.Settings.Programs.Get() {
		l.p.Catalog.CheckServiceName(b.Service, l.errs, nil)
	}
	for _, o := range level.Settings.IPsec.Outbound.Get() {
		l.checkSources(o.To, false)
	}
	for _, a := range level.Exceptions {
		l.checkSources(a.From, false)
	}
}

// systems returns the editions of the hosts to which a level applies: the one of a host, or those of all hosts of
// a group.
func (l *loader) systems(level *Level) []ruleset.OS {
	var out []ruleset.OS
	for _, h := range l.p.Hosts {
		if &h.Level == level || slices.ContainsFunc(h.Groups, func(g *Group) bool { return &g.Level == level }) {
			out = append(out, l.p.OS(h))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// checkMembers reports a name with "@" that is neither a role nor a host, or that is both.
func (l *loader) checkMembers(name tomldoc.Text) {
	h, isHost := l.byName[strings.ToLower(name.Value)]
	switch _, isRole := l.p.Catalog.Role(name.Value); {
	case isHost && isRole:
		l.errs.Add(name.Location.Pos(), "write the addresses of the host, or give it another name", "@%s is a role, and a host at %s", name.Value, h.Location.Pos())
	case !isHost && !isRole && strings.ContainsAny(name.Value, "*?["):
		l.errs.Add(name.Location.Pos(), `name each host: "@web1", "@web2"`, "@%s is a pattern, and sources are single hosts or roles", name.Value)
	case !isHost && !isRole:
		hint := l.errs.Hint(func() string { return cmp.Or(l.p.Catalog.SuggestRole(name.Value, "@"), l.suggestMembers(name.Value)) })
		l.errs.Add(name.Location.Pos(), hint, "unknown role %q", name.Value)
	}
}

// suggestMembers returns a hint for a name with "@" that is similar to no role, host or word. A network is written
// without "@".
func (l *loader) suggestMembers(name string) string {
	if _, isNetwork := l.p.Networks[name]; isNetwork {
		return fmt.Sprintf("write %q: it is a network, and \"@\" is for roles and hosts", name)
	}
	if badPlainName(name) != "" {
		return ""
	}
	return fmt.Sprintf("\"@\" is for roles and hosts; for a network write %q, and its addresses in [networks]: %s = [\"10.0.0.0/8\"]", name, name)
}

// isBareMember reports whether x names a host or a role without "@", and no network has the name. It then adds a
// mistake.
func (l *loader) isBareMember(x tomldoc.Text) bool {
	h, isHost := l.byName[strings.ToLower(x.Value)]
	_, isRole := l.p.Catalog.Role(x.Value)
	switch {
	case isHost:
		l.errs.Add(x.Location.Pos(), fmt.Sprintf("write %q", "@"+h.Name), "%q is a host, not a network", x.Value)
	case isRole:
		l.errs.Add(x.Location.Pos(), fmt.Sprintf("write %q", "@"+x.Value), "%q is a role, not a network", x.Value)
	}
	return isHost || isRole
}

// checkSources reports unknown names. same means that "@same" is allowed here.
func (l *loader) checkSources(s SourceList, same bool) {
	for x := range s.List.All() {
		role, isRole := strings.CutPrefix(x.Value, "@")
		switch {
		case x.Value == "any" || x.Value == "none":
			if s.List.Len() > 1 {
				l.errs.Add(x.Location.Pos(), "", "%q must stand alone", x.Value)
			}
		case x.Value == "@same":
			if !same {
				l.errs.Add(x.Location.Pos(), "name the role: @domain-controller", "@same has no meaning in an exception")
			}
		case isRole:
			l.checkMembers(tomldoc.Text{Value: role, Location: x.Location})
		default:
			if _, known := l.p.Networks[x.Value]; !known && !l.isBareMember(x) {
				l.prefix(x, l.networkNames)
			}
		}
	}
}
