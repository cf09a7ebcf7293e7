package check

import (
	"bytes"
	"fmt"
	"slices"
	"sync"

	"rolewall/internal/fleet"
	"rolewall/policy"
	"rolewall/ruleset"
)

// pastPlans holds plans for earlier days. Workers share it.
type pastPlans struct {
	mu    sync.Mutex
	plans map[string]*fleet.Plan
}

// on returns the plan with the exceptions of an earlier day.
func (p *pastPlans) on(day string, now *fleet.Plan) *fleet.Plan {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.plans == nil {
		p.plans = map[string]*fleet.Plan{}
	}
	if p.plans[day] == nil {
		p.plans[day] = now.OnDay(day)
	}
	return p.plans[day]
}

// origin is the rule set that a stale file was made from, if known, and how it is known.
type origin struct {
	set   *ruleset.RuleSet
	basis string // the same as Diff.Basis
}

// findCauses returns why a stale file is not what the policy yields today. If a past day yields the bytes of the
// file, it also returns the origin. listed is the sum of the file in the manifest, or "".
func (k *checker) findCauses(h *policy.Host, name string, d *Diff, listed string) ([]Cause, origin) {
	ended := k.ended(h)
	for _, day := range lastDays(ended) {
		past := k.past.on(day, k.plan)
		files, err := past.Files(h)
		if err != nil || !slices.ContainsFunc(files.Files, func(f fleet.File) bool { return f.Name == name && bytes.Equal(f.Data, d.Old) }) {
			continue
		}
		causes := causesOf(slices.DeleteFunc(ended, func(a policy.Exception) bool { return a.Terms.Expires < day }))
		return causes, origin{past.RuleSet(h), "since " + day}
	}
	causes := causesOf(slices.DeleteFunc(ended, func(a policy.Exception) bool { return !k.lost(h, a, d) }))
	return append(causes, editOrAge(d.Old, listed)), origin{}
}

// editOrAge distinguishes a file that somebody edited from one that is outdated.
func editOrAge(old []byte, listed string) Cause {
	switch listed {
	case fleet.Digest(old):
		return Cause{Code: Outdated, Text: "the manifest lists its sum: the policy, the catalog or rolewall changed after it was written, or a hand edited both"}
	case "":
		return Cause{Code: Edited, Text: "no manifest lists it, so it may be of another hand"}
	}
	return Cause{Code: Edited, Text: "it was changed after it was written: the manifest lists another sum"}
}

// ended returns the exceptions of the host that have ended.
func (k *checker) ended(h *policy.Host) []policy.Exception {
	var out []policy.Exception
	for _, l := range k.plan.Workspace.Policy.Levels(h) {
		for _, a := range l.Exceptions {
			if a.Terms.Expires != "" && a.Terms.Expires < k.plan.Workspace.Day {
				out = append(out, a)
			}
		}
	}
	return out
}

// lastDays returns the last days of exceptions, the latest first, each once.
func lastDays(list []policy.Exception) []string {
	var days []string
	for _, a := range list {
		days = append(days, a.Terms.Expires)
	}
	slices.Sort(days)
	days = slices.Compact(days)
	slices.Reverse(days)
	return days
}

// lost reports whether the old file has a rule of the exception and the new one does not.
func (k *checker) lost(h *policy.Host, a policy.Exception, d *Diff) bool {
	rs := k.past.on(a.Terms.Expires, k.plan).RuleSet(h)
	return rs != nil && slices.ContainsFunc(rs.Inbound, func(r *ruleset.Rule) bool {
		_, had := fleet.RuleLine(d.Old, r.ID)
		_, has := fleet.RuleLine(d.New, r.ID)
		return had && !has && slices.ContainsFunc(r.Reasons, func(x ruleset.Reason) bool {
			return x.Allow != nil && *x.Allow == a.Terms && x.At == a.Level
		})
	})
}

// causesOf returns a cause for each exception that ended.
func causesOf(list []policy.Exception) []Cause {
	var out []Cause
	for _, a := range list {
		why := a.Terms.Reason
		if a.Terms.Owner != "" {
			why += ", owner " + a.Terms.Owner
		}
		text := fmt.Sprintf("the exception for %s at %s (%s) ended on %s", a.Traffic.String(), a.Level, why, a.Terms.Expires)
		out = append(out, Cause{Code: ExceptionEnded, Text: text})
	}
	return out
}
