package generators

import (
	"bytes"
	"fmt"
	"slices"

	"rolewall/generators/target"
	"rolewall/ruleset"
)

// Render returns the file of a host. Call Check first. Errors do not name the host.
func Render(t target.Target, rs *ruleset.RuleSet, host string) ([]byte, error) {
	info := t.Info()
	script, err := scriptFor(t, rs, host)
	if err != nil {
		return nil, err
	}
	file := script.For(host, info.Comment)
	if info.CRLF {
		return withCRLF(file), nil
	}
	return file, nil
}

// Shared is a file for all hosts of one rule set.
type Shared struct{ before, after []byte }

// For returns the file of one host.
func (s Shared) For(host string) []byte { return slices.Concat(s.before, []byte(host), s.after) }

// RenderShared renders a script once for all hosts that share the rule set. It fails for targets whose scripts are
// rendered for each host.
func RenderShared(t target.Target, rs *ruleset.RuleSet) (Shared, error) {
	info := t.Info()
	if info.PerHost {
		return Shared{}, fmt.Errorf("render %s: its scripts are rendered for each host", info.Name)
	}
	script, err := scriptFor(t, rs, "")
	if err != nil {
		return Shared{}, err
	}
	before, after := script.Split(info.Comment)
	if info.CRLF {
		before, after = withCRLF(before), withCRLF(after)
	}
	return Shared{before, after}, nil
}

// scriptFor removes the name of the host from the rule set, unless the target needs it.
func scriptFor(t target.Target, rs *ruleset.RuleSet, host string) (target.Script, error) {
	info, named := t.Info(), *rs
	named.Host = ""
	if info.PerHost {
		named.Host = host
	}
	script, err := t.Script(&named)
	if err == nil && len(script.Header) == 0 && !info.PerHost {
		err = fmt.Errorf("the script has no header")
	}
	if err != nil {
		return target.Script{}, fmt.Errorf("render %s: %w", info.Name, err)
	}
	return script, nil
}

// withCRLF replaces LF by CR LF.
func withCRLF(text []byte) []byte {
	out := make([]byte, 0, len(text)+bytes.Count(text, []byte("\n")))
	for line := range bytes.Lines(text) {
		if rest, ended := bytes.CutSuffix(line, []byte("\n")); ended {
			out = append(append(out, rest...), "\r\n"...)
		} else {
			out = append(out, line...)
		}
	}
	return out
}
