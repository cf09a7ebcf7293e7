package compare

import (
	"fmt"
	"slices"
	"strings"

	"rolewall/ruleset"
)

// CauseKind is a kind of edit of a policy.
type CauseKind string

// The kinds, in the order of reports.
const (
	NetworkEdit   CauseKind = "network"    // a named network has other addresses
	MembersEdit   CauseKind = "members"    // "@role" has other addresses: hosts were added, removed or renumbered
	Renumbered    CauseKind = "renumbered" // networks or hosts moved to other addresses, with the same layout
	AudienceEdit  CauseKind = "audience"   // an audience names other networks
	ExceptionEdit CauseKind = "exception"  // an exception is new, removed, or has other words
	RoleEdit      CauseKind = "role"       // hosts got or lost a role, or the role itself changed

	CatalogEdit    CauseKind = "catalog"    // the embedded catalog or the folder that adds to it changed
	DefinitionEdit CauseKind = "definition" // a role or service that the site defines, in the policy or its catalog, changed
)

// Cause is an edit of a policy that explains changes. It is found from the rule sets alone, so comparisons of
// folders have causes, too.
type Cause struct {
	Kind    CauseKind
	Names   []string          // of networks and "@role", sorted; of the audience; of the role; or the place of the exception
	Added   ruleset.Prefixes  // of networks, members and renumbering
	Removed ruleset.Prefixes  // the same
	Before  []string          // networks of an audience, or of an exception; the version of the program, of a catalog
	After   []string          // the same
	Allow   [2]*ruleset.Allow // the exception before and after; nil if there is none
	Verb    RoleVerb          // of a role
	Hosts   []string          // hosts on which it changes something, sorted
	At      []Line            // where networks and definitions are written

	key   string
	moves []string // for renumbering: the bits that differ, for each family
}

// RoleVerb is what happened to a role.
type RoleVerb string

// The values of RoleVerb.
const (
	RoleGiven  RoleVerb = "given"  // hosts have the role now
	RoleTaken  RoleVerb = "taken"  // hosts no longer have the role
	RoleEdited RoleVerb = "edited" // hosts keep the role, which now brings something else
)

// causeFinder finds the causes of the changes of a report.
type causeFinder struct {
	report   *Report
	networks [2]map[string]ruleset.Prefixes
	edits    []*Cause          // of networks, whether they explain a change or not
	found    map[string]*Cause // all others, by key

	definitions map[string]Line // edited definitions
	own         map[string]bool // definitions in the policies themselves
	catalogs    [2]Catalog
	on          map[*Cause]map[string]bool // hosts on which a change shows the cause directly
}

// findCauses sets the causes of the report and of its changes. A change has no cause if no single kind of edit
// explains all of it. Changes on new hosts, and changes of what scripts allow beside their rules, have none
// either.
func (r *Report) findCauses(before, after Side) {
	f := &causeFinder{report: r, found: map[string]*Cause{}, on: map[*Cause]map[string]bool{}}
	f.networks = [2]map[string]ruleset.Prefixes{networksOf(before), networksOf(after)}
	f.edits = networkEdits(f.networks)
	f.definitions = editedWritten(before.Definitions, after.Definitions)
	f.own = ownNames(before.Definitions, after.Definitions)
	f.catalogs = [2]Catalog{before.Catalog, after.Catalog}
	causes := make([][]*Cause, len(r.Changes))
	for i, c := range r.Changes {
		if !c.NewHost && !c.Beside {
			causes[i] = f.direct(c)
			f.note(causes[i], c.Hosts)
		}
	}
	direct := f.audiences()
	for i, c := range r.Changes {
		if !c.NewHost && !c.Beside && causes[i] == nil {
			causes[i] = f.indirect(c, direct)
		}
	}
	r.setCauses(causes)
}

// direct returns the causes that a change shows by itself, or nil.
func (f *causeFinder) direct(c Change) []*Cause {
	if list := explainingEdits(c, f.edits); list != nil {
		return list
	}
	gone, added := without(c.Reasons[0], c.Reasons[1]), without(c.Reasons[1], c.Reasons[0])
	if x := f.renumbered(c); x != nil && equalButNetworks(gone, added) {
		return []*Cause{x}
	}
	switch {
	case len(gone)+len(added) == 0:
		return nil
	case all(gone, isException) && all(added, isException):
		return f.exception(gone, added)
	}
	if list := f.audience(gone, added); list != nil {
		return list
	}
	if list := f.definition(c, gone, added); list != nil {
		return list
	}
	if x := f.catalog(c, slices.Concat(gone, added)); x != nil {
		return []*Cause{x}
	}
	return f.role(c, gone, added)
}

// indirect returns audiences, and edits of networks, that together explain the added and removed addresses of a
// change. It is needed since management may reach whatever clients may reach: an edit of one audience changes
// rules of another.
func (f *causeFinder) indirect(c Change, audiences []*Cause) []*Cause {
	var added, removed ruleset.Prefixes
	var out []*Cause
	for _, x := range slices.Concat(f.edits, audiences) {
		come, gone := x.Added, x.Removed
		if x.Kind == AudienceEdit {
			if !all(c.Hosts, func(h string) bool { return f.on[x][h] }) {
				continue
			}
			if c.Renamed && x.namesExplain(c) {
				return []*Cause{x}
			}
			before, after := f.union(0, x.Before), f.union(1, x.After)
			come, gone = after.Minus(before), before.Minus(after)
		} else if !x.isNamed(c) {
			continue
		}
		if come.Overlaps(c.Added.Prefixes) || gone.Overlaps(c.Removed.Prefixes) {
			added, removed = added.Union(come), removed.Union(gone)
			out = append(out, x)
		}
	}
	if added.Contains(c.Added.Prefixes) && removed.Contains(c.Removed.Prefixes) {
		return out
	}
	return nil
}

// namesExplain reports whether each name that a change adds or removes belongs to the audience.
func (x *Cause) namesExplain(c Change) bool {
	within := func(names, others, allowed []string) bool {
		return all(names, func(n string) bool { return slices.Contains(others, n) || slices.Contains(allowed, n) })
	}
	return within(c.After.Names, c.Before.Names, x.After) && within(c.Before.Names, c.After.Names, x.Before)
}

// note records that the causes were found on the hosts.
func (f *causeFinder) note(causes []*Cause, hosts []string) {
	for _, x := range causes {
		if f.on[x] == nil {
			f.on[x] = map[string]bool{}
		}
		for _, h := range hosts {
			f.on[x][h] = true
		}
	}
}

// union returns the addresses of the named networks on one side.
func (f *causeFinder) union(side int, names []string) ruleset.Prefixes {
	var out ruleset.Prefixes
	for _, n := range names {
		if n == "any" {
			out = out.Union(ruleset.AllAddresses(ruleset.Families{IPv4: true, IPv6: true}))
		}
		out = out.Union(f.networks[side][n])
	}
	return out
}

// renumbered returns the renumbering that explains moved single addresses of a change, as an exception has them.
func (f *causeFinder) renumbered(c Change) *Cause {
	moves := renumbering(c.Removed.Prefixes, c.Added.Prefixes)
	i := slices.IndexFunc(f.edits, func(x *Cause) bool {
		return slices.ContainsFunc(x.moves, func(m string) bool { return slices.Contains(moves, m) })
	})
	if i < 0 {
		return nil
	}
	return f.edits[i]
}

// equalButNetworks reports whether the reasons are equal except for the networks that they name.
func equalButNetworks(gone, added []ruleset.Reason) bool {
	return slices.EqualFunc(gone, added, func(a, b ruleset.Reason) bool {
		b.Networks = a.Networks
		return a.Compare(b) == 0
	})
}

// exception returns the cause if exceptions at one place differ.
func (f *causeFinder) exception(gone, added []ruleset.Reason) []*Cause {
	var out []*Cause
	for _, r := range slices.Concat(gone, added) {
		x := &Cause{Kind: ExceptionEdit, Names: []string{r.At}}
		if r.At == "" { // an outbound permit has no place
			x.Names = []string{}
		}
		is := func(s ruleset.Reason) bool { return s.At == r.At && s.Allow.Reason == r.Allow.Reason }
		x.Allow[0], x.Before = firstAllow(gone, is)
		x.Allow[1], x.After = firstAllow(added, is)
		x.key = fmt.Sprintf("%q %q %v %v %q %q", r.At, r.Allow.Reason, x.Allow[0], x.Allow[1], x.Before, x.After)
		if x = f.once(x); !slices.Contains(out, x) {
			out = append(out, x)
		}
	}
	return out
}

func isException(r ruleset.Reason) bool { return r.Allow != nil }

// firstAllow returns the exception and the networks of the first reason for which is returns true.
func firstAllow(list []ruleset.Reason, is func(ruleset.Reason) bool) (*ruleset.Allow, []string) {
	if i := slices.IndexFunc(list, is); i >= 0 {
		return list[i].Allow, list[i].Networks
	}
	return nil, nil
}

// audience returns the causes if the same endpoints are open to the same audience with other networks.
func (f *causeFinder) audience(gone, added []ruleset.Reason) []*Cause {
	if !equalButNetworks(gone, added) || !all(gone, func(r ruleset.Reason) bool { return r.Allow == nil }) {
		return nil
	}
	var out []*Cause
	for i, old := range gone {
		x := &Cause{Kind: AudienceEdit, Names: []string{string(old.Audience)}, Before: old.Networks, After: added[i].Networks}
		x.key = fmt.Sprintf("%s %q %q", old.Audience, x.Before, x.After)
		if x = f.once(x); !slices.Contains(out, x) {
			out = append(out, x)
		}
	}
	return out
}

// role returns the cause if everything that differs comes from one role.
func (f *causeFinder) role(c Change, gone, added []ruleset.Reason) []*Cause {
	differing := slices.Concat(gone, added)
	name := differing[0].Role
	if name == "" || !all(differing, func(r ruleset.Reason) bool { return r.Role == name && r.Allow == nil }) {
		return nil
	}
	x := &Cause{Kind: RoleEdit, Names: []string{name}, Verb: f.roleVerb(c, name)}
	x.key = name + " " + string(x.Verb)
	return []*Cause{f.once(x)}
}

// roleVerb says whether the hosts of a change got or lost a role, or keep it.
func (f *causeFinder) roleVerb(c Change, name string) RoleVerb {
	verb := RoleEdited
	for _, fact := range f.report.Facts {
		if fact.Name == "role" && slices.Contains(fact.Hosts, c.Hosts[0]) {
			switch name {
			case fact.After:
				verb = RoleGiven
			case fact.Before:
				verb = RoleTaken
			}
		}
	}
	return verb
}

// once returns the cause that was found before under the key of x, or x.
func (f *causeFinder) once(x *Cause) *Cause {
	key := string(x.Kind) + " " + x.key
	if known := f.found[key]; known != nil {
		return known
	}
	x.key = key
	f.found[key] = x
	return x
}

// audiences returns the causes that are audiences, in order.
func (f *causeFinder) audiences() []*Cause {
	var out []*Cause
	for _, x := range f.found {
		if x.Kind == AudienceEdit {
			out = append(out, x)
		}
	}
	slices.SortFunc(out, (*Cause).compare)
	return out
}

// compare is the order of causes in reports.
func (x *Cause) compare(y *Cause) int {
	kinds := []CauseKind{NetworkEdit, MembersEdit, Renumbered, AudienceEdit, ExceptionEdit, RoleEdit, DefinitionEdit, CatalogEdit}
	if d := slices.Index(kinds, x.Kind) - slices.Index(kinds, y.Kind); d != 0 {
		return d
	}
	if d := slices.Compare(x.Names, y.Names); d != 0 {
		return d
	}
	return strings.Compare(x.key, y.key)
}

// setCauses gives the report the causes that explain a change, in order, and gives each change the indexes of its
// causes.
func (r *Report) setCauses(causes [][]*Cause) {
	hosts := map[*Cause][]string{}
	for i, list := range causes {
		for _, x := range list {
			hosts[x] = append(hosts[x], r.Changes[i].Hosts...)
		}
	}
	var sorted []*Cause
	for x := range hosts {
		slices.SortFunc(hosts[x], foldCompare)
		x.Hosts = slices.Compact(hosts[x])
		sorted = append(sorted, x)
	}
	slices.SortFunc(sorted, (*Cause).compare)
	index := map[*Cause]int{}
	for i, x := range sorted {
		index[x] = i
		r.Causes = append(r.Causes, *x)
	}
	for i, list := range causes {
		for _, x := range list {
			r.Changes[i].Causes = append(r.Changes[i].Causes, index[x])
		}
		slices.Sort(r.Changes[i].Causes)
	}
}

func all[T any](list []T, is func(T) bool) bool {
	return !slices.ContainsFunc(list, func(x T) bool { return !is(x) })
}
