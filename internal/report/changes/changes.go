// Package changes writes comparisons of rule sets: as text for a terminal, as Markdown for a merge request and as JSON.
//
// A comparison is put in the order in which people read it: the edits of the policy first, with what they change, then the other
// changes by host and service. Changes that differ only in their ports share a sentence. All texts of a policy are escaped for
// the place where they appear.
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

// The words for a change. All of them may hold text of a policy, so writers escape them.

// The marks of changes that open a port to all addresses of a family, and to so many that it comes to the same.
const (
	anyoneMark       = "ANYONE"
	nearlyAnyoneMark = "NEARLY ANYONE"
)

// markOf returns the mark of a change; empty for most.
func markOf(c compare.Change) string {
	switch {
	case c.ToAnyone():
		return anyoneMark
	case c.ToNearlyAnyone():
		return nearlyAnyoneMark
	}
	return ""
}

// sourcesText says how the sources of a change differ, or the destinations of an outbound one.
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
	case c.Kind == compare.Widened && c.Before.None(): // rules with qualifiers were there
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

// addressesText names addresses: by the names of their networks, or as anyone.
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

// andOthers adds the addresses of the other family, as far as they have names.
func andOthers(anyone string, others []string) string {
	if len(others) == 0 {
		return anyone
	}
	return anyone + " and " + term.Few(others, 6)
}

// prefixText lists addresses, with the names of the networks that they are part of.
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

// programText says how the programs behind the ports differ; empty where they do not.
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

// bindingText names a program by its file: "svchost.exe (RpcSs)".
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

// onlyText says what the rules of one side are narrowed to: "only on virbr*; at most 10/minute".
func onlyText(list []compare.Binding) string {
	var out []string
	for _, b := range list {
		if b.Only != "" && !slices.Contains(out, b.Only) {
			out = append(out, b.Only)
		}
	}
	return term.Few(out, 3)
}

// onlyOpening is the addition to the sources of a change whose rules are all narrowed; empty for most.
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

// factText says how a fact differs.
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
