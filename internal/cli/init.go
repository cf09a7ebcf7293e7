package cli

import (
	_ "embed"
	"fmt"

	"github.com/urfave/cli/v2"
)

//go:embed starter.toml
var starter []byte

func initCommand(env *environment) *cli.Command {
	return &cli.Command{
		Name:      "init",
		Usage:     "write a first policy, with comments",
		ArgsUsage: "[FILE]",
		Description: "Without FILE the policy is printed. A file that exists is left alone.\n\n" +
			"   rolewall init servers.toml\n" +
			"   rolewall init | less",
		Action: func(c *cli.Context) error { return env.writeStarter(c) },
	}
}

func (env *environment) writeStarter(c *cli.Context) error {
	name := c.Args().First()
	if c.NArg() > 1 {
		return usage("", "one file at a time")
	}
	if name == "" || name == "-" {
		_, err := env.stdout.Write(starter)
		return err
	}
	if err := writeNew(name, starter); err != nil {
		return err
	}
	env.tell(fmt.Sprintf("%s is written. Next: put your hosts in, then rolewall lint %s", name, name), "")
	return nil
}
