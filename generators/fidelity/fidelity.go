package fidelity

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"rolewall/generators/target"
	"rolewall/ruleset"
)

// Unsaid lists what of a rule set the target neither says nor refuses, "the second port: tcp, udp". It renders pairs of
// rule sets that differ in one thing; where nothing is refused and the pages are the same, that thing was not said.
// Comments, IDs and digests do not count as saying.
func Unsaid(g target.Target) ([]string, error) {
	u := newUnsaid(g)
	if c, ok := g.(custom); ok && c.Replaces() != nil {
		u.base = newUnsaid(c.Replaces())
	}
	for _, p := range newProbe(g.Info()).pairs() {
		if err := u.compare(p); err != nil {
			return nil, err
		}
	}
	var out []string
	for _, what := range u.order {
		out = append(out, what+": "+strings.Join(u.found[what], ", "))
	}
	return out, nil
}

// unsaid collects what pages do not say, by the thing.
type unsaid struct {
	g     target.Target
	base  *unsaid // the built-in target whose page is replaced: what that does not say need not be said; else nil
	pages map[*ruleset.RuleSet]string
	found map[string][]string
	order []string
}

func newUnsaid(g target.Target) *unsaid {
	return &unsaid{g: g, pages: map[*ruleset.RuleSet]string{}, found: map[string][]string{}}
}

func (u *unsaid) compare(p pair) error {
	if len(target.Check(u.g, p.a, nil)) > 0 || len(target.Check(u.g, p.b, nil)) > 0 {
		return nil
	}
	same, err := u.same(p)
	if err != nil || !same {
		return err
	}
	if u.base != nil {
		if same, err := u.base.same(p); err != nil || same {
			return err
		}
	}
	if !slices.Contains(u.order, p.what) {
		u.order = append(u.order, p.what)
	}
	if !slices.Contains(u.found[p.what], p.of) {
		u.found[p.what] = append(u.found[p.what], p.of)
	}
	return nil
}

// same reports whether both rule sets have the same page.
func (u *unsaid) same(p pair) (bool, error) {
	a, err := u.page(p.a)
	if err != nil {
		return false, err
	}
	b, err := u.page(p.b)
	return a == b, err
}

func (u *unsaid) page(rs *ruleset.RuleSet) (string, error) {
	if text, known := u.pages[rs]; known {
		return text, nil
	}
	text, err := essence(u.g, rs)
	if err != nil {
		return "", fmt.Errorf("%s: render %s: %w", rs.Host, u.g.Info().Name, err)
	}
	u.pages[rs] = text
	return text, nil
}

// custom is a target that a site wrote as a template.
type custom interface {
	Replaces() target.Target // the built-in target whose template it replaces, or nil
	Essence(rs *ruleset.RuleSet) (string, error)
}

// essence is a script without what differs with every rule set.
func essence(t target.Target, rs *ruleset.RuleSet) (string, error) {
	if c, ok := t.(custom); ok {
		text, err := c.Essence(rs)
		if c.Replaces() != nil {
			text = hash.ReplaceAllString(text, "")
		}
		return text, err
	}
	script, err := t.Script(rs)
	return hash.ReplaceAllString(string(script.For("", t.Info().Comment)), ""), err
}

// hash matches digests, IDs and their parts in pages of built-in targets. Ports, addresses and build numbers are shorter.
var hash = regexp.MustCompile(`\b[0-9a-f]{6,64}\b`)
