package lint

import (
	"cmp"
	"fmt"
	"slices"

	"rolewall/policy"
	"rolewall/resolver"
	"rolewall/tomldoc"
)

// effect is what a word in features or without changes on the hosts of its level.
type effect struct {
	word     tomldoc.Text
	excluded bool   // the word is in without
	works    bool   // it changes something on some host
	role     string // the role that switches the feature on already, if that is why it changes nothing
}

// asPublished is the feature that opens rows of any service.
const asPublished = "as-published"

// noteFeatures records which words in features and without change something on the host.
func noteFeatures(v *hostCheck) {
	l := v.linter
	named := map[string]bool{}
	for _, level := range l.p.Levels(v.Host) {
		for f := range level.Features.All() {
			named[f.Value] = true
		}
	}
	see := func(list *tomldoc.List, away bool) {
		for f := range list.All() {
			e := l.features[f.Location]
			e.word, e.excluded = f, away
			if !e.works {
				works, role := v.effect(f.Value, away, named[f.Value])
				e.works, e.role = works, cmp.Or(role, e.role)
			}
			l.features[f.Location] = e
		}
	}
	for _, level := range l.p.Levels(v.Host) {
		see(level.Features, false)
		see(level.Without, true)
	}
}

// effect reports whether the host would open other endpoints without the word. If not, it returns the role that is
// the reason, if there is one.
func (v *hostCheck) effect(feature string, away, named bool) (works bool, role string) {
	for d := range v.Endpoints() {
		if feature == asPublished {
			if away || d.Open && (d.Endpoint.Never != "" || d.Endpoint.Feature != "" && !v.on(d)) {
				return true, ""
			}
			continue
		}
		if d.Endpoint.Feature != feature || d.Cause == resolver.OtherEdition || d.Cause == resolver.Knowledge {
			continue
		}
		by, on := v.linter.turnsOn(d, feature)
		switch {
		case away && (on || named):
			return true, ""
		case !away && d.Cause != resolver.TakenAway && !on:
			return true, ""
		case !away && on:
			role = by
		}
	}
	return false, role
}

// on reports whether the feature of an endpoint is on.
func (v *hostCheck) on(d *resolver.EndpointDecision) bool {
	if _, on := v.linter.turnsOn(d, d.Endpoint.Feature); on {
		return true
	}
	return slices.ContainsFunc(v.linter.p.Levels(v.Host), func(l *policy.Level) bool {
		return l.Features.Has(d.Endpoint.Feature)
	})
}

// idleFeatures reports the words that change nothing on any host.
func idleFeatures(w *policyCheck) {
	for at, e := range w.features {
		switch {
		case e.works:
		case e.excluded:
			w.reportAt(at, "take it away", fmt.Sprintf("without %q changes nothing: nothing turns the feature on", e.word.Value))
		case e.role != "":
			w.reportAt(at, "take it away", fmt.Sprintf("the feature %s changes nothing: the role %s turns it on already", e.word.Value, e.role))
		default:
			w.reportAt(at, "take it away, or add the role that it was meant for",
				fmt.Sprintf("the feature %s changes nothing: no service of the hosts concerned has it", e.word.Value))
		}
	}
}
