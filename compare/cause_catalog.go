package compare

import (
	"rolewall/ruleset"
)

// catalog returns the cause if both sides were made with known, different catalogs and the hosts keep all roles
// that the reasons name. Otherwise it returns nil. Entries that a policy defines itself do not belong to a
// catalog.
func (f *causeFinder) catalog(c Change, differing []ruleset.Reason) *Cause {
	old, now := f.catalogs[0], f.catalogs[1]
	if old.Digest == "" || now.Digest == "" || old.Digest == now.Digest {
		return nil
	}
	isOfCatalog := func(r ruleset.Reason) bool {
		return r.Allow == nil && f.roleVerb(c, r.Role) == RoleEdited && !f.own["role "+r.Role] && !f.own["service "+r.Service] &&
			all(r.Via, func(role string) bool { return !f.own["role "+role] })
	}
	if !all(differing, isOfCatalog) {
		return nil
	}
	return f.once(&Cause{Kind: CatalogEdit, Names: []string{}, Before: []string{old.Program}, After: []string{now.Program}})
}

// ownNames returns the names that the policies of both sides define themselves.
func ownNames(sides ...map[string]Written) map[string]bool {
	out := map[string]bool{}
	for _, definitions := range sides {
		for name, w := range definitions {
			out[name] = out[name] || w.Own
		}
	}
	return out
}
