// Package captures writes the results of package drift, the differences between captured hosts and their
// policy: as text for a terminal, JSON, Markdown, JUnit and SARIF. It decides nothing, and escapes all text of a
// capture or a policy.
package captures

import (
	"fmt"
	"slices"
	"strings"

	"rolewall/internal/drift"
	"rolewall/internal/term"
	"rolewall/readers/capture"
	"rolewall/ruleset"
)

// anyone stands for every address of a family.
const anyone = "ANYONE"

// summary returns the first line of every form.
func summary(r *drift.Result) string {
	if len(r.Findings) == 0 {
		return hostsEnforce(r.Compared) + " what the policy says" + ignoredText(r)
	}
	hosts := map[string]bool{}
	counts, toAnyone := map[string]int{}, map[string]int{}
	for i := range r.Findings {
		f := &r.Findings[i]
		g := group(f.Kind)
		switch {
		case f.Kind == drift.NoCapture || f.Kind == drift.UnknownHost: // there was nothing to compare
			counts[g.count] += len(f.Hosts)
		default:
			counts[g.count]++
			for _, h := range f.Hosts {
				hosts[h] = true
			}
		}
		if f.ToAnyone() && g.opens {
			toAnyone[g.count]++
		}
	}
	var parts []string
	for _, g := range groups {
		if counts[g.count] == 0 {
			continue
		}
		text := fmt.Sprintf("%d %s", counts[g.count], g.count)
		if n := toAnyone[g.count]; n > 0 {
			text += fmt.Sprintf(" (%d to %s)", n, anyone)
		}
		parts = append(parts, text)
	}
	return fmt.Sprintf("%s: %s", differing(len(hosts), r.Compared), strings.Join(parts, ", ")) + ignoredText(r)
}

func ignoredText(r *drift.Result) string {
	if len(r.Ignored) == 0 {
		return ""
	}
	return fmt.Sprintf("; %s ignored", term.Count(len(r.Ignored), "difference"))
}

func hostsEnforce(n int) string {
	if n == 1 {
		return "1 host enforces"
	}
	return fmt.Sprintf("%d hosts enforce", n)
}

func differing(n, compared int) string {
	verb := "differ"
	if n == 1 {
		verb = "differs"
	}
	return fmt.Sprintf("%s %s, %d compared", term.Count(n, "host"), verb, compared)
}

// kindGroup is a heading for findings.
type kindGroup struct {
	kinds []drift.Kind
	title string
	sign  string
	count string // word in the summary
	opens bool
}

var groups = []kindGroup{
	{[]drift.Kind{drift.NotInForce}, "not in force", "!", "not in force", false},
	{[]drift.Kind{drift.Open, drift.Published, drift.SourcePort}, "open, not in the policy", "+", "open that the policy does not open", true},
	{[]drift.Kind{drift.Wider}, "open to more than the policy says", "+", "wider", true},
	{[]drift.Kind{drift.Missing}, "in the policy, not open", "-", "closed that the policy opens", false},
	{[]drift.Kind{drift.Narrower}, "open to fewer than the policy says", "-", "narrower", false},
	{[]drift.Kind{drift.Listener}, "open for another program", "~", "for another program", false},
	{[]drift.Kind{drift.RateLimited}, "open to a few packets at a time", "~", "rate limited", false},
	{[]drift.Kind{drift.Conditional, drift.Unknown}, "cannot be told", "?", "that cannot be told", false},
	{[]drift.Kind{drift.NoCapture}, "hosts without a capture", "?", "without a capture", false},
	{[]drift.Kind{drift.UnknownHost}, "hosts that the policy does not have", "!", "unknown to the policy", false},
}

// group returns the group of a kind.
func group(k drift.Kind) kindGroup {
	i := slices.IndexFunc(groups, func(g kindGroup) bool { return slices.Contains(g.kinds, k) })
	return groups[i]
}

// headline returns what differs, in one line.
func headline(f *drift.Finding) string {
	var parts []string
	if len(f.From.Prefixes) > 0 {
		parts = append(parts, f.Traffic.String()+" "+fromText(f))
	}
	if f.Forwarded != "" {
		parts = append(parts, "passed on to "+f.Forwarded)
	}
	for _, text := range []string{f.Where, f.Text} {
		if text != "" {
			parts = append(parts, text)
		}
	}
	if len(f.Profiles) > 0 {
		parts = append(parts, "in profile "+strings.Join(f.Profiles, ", "))
	}
	if len(f.Interfaces) > 0 {
		parts = append(parts, "on "+strings.Join(f.Interfaces, ", "))
	}
	if f.Owner != "" {
		parts = append(parts, "by "+f.Owner)
	}
	if f.Group != "" {
		parts = append(parts, "group "+f.Group)
	}
	return term.Printable(strings.Join(parts, "; "))
}

// fromText returns the sources, and those of the policy if they differ.
func fromText(f *drift.Finding) string {
	p := f.Traffic.Protocol
	switch f.Kind {
	case drift.Wider, drift.Narrower:
		return "from " + sources(f.Now, p) + ", the policy says " + sources(f.Policy, p)
	}
	return "from " + sources(f.From, p)
}

// sources returns the name of a set of addresses: ANYONE, ANYONE but some, the networks of the policy, or a few
// prefixes.
func sources(a drift.Addresses, p ruleset.Protocol) string {
	families := p.Families()
	complete := a.Prefixes.Complete()
	switch {
	case complete == families:
		return anyone
	case len(a.Names) > 0:
		return strings.Join(a.Names, ", ")
	}
	var parts []string
	for _, f := range []struct {
		has      bool
		name     string
		families ruleset.Families
	}{{families.IPv4, "IPv4", ruleset.Families{IPv4: true}}, {families.IPv6, "IPv6", ruleset.Families{IPv6: true}}} {
		if f.has {
			parts = append(parts, inFamily(a.Prefixes.Restrict(f.families), f.name, f.families)...)
		}
	}
	return strings.Join(parts, "; ")
}

// inFamily returns the names of the addresses of one family.
func inFamily(p ruleset.Prefixes, name string, family ruleset.Families) []string {
	if len(p) == 0 {
		return nil
	}
	all := ruleset.AllAddresses(family)
	if but := all.Minus(p); len(but) < len(p) {
		text := anyone + " over " + name
		if len(but) > 0 {
			text += " but " + few(but)
		}
		return []string{text}
	}
	return []string{few(p)}
}

func few(p ruleset.Prefixes) string {
	var parts []string
	for _, x := range p {
		text := x.String()
		if x.IsSingleIP() {
			text = x.Addr().String()
		}
		parts = append(parts, text)
	}
	return term.Few(parts, 8)
}

// details returns the lines below a headline: the rules of the host, why the policy opens the traffic, the
// conditions.
func details(f *drift.Finding) []string {
	var out []string
	for _, c := range f.Conditions {
		out = append(out, place(capture.Place{Pos: c.Place.Pos, Rule: c.Place.Rule, Text: c.Text}))
	}
	for i, r := range f.Rules {
		if i == mostRules {
			out = append(out, fmt.Sprintf("and %s", term.Count(len(f.Rules)-i, "more rule")))
			break
		}
		line := term.Shorten(place(r.Place), mostLine)
		if r.Where != "" && r.Where != f.Where {
			line += "  (" + r.Where + ")"
		}
		if i == len(f.Rules)-1 && f.Packets != nil {
			line += fmt.Sprintf("  (%d packets since the counters began)", *f.Packets)
		}
		out = append(out, line)
	}
	if len(f.IDs) > 0 {
		out = append(out, "policy: "+ruleset.ReasonText(f.Expected)+" ["+strings.Join(ruleset.Labels(f.IDs), ", ")+"]")
	}
	if f.Ignored != nil {
		out = append(out, "ignored until "+f.Ignored.Expires+": "+f.Ignored.Reason)
	}
	if f.EndedOn != "" {
		out = append(out, "was ignored until "+f.EndedOn)
	}
	out = slices.DeleteFunc(out, func(line string) bool { return line == "" }) // a fact without a location
	for i := range out {
		out[i] = term.Printable(out[i])
	}
	return out
}

// mostLine limits the text of a rule, in characters.
const mostLine = 240

// mostRules limits how many rules a finding names.
const mostRules = 6

func place(p capture.Place) string {
	text := p.Text
	if p.Rule != "" {
		text = p.Rule + ": " + text
	}
	switch {
	case p.Pos.File != "" && p.Pos.Line > 0:
		text = fmt.Sprintf("%s:%d: %s", p.Pos.File, p.Pos.Line, text)
	case p.Pos.File != "":
		text = p.Pos.File + ": " + text
	}
	return strings.TrimSuffix(strings.TrimRight(text, " "), ":")
}
