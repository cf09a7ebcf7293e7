package cli

import (
	"strings"

	"rolewall/internal/workspace"

	"github.com/urfave/cli/v2"
)

// policyFlags returns the flags of every command that reads a policy.
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
	return &cli.StringFlag{Name: "templates", Usage: "add targets, or replace their templates, with the NAME.tmpl files of `DIR`"}
}

// open reads the policy that a command names as its only argument.
func (env *environment) open(c *cli.Context) (*workspace.Workspace, error) {
	switch {
	case c.NArg() == 0:
		return nil, usage("rolewall "+c.Command.Name+" policy.toml; - reads from stdin", "which policy file?")
	case c.NArg() > 1:
		return nil, usage("a policy includes others with include = [...]", "one policy file at a time, not %s", strings.Join(c.Args().Slice(), " "))
	}
	return env.openPolicy(c, c.Args().First())
}

// openPolicy reads a policy with the flags of policyFlags.
func (env *environment) openPolicy(c *cli.Context, name string) (*workspace.Workspace, error) {
	return workspace.Open(c.Context, env.files, name, policyOptions(c))
}

// policyOptions reads the flags of policyFlags.
func policyOptions(c *cli.Context) workspace.Options {
	return workspace.Options{AsOf: c.String("as-of"), Catalog: c.String("catalog"), Templates: c.String("templates")}
}

// selectionFlags returns the flags that choose targets and hosts of a policy.
func selectionFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringSliceFlag{Name: "target", Aliases: []string{"t"}, Usage: "only this `TARGET`; may be repeated (see rolewall list targets)"},
		hostFlag(),
	}
}

// hostFlag returns the flag that chooses hosts of a policy.
func hostFlag() cli.Flag {
	return &cli.StringSliceFlag{Name: "host", Usage: "only hosts that match `NAME`, with * and ?, that have the role of @ROLE, or that run os:SYSTEM; may be repeated"}
}

// selection reads the flags of selectionFlags and --shard.
func selection(c *cli.Context, w *workspace.Workspace) (workspace.Selection, error) {
	shard, err := workspace.ParseShard(c.String("shard"))
	if err != nil {
		return workspace.Selection{}, err
	}
	return w.Select(c.StringSlice("target"), c.StringSlice("host"), shard)
}
