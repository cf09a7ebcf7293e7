package cli

import (
	"path/filepath"

	"rolewall/internal/check"
	"rolewall/internal/report"

	"github.com/urfave/cli/v2"
)

func checkCommand(env *environment) *cli.Command {
	return &cli.Command{
		Name:      "check",
		Usage:     "say which generated files are not what the policy yields; write nothing",
		ArgsUsage: "POLICY",
		Description: "Every byte below DIR is read and compared. The exit code is 0 where every file is as it should be, 1 where one\n" +
			"is not, 2 where the policy is wrong.\n\n" +
			"   rolewall check -o out servers.toml\n" +
			"   rolewall check -o out --diff --host 'web*' servers.toml",
		Flags: append(append(selectionFlags(),
			&cli.StringFlag{Name: "output", Aliases: []string{"o"}, Usage: "the `DIR` that generate -o wrote"},
			&cli.BoolFlag{Name: "diff", Usage: "show what differs: in meaning, and line by line"},
			&cli.StringFlag{Name: "format", Value: "text", Usage: "`FORMAT` of the output: " + report.Check().Usage()},
		), policyFlags()...),
		Action: func(c *cli.Context) error { return env.check(c) },
	}
}

func (env *environment) check(c *cli.Context) error {
	format, err := choice(c, "format", report.Check().Names()...)
	if err != nil {
		return err
	}
	dir := c.String("output")
	if dir == "" {
		return usage("rolewall check -o out policy.toml", "which folder? -o DIR names what generate -o wrote")
	}
	if dir == "-" {
		return usage("generate -o out writes one; ./- is a folder of that name", "-o names a folder, and - is stdin")
	}
	plan, err := env.plan(c)
	if err != nil {
		return err
	}
	options := check.Options{Diff: c.Bool("diff"), Policy: c.Args().First(), Flags: filesFlags(c)}
	found, err := check.Directory(c.Context, plan, filepath.ToSlash(dir), options, env)
	if err != nil {
		return err
	}
	if err := report.Check().Write(env.stdout, format, found); err != nil {
		return err
	}
	if !found.None() {
		return foundSomething{}
	}
	return nil
}

// filesFlags returns the flags of a call that generated files depend on, with their values.
func filesFlags(c *cli.Context) []string {
	var out []string
	for _, flag := range []string{"catalog", "templates"} {
		if value := c.String(flag); value != "" {
			out = append(out, "--"+flag, value)
		}
	}
	return out
}
