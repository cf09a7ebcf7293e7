package captures

import (
	"slices"
	"strings"

	"rolewall/internal/drift"
)

// section holds the findings of the same hosts.
type section struct {
	hosts  []string
	blocks []kindBlock
}

// kindBlock holds the findings of a group of kinds.
type kindBlock struct {
	kindGroup
	findings []*drift.Finding
}

// sections groups findings by their hosts, and inside by kind. Hosts are in the order of their first finding, so
// what is open to anyone comes first. Findings that only name hosts make a section of their own.
func sections(findings []drift.Finding) []section {
	index := map[string]int{}
	var out []section
	for i := range findings {
		f := &findings[i]
		key := strings.Join(f.Hosts, "\x00")
		n, known := index[key]
		if !known {
			n = len(out)
			index[key] = n
			out = append(out, section{hosts: f.Hosts})
		}
		out[n].add(f)
	}
	for i := range out {
		slices.SortStableFunc(out[i].blocks, func(a, b kindBlock) int { return a.rank() - b.rank() })
	}
	return out
}

func (s *section) add(f *drift.Finding) {
	g := group(f.Kind)
	i := slices.IndexFunc(s.blocks, func(b kindBlock) bool { return b.title == g.title })
	if i < 0 {
		i = len(s.blocks)
		s.blocks = append(s.blocks, kindBlock{kindGroup: g})
	}
	s.blocks[i].findings = append(s.blocks[i].findings, f)
}

func (b kindBlock) rank() int {
	return slices.IndexFunc(groups, func(g kindGroup) bool { return g.title == b.title })
}
