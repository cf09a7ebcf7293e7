package cli

import (
	"embed"
	"fmt"
	"strings"

	"rolewall/diag"
	"rolewall/internal/term"

	"github.com/urfave/cli/v2"
)

//go:embed completion
var completionScripts embed.FS

// shells returns the shells that have a completion script.
func shells() []string { return []string{"bash", "zsh", "fish", "powershell"} }

func completionCommand(env *environment) *cli.Command {
	return &cli.Command{
		Name:      "completion",
		Usage:     "print the completion script of a shell",
		ArgsUsage: "bash|zsh|fish|powershell",
		Description: "Commands, flags, roles, targets and the hosts of a policy are completed.\n\n" +
			"   source <(rolewall completion bash)\n" +
			"   rolewall completion fish >~/.config/fish/completions/rolewall.fish",
		Action: func(c *cli.Context) error {
			shell := c.Args().First()
			if c.NArg() != 1 {
				return usage(strings.Join(shells(), ", "), "which shell?")
			}
			script, err := completionScripts.ReadFile("completion/" + shell)
			if err != nil {
				return usage(diag.SuggestOrList(shell, shells()), "there is no completion for %q", shell)
			}
			_, err = env.stdout.Write(script)
			return err
		},
	}
}

// completeCommand is the command that the scripts call: rolewall __complete --word=WORD -- WORDS, with the word at
// the cursor and the words before it. It prints one candidate a line, with a tab and an explanation if there is
// one.
func completeCommand(env *environment) *cli.Command {
	return &cli.Command{
		Name:   "__complete",
		Hidden: true,
		Flags:  []cli.Flag{&cli.StringFlag{Name: "word"}},
		Action: func(c *cli.Context) error {
			x := &completer{environment: env, ctx: c, word: c.String("word")}
			var b strings.Builder
			for _, k := range x.complete(c.App.Commands, c.Args().Slice()) {
				fmt.Fprint(&b, term.Printable(k.value))
				if k.about != "" {
					fmt.Fprint(&b, "\t", term.Printable(k.about))
				}
				fmt.Fprintln(&b)
			}
			_, err := env.stdout.Write([]byte(b.String()))
			return err
		},
	}
}
