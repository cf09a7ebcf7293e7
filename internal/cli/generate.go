package cli

import (
	"rolewall/internal/fleet"
	"rolewall/internal/workspace"

	"github.com/urfave/cli/v2"
)

func generateCommand(env *environment) *cli.Command {
	return &cli.Command{
		Name:      "generate",
		Usage:     "write firewall scripts for the hosts of a policy",
		ArgsUsage: "POLICY",
		Description: "Without -o the script of one host and one target is printed; of gpo, which writes for the whole fleet, the text of the\n" +
			"host. With it, a note in the user's cache folder makes the\n" +
			"next run fast.\n\n" +
			"   rolewall generate -t nftables dc1.toml\n" +
			"   rolewall generate -o out --host 'web*' servers.toml",
		Flags: append(append(selectionFlags(),
			&cli.StringFlag{Name: "output", Aliases: []string{"o"}, Usage: "write `DIR`/HOST/FILE, DIR/gpo and DIR/manifest.json"},
			&cli.StringFlag{Name: "archive", Usage: "write one reproducible `FILE`.tar or FILE.tar.gz instead of a folder"},
			&cli.StringFlag{Name: "shard", Usage: "write part `I/N` of the hosts and manifest.I-of-N.json, for N runners side by side"},
			&cli.BoolFlag{Name: "force", Usage: "make every script anew, even where nothing seems to have changed, and replace files that rolewall did not make"},
		), policyFlags()...),
		Action: func(c *cli.Context) error { return env.generate(c) },
	}
}

func (env *environment) generate(c *cli.Context) error {
	dir, archive := c.String("output"), c.String("archive")
	if dir == "-" {
		return usage("generate without -o prints the script of one host and one target; ./- is a folder of that name", "-o names a folder, and - is stdout")
	}
	if dir != "" && archive != "" {
		return usage("an archive is written instead of a folder", "-o and --archive exclude each other")
	}
	shard, err := workspace.ParseShard(c.String("shard"))
	if err != nil {
		return err
	}
	call := cachedCall(c)
	if dir != "" && !c.Bool("force") {
		if warnings, ok := fleet.UpToDate(workspace.NewFiles(env.stdin), dir, shard, call); ok {
			for _, text := range warnings {
				env.Warn(text)
			}
			return nil
		}
	}
	p, err := workspace.Await(c.Context, func() (*fleet.Plan, error) { return env.plan(c) })
	switch {
	case dir != "":
		if err == nil {
			err = p.Write(c.Context, dir, fleet.Cache{Files: env.files, Call: call, Overwrite: c.Bool("force")}, env)
		}
		return ifStopped(err, "every file is old or new, and the manifest is as it was")
	case archive != "":
		if err == nil {
			err = p.WriteArchive(c.Context, archive, env)
		}
		return ifStopped(err, "no archive was written")
	case err != nil:
		return err
	}
	return promptly(func(*cli.Context) error {
		script, err := p.Script(c.Context)
		if err != nil {
			return err
		}
		_, err = env.stdout.Write(script)
		return err
	})(c)
}

// plan reads the policy and returns the plan of files.
func (env *environment) plan(c *cli.Context) (*fleet.Plan, error) {
	w, err := env.open(c)
	if err != nil {
		return nil, err
	}
	sel, err := selection(c, w)
	if err != nil {
		return nil, err
	}
	p, err := fleet.NewPlan(c.Context, w, sel, env)
	if err != nil {
		return nil, err
	}
	p.Program = version()
	return p, nil
}

// cachedCall returns the parts of a call that the files depend on, or nil if they are unknown or invalid.
func cachedCall(c *cli.Context) []string {
	day, err := workspace.Day(c.String("as-of"))
	if err != nil || c.NArg() != 1 {
		return nil
	}
	call := []string{"day=" + day, "policy=" + c.Args().First(), "catalog=" + c.String("catalog"), "templates=" + c.String("templates")}
	for _, name := range c.StringSlice("target") {
		call = append(call, "target="+name)
	}
	for _, pattern := range c.StringSlice("host") {
		call = append(call, "host="+pattern)
	}
	return call
}
