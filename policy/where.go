package policy

import (
	"strings"

	"rolewall/tomldoc"
)

// NameKind is a kind of name that levels list.
type NameKind int

// The kinds of names. FeatureWithout is a feature that a level removes.
const (
	RoleName NameKind = iota
	ServiceName
	FeatureName
	FeatureWithout
)

// list returns the names of a kind that a level lists.
func (k NameKind) list(l *Level) *tomldoc.List {
	switch k {
	case RoleName:
		return l.Roles
	case ServiceName:
		return l.Services
	case FeatureName:
		return l.Features
	}
	return l.Without
}

// Where returns the nearest level of a host that lists a name, and the location of the name there. It returns nil
// if no level of the host lists it. Names of services are compared without case.
func (p *Policy) Where(h *Host, kind NameKind, name string) (*Level, tomldoc.Location) {
	for _, l := range p.Levels(h) {
		for x := range kind.list(l).All() {
			if x.Value == name || kind == ServiceName && strings.EqualFold(x.Value, name) {
				return l, x.Location
			}
		}
	}
	return nil, tomldoc.Location{}
}
