package compare

import (
	"maps"
	"slices"
	"strings"

	"rolewall/ruleset"
)

// Written is something that a policy defines, as it is written: a network, or a role or service of the site's own.
type Written struct {
	Text string // equal for definitions that say the same
	Own  bool   // of the policy itself, not of the folder of its catalog
	At   Line
}

// editedWritten returns the names that both sides know and define differently, with the places: in the second list, or in
// the first where the second has none.
func editedWritten(before, after map[string]Written) map[string]Line {
	out := map[string]Line{}
	if before == nil || after == nil {
		return out
	}
	for name, old := range before {
		if _, kept := after[name]; !kept {
			out[name] = old.At
		}
	}
	for name, now := range after {
		if old, was := before[name]; !was || old.Text != now.Text {
			out[name] = now.At
		}
	}
	return out
}

// placeNetworks gives causes that are edits of networks their places: those of the networks that are written otherwise, not of
// those that only hold them. Where one side alone is a policy, all of its networks count.
func (r *Report) placeNetworks(before, after Side) {
	edited := editedWritten(before.Written, after.Written)
	for _, side := range []Side{before, after} {
		if len(edited) == 0 && (before.Written == nil) != (after.Written == nil) {
			for name, w := range side.Written {
				edited[name] = w.At
			}
		}
	}
	for i := range r.Causes {
		x := &r.Causes[i]
		if x.Kind != NetworkEdit && x.Kind != Renumbered {
			continue
		}
		for _, name := range x.Names {
			if at, has := edited[name]; has {
				x.At = append(x.At, at)
			}
		}
	}
}

// definition returns the cause where each reason that differs comes from a role or a service whose definition is edited. A
// role that hosts got or lost is an edit of its own.
func (f *causeFinder) definition(c Change, gone, added []ruleset.Reason) []*Cause {
	found := map[string]bool{}
	for _, r := range slices.Concat(gone, added) {
		if r.Allow != nil || f.roleVerb(c, r.Role) != RoleEdited {
			return nil
		}
		names := []string{"service " + r.Service}
		for _, role := range append([]string{r.Role}, r.Via...) {
			names = append(names, "role "+role)
		}
		isEdited := false
		for _, name := range names {
			if _, edited := f.definitions[name]; edited {
				found[name], isEdited = true, true
			}
		}
		if !isEdited {
			return nil
		}
	}
	if len(found) == 0 {
		return nil
	}
	x := &Cause{Kind: DefinitionEdit, Names: slices.Sorted(maps.Keys(found))}
	for _, name := range x.Names {
		x.At = append(x.At, f.definitions[name])
	}
	x.key = strings.Join(x.Names, ", ")
	return []*Cause{f.once(x)}
}
