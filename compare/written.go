package compare

import (
	"maps"
	"slices"
	"strings"

	"rolewall/ruleset"
)

// Written is a definition of a policy as it is written: a network, or a role or service that the site defines.
type Written struct {
	Text string // equal for definitions with the same content
	Own  bool   // in the policy itself, not in the folder of its catalog
	At   Line
}

// editedWritten returns the names that both sides define differently, each with its location in the second list,
// or in the first if the second has none.
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

// placeNetworks sets the locations of causes that are edits of networks. Networks that only contain an edited one
// get none. If only one side is a policy, all its networks count as edited.
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

// definition returns the cause if each reason that differs comes from a role or service whose definition is
// edited. A role that hosts got or lost is another cause.
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
