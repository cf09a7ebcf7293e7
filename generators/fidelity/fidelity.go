// Package fidelity checks whether a target expresses every part of a rule set. It renders pairs of rule sets that
// differ in one thing. If the target supports both and their scripts are equal, the target does not express that
// thing.
package fidelity

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"rolewall/generators/target"
	"rolewall/ruleset"
)

// Unexpressed returns what the target neither expresses nor refuses, such as "the second port: tcp, udp". An empty
// list means that the target is complete. Comments, IDs and digests do not count. It returns errors of rendering.
func Unexpressed(t target.Target) ([]string, error) {
	c := newChecker(t)
	if x, ok := t.(custom); ok && x.Replaces() != nil {
		c.base = newChecker(x.Replaces())
	}
	for _, p := range newProbe(t.Info()).pairs() {
		if err := c.compare(p); err != nil {
			return nil, err
		}
	}
	var out []string
	for _, what := range c.order {
		out = append(out, what+": "+strings.Join(c.found[what], ", "))
	}
	return out, nil
}

// checker collects what scripts do not express.
type checker struct {
	target  target.Target
	base    *checker // the built-in target whose template is replaced, or nil: only what it expresses must be expressed
	scripts map[*ruleset.RuleSet]string
	found   map[string][]string
	order   []string
}

func newChecker(t target.Target) *checker {
	return &checker{target: t, scripts: map[*ruleset.RuleSet]string{}, found: map[string][]string{}}
}

func (c *checker) compare(p pair) error {
	if len(target.Check(c.target, p.a, nil)) > 0 || len(target.Check(c.target, p.b, nil)) > 0 {
		return nil
	}
	same, err := c.same(p)
	if err != nil || !same {
		return err
	}
	if c.base != nil {
		if same, err := c.base.same(p); err != nil || same {
			return err
		}
	}
	if !slices.Contains(c.order, p.what) {
		c.order = append(c.order, p.what)
	}
	if !slices.Contains(c.found[p.what], p.of) {
		c.found[p.what] = append(c.found[p.what], p.of)
	}
	return nil
}

// same reports whether both rule sets have the same script.
func (c *checker) same(p pair) (bool, error) {
	a, err := c.script(p.a)
	if err != nil {
		return false, err
	}
	b, err := c.script(p.b)
	return a == b, err
}

func (c *checker) script(rs *ruleset.RuleSet) (string, error) {
	if text, known := c.scripts[rs]; known {
		return text, nil
	}
	text, err := essence(c.target, rs)
	if err != nil {
		return "", fmt.Errorf("%s: render %s: %w", rs.Host, c.target.Info().Name, err)
	}
	c.scripts[rs] = text
	return text, nil
}

// custom is a target that a site wrote as a template.
type custom interface {
	Replaces() target.Target // the built-in target whose template it replaces, or nil
	Essence(rs *ruleset.RuleSet) (string, error)
}

// essence returns a script without the parts that differ for every rule set.
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

// hash matches digests, IDs, parts of IDs and the hashes in names of rules, in scripts of built-in targets. Ports,
// addresses and build numbers are shorter.
var hash = regexp.MustCompile(`\b([0-9a-f]{6,64}|[a-z2-7]{26})\b`)
