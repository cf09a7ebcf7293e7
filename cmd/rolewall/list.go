package main

import (
	"fmt"
	"text/tabwriter"

	"github.com/urfave/cli/v2"

	"rolewall/generators"
)

func listCommand(env *environment) *cli.Command {
	return &cli.Command{
		Name:        "list",
		Usage:       "list what rolewall knows",
		Description: "   rolewall list targets",
		Subcommands: []*cli.Command{{
			Name: "targets", Usage: "the firewall languages",
			Description: "   rolewall list targets",
			Action:      func(*cli.Context) error { return env.listTargets() },
		}},
	}
}

func (env *environment) listTargets() error {
	w := tabwriter.NewWriter(env.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "TARGET\tFILE\tFOR")
	for _, g := range generators.All() {
		info := g.Info()
		fmt.Fprintf(w, "%s\t%s\t%s\n", info.Name, info.File, info.Title)
	}
	return w.Flush()
}
