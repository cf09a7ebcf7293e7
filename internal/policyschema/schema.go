package policyschema

// Schema is a JSON Schema of plain keywords that all drafts from 4 on share. Every editor understands them, and no other
// document is needed.
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

// keys are the properties of a table.
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

// aTable is a table with these keys and no others.
func aTable(about string, k keys, required ...string) *Schema {
	return &Schema{Description: about, Type: "object", Properties: k, Required: required, Others: false}
}

// aTableOf is a table whose keys are names.
func aTableOf(about string, value *Schema) *Schema {
	return &Schema{Description: about, Type: "object", Others: value}
}

func aList(about string, item *Schema) *Schema {
	return &Schema{Description: about, Type: "array", Items: item}
}

// aSet is a list in which nothing appears twice.
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

// aNumberOr is a number, or a text that matches.
func aNumberOr(about, pattern string, low, high int) *Schema {
	return &Schema{
		Description: about, Type: []string{"integer", "string"},
		AnyOf: []*Schema{{Type: "integer", Minimum: &low, Maximum: &high}, {Type: "string", Pattern: pattern}},
	}
}

// aPorts is a port, a text of ports that matches, or a list of both.
func aPorts(about, pattern string) *Schema {
	s := aNumberOr(about, pattern, 1, 65535)
	s.Type = []string{"integer", "string", "array"}
	s.AnyOf = append(s.AnyOf, &Schema{Type: "array", MinItems: 1, Items: aNumberOr("", pattern, 1, 65535)})
	return s
}

func aDate(about string) *Schema {
	return &Schema{Description: about, Type: "string", Format: "date"}
}

// aName offers words and lets other names be, which the policy may define itself.
func aName(about, pattern string, words []string) *Schema {
	return &Schema{Description: about, Type: "string", AnyOf: []*Schema{{Enum: words}, {Pattern: pattern}}}
}
