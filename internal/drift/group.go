package drift

import (
	"cmp"
	"slices"
)

// keyed is a finding with the texts that order it among others.
type keyed struct {
	Finding
	from, key string
}

// Group unites equal findings of several hosts, and orders all.
func Group(findings []Finding) []Finding {
	index := map[string]*keyed{}
	var list []*keyed
	for _, f := range findings {
		key := f.key()
		if known := index[key]; known != nil {
			known.Hosts = append(known.Hosts, f.Hosts...)
			continue
		}
		f.Hosts = slices.Clone(f.Hosts)
		x := &keyed{f, f.From.key(), key}
		index[key] = x
		list = append(list, x)
	}
	slices.SortFunc(list, (*keyed).compare)
	out := make([]Finding, len(list))
	for i, x := range list {
		slices.Sort(x.Hosts)
		x.Hosts = slices.Compact(x.Hosts)
		out[i] = x.Finding
	}
	return out
}

// compare orders findings: what is open to anyone first, then by kind and traffic. No two of a group have one key.
func (f *keyed) compare(g *keyed) int {
	anyone := func(f *keyed) int {
		if f.Kind == NotInForce || f.ToAnyone() && slices.Contains([]Kind{Open, Published, SourcePort, Wider}, f.Kind) {
			return 0
		}
		return 1
	}
	return cmp.Or(
		cmp.Compare(anyone(f), anyone(g)),
		cmp.Compare(slices.Index(Kinds(), f.Kind), slices.Index(Kinds(), g.Kind)),
		f.Traffic.Compare(g.Traffic),
		cmp.Compare(f.from, g.from),
		cmp.Compare(f.Text, g.Text),
		cmp.Compare(f.key, g.key),
	)
}
