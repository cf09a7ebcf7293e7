// Package changes writes comparisons of rule sets: as text for a terminal, as Markdown for a merge request and as JSON.
//
// A comparison is written in the order in which people read it: first the edits of the policy with what they
// change, then the other changes by host and service. Changes that differ only in their ports share a sentence.
// All texts of a policy are escaped for the place where they appear.
package changes

import (
	"net/netip"
	"path"
	"slices"
	"strings"

	"rolewall/compare"
	"rolewall/internal/term"
	"rolewall/ruleset"
)

// The words for a change. They may contain text of a policy, so writers escape them.

// The marks of changes that open a port to all, or to almost all, addresses of a family.
const (
	anyoneMark       = "ANYONE"
	nearlyAnyoneMark = "NEARLY ANYONE"
)

// markOf returns the mark of a change, or "" for most.
func markOf(c compare.Change) string {
	switch {
	case c.ToAnyone():
		return anyoneMark
	case c.ToNearlyAnyone():
		return nearlyAnyoneMark
	}
	return ""
}

// sourcesText returns how the sources of a change differ. For an outbound change, these are destinations.
func sourcesText(c compare.Change) string {
	from, to := "from ", "no longer from "
	if c.Outbound {
		from, to = "to ", "no longer to "
	}
	before, after := addressesText(c, c.Before), addressesText(c, c.After)
	mark := markOf(c)
	switch mark {
	case anyoneMark:
		after = strings.Replace(after, "anyone", anyoneMark, 1)
	case nearlyAnyoneMark:
		after = mark + " (" + after + ")"
	}
	added, removed := prefixText(c.Added), prefixText(c.Removed)
	switch {
	case c.Kind == compare.Widened && c.Before.None(): // the port was already open through rules with qualifiers
		return from + after + ", was " + onlyText(c.Bindings[0])
	case c.Kind == compare.Narrowed && c.After.None():
		return from + before + ", now " + onlyText(c.Bindings[1])
	}
	switch c.Kind {
	case compare.Opened:
		return from + after + onlyOpening(c)
	case compare.Closed:
		return strings.TrimPrefix(to, "no longer ") + before + onlyOpening(c)
	case compare.Widened:
		if mark != "" {
			return from + after + ", was " + from + before
		}
		return "also " + from + added
	case compare.Narrowed:
		if strings.HasPrefix(before, "anyone") {
			return "only " + from + after + ", was " + from + before
		}
		return to + removed + ", still " + from + after
	case compare.Moved:
		if mark != "" {
			return from + after + ", was " + from + before
		}
		return "now " + from + added + ", " + to + removed
	}
	return ""
}

// addressesText returns the names of addresses: their networks, or anyone.
func addressesText(c compare.Change, w compare.Addresses) string {
	all := w.Everyone()
	others := slices.DeleteFunc(slices.Clone(w.Names), func(n string) bool { return n == "any" })
	switch {
	case all == c.Protocol.Families():
		return "anyone"
	case all.IPv4:
		return andOthers("anyone over IPv4", others)
	case all.IPv6:
		return andOthers("anyone over IPv6", others)
	case w.None():
		return "nobody"
	}
	return term.Few(others, 6)
}

// andOthers adds the named addresses of the other family.
func andOthers(anyone string, others []string) string {
	if len(others) == 0 {
		return anyone
	}
	return anyone + " and " + term.Few(others, 6)
}

// prefixText lists addresses, with the names of the networks that they belong to.
func prefixText(w compare.Addresses) string {
	texts := make([]string, len(w.Prefixes))
	for i, p := range w.Prefixes {
		texts[i] = prefixWord(p)
	}
	names := slices.DeleteFunc(slices.Clone(w.Names), func(n string) bool { return n == "any" || slices.Contains(texts, n) })
	text := term.Few(texts, 4)
	if len(names) > 0 {
		text += " (" + term.Few(names, 4) + ")"
	}
	return text
}

func prefixWord(p netip.Prefix) string {
	switch {
	case p.Bits() == 0 && p.Addr().Is4():
		return "anyone over IPv4"
	case p.Bits() == 0:
		return "anyone over IPv6"
	case p.IsSingleIP():
		return p.Addr().String()
	}
	return p.String()
}

// programText returns how the programs behind the ports differ, or "".
func programText(c compare.Change) string {
	if len(c.Bindings[0]) == 0 || len(c.Bindings[1]) == 0 || slices.Equal(c.Bindings[0], c.Bindings[1]) || c.Before.None() || c.After.None() {
		return ""
	}
	return "program " + bindingsText(c.Bindings[1]) + ", was " + bindingsText(c.Bindings[0])
}

func bindingsText(list []compare.Binding) string {
	var out []string
	for _, b := range list {
		out = append(out, bindingText(b))
	}
	return term.Few(out, 3)
}

// bindingText returns the name of a program by its file: "svchost.exe (RpcSs)".
func bindingText(b compare.Binding) string {
	text := "any"
	if b.Program != "" {
		text = path.Base(strings.ReplaceAll(b.Program, `\`, "/"))
	}
	if b.Service != "" {
		text += " (" + b.Service + ")"
	}
	if b.RPC != ruleset.NoRPC {
		text += " by RPC " + string(b.RPC)
	}
	if b.IPsecOnly {
		text += " inside IPsec"
	}
	if b.Only != "" {
		text += " " + b.Only
	}
	return text
}

// onlyText returns the qualifiers of the rules of one side: "only on virbr*; at most 10/minute".
func onlyText(list []compare.Binding) string {
	var out []string
	for _, b := range list {
		if b.Only != "" && !slices.Contains(out, b.Only) {
			out = append(out, b.Only)
		}
	}
	return term.Few(out, 3)
}

// onlyOpening returns what to add to the sources of a change whose rules all have qualifiers, or "".
func onlyOpening(c compare.Change) string {
	side := c.Bindings[1]
	if c.Kind == compare.Closed {
		side = c.Bindings[0]
	}
	if len(side) == 0 || slices.ContainsFunc(side, func(b compare.Binding) bool { return b.Only == "" }) {
		return ""
	}
	return ", " + onlyText(side)
}

// factText returns how a fact differs.
func factText(f compare.Fact) string {
	isOption := strings.HasPrefix(f.Name, "setting ")
	switch {
	case isOption && f.After == "":
		return "default, was " + f.Before
	case isOption && f.Before == "":
		return f.After + ", was default"
	case f.LeavesNoFilter():
		return compare.NoFilter + ": no target of the policy filters packets here any more, " + f.Before + " did"
	case f.Before == "":
		return "+ " + f.After
	case f.After == "":
		return "- " + f.Before
	}
	return f.After + ", was " + f.Before
}
