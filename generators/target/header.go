package target

import (
	"fmt"
	"slices"
	"strings"

	"rolewall/ruleset"
)

// Header returns the lines at the top of every script, without comment marks. An empty line stands for a blank
// one. The lines may contain free text of the policy, so a target must clean them for its language.
func Header(info Info, rs *ruleset.RuleSet) []string { return HeaderWith(info, rs, rs.Digest()) }

// HeaderWith does what Header does, with another digest.
func HeaderWith(info Info, rs *ruleset.RuleSet, digest string) []string {
	lines := []string{
		fmt.Sprintf("%s, made by rolewall, do not edit", info.Title),
		"",
		"os       " + string(rs.OS),
		"roles    " + orNone(rs.Roles),
	}
	if len(rs.Features) > 0 {
		lines = append(lines, "features "+strings.Join(rs.Features, ", "))
	}
	lines = append(lines,
		"families "+strings.Join(rs.Families.Names(), ", "),
		"rpc      "+rpcText(rs),
		"digest   "+digest,
	)
	for _, n := range rs.Notes {
		lines = append(lines, "note     "+n)
	}
	for _, n := range rs.Warnings {
		lines = append(lines, "WARNING  "+n)
	}
	return append(lines, baselineLines(info, rs)...)
}

func baselineLines(info Info, rs *ruleset.RuleSet) []string {
	rules := BaselineFor(info.Baseline, rs.Settings, rs.Families)
	if len(rules) == 0 {
		return nil
	}
	lines := []string{"", "Let in on every host, beside the rules below:"}
	for _, b := range BaselineTexts(rules) {
		lines = append(lines, "  "+b)
	}
	return lines
}

func orNone(list []string) string {
	if len(list) == 0 {
		return "none"
	}
	return strings.Join(list, ", ")
}

// rpcText returns the RPC policy as text. It includes the ports of dynamic endpoints only if a rule is for one.
func rpcText(rs *ruleset.RuleSet) string {
	text := string(rs.RPC.Mode)
	dynamic := func(r *ruleset.Rule) bool { return r.RPC == ruleset.Dynamic }
	if !slices.ContainsFunc(rs.Inbound, dynamic) && !slices.ContainsFunc(rs.Outbound, dynamic) {
		return text
	}
	for i, x := range rs.RPC.Ranges {
		if i == 0 {
			text += ", dynamic endpoints on tcp "
		} else {
			text += " and "
		}
		text += x.String()
	}
	return text
}
