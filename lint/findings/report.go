package findings

import (
	"cmp"
	"slices"
	"strings"

	"rolewall/lint/codes"
)

// Report is the result of lint for a policy.
type Report struct {
	Findings []Finding
	AsOf     string      // the day for which exceptions were checked, YYYY-MM-DD
	FailOn   codes.Level // findings of this level or a higher one make the run fail
}

// Failed reports whether a finding is at least as severe as FailOn.
func (r *Report) Failed() bool {
	return slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Level.AtLeast(r.FailOn) })
}

// Count returns the number of findings with the level.
func (r *Report) Count(level codes.Level) int {
	n := 0
	for _, f := range r.Findings {
		if f.Level == level {
			n++
		}
	}
	return n
}

// Cause groups the findings of one code that the same change of the policy would remove.
type Cause struct {
	Code     string
	Level    codes.Level
	Hint     string
	Findings []int    // indexes into Findings
	Hosts    []string // hosts of all these findings, sorted
}

// Causes groups the findings, the most severe causes first, then by code.
func (r *Report) Causes() []Cause {
	type key struct {
		code, hint string
		level      codes.Level
	}
	index := map[key]int{}
	out := []Cause{}
	for n, f := range r.Findings {
		k := key{f.Code, f.Hint, f.Level}
		i, known := index[k]
		if !known {
			i = len(out)
			index[k] = i
			out = append(out, Cause{Code: f.Code, Level: f.Level, Hint: f.Hint})
		}
		out[i].Findings = append(out[i].Findings, n)
		out[i].Hosts = append(out[i].Hosts, f.Hosts...)
	}
	for i := range out {
		slices.Sort(out[i].Hosts)
		out[i].Hosts = slices.Compact(out[i].Hosts)
	}
	slices.SortStableFunc(out, func(a, b Cause) int {
		switch {
		case a.Level == b.Level:
			return cmp.Or(strings.Compare(a.Code, b.Code), cmp.Compare(a.Findings[0], b.Findings[0]))
		case a.Level.AtLeast(b.Level):
			return -1
		}
		return 1
	})
	return out
}
