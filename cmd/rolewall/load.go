package main

import (
	"strings"

	"rolewall/diag"
	"rolewall/generators"
	"rolewall/generators/target"
	"rolewall/internal/workspace"
	"rolewall/policy"

	"github.com/urfave/cli/v2"
)

// session is a workspace and the outside world.
type session struct {
	*environment
	workspace *workspace.Workspace
	policy    *policy.Policy
	targets   generators.Targets
	day       string // on which exceptions are judged, YYYY-MM-DD
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

func templatesFlag() cli.Flag {
	return &cli.StringFlag{Name: "templates", Usage: "add targets, or replace their pages, with the NAME.tmpl files of `DIR`"}
}

// options reads the flags of policyFlags.
func options(c *cli.Context) workspace.Options {
	return workspace.Options{AsOf: c.String("as-of"), Catalog: c.String("catalog"), Templates: c.String("templates")}
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
	w, err := workspace.Open(c.Context, env.files, name, options(c))
	if err != nil {
		return nil, err
	}
	return &session{env, w, w.Policy, w.Targets, w.Day}, nil
}

func (s *session) checkTargets(errs *diag.List) { s.workspace.CheckTargets(errs) }
func (s *session) hostNames() []string          { return s.workspace.HostNames() }

// targetsOf are the targets of a host.
func (s *session) targetsOf(h *policy.Host, sel workspace.Selection) ([]target.Target, error) {
	return s.workspace.TargetsOf(h, sel.Targets)
}

func selectionFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringSliceFlag{Name: "target", Aliases: []string{"t"}, Usage: "only this `TARGET`; may be repeated (see rolewall list targets)"},
		&cli.StringSliceFlag{Name: "host", Usage: "only hosts that match `NAME`, with * and ?, or that have the role of @ROLE; may be repeated"},
	}
}

// selection reads the flags of selectionFlags and --shard.
func (s *session) selection(c *cli.Context) (workspace.Selection, error) {
	shard, err := workspace.ParseShard(c.String("shard"))
	if err != nil {
		return workspace.Selection{}, err
	}
	return s.workspace.Select(c.StringSlice("target"), c.StringSlice("host"), shard)
}
