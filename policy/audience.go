package policy

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"rolewall/policy/hostpattern"
	"rolewall/tomldoc"
)

// readRoleAudiences reads [audience.roles]: the audiences of single roles on the hosts of a level. In a file this
// means the same as the audience in [roles].
func (l *loader) readRoleAudiences(t *tomldoc.Table, level *Level) {
	for _, name := range t.Keys() {
		row := t.Table(name)
		if row == nil {
			continue
		}
		l.audienceRoles = append(l.audienceRoles, audienceRole{tomldoc.Text{Value: name, Location: t.LocationOf(name)}, level})
		into, mistakes := l.roleAudience(level, name), l.errs.Len()
		l.readAudience(row, into)
		if len(into.Settings.Audience.Lists()) == 0 && l.errs.Len() == mistakes {
			t.Fail(name, name+` = { clients = ["office"] }`, "the audience of the role %s names nobody", name)
		}
	}
}

// readAudience reads the lists of an audience.
func (l *loader) readAudience(t *tomldoc.Table, into *Level) {
	l.readFields(t, "audience", into)
	t.RejectUnknownKeys()
}

// roleAudience returns the level that holds the audience of a role on the hosts of another level.
func (l *loader) roleAudience(level *Level, role string) *Level {
	all, name := &level.RoleAudiences, level.Name+".audience.roles."+role
	if level == l.p.File {
		all, name = &l.p.Roles, "roles."+role
	}
	if *all == nil {
		*all = map[string]*Level{}
	}
	if (*all)[role] == nil {
		(*all)[role] = &Level{Name: name}
	}
	return (*all)[role]
}

// audienceRole is a role that [audience.roles] of a level names.
type audienceRole struct {
	tomldoc.Text
	level *Level
}

// checkAudienceRoles reports audiences of roles that do not exist. It also reports an audience of a host or group
// for a role that no host there has, since it would have no effect.
func (l *loader) checkAudienceRoles() {
	hosts := l.hostsByLevel()
	for _, x := range l.audienceRoles {
		if _, known := l.p.Catalog.Role(x.Value); !known {
			l.p.Catalog.CheckRoleName(x.Text, "", l.errs, nil)
			continue
		}
		there := hosts[x.level]
		if x.level == l.p.File || len(there) == 0 || slices.ContainsFunc(there, func(h *Host) bool { return l.p.Matches(hostpattern.Pattern("@"+x.Value), h) }) {
			continue
		}
		who := "no host of " + x.level.Name + " has"
		if &there[0].Level == x.level {
			who = "host " + there[0].Name + " does not have"
		}
		l.errs.Add(x.Location.Pos(), "give the role, or take its audience away", "%s the role %s, so its audience has no effect", who, x.Value)
	}
}

// hostsByLevel returns the hosts to which a level with audiences of roles applies.
func (l *loader) hostsByLevel() map[*Level][]*Host {
	out := map[*Level][]*Host{}
	if len(l.audienceRoles) == 0 {
		return out
	}
	for _, h := range l.p.Hosts {
		for _, level := range l.p.Levels(h) {
			out[level] = append(out[level], h)
		}
	}
	return out
}

// withRoleAudiences returns the level and its levels for the audiences of single roles, by role.
func (l *Level) withRoleAudiences() []*Level {
	out := []*Level{l}
	for _, role := range slices.Sorted(maps.Keys(l.RoleAudiences)) {
		out = append(out, l.RoleAudiences[role])
	}
	return out
}

// RoleAudiencesKey returns a text that is equal for levels that give the same roles the same audiences.
func (l *Level) RoleAudiencesKey() string {
	var b strings.Builder
	for _, role := range slices.Sorted(maps.Keys(l.RoleAudiences)) {
		b.WriteString(strconv.Quote(role) + "\n" + l.RoleAudiences[role].Settings.Key())
	}
	return b.String()
}
