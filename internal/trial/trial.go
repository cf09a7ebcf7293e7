// Package trial renders built-in hosts of every kind with targets. It reports what each target refuses, how long
// its scripts are, and which parts of a rule set it neither expresses nor refuses.
package trial

import (
	"bytes"
	"embed"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"rolewall/catalog"
	"rolewall/diag"
	"rolewall/generators"
	"rolewall/generators/fidelity"
	"rolewall/generators/target"
	"rolewall/policy"
	"rolewall/resolver"
	"rolewall/ruleset"
)

//go:embed policies/*.toml
var policies embed.FS

// day is the day for which the exceptions of the policies are checked.
const day = "2026-01-01"

// Host is a host of a built-in policy.
type Host struct {
	Policy, Name string
	RuleSet      *ruleset.RuleSet
}

// Report is the result for one target. Its JSON form is part of the output of template check.
type Report struct {
	Target      string   `json:"target"`
	Title       string   `json:"title"`
	File        string   `json:"file"`
	Unexpressed []string `json:"unsaid"` // parts of a rule set that it neither expresses nor refuses
	Hosts       []Result `json:"hosts"`
}

// Result is the result for one host.
type Result struct {
	Policy  string   `json:"policy"`
	Host    string   `json:"host"`
	Lines   int      `json:"lines"`             // number of lines of the script
	Refused []string `json:"refused,omitempty"` // what the target cannot express; there is then no script
}

// Targets tries each target on each host. It returns an error if a target fails to write a script.
func Targets(targets generators.Targets) ([]Report, error) {
	hosts, err := Hosts()
	if err != nil {
		return nil, err
	}
	reports := make([]Report, len(targets))
	for i, g := range targets {
		info := g.Info()
		reports[i] = Report{Target: info.Name, Title: info.Title, File: info.File}
		for _, h := range hosts {
			result, err := try(g, h)
			if err != nil {
				return nil, err
			}
			reports[i].Hosts = append(reports[i].Hosts, result)
		}
		unexpressed, err := fidelity.Unexpressed(g)
		if err != nil {
			return nil, err
		}
		reports[i].Unexpressed = append([]string{}, unexpressed...)
	}
	return reports, nil
}

func try(g target.Target, h Host) (Result, error) {
	out := Result{Policy: h.Policy, Host: h.Name}
	for _, u := range generators.Check(g, h.RuleSet, generators.All()) {
		out.Refused = append(out.Refused, u.What)
	}
	if len(out.Refused) > 0 {
		return out, nil
	}
	script, err := generators.Render(g, h.RuleSet, h.Name)
	if err != nil {
		return out, fmt.Errorf("%s: %w", h.Name, err)
	}
	out.Lines = bytes.Count(script, []byte("\n"))
	return out, nil
}

// Hosts returns the hosts of all built-in policies.
func Hosts() ([]Host, error) {
	cat, err := catalog.Default()
	if err != nil {
		return nil, err
	}
	names, err := files{}.Glob("policies/*.toml")
	if err != nil {
		return nil, err
	}
	var out []Host
	for _, name := range names {
		p, err := policy.Load(files{}, name, cat)
		if err != nil {
			return nil, err
		}
		errs := &diag.List{}
		sets := resolver.New(p, day).RuleSets(errs)
		if err := errs.Err(); err != nil {
			return nil, err
		}
		for i, h := range p.Hosts {
			out = append(out, Host{strings.TrimSuffix(path.Base(name), ".toml"), h.Name, sets[i]})
		}
	}
	return out, nil
}

// files reads the built-in policies.
type files struct{}

func (files) ReadFile(name string) ([]byte, error)  { return policies.ReadFile(name) }
func (files) Glob(pattern string) ([]string, error) { return fs.Glob(policies, pattern) }
