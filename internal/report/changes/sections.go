package changes

import (
	"slices"
	"strings"

	"rolewall/compare"
	"rolewall/internal/term"
	"rolewall/ruleset"
)

// hostSection holds what differs on the same hosts.
type hostSection struct {
	hosts    []string
	isNew    bool
	facts    []compare.Fact
	services []serviceSection
}

// serviceSection holds what differs for the same services.
type serviceSection struct {
	title  string
	blocks []block
}

// block holds changes that one sentence describes, since they differ only in ports.
type block struct {
	kind     compare.Kind
	sentence string
	mark     string // empty for most
	changes  []compare.Change
}

// sections returns changes and facts in the order in which people read them: by hosts, then by service.
func sections(r *compare.Report) []hostSection {
	var out []hostSection
	changes, facts := r.Changes, r.Facts
	for len(changes)+len(facts) > 0 {
		s := hostSection{}
		switch {
		case len(changes) == 0 || len(facts) > 0 && firstHosts(facts[0].Hosts, changes[0].Hosts):
			s.hosts = facts[0].Hosts
		default:
			s.hosts, s.isNew = changes[0].Hosts, changes[0].NewHost
		}
		facts = cutEqual(facts, &s.facts, func(f compare.Fact) bool { return slices.Equal(f.Hosts, s.hosts) })
		var own []compare.Change
		changes = cutEqual(changes, &own, func(c compare.Change) bool { return slices.Equal(c.Hosts, s.hosts) })
		s.services = serviceSections(own)
		out = append(out, s)
	}
	return out
}

// firstHosts reports whether a equals b or comes before b in reports.
func firstHosts(a, b []string) bool {
	if a[0] != b[0] {
		return a[0] < b[0]
	}
	if len(a) != len(b) {
		return len(a) > len(b)
	}
	return slices.Compare(a, b) <= 0
}

// cutEqual moves the first elements for which is returns true into out, and returns the rest.
func cutEqual[T any](list []T, out *[]T, is func(T) bool) []T {
	n := 0
	for n < len(list) && is(list[n]) {
		n++
	}
	*out = list[:n]
	return list[n:]
}

func serviceSections(changes []compare.Change) []serviceSection {
	var out []serviceSection
	for len(changes) > 0 {
		first := changes[0]
		var own []compare.Change
		changes = cutEqual(changes, &own, func(c compare.Change) bool {
			return c.Beside == first.Beside && c.Outbound == first.Outbound && slices.Equal(c.Services, first.Services)
		})
		out = append(out, serviceSection{serviceTitle(first), blocks(own)})
	}
	return out
}

func serviceTitle(c compare.Change) string {
	switch {
	case c.Beside:
		return "beside the rules"
	case c.Outbound:
		return "outbound, for filters without state"
	case len(c.Services) == 0:
		return "exceptions"
	}
	return term.Few(c.Services, 4)
}

func blocks(changes []compare.Change) []block {
	var out []block
	for _, c := range changes {
		b := block{c.Kind, sentence(c), markOf(c), []compare.Change{c}}
		if n := len(out); n > 0 && out[n-1].kind == b.kind && out[n-1].sentence == b.sentence && b.kind != compare.Reasons {
			out[n-1].changes = append(out[n-1].changes, c)
			continue
		}
		out = append(out, b)
	}
	return out
}

// sentence describes a change without its ports. It is empty if only reasons differ, since these are listed.
func sentence(c compare.Change) string {
	if c.Kind == compare.Reasons {
		return ""
	}
	var parts []string
	for _, p := range []string{sourcesText(c), audienceText(currentReasons(c)), programText(c)} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	if len(c.StillOpen) > 0 {
		parts = append(parts, "other rules still open "+term.Few(c.StillOpen, 6))
	}
	return strings.Join(parts, "; ")
}

// currentReasons returns the present reasons. If there are none, it returns the old ones.
func currentReasons(c compare.Change) []ruleset.Reason {
	if len(c.Reasons[1]) > 0 {
		return c.Reasons[1]
	}
	return c.Reasons[0]
}

// portsText returns the ports of a change and what they are for.
func portsText(c compare.Change) string {
	text := c.Traffic.String()
	if c.Protocol == ruleset.AnyProtocol {
		text = "any protocol"
	}
	if app := appText(currentReasons(c)); app != "" {
		text += " " + app
	}
	return text
}

// rulesText returns the rules of a change: "[1f2e3d4c]", or "[0a1b2c3d -> 1f2e3d4c]" if one replaces the other.
func rulesText(c compare.Change) string {
	before, after := term.Few(ruleset.Labels(c.Rules[0]), 3), term.Few(ruleset.Labels(c.Rules[1]), 3)
	switch {
	case c.Beside:
		return ""
	case before == after || before == "":
		return "[" + after + "]"
	case after == "":
		return "[" + before + "]"
	}
	return "[" + before + " -> " + after + "]"
}
