package changes

import (
	"cmp"
	"fmt"

	"rolewall/compare"
	"rolewall/internal/term"
)

// presenceGroup holds new hosts that are alike, or removed hosts that are alike.
type presenceGroup struct {
	compare.Presence
	names []string
}

func presences(list []compare.Presence) []*presenceGroup {
	var out []*presenceGroup
	known := map[string]*presenceGroup{}
	for _, p := range list {
		g := &presenceGroup{p, []string{p.Name}}
		if same := known[g.text()]; same != nil {
			same.names = append(same.names, p.Name)
			continue
		}
		known[g.text()] = g
		out = append(out, g)
	}
	return out
}

func (g *presenceGroup) text() string {
	what := roleList(g.Roles)
	if g.Unnamed {
		what = "a capture"
	}
	text := fmt.Sprintf("%s, %s, %s", cmp.Or(string(g.OS), "unknown system"), what, term.Count(g.Opens, "opening"))
	if g.Anyones > 0 {
		text += fmt.Sprintf(", %d from %s", g.Anyones, anyoneMark)
	}
	return text
}

func roleList(roles []string) string {
	if len(roles) == 0 {
		return "no roles"
	}
	return term.Few(roles, 6)
}
