package cli

import (
	"embed"
	"io/fs"
	"path"
	"strings"

	"rolewall/catalog"
	"rolewall/diag"
	"rolewall/policy"
	"rolewall/resolver"
	"rolewall/ruleset"
)

// trialPolicies are hosts of every kind.
//
//go:embed trial/*.toml
var trialPolicies embed.FS

// trialFiles reads them.
type trialFiles struct{}

func (trialFiles) ReadFile(name string) ([]byte, error)  { return trialPolicies.ReadFile(name) }
func (trialFiles) Glob(pattern string) ([]string, error) { return fs.Glob(trialPolicies, pattern) }

// trialHost is a host of a built-in policy.
type trialHost struct {
	policy, host string
	set          *ruleset.RuleSet
}

func trialHosts() ([]trialHost, error) {
	cat, err := catalog.Default()
	if err != nil {
		return nil, err
	}
	names, err := trialFiles{}.Glob("trial/*.toml")
	if err != nil {
		return nil, err
	}
	var out []trialHost
	for _, name := range names {
		p, err := policy.Load(trialFiles{}, name, cat)
		if err != nil {
			return nil, err
		}
		errs := &diag.List{}
		sets := resolver.New(p, "2026-01-01").RuleSets(errs)
		if err := errs.Err(); err != nil {
			return nil, err
		}
		for i, h := range p.Hosts {
			out = append(out, trialHost{strings.TrimSuffix(path.Base(name), ".toml"), h.Name, sets[i]})
		}
	}
	return out, nil
}
