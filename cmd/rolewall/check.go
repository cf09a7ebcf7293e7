package main

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

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
			&cli.StringFlag{Name: "format", Value: "text", Usage: "`FORMAT` of the output: text, json, junit or github"},
		), policyFlags()...),
		Action: func(c *cli.Context) error { return env.check(c) },
	}
}

func (env *environment) check(c *cli.Context) error {
	format, err := choice(c, "format", "text", "json", "junit", "github")
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
	k, err := env.newChecker(c, dir)
	if err != nil {
		return err
	}
	defer k.root.Close()
	if err := k.run(c.Context); err != nil {
		return err
	}
	return k.print(format)
}

// newChecker reads the policy, checks it as a whole, and opens the folder.
func (env *environment) newChecker(c *cli.Context, dir string) (*checker, error) {
	s, err := env.open(c)
	if err != nil {
		return nil, err
	}
	sel, err := s.selection(c)
	if err != nil {
		return nil, err
	}
	p, err := s.plan(c.Context, sel)
	if err != nil {
		return nil, err
	}
	k := &checker{plan: p, tree: &tree{dir: dir}, withDiff: c.Bool("diff"), policyName: c.Args().First()}
	for _, flag := range []string{"catalog", "templates"} {
		if value := c.String(flag); value != "" {
			k.policyFlags = append(k.policyFlags, "--"+flag, value)
		}
	}
	k.root, err = os.OpenRoot(filepath.FromSlash(dir))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, usage(k.generateCall(), "the folder %s does not exist", dir)
	}
	return k, err
}

// print writes the page at once: a reader that goes away early gets a part of it, and no file does.
func (k *checker) print(format string) error {
	var out bytes.Buffer
	var err error
	switch format {
	case "json":
		err = encodeJSON(&out, k.view())
	case "junit":
		err = k.junit(&out)
	case "github":
		k.github(&out)
	default:
		k.text(&out)
	}
	if err == nil {
		_, err = k.stdout.Write(out.Bytes())
	}
	if err == nil && len(k.faults) > 0 {
		return foundSomething{}
	}
	return err
}
