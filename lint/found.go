package lint

import (
	"slices"
	"strings"

	"rolewall/policy"
	"rolewall/resolver"
	"rolewall/tomldoc"
)

// view is one host under the eyes of one check.
type view struct {
	*policy.Host
	*resolver.Resolution
	*facts
	Targets []Target
	linter  *Linter
	code    string
}

// whole is the policy under the eyes of one check.
type whole struct {
	*Linter
	code string
}

// key joins findings that differ in the host alone.
type key struct {
	code, what string
	level      Level
	at         tomldoc.Location // zero where the place is each host's own
}

// found is a finding in the making.
type found struct {
	key
	at      tomldoc.Location
	hint    string
	hosts   []string
	because []string
	see     []see
}

// see is another place, worked out when it is printed.
type see struct {
	at   tomldoc.Location
	what string
}

// at notes a finding at a place of the policy.
func (v *view) at(at tomldoc.Location, hint, what string, more ...func(*found)) {
	v.linter.note(v.code, v.Host, key{what: what, at: at}, at, hint, more)
}

// host notes a finding about the host as it is. Hosts of which the same is to be said share the finding.
func (v *view) host(hint, what string, more ...func(*found)) {
	v.linter.note(v.code, v.Host, key{what: what}, v.Location, hint, more)
}

// at notes a finding about no host in particular.
func (w *whole) at(at tomldoc.Location, hint, what string, more ...func(*found)) {
	w.note(w.code, nil, key{what: what, at: at}, at, hint, more)
}

// because adds the roads by which traffic gets in.
func because(roads ...string) func(*found) {
	return func(f *found) {
		for _, r := range roads {
			if !slices.Contains(f.because, r) {
				f.because = append(f.because, r)
			}
		}
	}
}

// also adds a place to look at.
func also(at tomldoc.Location, what string) func(*found) {
	return func(f *found) {
		if s := (see{at, what}); !slices.Contains(f.see, s) {
			f.see = append(f.see, s)
		}
	}
}

// on says which hosts a finding of a whole policy concerns.
func on(hosts []string) func(*found) {
	return func(f *found) { f.hosts = append(f.hosts, hosts...) }
}

func (l *Linter) note(code string, h *policy.Host, k key, at tomldoc.Location, hint string, more []func(*found)) {
	k.code, k.level = code, l.level(code, h)
	if k.level == Off {
		return
	}
	f := l.found[k]
	if f == nil {
		f = &found{key: k, at: at, hint: hint}
		l.found[k] = f
	}
	if h != nil && (len(f.hosts) == 0 || f.hosts[len(f.hosts)-1] != h.Name) {
		f.hosts = append(f.hosts, h.Name)
	}
	for _, do := range more {
		do(f)
	}
}

// finding is f with its places worked out.
func (f *found) finding() Finding {
	out := Finding{Code: f.code, Level: f.level, Pos: f.at.Pos(), What: f.what, Hint: f.hint, Because: f.because}
	out.Hosts = slices.Compact(slices.Sorted(slices.Values(f.hosts)))
	for _, s := range f.see {
		out.See = append(out.See, See{s.at.Pos(), s.what})
	}
	slices.SortFunc(out.See, func(a, b See) int { return strings.Compare(a.Pos.String()+a.What, b.Pos.String()+b.What) })
	return out
}
