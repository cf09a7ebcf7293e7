package cli

import (
	"slices"

	"rolewall/internal/report"
	"rolewall/internal/trial"
	"rolewall/internal/workspace"

	"github.com/urfave/cli/v2"
)

func templateCommand(env *environment) *cli.Command {
	return &cli.Command{
		Name:        "template",
		Usage:       "help with targets of your own",
		Description: "   rolewall template check templates",
		Subcommands: []*cli.Command{{
			Name:      "check",
			Usage:     "try the NAME.tmpl files of a folder on hosts of every kind",
			ArgsUsage: "DIR",
			Description: "It lists the hosts that a target would refuse. It fails if a part of a rule set can change without\n" +
				"the script changing or the target refusing. Comments and IDs do not count.\n\n" +
				"   rolewall template check templates",
			Flags:  []cli.Flag{formatFlag()},
			Action: func(c *cli.Context) error { return env.templateCheck(c) },
		}},
	}
}

func (env *environment) templateCheck(c *cli.Context) error {
	format, err := textOrJSON(c)
	if err != nil {
		return err
	}
	if c.NArg() != 1 {
		return usage("rolewall template check templates", "which folder of templates?")
	}
	targets, err := workspace.CustomTargets(env.files, c.Args().First())
	if err != nil {
		return err
	}
	found, err := trial.Targets(targets)
	if err != nil {
		return err
	}
	if err := report.Trials().Write(env.stdout, format, found); err != nil {
		return err
	}
	if slices.ContainsFunc(found, func(r trial.Report) bool { return len(r.Unexpressed) > 0 }) {
		return foundSomething{}
	}
	return nil
}
