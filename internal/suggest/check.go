package suggest

import (
	"io/fs"
	"slices"

	"rolewall/diag"
	"rolewall/generators/target"
	"rolewall/internal/drift"
	"rolewall/policy"
	"rolewall/readers/capture"
	"rolewall/resolver"
	"rolewall/ruleset"
)

// fileName is the name of a policy that exists only in memory.
const fileName = "suggested.toml"

// memory is the text of that policy.
type memory string

func (m memory) ReadFile(name string) ([]byte, error) {
	if name != fileName {
		return nil, fs.ErrNotExist
	}
	return []byte(m), nil
}

func (m memory) Glob(pattern string) ([]string, error) {
	if pattern != fileName {
		return nil, nil
	}
	return []string{fileName}, nil
}

// resolve returns what a policy opens on a host, and what the host's script allows besides the rules.
func (s *suggester) resolve(text, name string) (drift.Expected, error) {
	p, err := policy.Load(memory(text), fileName, s.cat)
	if err != nil {
		return drift.Expected{}, err
	}
	h, _ := p.Host(name)
	errs := &diag.List{}
	rs := resolver.New(p, s.o.Day).RuleSet(h, errs)
	if err := errs.Err(); err != nil {
		return drift.Expected{}, err
	}
	want := drift.Expected{Host: name, Set: rs, Addresses: h.Addresses}
	if def, known := s.o.Targets(rs.OS); known {
		want.Beside = target.Openings(def, rs)
	}
	return want, nil
}

// opensMore returns what a policy opens on a host and is not surely open there today. A written policy must have
// no such opening.
func (s *suggester) opensMore(h *host, want drift.Expected) []drift.Finding {
	if h.Capture == nil {
		return nil
	}
	touched := *h.sure // without this, a finding could have hundreds of protocols besides those of the policy
	touched.Openings = slices.DeleteFunc(slices.Clone(h.sure.Openings), func(o capture.Opening) bool {
		return !slices.ContainsFunc(want.Set.Inbound, func(r *ruleset.Rule) bool { return r.Traffic.Overlaps(o.Rule.Traffic) })
	})
	return slices.DeleteFunc(drift.Compare(want, &touched, drift.Options{}), func(f drift.Finding) bool {
		return f.Kind != drift.Missing && f.Kind != drift.Narrower
	})
}

// sureOf returns a capture with only the openings that have no condition.
func sureOf(c *capture.Capture) *capture.Capture {
	sure := *c
	sure.Unmapped, sure.Facts = nil, nil
	sure.Openings = slices.DeleteFunc(slices.Clone(c.Openings), isUnsure)
	return &sure
}

// isUnsure reports whether an opening has a condition. A limit on the rate of packets does not count.
func isUnsure(o capture.Opening) bool {
	return slices.ContainsFunc(o.Conditions, func(c capture.Condition) bool { return c.Kind != capture.Rate })
}

// opened returns the sources that reach a listener by the rules of a policy.
func (h *host) opened(rs *ruleset.RuleSet, l *listener) ruleset.Prefixes {
	var out ruleset.Prefixes
	for _, r := range rs.Inbound {
		if len(r.FromPorts)+len(r.Interfaces) > 0 || !r.Traffic.Contains(l.traffic()) || !l.fits(r.Listener) {
			continue
		}
		if r.Remote.IsAnyone() {
			out = out.Union(ruleset.AllAddresses(h.families))
		} else {
			out = out.Union(r.Remote.Prefixes())
		}
	}
	return out
}
