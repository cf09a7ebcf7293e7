package nftables

import (
	"fmt"
	"strings"
)

// definitions are the names of definitions that are in use.
type definitions map[string]bool

// next returns a name for sources that no definition has yet, and reserves it: "office", "from_10_3_0_0_24", "office_2" where office is taken.
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
