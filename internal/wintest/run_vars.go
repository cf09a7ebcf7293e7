package wintest

import (
	"fmt"
	"maps"
	"regexp"
	"strings"
)

var loopVariable = regexp.MustCompile(`%[A-Za-z]`)

// late puts in what is known only when a command runs: variables of loops, and !NAME! with delayed expansion.
func (r *run) late(s string) (string, error) {
	s = loopVariable.ReplaceAllStringFunc(s, func(m string) string {
		if value, inLoop := r.loops[rune(m[1])]; inLoop {
			return value
		}
		return m
	})
	if !r.lazy || !strings.Contains(s, "!") {
		return s, nil
	}
	parts := strings.Split(s, "!")
	if len(parts)%2 == 0 {
		return "", fmt.Errorf("an exclamation mark vanishes under delayed expansion: %q", s)
	}
	for i := 1; i < len(parts); i += 2 {
		name, how, modified := strings.Cut(parts[i], ":")
		value, err := r.variable(name)
		if err == nil && modified {
			value, err = modify(value, how)
		}
		if err != nil {
			return "", err
		}
		parts[i] = value
	}
	return strings.Join(parts, ""), nil
}

// setVariable sets or, with an empty value, deletes a variable.
func (r *run) setVariable(name, value string) {
	name = strings.ToUpper(name)
	r.known[name] = true
	if value == "" {
		delete(r.vars, name)
		return
	}
	r.vars[name] = value
}

func (r *run) push(options string) error {
	r.stack = append(r.stack, scope{maps.Clone(r.vars), r.lazy})
	for _, o := range strings.Fields(strings.ToLower(options)) {
		switch o {
		case "enableextensions":
		case "enabledelayedexpansion":
			r.lazy = true
		case "disabledelayedexpansion":
			r.lazy = false
		default:
			return fmt.Errorf("%q is not an option of setlocal", o)
		}
	}
	return nil
}
