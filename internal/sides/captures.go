package sides

import (
	"cmp"
	"io"
	"strings"

	"rolewall/compare"
	"rolewall/diag"
	"rolewall/generators"
	"rolewall/generators/target"
	"rolewall/internal/capturefiles"
	"rolewall/internal/drift"
)

// readCaptures reads the hosts of a capture for a comparison. as is the name of its only host, or empty: the files tell it.
func readCaptures(name, as string, stdin io.Reader) (*Side, error) {
	inputs, err := capturefiles.Find([]string{name}, stdin)
	if err != nil {
		return nil, err
	}
	if as != "" && len(inputs) != 1 {
		return nil, diag.Errorf("name one capture, or leave --as out", "--as names one host, and %s holds %d captures", name, len(inputs))
	}
	errs := &diag.List{}
	s := &Side{isCapture: true}
	for _, in := range inputs {
		for _, c := range in.Read(errs) {
			if c.Scan != nil {
				return nil, diag.Errorf("rolewall drift --from ADDRESS compares a scan with a policy", "%s is a scan, which does not tell what a host allows", name)
			}
			c.Host = cmp.Or(as, c.Host, in.Host)
			s.hosts = append(s.hosts, compare.Host{Name: c.Host, Captured: true, Set: drift.RuleSet(c)})
		}
	}
	return s, errs.Err()
}

// besideCaptures makes the hosts of a policy comparable with their captures: it adds everything that their scripts
// allow as rules.
func (s *Side) besideCaptures() {
	for i := range s.hosts {
		h := &s.hosts[i]
		var beside []target.Opening
		var names []string
		if h.Deployment != nil {
			names = h.Deployment.Filters
		}
		all := s.targets
		if all == nil {
			all = generators.All()
		}
		for _, name := range names {
			if g, known := all.Lookup(name); known {
				beside = append(beside, target.Openings(g, h.Set)...)
			}
		}
		h.Roles = h.Set.Roles // of which a capture tells nothing, so that they are not compared
		h.Set, h.Deployment, h.Addresses = drift.Whole(h.Set, beside), nil, nil
	}
}

// compareWithCaptures prepares two sides, of which at least one is a capture. If a capture does not tell the
// edition, it takes that of the other side.
func compareWithCaptures(sides ...*Side) {
	for i, s := range sides {
		other := sides[1-i]
		if !s.isCapture && other.isCapture {
			s.besideCaptures()
		}
	}
	for i, s := range sides {
		for j := range s.hosts {
			set := s.hosts[j].Set
			for _, o := range sides[1-i].hosts {
				if s.isCapture && set.OS == "" && strings.EqualFold(o.Name, s.hosts[j].Name) {
					set.OS = o.Set.OS
				}
			}
		}
	}
}
