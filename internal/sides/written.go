package sides

import (
	"encoding/json"
	"strings"

	"rolewall/compare"
	"rolewall/internal/lookup"
	"rolewall/policy"
	"rolewall/tomldoc"
)

// writtenNetworks returns the networks of a policy as they are written.
func writtenNetworks(p *policy.Policy) map[string]compare.Written {
	out := map[string]compare.Written{}
	for name := range p.Networks {
		list, at := p.WrittenNetwork(name)
		out[name] = compare.Written{Text: strings.Join(list, "\n"), At: lineOf(at)}
	}
	return out
}

// definitions returns the roles and services that a policy and its own catalog define: their content without their
// titles.
func definitions(p *policy.Policy) map[string]compare.Written {
	out := map[string]compare.Written{}
	cat := p.Catalog
	f := &lookup.Finder{Catalog: cat}
	roles, services := cat.Own()
	for _, name := range roles {
		r, _ := cat.Role(name)
		e := f.RoleEntry(r)
		out["role "+name] = compare.Written{Text: entryText(lookup.Entry{Editions: e.Editions, Includes: e.Includes, Services: e.Services, Features: e.Features, Mutual: e.Mutual}), At: lineOf(r.Location), Own: p.OwnRole(r)}
	}
	for _, name := range services {
		s, _ := cat.Service(name)
		e := f.ServiceEntry(s)
		out["service "+name] = compare.Written{Text: entryText(lookup.Entry{Editions: e.Editions, Pins: e.Pins, Rows: e.Rows}), At: lineOf(s.Location), Own: p.OwnService(s)}
	}
	return out
}

func entryText(e lookup.Entry) string {
	text, err := json.Marshal(e)
	if err != nil {
		panic("sides: " + err.Error()) // an entry holds texts and lists of them
	}
	return string(text)
}

func lineOf(at tomldoc.Location) compare.Line {
	pos := at.Pos()
	return compare.Line{File: pos.File, Number: pos.Line}
}
