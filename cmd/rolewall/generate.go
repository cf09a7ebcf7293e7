package main

import (
	"context"
	"fmt"

	"github.com/urfave/cli/v2"
)

func generateCommand(env *environment) *cli.Command {
	return &cli.Command{
		Name:      "generate",
		Usage:     "write firewall scripts for the hosts of a policy",
		ArgsUsage: "POLICY",
		Description: "Without -o the script of one host and one target is printed. With it, DIR/.rolewall-cache makes the next run\n" +
			"fast; it is about this machine alone, so .gitignore should name it.\n\n" +
			"   rolewall generate -t nftables dc1.toml\n" +
			"   rolewall generate -o out --host 'web*' servers.toml",
		Flags: append(append(selectionFlags(),
			&cli.StringFlag{Name: "output", Aliases: []string{"o"}, Usage: "write `DIR`/HOST/FILE and DIR/manifest.json"},
			&cli.StringFlag{Name: "archive", Usage: "write one reproducible `FILE`.tar or FILE.tar.gz instead of a folder"},
			&cli.StringFlag{Name: "shard", Usage: "write part `I/N` of the hosts and manifest.I-of-N.json, for N runners side by side"},
			&cli.BoolFlag{Name: "force", Usage: "make every script anew, even where nothing seems to have changed"},
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
	key := cacheKey(c) // of the program that runs and the day on which it began
	if dir != "" && !c.Bool("force") && env.upToDate(c, dir, key) {
		forgetKilled(dir)
		return nil
	}
	s, err := env.open(c)
	if err != nil {
		return err
	}
	sel, err := s.selection(c)
	if err != nil {
		return err
	}
	p, err := s.plan(c.Context, sel)
	if err != nil {
		return err
	}
	switch {
	case dir != "":
		return p.writeFolder(c, dir, key)
	case archive != "":
		return ifStopped(p.writeArchive(c.Context, archive), "no archive was written")
	}
	return p.print(c.Context)
}

// print writes the script of one host and one target to stdout.
func (p *plan) print(ctx context.Context) error {
	var all []file
	for _, h := range p.hosts {
		one, err := p.files(h)
		if err != nil {
			return fmt.Errorf("%s: %w", h.Name, err)
		}
		if all = append(all, one.files...); len(all) > 1 {
			break
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if len(all) != 1 {
		return usage("-o DIR writes them all; --host and -t choose one", "the policy yields more than one script, and only one can be printed")
	}
	_, err := p.stdout.Write(all[0].data)
	return err
}
