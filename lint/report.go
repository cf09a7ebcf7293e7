package lint

import "slices"

// Report is what lint found in a policy.
type Report struct {
	Findings []Finding
	AsOf     string // the day on which exceptions were judged, YYYY-MM-DD
	FailOn   Level  // the lightest level that makes the run fail
}

// Failed reports whether a finding is as heavy as FailOn.
func (r *Report) Failed() bool {
	return slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Level.AtLeast(r.FailOn) })
}

// Count returns the number of findings of one level.
func (r *Report) Count(level Level) int {
	n := 0
	for _, f := range r.Findings {
		if f.Level == level {
			n++
		}
	}
	return n
}
