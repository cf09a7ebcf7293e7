package policyschema

// Schema is a JSON Schema with only the simple keywords that all drafts from 4 on share. So every editor
// understands it, and it needs no other document.
type Schema struct {
	Schema      string             `json:"$schema,omitempty"`
	Title       string             `json:"title,omitempty"`
	Description string             `json:"description,omitempty"`
	Type        any                `json:"type,omitempty"` // a word, or a list of them
	Enum        []string           `json:"enum,omitempty"`
	Pattern     string             `json:"pattern,omitempty"`
	Format      string             `json:"format,omitempty"`
	Minimum     *int               `json:"minimum,omitempty"`
	Maximum     *int               `json:"maximum,omitempty"`
	Items       *Schema            `json:"items,omitempty"`
	MinItems    int                `json:"minItems,omitempty"`
	Unique      bool               `json:"uniqueItems,omitempty"`
	Properties  map[string]*Schema `json:"properties,omitempty"`
	Required    []string           `json:"required,omitempty"`
	Others      any                `json:"additionalProperties,omitempty"` // false, or the schema of every other key
	AnyOf       []*Schema          `json:"anyOf,omitempty"`
}

// keys holds the properties of a table.
type keys map[string]*Schema

func (k keys) with(more keys) keys {
	out := keys{}
	for _, from := range []keys{k, more} {
		for name, s := range from {
			out[name] = s
		}
	}
	return out
}

// aTable returns the schema of a table with these keys and no others.
func aTable(about string, k keys, required ...string) *Schema {
	return &Schema{Description: about, Type: "object", Properties: k, Required: required, Others: false}
}

// aTableOf returns the schema of a table whose keys are names.
func aTableOf(about string, value *Schema) *Schema {
	return &Schema{Description: about, Type: "object", Others: value}
}

func aList(about string, item *Schema) *Schema {
	return &Schema{Description: about, Type: "array", Items: item}
}

// aSet returns the schema of a list without duplicates.
func aSet(about string, item *Schema) *Schema {
	return &Schema{Description: about, Type: "array", Items: item, Unique: true}
}

func aWord(about string, words ...string) *Schema {
	return &Schema{Description: about, Type: "string", Enum: words}
}

func aText(about string) *Schema { return &Schema{Description: about, Type: "string"} }

func aFlag(about string) *Schema { return &Schema{Description: about, Type: "boolean"} }

func aMatch(about, pattern string) *Schema {
	return &Schema{Description: about, Type: "string", Pattern: pattern}
}

func aNumber(about string, low, high int) *Schema {
	return &Schema{Description: about, Type: "integer", Minimum: &low, Maximum: &high}
}

// aNumberOr returns the schema of a number, or of a text that matches.
func aNumberOr(about, pattern string, low, high int) *Schema {
	return &Schema{
		Description: about, Type: []string{"integer", "string"},
		AnyOf: []*Schema{{Type: "integer", Minimum: &low, Maximum: &high}, {Type: "string", Pattern: pattern}},
	}
}

// aPorts returns the schema of a port, a text of ports that matches, or a list of both.
func aPorts(about, pattern string) *Schema {
	s := aNumberOr(about, pattern, 1, 65535)
	s.Type = []string{"integer", "string", "array"}
	s.AnyOf = append(s.AnyOf, &Schema{Type: "array", MinItems: 1, Items: aNumberOr("", pattern, 1, 65535)})
	return s
}

func aDate(about string) *Schema {
	return &Schema{Description: about, Type: "string", Format: "date"}
}

// aName returns a schema that suggests words and accepts other names, since the policy may define some itself.
func aName(about, pattern string, words []string) *Schema {
	return &Schema{Description: about, Type: "string", AnyOf: []*Schema{{Enum: words}, {Pattern: pattern}}}
}
