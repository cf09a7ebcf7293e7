package lint

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"rolewall/lint/codes"
	"rolewall/resolver"
	"rolewall/ruleset"
	"rolewall/tomldoc"
)

func (v *hostCheck) exceptionName(x resolver.Exception) string {
	return fmt.Sprintf("the exception for %s (%s)", x.Traffic.String(), brief(x.Terms.Reason))
}

// brief shortens a text that would fill the screen.
func brief(text string) string {
	const most = 80
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "..."
	}
	return text
}

func expired(v *hostCheck) {
	for _, x := range v.Exceptions {
		if x.Expired {
			v.reportAt(x.Location, "take it away, or give it a new last day", fmt.Sprintf("%s ended on %s and opens nothing", v.exceptionName(x), x.Terms.Expires))
		}
	}
}

// soon is how many days before its end an exception is reported.
const soon = 30

func endsSoon(v *hostCheck) {
	for _, x := range v.Exceptions {
		if !x.Expired && x.Terms.Expires != "" && x.Terms.Expires <= v.linter.inDays(soon) {
			v.reportAt(x.Location, "ask its owner whether it is still needed", fmt.Sprintf("%s ends on %s", v.exceptionName(x), x.Terms.Expires))
		}
	}
}

// inDays returns the day that is n days after the day of the run.
func (l *Linter) inDays(n int) string {
	day, err := time.Parse(time.DateOnly, l.day)
	if err != nil {
		return l.day
	}
	return day.AddDate(0, 0, n).Format(time.DateOnly)
}

func unbounded(v *hostCheck) {
	for _, x := range v.Exceptions {
		var missing []string
		if x.Terms.Expires == "" {
			missing = append(missing, "last day (expires)")
		}
		if x.Terms.Owner == "" {
			missing = append(missing, "owner")
		}
		if len(missing) > 0 {
			v.reportAt(x.Location, "", fmt.Sprintf("%s has no %s", v.exceptionName(x), strings.Join(missing, " and no ")))
		}
	}
}

// coverage is what covers an exception on the hosts to which it applies.
type coverage struct {
	name      string
	options   []func(*draft) // what opens it on the first host
	uncovered bool           // on some host nothing covers it
	hosts     []string
}

// noteCovered records the exceptions that are covered on the host.
func noteCovered(v *hostCheck) {
	for i := range v.requests {
		a := &v.requests[i]
		if a.exception == nil {
			continue
		}
		c := v.linter.covered[a.exception.Location]
		c.name = v.exceptionName(*a.exception)
		if v.covers[i] == nil {
			c.uncovered = true
		}
		if c.hosts == nil {
			for _, j := range v.covers[i] {
				c.options = append(c.options, withProvenance(v.requests[j].provenance()), withPlace(v.requestedAt(&v.requests[j]), "opens it"))
			}
		}
		c.hosts = append(c.hosts, v.Name)
		v.linter.covered[a.exception.Location] = c
	}
}

// coveredExceptions reports exceptions that are covered on every host to which they apply.
func coveredExceptions(w *policyCheck) {
	for at, c := range w.covered {
		if !c.uncovered {
			w.reportAt(at, "take it away", c.name+" opens what is open already", append(c.options, forHosts(c.hosts))...)
		}
	}
}

func fromRole(x ruleset.Reason) bool { return x.Allow == nil }

// isOwn reports whether the policy itself makes the rule, by an exception or by a service that it defines. Users
// cannot change the services of the catalog, so rules of these inside each other are not reported.
func isOwn(r *ruleset.Rule) bool {
	return slices.ContainsFunc(r.Reasons, func(x ruleset.Reason) bool { return x.Allow != nil || x.Source == "policy" })
}

// shadowed looks for rules inside wider ones. RW022 reports exceptions inside others. RW030 reports rules that
// overlap because two services share a port.
func shadowed(v *hostCheck) {
	rules := v.RuleSet.Inbound
	clashes := sync.OnceValue(v.sharedPorts)
	var places map[exceptionKey]tomldoc.Location
	for i, j := range v.shadow {
		if j < 0 || !slices.ContainsFunc(rules[i].Reasons, fromRole) || !isOwn(rules[i]) && !isOwn(rules[j]) {
			continue
		}
		if explains(clashes(), rules[i], rules[j]) && v.linter.level(sharedPortCode, v.Host) != codes.Off {
			continue
		}
		if places == nil {
			places = v.exceptionPlaces()
		}
		v.reportAt(v.ruleAt(rules[j], places), "the wider one may be too wide",
			fmt.Sprintf("%s lies inside %s", ruleText(rules[i]), ruleText(rules[j])), withPlace(v.ruleAt(rules[i], places), "asks for the narrower one"))
	}
}

// exceptionKey identifies an exception by what a reason says about it.
type exceptionKey struct {
	level string
	ruleset.Allow
}

func (v *hostCheck) exceptionPlaces() map[exceptionKey]tomldoc.Location {
	out := map[exceptionKey]tomldoc.Location{}
	for _, x := range v.Exceptions {
		out[exceptionKey{x.Level, x.Terms}] = x.Location
	}
	return out
}

// ruleAt returns where the policy makes a rule: the location of its exception, or else of its first role.
func (v *hostCheck) ruleAt(r *ruleset.Rule, exceptions map[exceptionKey]tomldoc.Location) tomldoc.Location {
	last := r.Reasons[len(r.Reasons)-1] // exceptions come last
	if last.Allow != nil {
		return exceptions[exceptionKey{last.At, *last.Allow}]
	}
	return v.named(r.Reasons[0].Role, r.Reasons[0].Service)
}

// ruleText returns a rule as scripts show it: traffic, reason and ID.
func ruleText(r *ruleset.Rule) string {
	return fmt.Sprintf("%s (%s) [%s]", r.Traffic, ruleset.ReasonText(r.Reasons), ruleset.Label(r.ID))
}
