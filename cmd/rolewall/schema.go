package main

import (
	"rolewall/catalog"
	"rolewall/generators"
	"rolewall/internal/lookup"
	"rolewall/internal/workspace"
	"rolewall/policy"
	"rolewall/ruleset"

	"github.com/urfave/cli/v2"
)

func schemaCommand(env *environment) *cli.Command {
	return &cli.Command{
		Name:  "schema",
		Usage: "print the JSON Schema of policy files, for editors",
		Description: "Editors that know TOML read the schema that the first line of a policy names: #:schema ./rolewall.schema.json\n" +
			"With --catalog and --templates it knows a site's own roles, services and targets too.\n\n" +
			"   rolewall schema >rolewall.schema.json\n" +
			"   rolewall schema --catalog site --templates pages >rolewall.schema.json",
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
	return env.printJSON(policySchema(cat, targets))
}

// schema is a JSON Schema of plain keywords, those that all drafts from 4 on share: every editor understands them, and
// nothing needs to be looked up elsewhere.
type schema struct {
	Schema      string             `json:"$schema,omitempty"`
	Title       string             `json:"title,omitempty"`
	Description string             `json:"description,omitempty"`
	Type        any                `json:"type,omitempty"` // a word, or a list of them
	Enum        []string           `json:"enum,omitempty"`
	Pattern     string             `json:"pattern,omitempty"`
	Format      string             `json:"format,omitempty"`
	Minimum     *int               `json:"minimum,omitempty"`
	Maximum     *int               `json:"maximum,omitempty"`
	Items       *schema            `json:"items,omitempty"`
	MinItems    int                `json:"minItems,omitempty"`
	Unique      bool               `json:"uniqueItems,omitempty"`
	Properties  map[string]*schema `json:"properties,omitempty"`
	Required    []string           `json:"required,omitempty"`
	Others      any                `json:"additionalProperties,omitempty"` // false, or the schema of every other key
	AnyOf       []*schema          `json:"anyOf,omitempty"`
}

// keys are the properties of a table.
type keys map[string]*schema

func (k keys) with(more keys) keys {
	out := keys{}
	for _, from := range []keys{k, more} {
		for name, s := range from {
			out[name] = s
		}
	}
	return out
}

// aTable is a table with these keys and no others.
func aTable(about string, k keys, required ...string) *schema {
	return &schema{Description: about, Type: "object", Properties: k, Required: required, Others: false}
}

// aTableOf is a table whose keys are names.
func aTableOf(about string, value *schema) *schema {
	return &schema{Description: about, Type: "object", Others: value}
}

func aList(about string, item *schema) *schema {
	return &schema{Description: about, Type: "array", Items: item}
}

// aSet is a list in which nothing stands twice.
func aSet(about string, item *schema) *schema {
	return &schema{Description: about, Type: "array", Items: item, Unique: true}
}

func aWord(about string, words ...string) *schema {
	return &schema{Description: about, Type: "string", Enum: words}
}

func aText(about string) *schema { return &schema{Description: about, Type: "string"} }

func aFlag(about string) *schema { return &schema{Description: about, Type: "boolean"} }

func aMatch(about, pattern string) *schema {
	return &schema{Description: about, Type: "string", Pattern: pattern}
}

func aNumber(about string, low, high int) *schema {
	return &schema{Description: about, Type: "integer", Minimum: &low, Maximum: &high}
}

func aDate(about string) *schema {
	return &schema{Description: about, Type: "string", Format: "date"}
}

// aName offers words and lets other names be, which the policy may define itself.
func aName(about, pattern string, words []string) *schema {
	return &schema{Description: about, Type: "string", AnyOf: []*schema{{Enum: words}, {Pattern: pattern}}}
}

// vocabulary are the names that a catalog and a list of targets know.
type vocabulary struct {
	roles, services, features, editions, targets []string
}

func newVocabulary(cat *catalog.Catalog, targets generators.Targets) vocabulary {
	return vocabulary{cat.RoleNames(), cat.ServiceNames(), cat.FeatureNames(), lookup.EditionNames(ruleset.AllOS()), targets.Names()}
}

// policySchema describes policy files. A test holds that it knows every key that policies know.
func policySchema(cat *catalog.Catalog, targets generators.Targets) *schema {
	v := newVocabulary(cat, targets)
	s := aTable("", v.file())
	s.Schema = "http://json-schema.org/draft-07/schema#"
	s.Title = "rolewall policy"
	s.Description = "What every server is and who uses it. rolewall makes host firewall scripts of it."
	return s
}

// lintLevels are the words of [lint].
func lintLevels() []string { return append([]string{"off"}, policy.Levels()...) }
