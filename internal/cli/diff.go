package cli

import (
	"os"
	"slices"

	"rolewall/diag"
	"rolewall/internal/report"
	"rolewall/internal/sides"

	"github.com/urfave/cli/v2"
)

func diffCommand(env *environment) *cli.Command {
	return &cli.Command{
		Name:      "diff",
		Usage:     "what changes in meaning between two policies, folders or captures",
		ArgsUsage: "OLD NEW",
		Description: "OLD and NEW are policies, folders that generate -t json -o wrote, or captures of hosts, in any mixture. Of a\n" +
			"folder, HOST/ruleset.json is compared and nothing else: check tells whether the scripts beside it agree.\n" +
			"Of a capture, what depends on something that its files do not tell is a warning; drift says more.\n" +
			"With " + os.DevNull + " as OLD, all of NEW is new: for the request that adds a policy.\n" +
			"The exit code is 0 where nothing differs, 1 where something does, 2 where a file is wrong.\n\n" +
			"   rolewall diff main/servers.toml servers.toml\n" +
			"   rolewall diff --format markdown out servers.toml >comment.md",
		Flags: append([]cli.Flag{
			&cli.StringFlag{Name: "format", Value: "text", Usage: "`FORMAT` of the output: " + report.Diff().Usage()},
			&cli.StringFlag{Name: "as", Usage: "the captures are of this `HOST`, whatever their files say"},
			&cli.StringSliceFlag{Name: "host", Usage: "only hosts that match `NAME`, with * and ?; may be repeated"},
		}, policyFlags()...),
		Action: func(c *cli.Context) error { return env.diff(c) },
	}
}

func (env *environment) diff(c *cli.Context) error {
	if c.NArg() != 2 {
		return usage("rolewall diff old.toml new.toml", "diff compares two policies or folders, not %d", c.NArg())
	}
	format, err := choice(c, "format", report.Diff().Names()...)
	if err != nil {
		return err
	}
	if c.Args().Get(0) == "-" && c.Args().Get(1) == "-" {
		return usage("", "stdin can be read once only")
	}
	before, after, err := sides.Read(c.Context, [2]string{c.Args().Get(0), c.Args().Get(1)}, sides.Options{Files: env.files, Stdin: env.stdin, Policy: policyOptions(c), As: c.String("as"), Program: version()})
	if err != nil {
		return err
	}
	defer before.Close()
	defer after.Close()
	if err := sides.Choose(c.StringSlice("host"), before, after); err != nil {
		return err
	}
	r, err := sides.Compare(before, after)
	if err != nil {
		return err
	}
	if err := report.Diff().Write(env.stdout, format, r); err != nil {
		return err
	}
	if !r.None() {
		return foundSomething{}
	}
	return nil
}

// choice reads a flag that accepts one of a few words.
func choice(c *cli.Context, flag string, words ...string) (string, error) {
	word := c.String(flag)
	if !slices.Contains(words, word) {
		return "", usage(diag.SuggestOrList(word, words), "unknown %s %q", flag, word)
	}
	return word, nil
}
