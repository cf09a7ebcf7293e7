package cli

import (
	"strings"

	"rolewall/diag"
	"rolewall/docs"
	"rolewall/internal/policyschema"
	"rolewall/internal/workspace"

	"github.com/urfave/cli/v2"
)

func schemaCommand(env *environment) *cli.Command {
	return &cli.Command{
		Name:      "schema",
		Usage:     "print the JSON Schema of policy files, for editors, or of what rolewall writes",
		ArgsUsage: "[NAME]",
		Description: "Editors that know TOML read the schema that the first line of a policy names: #:schema ./rolewall.schema.json\n" +
			"With --catalog and --templates it knows a site's own roles, services and targets too. With a NAME it is the schema of\n" +
			"the JSON of a command or a file: " + strings.Join(docs.SchemaNames(), ", ") + ".\n\n" +
			"   rolewall schema >rolewall.schema.json\n" +
			"   rolewall schema --catalog site --templates pages >rolewall.schema.json\n" +
			"   rolewall schema explain",
		Flags:  []cli.Flag{catalogFlag(), templatesFlag()},
		Action: func(c *cli.Context) error { return env.schema(c) },
	}
}

func (env *environment) schema(c *cli.Context) error {
	switch name := c.Args().First(); {
	case c.NArg() > 1:
		return usage("rolewall schema explain", "one schema at a time, not %s", strings.Join(c.Args().Slice(), " "))
	case name != "" && name != "policy":
		return env.schemaOf(name)
	}
	cat, err := workspace.Catalog(env.files, c.String("catalog"))
	if err != nil {
		return err
	}
	targets, err := workspace.Targets(env.files, c.String("templates"), nil)
	if err != nil {
		return err
	}
	return env.printJSON(policyschema.Policy(cat, targets.Names()))
}

// schemaOf prints the schema of a document that rolewall writes.
func (env *environment) schemaOf(name string) error {
	text, err := docs.Schema(name)
	if err != nil {
		return usage(diag.SuggestOrList(name, append([]string{"policy"}, docs.SchemaNames()...)), "there is no schema of %q; that of policies is the same for every policy", name)
	}
	_, err = env.stdout.Write(text)
	return err
}
