package cli

import (
	"rolewall/internal/exceptions"
	"rolewall/internal/report"
	"rolewall/internal/workspace"

	"github.com/urfave/cli/v2"
)

// listExceptionsCommand returns the command that lists the exceptions of a policy. The other lists are about the
// catalog.
func listExceptionsCommand(env *environment) *cli.Command {
	return &cli.Command{
		Name:      "exceptions",
		Usage:     "the exceptions of a policy, [[allow]], with owners and last days",
		ArgsUsage: "POLICY",
		Description: "A last day is the last one on which the exception holds, in UTC. Cells of csv that a spreadsheet would take for a formula\n" +
			"begin with an apostrophe.\n\n" +
			"   rolewall list exceptions servers.toml --ends-before 2027-04-01\n" +
			"   rolewall list exceptions servers.toml --by owner --format csv >exceptions.csv",
		Flags: append([]cli.Flag{
			&cli.StringFlag{Name: "by", Value: "expiry", Usage: "`WORD` to sort by: expiry, owner or host"},
			&cli.StringFlag{Name: "ends-before", Usage: "only exceptions whose last day is before `DATE` (YYYY-MM-DD)"},
			hostFlag(),
			&cli.StringFlag{Name: "format", Value: "text", Usage: "`FORMAT` of the output: " + report.Exceptions().Usage()},
		}, policyFlags()...),
		Action: func(c *cli.Context) error { return env.listExceptions(c) },
	}
}

func (env *environment) listExceptions(c *cli.Context) error {
	format, err := choice(c, "format", report.Exceptions().Names()...)
	if err != nil {
		return err
	}
	by, err := choice(c, "by", exceptions.Orders()...)
	if err != nil {
		return err
	}
	before := c.String("ends-before")
	if _, err := workspace.Day(before); err != nil {
		return usage("--ends-before 2027-04-01", "%q is not a date", before)
	}
	if c.NArg() == 0 {
		return usage("rolewall list exceptions servers.toml", "which policy file?")
	}
	w, err := env.open(c)
	if err != nil {
		return err
	}
	sel, err := selection(c, w)
	if err != nil {
		return err
	}
	return report.Exceptions().Write(env.stdout, format, exceptions.New(w, sel, exceptions.Order(by), before))
}
