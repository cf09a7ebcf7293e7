package lint

import (
	"slices"
	"strings"

	"rolewall/lint/codes"
	"rolewall/lint/findings"
	"rolewall/policy"
	"rolewall/resolver"
	"rolewall/tomldoc"
)

// hostCheck is what a check of one host works with.
type hostCheck struct {
	*policy.Host
	*resolver.Resolution
	*facts
	Targets []Target
	linter  *Linter
	code    string
}

// policyCheck is what a check of the whole policy works with.
type policyCheck struct {
	*Linter
	code string
}

// key is equal for findings that differ only in their hosts.
type key struct {
	code, what string
	level      codes.Level
	at         tomldoc.Location // zero if each host has a location of its own
}

// draft is a finding that is not complete yet.
type draft struct {
	key
	at         tomldoc.Location
	hint       string
	hosts      []string
	provenance []string
	see        []place
}

// place is another location of a finding. Its line is computed when it is printed.
type place struct {
	at   tomldoc.Location
	what string
}

// reportAt adds a finding at a location of the policy.
func (v *hostCheck) reportAt(at tomldoc.Location, hint, what string, more ...func(*draft)) {
	v.linter.note(v.code, v.Host, key{what: what, at: at}, at, hint, more)
}

// reportHost adds a finding at the host. Hosts with the same finding share it.
func (v *hostCheck) reportHost(hint, what string, more ...func(*draft)) {
	v.linter.note(v.code, v.Host, key{what: what}, v.Location, hint, more)
}

// reportAt adds a finding that is not about a single host.
func (w *policyCheck) reportAt(at tomldoc.Location, hint, what string, more ...func(*draft)) {
	w.note(w.code, nil, key{what: what, at: at}, at, hint, more)
}

// withProvenance adds provenance paths of the open traffic.
func withProvenance(paths ...string) func(*draft) {
	return func(f *draft) {
		for _, r := range paths {
			if !slices.Contains(f.provenance, r) {
				f.provenance = append(f.provenance, r)
			}
		}
	}
}

// withPlace adds another location to a finding.
func withPlace(at tomldoc.Location, what string) func(*draft) {
	return func(f *draft) {
		if s := (place{at, what}); !slices.Contains(f.see, s) {
			f.see = append(f.see, s)
		}
	}
}

// withPlaces sets the other locations of a finding. They are the same for every host, so they are computed only
// once.
func withPlaces(places func() []place) func(*draft) {
	return func(f *draft) {
		if f.see == nil {
			f.see = places()
		}
	}
}

// forHosts sets the hosts of a finding about the whole policy.
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

// finding returns the finding with its locations computed.
func (f *draft) finding() findings.Finding {
	out := findings.Finding{Code: f.code, Level: f.level, Pos: f.at.Pos(), What: f.what, Hint: f.hint, Because: f.provenance}
	out.Hosts = slices.Compact(slices.Sorted(slices.Values(f.hosts)))
	for _, s := range f.see {
		out.See = append(out.See, findings.See{Pos: s.at.Pos(), What: s.what})
	}
	slices.SortFunc(out.See, func(a, b findings.See) int { return strings.Compare(a.Pos.String()+a.What, b.Pos.String()+b.What) })
	return out
}
