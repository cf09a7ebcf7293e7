package lint

import (
	"slices"

	"rolewall/policy"
	"rolewall/policy/hostpattern"
	"rolewall/tomldoc"
)

// chosen reports whether a list of names, patterns and "@role" chooses the host.
func (l *Linter) chosen(h *policy.Host, list []tomldoc.Text) bool {
	return slices.ContainsFunc(list, func(x tomldoc.Text) bool { return l.p.Matches(hostpattern.Pattern(x.Value), h) })
}
