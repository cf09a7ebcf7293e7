package nftables

import (
	"fmt"
	"strings"
)

// definitions holds the names of definitions that are taken.
type definitions map[string]bool

// next returns a free name for sources and takes it: "office", "from_10_3_0_0_24", or "office_2" if office is
// taken.
func (n definitions) next(sources string) string {
	base := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
			return r
		}
		return '_'
	}, strings.ReplaceAll(strings.ReplaceAll(sources, "@", ""), ", ", "_and_"))
	if base == "" || base[0] < 'A' || base[0] == '_' {
		base = "from_" + base
	}
	base = base[:min(len(base), 40)]
	name := base
	for i := 2; n[name]; i++ {
		name = fmt.Sprintf("%s_%d", base, i)
	}
	n[name] = true
	return name
}
