package cli

import (
	"rolewall/internal/policyschema"
	"rolewall/internal/workspace"

	"github.com/urfave/cli/v2"
)

func schemaCommand(env *environment) *cli.Command {
	return &cli.Command{
		Name:  "schema",
		Usage: "print the JSON Schema of policy files, for editors",
		Description: "Editors that know TOML read the schema that the first line of a policy names: #:schema ./rolewall.schema.json\n" +
			"With --catalog and --templates it knows a site's own roles, services and targets too.\n\n" +
			"   rolewall schema >rolewall.schema.json\n" +
			"   rolewall schema --catalog site --templates templates >rolewall.schema.json",
		Flags:  []cli.Flag{catalogFlag(), templatesFlag()},
		Action: func(c *cli.Context) error { return env.schema(c) },
	}
}

func (env *environment) schema(c *cli.Context) error {
	if c.NArg() > 0 {
		return usage("rolewall schema >rolewall.schema.json", "the schema is the same for every policy, none is read")
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
