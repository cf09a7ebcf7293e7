package policy

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"rolewall/tomldoc"
)

// readRoleAudiences reads [audience.roles]: the audiences of single roles on the hosts of a level. In a file it says the
// same as the audience in [roles].
func (l *loader) readRoleAudiences(t *tomldoc.Table, level *Level) {
	for _, name := range t.Keys() {
		row := t.Table(name)
		if row == nil {
			continue
		}
		l.audienceRoles = append(l.audienceRoles, tomldoc.Text{Value: name, Location: t.LocationOf(name)})
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

// checkAudienceRoles reports audiences of roles that do not exist.
func (l *loader) checkAudienceRoles() {
	for _, x := range l.audienceRoles {
		l.p.Catalog.CheckRoleName(x, "", l.errs, nil)
	}
}

// withRoleAudiences returns the level and those of the audiences that it gives to single roles, by role.
func (l *Level) withRoleAudiences() []*Level {
	out := []*Level{l}
	for _, role := range slices.Sorted(maps.Keys(l.RoleAudiences)) {
		out = append(out, l.RoleAudiences[role])
	}
	return out
}

// RoleAudiencesKey is a text that is equal for levels that give the same roles the same audiences.
func (l *Level) RoleAudiencesKey() string {
	var b strings.Builder
	for _, role := range slices.Sorted(maps.Keys(l.RoleAudiences)) {
		b.WriteString(strconv.Quote(role) + "\n" + l.RoleAudiences[role].Settings.Key())
	}
	return b.String()
}
