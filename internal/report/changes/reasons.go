package changes

import (
	"fmt"
	"slices"
	"strings"

	"rolewall/compare"
	"rolewall/generators/target"
	"rolewall/internal/term"
	"rolewall/ruleset"
)

// appText returns what the ports are for: the application protocols, or the reasons of exceptions.
func appText(reasons []ruleset.Reason) string {
	var out []string
	for _, r := range reasons {
		text := r.App
		if r.Allow != nil {
			text = allowText(r)
		}
		if text != "" && !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	return term.Few(out, 3)
}

// allowText returns an exception with its owner and its last day. An outbound permit has no level.
func allowText(r ruleset.Reason) string {
	a, word := r.Allow, "exception"
	if r.At == target.BesideRules {
		return a.Reason
	}
	if r.At == "" {
		word = "permit"
	}
	var terms []string
	if a.Owner != "" {
		terms = append(terms, "owner "+a.Owner)
	}
	if a.Expires != "" {
		terms = append(terms, "until "+a.Expires)
	}
	text := word + ` "` + a.Reason + `"`
	if len(terms) > 0 {
		text += " (" + strings.Join(terms, ", ") + ")"
	}
	return text
}

// audienceText returns the audiences of the endpoints: "for clients, management". It returns "" for exceptions.
func audienceText(reasons []ruleset.Reason) string {
	var out []string
	for _, r := range reasons {
		if a := string(r.Audience); a != "" && !slices.Contains(out, a) {
			out = append(out, a)
		}
	}
	if len(out) == 0 {
		return ""
	}
	slices.Sort(out)
	if n := len(out) - 1; n > 0 {
		return "for " + strings.Join(out[:n], ", ") + " and " + out[n]
	}
	return "for " + out[0]
}

// reasonText returns a whole reason, so that readers see every difference between two.
func reasonText(r ruleset.Reason) string {
	if r.Allow != nil && r.At == target.BesideRules {
		return allowText(r)
	}
	if r.Allow != nil {
		return strings.TrimSuffix(allowText(r)+" at "+r.At, " at ")
	}
	role := strings.Join(append([]string{r.Role}, r.Via...), " > ")
	text := fmt.Sprintf("%s: %s (%s), for %s", r.App, role, r.Service, r.Audience)
	if r.Role == "" {
		text = fmt.Sprintf("%s: service %s, for %s", r.App, r.Service, r.Audience)
	}
	if len(r.Networks) > 0 {
		text += " (" + term.Few(r.Networks, 6) + ")"
	}
	if r.Feature != "" {
		text += ", feature " + r.Feature
	}
	if r.Source != "" {
		text += ", source " + r.Source
	}
	return text
}

// reasonLines returns what differs if the same packets are allowed: added and removed reasons, and names of
// networks.
func reasonLines(c compare.Change) []string {
	var out []string
	if c.Renamed {
		out = append(out, "~ sources are called "+term.Few(c.After.Names, 6)+", were called "+term.Few(c.Before.Names, 6))
	}
	gone := reasonTexts(c.Reasons[0])
	added := reasonTexts(c.Reasons[1])
	for _, text := range gone {
		if !slices.Contains(added, text) {
			out = append(out, "- "+text)
		}
	}
	for _, text := range added {
		if !slices.Contains(gone, text) {
			out = append(out, "+ "+text)
		}
	}
	return out
}

func reasonTexts(list []ruleset.Reason) []string {
	var out []string
	for _, r := range list {
		out = append(out, reasonText(r))
	}
	return out
}
