package winjson

import (
	"slices"
	"strings"

	"rolewall/readers/winstore"
)

// profile adds the settings of a profile.
func (r *reader) profile(o object) bool {
	name := strings.ToLower(word(o.members["Name"]))
	if !slices.Contains(winstore.Profiles, name) {
		r.errs.Add(o.pos, hint, "%.40q is not a profile: Domain, Private or Public", word(o.members["Name"]))
		return false
	}
	set := r.st.Settings(winstore.Active, name)
	for _, x := range []struct {
		member string
		to     *winstore.Setting
		words  enum
		yes    string
		no     string
	}{
		{"Enabled", &set.On, booleans, "True", "False"},
		{"DefaultInboundAction", &set.Block, defaults, "Block", "Allow"},
		{"AllowInboundRules", &set.NoExceptions, booleans, "False", "True"},
		{"AllowLocalFirewallRules", &set.Merge, booleans, "True", "False"},
	} {
		switch x.words.of(o.members[x.member]) {
		case x.yes:
			*x.to = winstore.Say(true, o.pos)
		case x.no:
			*x.to = winstore.Say(false, o.pos)
		case "NotConfigured", "":
		default:
			r.errs.Add(o.pos, hint, "%s of the profile %s is %.40q, which is no value of it", x.member, name, word(o.members[x.member]))
			return false
		}
	}
	return true
}

// connection adds a network that the host is connected to.
func (r *reader) connection(o object) bool {
	name := categories.of(o.members["NetworkCategory"])
	if strings.EqualFold(name, "DomainAuthenticated") {
		name = "domain"
	}
	if slices.Contains(winstore.Profiles, name) && !slices.Contains(r.st.InForce, name) {
		r.st.InForce = append(r.st.InForce, name)
		slices.Sort(r.st.InForce)
	}
	return true
}
