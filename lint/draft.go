package lint

import (
	"slices"
	"strings"

	"rolewall/lint/codes"
	"rolewall/policy"
	"rolewall/resolver"
	"rolewall/tomldoc"
)

// hostCheck is one host under the eyes of one check.
type hostCheck struct {
	*policy.Host
	*resolver.Resolution
	*facts
	Targets []Target
	linter  *Linter
	code    string
}

// policyCheck is the policy under the eyes of one check.
type policyCheck struct {
	*Linter
	code string
}

// key joins findings that differ in the host alone.
type key struct {
	code, what string
	level      codes.Level
	at         tomldoc.Location // zero where the place is each host's own
}

// draft is a finding in the making.
type draft struct {
	key
	at         tomldoc.Location
	hint       string
	hosts      []string
	provenance []string
	see        []place
}

// place is another place, worked out when it is printed.
type place struct {
	at   tomldoc.Location
	what string
}

// reportAt notes a finding reportAt a place of the policy.
func (v *hostCheck) reportAt(at tomldoc.Location, hint, what string, more ...func(*draft)) {
	v.linter.note(v.code, v.Host, key{what: what, at: at}, at, hint, more)
}

// reportHost notes a finding about the host as it is. Hosts with the same finding share it.
func (v *hostCheck) reportHost(hint, what string, more ...func(*draft)) {
	v.linter.note(v.code, v.Host, key{what: what}, v.Location, hint, more)
}

// reportAt notes a finding about no host in particular.
func (w *policyCheck) reportAt(at tomldoc.Location, hint, what string, more ...func(*draft)) {
	w.note(w.code, nil, key{what: what, at: at}, at, hint, more)
}

// withProvenance adds the paths by which traffic gets in.
func withProvenance(paths ...string) func(*draft) {
	return func(f *draft) {
		for _, r := range paths {
			if !slices.Contains(f.provenance, r) {
				f.provenance = append(f.provenance, r)
			}
		}
	}
}

// withPlace adds a place to look at.
func withPlace(at tomldoc.Location, what string) func(*draft) {
	return func(f *draft) {
		if s := (place{at, what}); !slices.Contains(f.see, s) {
			f.see = append(f.see, s)
		}
	}
}

// withPlaces gives a finding its places. They are the same for every host, and worked out for the first.
func withPlaces(places func() []place) func(*draft) {
	return func(f *draft) {
		if f.see == nil {
			f.see = places()
		}
	}
}

// forHosts says which hosts a finding of a whole policy concerns.
func forHosts(hosts []string) func(*draft) {
	return func(f *draft) { f.hosts = append(f.hosts, hosts...) }
}

func (l *Linter) note(code string, h *policy.Host, k key, at tomldoc.Location, hint string, more []func(*draft)) {
	k.code, k.level = code, l.level(code, h)
	if k.level == codes.Off {
		return
	}
	f := l.drafts[k]
	if f == nil {
		f = &draft{key: k, at: at, hint: hint}
		l.drafts[k] = f
	}
	if h != nil && (len(f.hosts) == 0 || f.hosts[len(f.hosts)-1] != h.Name) {
		f.hosts = append(f.hosts, h.Name)
	}
	for _, do := range more {
		do(f)
	}
}

// finding is f with its places worked out.
func (f *draft) finding() Finding {
	out := Finding{Code: f.code, Level: f.level, Pos: f.at.Pos(), What: f.what, Hint: f.hint, Because: f.provenance}
	out.Hosts = slices.Compact(slices.Sorted(slices.Values(f.hosts)))
	for _, s := range f.see {
		out.See = append(out.See, See{s.at.Pos(), s.what})
	}
	slices.SortFunc(out.See, func(a, b See) int { return strings.Compare(a.Pos.String()+a.What, b.Pos.String()+b.What) })
	return out
}
