package fleet

import (
	"rolewall/generators"
	"rolewall/generators/target"
	"rolewall/ruleset"
)

// maxScripts limits how many scripts a plan keeps; when it has as many, it forgets them all.
const maxScripts = 2_000

// scriptKey names what is made of a target and a rule set: hosts share rule sets, and so scripts.
type scriptKey struct {
	set    *ruleset.RuleSet
	target string
}

// refused is what the target cannot say, worked out for all hosts that share the rule set at once.
func (p *Plan) refused(g target.Target, rs *ruleset.RuleSet) []target.Unsupported {
	return shared(p, p.refusals, g, rs, func() []target.Unsupported { return generators.Check(g, rs, generators.All()) })
}

// render makes the script of a host. Where hosts share the rule set, its script is rendered for all of them at once.
func (p *Plan) render(g target.Target, rs *ruleset.RuleSet, host string) ([]byte, error) {
	if g.Info().PerHost || !p.resolver.Shared(rs) {
		return generators.Render(g, rs, host)
	}
	made := shared(p, p.scripts, g, rs, func() rendered {
		script, err := generators.RenderShared(g, rs)
		return rendered{script, err}
	})
	if made.err != nil {
		return nil, made.err
	}
	return made.script.For(host), nil
}

// rendered is a script or what went wrong with it.
type rendered struct {
	script generators.Shared
	err    error
}

// shared makes something of a target and a rule set, and keeps it where hosts share the rule set. Two goroutines may make
// the same at the same time, which costs less than waiting for each other.
func shared[T any](p *Plan, known map[scriptKey]T, g target.Target, rs *ruleset.RuleSet, work func() T) T {
	key := scriptKey{rs, g.Info().Name}
	p.mu.Lock()
	x, done := known[key]
	p.mu.Unlock()
	if done {
		return x
	}
	x = work()
	if p.resolver.Shared(rs) {
		p.mu.Lock()
		defer p.mu.Unlock()
		if len(known) >= maxScripts {
			clear(known)
		}
		known[key] = x
	}
	return x
}
