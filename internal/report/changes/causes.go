package changes

import (
	"fmt"
	"slices"
	"strings"

	"rolewall/compare"
	"rolewall/internal/term"
	"rolewall/ruleset"
)

// causeGroup holds the changes that are explained by the same edits of the policy.
type causeGroup struct {
	causes   []compare.Cause
	changes  []compare.Change
	effects  []effect      // set if the causes say how the sources change
	sections []hostSection // set if they do not
}

// effect is the same change on the same hosts.
type effect struct {
	kind    compare.Kind
	mark    string
	hosts   []string
	changes []compare.Change
}

// causeGroups returns the groups in the order of causes, and a report of the changes that no edit explains.
func causeGroups(r *compare.Report) ([]causeGroup, *compare.Report) {
	rest := *r
	rest.Changes = nil
	rest.Facts = slices.DeleteFunc(slices.Clone(r.Facts), func(f compare.Fact) bool { return isCause(f, r.Causes) })
	var out []causeGroup
	known := map[string]int{}
	for _, c := range r.Changes {
		if len(c.Causes) == 0 {
			rest.Changes = append(rest.Changes, c)
			continue
		}
		key := fmt.Sprint(c.Causes)
		i, found := known[key]
		if !found {
			i = len(out)
			known[key] = i
			g := causeGroup{}
			for _, x := range c.Causes {
				g.causes = append(g.causes, r.Causes[x])
			}
			out = append(out, g)
		}
		out[i].changes = append(out[i].changes, c)
	}
	for i := range out {
		out[i].fill()
	}
	slices.SortStableFunc(out, func(a, b causeGroup) int { return slices.Compare(a.changes[0].Causes, b.changes[0].Causes) })
	return out, &rest
}

// isCause reports whether a cause already says what the fact says: hosts got or lost a role.
func isCause(f compare.Fact, causes []compare.Cause) bool {
	return f.Name == "role" && slices.ContainsFunc(causes, func(x compare.Cause) bool {
		isSame := x.Verb == compare.RoleGiven && f.After == x.Names[0] || x.Verb == compare.RoleTaken && f.Before == x.Names[0]
		return isSame && !slices.ContainsFunc(f.Hosts, func(h string) bool { return !slices.Contains(x.Hosts, h) })
	})
}

// fill sets the effects. If the causes alone do not say how the sources change, it sets the sections.
func (g *causeGroup) fill() {
	switch g.causes[0].Kind {
	case compare.ExceptionEdit, compare.RoleEdit, compare.DefinitionEdit, compare.CatalogEdit:
		g.sections = sections(&compare.Report{Changes: g.changes})
		return
	}
	known := map[string]int{}
	for _, c := range g.changes {
		x := effect{c.Kind, markOf(c), c.Hosts, nil}
		key := fmt.Sprintf("%s %s %q", x.kind, x.mark, x.hosts)
		i, found := known[key]
		if !found {
			i = len(g.effects)
			known[key] = i
			g.effects = append(g.effects, x)
		}
		g.effects[i].changes = append(g.effects[i].changes, c)
	}
}

// title returns the names of the group's causes.
func (g *causeGroup) title() string {
	var out []string
	for _, x := range g.causes {
		name := causeName(x)
		if x.Kind == compare.AudienceEdit { // there may be several
			name += " (" + networkNames(x.After) + ")"
		}
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return strings.Join(out, " and ")
}

// portsText returns the texts of the ports, each once.
func (e effect) portsText() string {
	var out []string
	for _, c := range e.changes {
		text := portsText(c)
		if c.Outbound {
			text = "outbound " + text
		}
		if !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	return strings.Join(out, ", ")
}

// rulesText returns the rules and the line of a script that has the first of them. It does so only if the effect
// is a single change, since a long list of rules says little.
func (e effect) rulesText() string {
	var out []string
	if len(e.changes) == 1 {
		out = append(out, rulesText(e.changes[0]))
	}
	if at := e.changes[0].At; at != nil {
		out = append(out, at.String())
	}
	return strings.Join(out, " ")
}

// causeName returns what was edited: "network office", "audience clients", "role web".
func causeName(x compare.Cause) string {
	switch x.Kind {
	case compare.NetworkEdit:
		return pluralOf("network", x.Names)
	case compare.MembersEdit:
		return "hosts of " + term.Few(x.Names, 6)
	case compare.Renumbered:
		return "new numbers of " + term.Few(x.Names, 6)
	case compare.ExceptionEdit:
		if len(x.Names) == 0 {
			return `permit "` + allowOf(x).Reason + `"`
		}
		return `exception "` + allowOf(x).Reason + `" at ` + x.Names[0]
	case compare.CatalogEdit:
		return "the catalog"
	}
	return string(x.Kind) + " " + term.Few(x.Names, 6)
}

func pluralOf(word string, names []string) string {
	if len(names) > 1 {
		word += "s"
	}
	return word + " " + term.Few(names, 6)
}

func allowOf(x compare.Cause) *ruleset.Allow {
	if x.Allow[1] != nil {
		return x.Allow[1]
	}
	return x.Allow[0]
}

// causeText returns how it was edited, and where.
func causeText(x compare.Cause) string {
	text := editText(x)
	if len(x.At) > 0 {
		places := make([]string, len(x.At))
		for i, at := range x.At {
			places[i] = at.String()
		}
		text += " (" + term.Few(places, 6) + ")"
	}
	return text
}

func editText(x compare.Cause) string {
	switch x.Kind {
	case compare.DefinitionEdit:
		return "defined otherwise"
	case compare.CatalogEdit:
		return catalogText(x)
	case compare.NetworkEdit, compare.MembersEdit:
		return signedPrefixes(x)
	case compare.Renumbered:
		return renumberedText(x)
	case compare.AudienceEdit:
		return networkNames(x.After) + ", was " + plainNames(x.Before)
	case compare.RoleEdit:
		return map[compare.RoleVerb]string{
			compare.RoleGiven: "new on " + term.Hosts(x.Hosts), compare.RoleTaken: "gone from " + term.Hosts(x.Hosts),
			compare.RoleEdited: "the role, or what the catalog says of it, brings something else",
		}[x.Verb]
	}
	return exceptionText(x)
}

// catalogText returns the versions of the program with the two catalogs, if they differ.
func catalogText(x compare.Cause) string {
	if slices.Equal(x.Before, x.After) {
		return "has other content"
	}
	return "is that of rolewall " + x.After[0] + ", was that of " + x.Before[0]
}

// signedPrefixes lists the added and removed addresses.
func signedPrefixes(x compare.Cause) string {
	var out []string
	if len(x.Added) > 0 {
		out = append(out, "+ "+prefixText(compare.Addresses{Prefixes: x.Added}))
	}
	if len(x.Removed) > 0 {
		out = append(out, "- "+prefixText(compare.Addresses{Prefixes: x.Removed}))
	}
	return strings.Join(out, ", ")
}

// renumberedText returns the old and the new place: the smallest prefixes that contain all addresses of each
// family.
func renumberedText(x compare.Cause) string {
	old, now := compare.Supernets(x.Removed), compare.Supernets(x.Added)
	var out []string
	for i := range old {
		out = append(out, prefixWord(old[i])+" is now "+prefixWord(now[i]))
	}
	return strings.Join(out, ", ")
}

// networkNames returns the names of the present networks. It marks anyone.
func networkNames(names []string) string {
	return strings.Replace(plainNames(names), "anyone", anyoneMark, 1)
}

func plainNames(names []string) string {
	if slices.Contains(names, "any") {
		return "anyone"
	}
	if len(names) == 0 {
		return "nobody"
	}
	return term.Few(names, 6)
}

// exceptionText returns what happened to an exception.
func exceptionText(x compare.Cause) string {
	before, after := x.Allow[0], x.Allow[1]
	from := "from "
	if len(x.Names) == 0 {
		from = "to "
	}
	switch {
	case before == nil:
		return "new, " + from + networkNames(x.After) + ", " + allowTerms(*after)
	case after == nil:
		return "gone, " + from + plainNames(x.Before) + ", " + allowTerms(*before)
	case *before != *after:
		return allowTerms(*after) + "; was " + allowTerms(*before)
	case !slices.Equal(x.Before, x.After):
		return from + networkNames(x.After) + ", was " + from + plainNames(x.Before)
	}
	return "opens something else"
}

// allowTerms returns owner and last day: "owner secops, until 2027-03-31".
func allowTerms(a ruleset.Allow) string {
	text := "no owner"
	if a.Owner != "" {
		text = "owner " + a.Owner
	}
	if a.Expires != "" {
		return text + ", until " + a.Expires
	}
	return text + ", no last day"
}

// causeWeights returns how much each cause changes: "38 changes on 12 hosts".
func causeWeights(r *compare.Report) []string {
	n := make([]int, len(r.Causes))
	for _, c := range r.Changes {
		for _, i := range c.Causes {
			n[i]++
		}
	}
	out := make([]string, len(n))
	for i := range out {
		out[i] = fmt.Sprintf("%s on %s", term.Count(n[i], "change"), term.Count(len(r.Causes[i].Hosts), "host"))
	}
	return out
}
