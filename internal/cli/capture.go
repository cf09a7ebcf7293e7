package cli

import (
	"strings"

	"rolewall/diag"
	"rolewall/internal/collect"

	"github.com/urfave/cli/v2"
)

func captureCommand(env *environment) *cli.Command {
	return &cli.Command{
		Name:      "capture",
		Usage:     "print the script that collects what a host allows, for drift",
		ArgsUsage: strings.Join(collect.Systems(), "|"),
		Description: "The script only reads: it changes nothing, installs nothing and sends nothing. It writes a folder\n" +
			"HOST.capture with the answer of each command and capture.json, which says how each command ended. Run it as\n" +
			"root, or as an administrator; --dry-run (Linux) and -DryRun (Windows) list the commands.\n\n" +
			"   rolewall capture linux >capture.sh\n" +
			"   rolewall capture windows >capture.ps1",
		Action: func(c *cli.Context) error { return env.capture(c) },
	}
}

func (env *environment) capture(c *cli.Context) error {
	hint := "rolewall capture linux >capture.sh"
	if c.NArg() != 1 {
		return usage(hint, "of which system? %s", strings.Join(collect.Systems(), " or "))
	}
	script, known := collect.Script(c.Args().First())
	if !known {
		return usage(diag.SuggestOrList(c.Args().First(), collect.Systems()), "there is no script for %q", c.Args().First())
	}
	_, err := env.stdout.Write(script)
	return err
}
