package fleet

import (
	"rolewall/generators"
	"rolewall/generators/target"
	"rolewall/ruleset"
)

// maxScripts limits how many scripts a plan caches. A full cache is emptied.
const maxScripts = 2_000

// scriptKey identifies what is made from a target and a rule set. Hosts share rule sets and so share scripts.
type scriptKey struct {
	set    *ruleset.RuleSet
	target string
}

// refused returns what the target cannot express. It is computed once for all hosts that share the rule set.
func (p *Plan) refused(g target.Target, rs *ruleset.RuleSet) []target.Unsupported {
	return shared(p, p.refusals, g, rs, func() []target.Unsupported { return generators.Check(g, rs, generators.All()) })
}

// render returns the script of a host. It is rendered once for all hosts that share the rule set.
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

// rendered is a script, or the error of rendering it.
type rendered struct {
	script generators.Shared
	err    error
}

// shared makes something from a target and a rule set, and caches it if hosts share the rule set. Two goroutines
// may make the same at the same time, which costs less than waiting.
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
