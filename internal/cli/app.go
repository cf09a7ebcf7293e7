package cli

import (
	"cmp"
	"io"
	"slices"
	"strings"

	"rolewall/diag"
	"rolewall/internal/term"
	"rolewall/internal/workspace"

	"github.com/urfave/cli/v2"
)

// environment holds the streams and state of a run. It is the fleet.Observer of plans.
type environment struct {
	line           *term.Progress // nil before the first host
	stdin          io.Reader
	stdout, stderr io.Writer
	files          *workspace.Files // reads the files of policies for commands
}

// newApp returns the program. Help and the version are written to help.
func newApp(env *environment, help io.Writer) *cli.App {
	app := &cli.App{
		Name:            "rolewall",
		Usage:           "host firewall scripts from server roles",
		Version:         version(),
		Writer:          help,
		ErrWriter:       env.stderr,
		HideHelpCommand: true,
		ExitErrHandler:  func(*cli.Context, error) {}, // only main exits
		OnUsageError:    usageError,
		Description: "A policy is a TOML file that says what every server is and who uses it. rolewall writes scripts, Group Policy\n" +
			"objects and DSC documents that open exactly what those roles need, with the reason for every line. It connects to\n" +
			"no host.\n\n" +
			"   rolewall init servers.toml                     a policy to change; suggest writes one from running hosts\n" +
			"   rolewall lint servers.toml                     what is risky or has no effect\n" +
			"   rolewall explain servers.toml web1 https       is it open, to whom, and why\n" +
			"   rolewall generate -o out servers.toml          what the hosts get\n" +
			"   rolewall drift servers.toml captures/          what the hosts really allow",
		Action: func(c *cli.Context) error {
			if name := c.Args().First(); name != "" {
				return unknownCommand(name, c.App.Commands)
			}
			return cli.ShowAppHelp(c)
		},
	}
	app.Commands = []*cli.Command{generateCommand(env), captureCommand(env), checkCommand(env), diffCommand(env), driftCommand(env), replayCommand(env), explainCommand(env), lintCommand(env), listCommand(env), showCommand(env), templateCommand(env), schemaCommand(env), initCommand(env), suggestCommand(env), completionCommand(env), completeCommand(env)}
	for _, c := range app.Commands {
		setUsageError(c)
	}
	return app
}

// setUsageError keeps the library from printing usage errors to stdout, and lets commands end when their context
// ends.
func setUsageError(c *cli.Command) {
	c.OnUsageError = usageError
	c.HideHelpCommand = true
	if !c.Hidden { // a word that is being completed may be empty
		c.Before = checkFlags
	}
	for _, sub := range c.Subcommands {
		setUsageError(sub)
	}
	if c.Name != "generate" { // generate must not leave a half-written file, so it ends by itself
		c.Action = promptly(c.Action)
	}
	if len(c.Subcommands) > 0 {
		c.Action = func(ctx *cli.Context) error {
			if name := ctx.Args().First(); name != "" {
				return unknownCommand(name, c.Subcommands)
			}
			return usage("rolewall "+c.Name+" --help says more", "%s needs a word: rolewall %s %s", c.Name, c.Name, strings.Join(commandNames(c.Subcommands), "|"))
		}
	}
}

func unknownCommand(name string, commands []*cli.Command) error {
	return usage(cmp.Or(diag.SuggestOrList(name, commandNames(commands)), "rolewall --help lists the commands"), "unknown command %q", name)
}

// usageError replaces the library's text of a usage error by ours.
func usageError(c *cli.Context, err error, _ bool) error {
	if name, isUnknown := strings.CutPrefix(err.Error(), "flag provided but not defined: -"); isUnknown {
		var known []string
		for _, x := range flagNames(c.Command.Flags) {
			known = append(known, x.value)
		}
		flag := "--" + name
		if len(name) == 1 {
			flag = "-" + name
		}
		hint := diag.Suggest(flag, known)
		if hint == "" {
			hint = c.Command.HelpName + " --help lists the flags"
		}
		return usage(hint, "unknown flag %s", flag)
	}
	return usage("rolewall --help lists commands and flags", "%s", err)
}

// usage returns a mistake in a call. hint may be empty.
func usage(hint, format string, args ...any) error { return diag.Errorf(hint, format, args...) }

func commandNames(commands []*cli.Command) []string {
	var names []string
	for _, c := range commands {
		if !c.Hidden {
			names = append(names, c.Name)
		}
	}
	return names
}

// flagsFirst moves flags before file names, since the library stops reading flags at the first other argument.
// "--" ends the flags.
func flagsFirst(app *cli.App, args []string) ([]string, error) {
	commands, flags := app.Commands, app.Flags
	out := []string{args[0]}
	var moved, names []string
	rest := args[1:]
	for len(rest) > 0 {
		arg := rest[0]
		rest = rest[1:]
		switch {
		case arg == "--":
			names = append(names, rest...)
			rest = nil
		case strings.HasPrefix(arg, "-") && arg != "-":
			moved = append(moved, arg)
			if takesValue(flags, arg) {
				if len(rest) == 0 {
					return nil, usage("", "the flag %s needs a value", arg)
				}
				moved = append(moved, rest[0])
				rest = rest[1:]
			}
		default:
			i := slices.IndexFunc(commands, func(c *cli.Command) bool { return c.HasName(arg) })
			if i < 0 || len(names) > 0 {
				names = append(names, arg)
				continue
			}
			out = append(append(out, moved...), arg)
			moved = nil
			commands, flags = commands[i].Subcommands, commands[i].Flags
		}
	}
	out = append(out, moved...)
	if len(names) > 0 && (strings.HasPrefix(names[0], "-") && names[0] != "-") {
		out = append(out, "--")
	}
	return append(out, names...), nil
}

// takesValue reports whether the flag as written is followed by its value.
func takesValue(flags []cli.Flag, arg string) bool {
	if strings.Contains(arg, "=") {
		return false
	}
	name := strings.TrimLeft(arg, "-")
	for _, f := range flags {
		if _, isBool := f.(*cli.BoolFlag); !isBool && slices.Contains(f.Names(), name) {
			return true
		}
	}
	return false
}
