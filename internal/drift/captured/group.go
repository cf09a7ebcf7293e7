package captured

import (
	"slices"
)

// Group unites equal findings of several hosts, and orders all.
func Group(findings []Finding) []Finding {
	index := map[string]int{}
	var out []Finding
	for _, f := range findings {
		key := f.key()
		if i, known := index[key]; known {
			out[i].Hosts = append(out[i].Hosts, f.Hosts...)
			continue
		}
		index[key] = len(out)
		f.Hosts = slices.Clone(f.Hosts)
		out = append(out, f)
	}
	for i := range out {
		slices.Sort(out[i].Hosts)
		out[i].Hosts = slices.Compact(out[i].Hosts)
	}
	slices.SortStableFunc(out, func(f, g Finding) int { return f.Compare(&g) })
	return out
}
