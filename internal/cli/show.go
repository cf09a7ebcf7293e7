package cli

import (
	"rolewall/internal/lookup"
	"rolewall/internal/report"
	"rolewall/internal/workspace"

	"github.com/urfave/cli/v2"
)

func showCommand(env *environment) *cli.Command {
	return &cli.Command{
		Name:      "show",
		Usage:     "everything about a role, a service, a feature or a port",
		ArgsUsage: "NAME|PORT",
		Description: portHelp + "\n\n" +
			"   rolewall show domain-controller --os windows-2003\n" +
			"   rolewall show tcp/3268\n" +
			"   rolewall show rdp",
		Flags:  []cli.Flag{osFlag(), formatFlag(), catalogFlag()},
		Action: func(c *cli.Context) error { return env.show(c) },
	}
}

func (env *environment) show(c *cli.Context) error {
	format, err := textOrJSON(c)
	if err != nil {
		return err
	}
	if c.NArg() != 1 {
		return usage("rolewall show domain-controller", "which role, service, feature or port?")
	}
	os, err := osOf(c)
	if err != nil {
		return err
	}
	cat, err := workspace.Catalog(env.files, c.String("catalog"))
	if err != nil {
		return err
	}
	f := &lookup.Finder{Catalog: cat, OS: os}
	found, err := f.Find(c.Args().First())
	if err != nil {
		return err
	}
	return report.Entries().Write(env.stdout, format, found)
}
