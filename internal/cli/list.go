package cli

import (
	"rolewall/catalog"
	"rolewall/internal/lookup"
	"rolewall/internal/report"
	"rolewall/internal/term"
	"rolewall/internal/workspace"
	"rolewall/ruleset"

	"github.com/urfave/cli/v2"
)

func listCommand(env *environment) *cli.Command {
	list := &cli.Command{
		Name:        "list",
		Usage:       "list what rolewall knows: roles, services, features, targets; and the exceptions of a policy",
		Description: "   rolewall list roles --os windows-2003\n   rolewall list services radius",
	}
	for _, kind := range []struct{ name, usage, example string }{
		{"roles", "what a server can be", "rolewall list roles file"},
		{"services", "what listens", "rolewall list services --os linux"},
		{"features", "optional parts of services, off until named", "rolewall list features ldap"},
		{"targets", "the firewall languages", "rolewall list targets"},
	} {
		flags := []cli.Flag{osFlag(), formatFlag(), catalogFlag()}
		if kind.name == "services" {
			flags = append(flags, &cli.BoolFlag{Name: "unbound", Usage: "only rows whose program the catalog does not know (Windows Server 2016 and later), with what was searched"})
		}
		if kind.name == "targets" {
			flags = append(flags, templatesFlag())
		}
		list.Subcommands = append(list.Subcommands, &cli.Command{
			Name: kind.name, Usage: kind.usage, ArgsUsage: "[WORD...]",
			Description: "Words keep the entries that hold all of them, in their name, title, family or aliases.\n\n   " + kind.example,
			Flags:       flags,
			Action:      func(c *cli.Context) error { return env.list(c, kind.name) },
		})
	}
	list.Subcommands = append(list.Subcommands, listExceptionsCommand(env))
	return list
}

func osFlag() cli.Flag {
	return &cli.StringFlag{Name: "os", Usage: "only what exists on this `EDITION`, such as windows-2022 or linux"}
}

func formatFlag() cli.Flag {
	return &cli.StringFlag{Name: "format", Value: "text", Usage: "`FORMAT` of the output: text or json"}
}

// textOrJSON reads --format, which is text or json.
func textOrJSON(c *cli.Context) (string, error) {
	format := c.String("format")
	if format != "text" && format != "json" {
		return "", usage("text or json", "unknown format %q", format)
	}
	return format, nil
}

// printJSON writes v as JSON.
func (env *environment) printJSON(v any) error {
	return term.WriteJSON(env.stdout, v)
}

func (env *environment) list(c *cli.Context, kind string) error {
	format, err := textOrJSON(c)
	if err != nil {
		return err
	}
	os, err := osOf(c)
	if err != nil {
		return err
	}
	cat, err := workspace.Catalog(env.files, c.String("catalog"))
	if err != nil {
		return err
	}
	targets, err := workspace.Targets(env.files, c.String("templates"), nil)
	if err != nil {
		return err
	}
	if c.Bool("unbound") {
		return report.List().Write(env.stdout, format, lookup.NewUnboundList(cat, os, c.Args().Slice()))
	}
	found := lookup.NewList(lookup.Kind(kind), cat, targets, os, c.Args().Slice())
	return report.List().Write(env.stdout, format, found)
}

// osOf reads --os. It returns "" if the flag is absent.
func osOf(c *cli.Context) (ruleset.OS, error) {
	text := c.String("os")
	if text == "" {
		return "", nil
	}
	os, known := ruleset.ParseOS(text)
	if !known {
		return "", usage(catalog.SuggestOS(text), "unknown os %q", text)
	}
	return os, nil
}
