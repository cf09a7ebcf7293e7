package main

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"sync"

	"rolewall/diag"
	"rolewall/policy"
	"rolewall/ruleset"
)

// cause is why a file is stale.
type cause struct {
	Code causeCode `json:"code"`
	Text string    `json:"text"`
}

type causeCode string

// The causes. An exception that ended is named only where its end explains a difference.
const (
	exceptionEnded causeCode = "exception-ended"
	edited         causeCode = "edited"   // the file is not what the manifest says was written
	outdated       causeCode = "outdated" // it is: a guess that the policy, the catalog or the program changed since
)

// pastPlans are what the policy yielded on earlier days.
type pastPlans struct {
	mu    sync.Mutex
	plans map[string]*plan
}

// on is the plan with the exceptions of an earlier day.
func (p *pastPlans) on(day string, now *plan) *plan {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.plans == nil {
		p.plans = map[string]*plan{}
	}
	if p.plans[day] == nil {
		s := *now.session
		s.day = day
		p.plans[day] = newPlan(&s, now.sel)
	}
	return p.plans[day]
}

// findCauses says why a stale file is not what the policy yields today, and finds the rule set that it was made of
// where that can be known.
func (k *checker) findCauses(h *policy.Host, name string, d *fileDiff, listed string) []cause {
	ended := k.ended(h)
	for _, day := range lastDays(ended) {
		past := k.past.on(day, k.plan)
		files, err := past.files(h)
		if err != nil || !slices.ContainsFunc(files.files, func(f file) bool { return f.name == name && bytes.Equal(f.data, d.old) }) {
			continue
		}
		d.before, d.basis = past.resolver.Resolve(h, &diag.List{}), "since "+day
		return causesOf(slices.DeleteFunc(ended, func(a policy.Exception) bool { return a.Terms.Expires < day }))
	}
	out := causesOf(slices.DeleteFunc(ended, func(a policy.Exception) bool { return !k.lost(h, a, d) }))
	switch {
	case listed == digest(d.old):
		return append(out, cause{outdated, "the manifest lists its sum: the policy, the catalog or rolewall changed after it was written, or a hand edited both"})
	case listed == "":
		return append(out, cause{edited, "no manifest lists it, so it may be of another hand"})
	}
	return append(out, cause{edited, "it was changed after it was written: the manifest lists another sum"})
}

// ended are the exceptions that speak for the host and have ended.
func (k *checker) ended(h *policy.Host) []policy.Exception {
	var out []policy.Exception
	for _, l := range k.policy.Levels(h) {
		for _, a := range l.Exceptions {
			if a.Terms.Expires != "" && a.Terms.Expires < k.day {
				out = append(out, a)
			}
		}
	}
	return out
}

// lastDays are the last days of exceptions, the latest first.
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

// lost reports whether the file still has a rule of the exception that the new one has not, whatever else differs.
func (k *checker) lost(h *policy.Host, a policy.Exception, d *fileDiff) bool {
	rs := k.past.on(a.Terms.Expires, k.plan).resolver.Resolve(h, &diag.List{})
	return rs != nil && slices.ContainsFunc(rs.Inbound, func(r *ruleset.Rule) bool {
		_, had := lineOf(d.old, r.ID)
		_, has := lineOf(d.new, r.ID)
		return had && !has && slices.ContainsFunc(r.Reasons, func(x ruleset.Reason) bool {
			return x.Allow != nil && *x.Allow == a.Terms && x.At == a.Level
		})
	})
}

func causesOf(list []policy.Exception) []cause {
	var out []cause
	for _, a := range list {
		paper := []string{a.Terms.Reason}
		if a.Terms.Owner != "" {
			paper = append(paper, "owner "+a.Terms.Owner)
		}
		text := fmt.Sprintf("the exception for %s at %s (%s) ended on %s", a.Traffic.Port(), a.Level, strings.Join(paper, ", "), a.Terms.Expires)
		out = append(out, cause{exceptionEnded, text})
	}
	return out
}
