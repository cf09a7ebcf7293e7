package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"github.com/urfave/cli/v2"

	"rolewall/compare"
	"rolewall/resolver"
	"rolewall/ruleset"
	"rolewall/strict"
)

// side is one of the two things that diff compares.
type side struct {
	hosts []compare.Host
	files *scripts // at hand where the side is a folder
}

func (s *side) close() {
	if s.files != nil {
		s.files.root.Close()
	}
}

// readSide reads a folder of generated files, or else a policy.
func (env *environment) readSide(c *cli.Context, name string) (*side, error) {
	if info, err := os.Stat(filepath.FromSlash(name)); name != "-" && err == nil && info.IsDir() {
		return readFolder(c.Context, name)
	}
	s, err := env.openPolicy(c, name)
	if err != nil {
		return nil, err
	}
	sets, err := s.resolveAll(c.Context)
	return &side{hosts: sets}, err
}

// resolveAll resolves every host of a policy.
func (s *session) resolveAll(ctx context.Context) ([]compare.Host, error) {
	type answer struct {
		set  *ruleset.RuleSet
		errs strict.Errors
	}
	r := resolver.New(s.policy, s.day)
	errs := &strict.Errors{}
	out := make([]compare.Host, len(s.policy.Hosts))
	resolve := func(i int) *answer {
		a := &answer{}
		a.set = r.Resolve(s.policy.Hosts[i], &a.errs)
		return a
	}
	err := ordered(ctx, len(out), resolve, func(i int, a *answer) error {
		errs.Join(&a.errs)
		out[i] = compare.Host{Name: s.policy.Hosts[i].Name, Set: a.set}
		return nil
	})
	if err == nil && errs.Len() == 0 {
		r.CheckUnused(errs)
	}
	return out, errors.Join(err, errs.Err())
}
