package policy

import (
	"maps"
	"slices"
	"strings"

	"rolewall/diag"
	"rolewall/ruleset"
	"rolewall/tomldoc"
)

// level reads what files, groups and hosts can all say. withRoles: roles and services are lists here, not tables.
func (l *loader) level(t *tomldoc.Table, level *Level, withRoles bool) {
	if withRoles && level != l.p.File {
		level.Roles = level.Roles.Append(t.List("roles"))
		level.Services = level.Services.Append(t.List("services"))
	}
	level.Features = level.Features.Append(t.List("features"))
	level.Without = level.Without.Append(t.List("without"))
	l.readOS(t, level)
	l.readList(t, level, "targets", nil)
	l.readList(t, level, "families", []string{"ipv4", "ipv6"})
	l.readAccess(t, level)
	l.readAudience(t.Table("audience"), level)
	if rpc := t.Table("rpc"); t.Has("rpc") {
		l.set(level, "rpc", l.readRPC(rpc), t.LocationOf("rpc"))
	}
	for _, row := range t.Tables("allow") {
		level.Exceptions = append(level.Exceptions, l.readAllow(row, level.Name))
	}
	l.readSettings(t, level)
}

// set notes a scalar; given twice at one level (by two files) it is a mistake.
func (l *loader) set(level *Level, key string, value any, at tomldoc.Location) {
	if old, given := level.Scalars[key]; given {
		l.errs.Add(at.Pos(), "", "%s stands at %s already", key, old.Location.Pos())
		return
	}
	if level.Scalars == nil { // of most hosts it stays so
		level.Scalars = map[string]Scalar{}
	}
	level.Scalars[key] = Scalar{value, at}
}

func (l *loader) readOS(t *tomldoc.Table, level *Level) {
	if !t.Has("os") {
		t.Text("os")
		return
	}
	text := t.Text("os")
	os, known := ruleset.ParseOS(text.Value)
	if !known {
		hint := diag.Suggest(text.Value, allOS())
		if hint == "" {
			hint = strings.Join(allOS(), ", ")
		}
		t.Fail("os", hint, "unknown os %q", text.Value)
		return
	}
	l.set(level, "os", os, text.Location)
}

// readList reads a list of words that is one value: a nearer level replaces it whole.
func (l *loader) readList(t *tomldoc.Table, level *Level, key string, words []string) {
	given := t.Has(key)
	list := t.List(key)
	if !given {
		return
	}
	if list == nil {
		t.Fail(key, "leave the key out for the default", "%s is empty", key)
		return
	}
	for x := range list.All() {
		if words != nil && !slices.Contains(words, x.Value) {
			l.errs.Add(x.Location.Pos(), diag.Suggest(x.Value, words), "%s cannot hold %q", key, x.Value)
		}
	}
	l.set(level, key, list, t.LocationOf(key))
}

func (l *loader) readAccess(t *tomldoc.Table, level *Level) {
	access := t.Text("access")
	if !t.Has("access") {
		return
	}
	if access.Value != "console" && access.Value != "network" {
		t.Fail("access", `"console": nobody needs to reach the host over the network to administer it; "network" is the default`, "unknown access %q", access.Value)
	}
	l.set(level, "access", access.Value, access.Location)
}

func (l *loader) readAudience(t *tomldoc.Table, level *Level) {
	for _, key := range []string{"clients", "peers", "management"} {
		if senders, given := l.readSenders(t, key); given {
			l.set(level, "audience."+key, senders, t.LocationOf(key))
		}
	}
	t.RejectUnknownKeys()
}

// readSenders reads a list of senders; the names in it are checked when all networks and roles are known.
func (l *loader) readSenders(t *tomldoc.Table, key string) (SourceList, bool) {
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
		levels = append(levels, &l.p.Groups[name].Level)
	}
	for _, h := range l.p.Hosts {
		levels = append(levels, &h.Level)
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
		if _, known := l.p.Catalog.Role(r.Value); !known {
			l.errs.Add(r.Location.Pos(), diag.Suggest(r.Value, l.p.Catalog.RoleNames()), "unknown role %q", r.Value)
		}
	}
	for s := range level.Services.All() {
		l.p.Catalog.CheckServiceName(s, l.errs)
	}
	for _, list := range []*tomldoc.List{level.Features, level.Without} {
		for f := range list.All() {
			l.p.Catalog.CheckFeature(f, l.errs)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(level.Scalars)) {
		switch v := level.Scalars[key].Value.(type) {
		case SourceList:
			l.checkSenders(v, true)
		case *RPC:
			l.checkPinNames(v)
		case []Outbound:
			for _, o := range v {
				l.checkSenders(o.To, false)
			}
		}
	}
	for _, a := range level.Exceptions {
		l.checkSenders(a.From, false)
	}
}

// checkSenders notes unknown names; same: "@same" has a meaning here.
func (l *loader) checkSenders(s SourceList, same bool) {
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
			if _, known := l.p.Catalog.Role(role); !known {
				l.errs.Add(x.Location.Pos(), diag.Suggest(role, l.p.Catalog.RoleNames()), "unknown role %q", role)
			}
		default:
			if _, known := l.p.Networks[x.Value]; !known {
				l.prefix(x, slices.Collect(maps.Keys(l.p.Networks)))
			}
		}
	}
}
