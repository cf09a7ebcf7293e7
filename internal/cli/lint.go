package cli

import (
	"fmt"
	"slices"

	"rolewall/internal/report"
	"rolewall/lint/codes"
	"rolewall/lint/findings"
	"rolewall/policy/fields"

	"github.com/urfave/cli/v2"
)

func lintCommand(env *environment) *cli.Command {
	return &cli.Command{
		Name:      "lint",
		Usage:     "risks, and words without effect",
		ArgsUsage: "POLICY",
		Description: "Every finding has a code; --explain says what it means, and [lint] in the policy changes its level, with a reason.\n" +
			"The exit code is 1 where a finding is as heavy as --fail-on, 2 where the policy is wrong.\n\n" +
			"   rolewall lint servers.toml\n" +
			"   rolewall lint --format sarif --fail-on error servers.toml >lint.sarif\n" +
			"   rolewall lint --explain RW012",
		Flags: append([]cli.Flag{
			&cli.StringFlag{Name: "format", Value: "text", Usage: "`FORMAT` of the output: " + report.Lint().Usage()},
			&cli.StringFlag{Name: "fail-on", Value: "warning", Usage: "the lightest `LEVEL` for which the exit code is 1: error, warning or note"},
			&cli.StringFlag{Name: "explain", Usage: "what `CODE` means, or all for a list; takes no policy"},
		}, policyFlags()...),
		Action: func(c *cli.Context) error { return env.lint(c) },
	}
}

func (env *environment) lint(c *cli.Context) error {
	format, err := choice(c, "format", report.Lint().Names()...)
	if err != nil {
		return err
	}
	failOn, err := choice(c, "fail-on", fields.LintLevels()...)
	if err != nil {
		return err
	}
	if code := c.String("explain"); code != "" {
		if c.NArg() > 0 {
			return usage("leave the policy out", "--explain is about a code, not about a policy")
		}
		return env.explainCode(code, format)
	}
	w, err := env.open(c)
	if err != nil {
		return err
	}
	found := &findings.Report{AsOf: w.Day, FailOn: codes.Level(failOn)}
	if found.Findings, err = w.Lint(c.Context); err != nil {
		return err
	}
	if err := report.Lint().Write(env.stdout, format, found); err != nil {
		return err
	}
	if format == "text" {
		fmt.Fprintln(env.stderr, report.LintSummary(found))
	}
	if found.Failed() {
		return foundSomething{}
	}
	return nil
}

// explainCode explains a lint code, or lists all codes.
func (env *environment) explainCode(name, format string) error {
	explained := codes.All()
	if name != "all" {
		code, known := codes.Lookup(name)
		if !known {
			return usage("rolewall lint --explain all lists them", "there is no lint code %q", name)
		}
		explained = []codes.Code{code}
	}
	if !slices.Contains(report.Codes().Names(), format) {
		return usage(report.Codes().Usage(), "a code cannot be explained as %s", format)
	}
	return report.Codes().Write(env.stdout, format, explained)
}
