package main

import (
	"path/filepath"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"rolewall/catalog"
	"rolewall/diag"
	"rolewall/generators"
	"rolewall/policy"
	"rolewall/tomldoc"
)

// session is a policy and all that commands need beside it.
type session struct {
	*environment
	policy  *policy.Policy
	targets generators.Targets
	day     string // on which exceptions are judged, YYYY-MM-DD
}

// policyFlags are the flags of every command that reads a policy.
func policyFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "as-of", Usage: "the `DATE` (YYYY-MM-DD) on which exceptions are judged; default today, UTC"},
		catalogFlag(),
		templatesFlag(),
	}
}

func catalogFlag() cli.Flag {
	return &cli.StringFlag{Name: "catalog", Usage: "add or replace entries of the catalog with the *.toml files of `DIR`"}
}

// open reads the policy that a command names as its only argument.
func (env *environment) open(c *cli.Context) (*session, error) {
	switch {
	case c.NArg() == 0:
		return nil, usage("rolewall "+c.Command.Name+" policy.toml; - reads from stdin", "which policy file?")
	case c.NArg() > 1:
		return nil, usage("a policy takes in others with include = [...]", "one policy file at a time, not %s", strings.Join(c.Args().Slice(), " "))
	}
	return env.openPolicy(c, c.Args().First())
}

// openPolicy reads a policy under the flags of the call.
func (env *environment) openPolicy(c *cli.Context, name string) (*session, error) {
	day, err := asOf(c)
	if err != nil {
		return nil, err
	}
	cat, err := env.catalog(c)
	if err != nil {
		return nil, err
	}
	p, err := await(c.Context, func() (*policy.Policy, error) { return policy.Load(env.inputs, filepath.ToSlash(name), cat) })
	if err != nil {
		return nil, err
	}
	allowPolicy()
	targets, err := env.targets(c, p.Templates)
	if err != nil {
		return nil, err
	}
	return &session{env, p, targets, day}, nil
}

// catalog is the embedded one with what --catalog adds.
func (env *environment) catalog(c *cli.Context) (*catalog.Catalog, error) {
	cat, err := catalog.Default()
	dir := c.String("catalog")
	if err != nil || dir == "" {
		return cat, err
	}
	errs := &diag.List{}
	cat = policy.Overlay(cat, env.inputs, filepath.ToSlash(dir), tomldoc.FixedLocation(diag.Pos{File: "--catalog"}), errs)
	return cat, errs.Err()
}

// asOf is the day on which exceptions are judged.
func asOf(c *cli.Context) (string, error) {
	text := c.String("as-of")
	if text == "" {
		return time.Now().UTC().Format(time.DateOnly), nil
	}
	if _, err := time.Parse(time.DateOnly, text); err != nil {
		return "", usage("--as-of 2027-03-31", "%q is no date", text)
	}
	return text, nil
}
