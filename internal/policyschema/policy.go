// Package policyschema describes policy files as a JSON Schema. Editors use it to check and complete them.
//
// The keys of policies come from package policy/fields. The names of roles, services and features come from the
// catalog, and those of targets from the list of targets.
package policyschema

import (
	"slices"
	"strings"

	"rolewall/catalog"
	"rolewall/policy/fields"
	"rolewall/ruleset"
)

// The patterns of names and sources.
const (
	namePattern    = `^[A-Za-z0-9][A-Za-z0-9._-]*$`
	servicePattern = `^[A-Za-z0-9][A-Za-z0-9._$-]*$`
	sourcePattern  = `^(@?[A-Za-z0-9][A-Za-z0-9._-]*|[0-9A-Fa-f:.]+(/[0-9]{1,3})?)$`
)

// vocabulary holds the names of the catalog and the targets.
type vocabulary struct {
	roles, services, features, editions, targets []string
}

// Policy returns the schema of policy files for a catalog and the names of targets.
func Policy(cat *catalog.Catalog, targets []string) *Schema {
	v := vocabulary{roles: cat.RoleNames(), services: cat.ServiceNames(), features: cat.FeatureNames(), targets: targets}
	for _, os := range ruleset.AllOS() {
		v.editions = append(v.editions, string(os))
	}
	s := v.object("", "", fields.InFile|fields.InHostFile)
	s.Schema = "http://json-schema.org/draft-07/schema#"
	s.Title = "rolewall policy"
	s.Description = "What every server is and who uses it. rolewall makes host firewall scripts of it."
	return s
}

// object returns the schema of a table with those of its fields that may appear in the scope.
func (v vocabulary) object(about, table string, scope fields.Scope) *Schema {
	properties, required := v.fields(table, scope)
	return aTable(about, properties, required...)
}

// fields returns the schemas of a table's fields, and the required keys. scope is 0 for inner tables. If only is
// given, it returns only these fields.
func (v vocabulary) fields(table string, scope fields.Scope, only ...string) (properties keys, required []string) {
	properties = keys{}
	for _, f := range fields.Of(table) {
		if scope != 0 && !f.Scope.Has(scope) || len(only) > 0 && !slices.Contains(only, f.Key) {
			continue
		}
		s := v.field(f)
		if list := properties[f.Key]; list != nil { // a list in a file that describes one host, a table elsewhere
			s = listOrTable(list, s)
		}
		properties[f.Key] = s
		if f.Required {
			required = append(required, f.Key)
		}
	}
	return properties, required
}

// listOrTable returns the schema of a key that holds a list in a file for one host, and a table in other files.
func listOrTable(list, table *Schema) *Schema {
	first, _, _ := strings.Cut(list.Description, ". ")
	s := *list
	s.Type = []string{"array", "object"}
	s.Description = "In a file that is one host: " + lowerFirst(strings.TrimSuffix(first, ".")) + ". As a table: " + lowerFirst(table.Description)
	s.Others = table.Others
	return &s
}

func lowerFirst(s string) string { return strings.ToLower(s[:1]) + s[1:] }

// field returns the schema of a field's value.
func (v vocabulary) field(f fields.Field) *Schema {
	switch f.Type {
	case fields.Pattern:
		return aMatch(f.Doc, f.Pattern)
	case fields.Word:
		return aWord(f.Doc, v.words(f)...)
	case fields.Words:
		return aSet(f.Doc, aWord("", v.words(f)...))
	case fields.Texts:
		return aSet(f.Doc, aText(f.Element))
	case fields.Patterns:
		return aSet(f.Doc, aMatch("", f.Pattern))
	case fields.Flag:
		return aFlag(f.Doc)
	case fields.Number:
		return aNumber(f.Doc, f.Low, f.High)
	case fields.Date:
		return aDate(f.Doc)
	case fields.Ports:
		return aPorts(f.Doc, f.Pattern)
	case fields.ICMPType:
		return aNumberOr(f.Doc, f.Pattern, 0, 255)
	case fields.Protocol:
		return aProtocol(f.Doc)
	case fields.Sources:
		return aSourceList(f.Doc)
	case fields.Roles:
		return aSet(f.Doc, v.role(f.Element))
	case fields.Services:
		return aSet(f.Doc, v.service(f.Element))
	case fields.Table:
		s := v.object(f.Doc, f.Name(), 0)
		if f.Name() == "rpc" {
			s.AnyOf = []*Schema{
				{Properties: keys{"mode": aWord("A mode that needs no other key.", "dynamic", "closed")}},
				{Properties: keys{"mode": aWord("The mode that needs a range.", "range")}, Required: []string{"range"}},
				{Properties: keys{"mode": aWord("The mode that needs ports.", "static")}, Required: []string{"ports"}},
			}
		}
		return s
	case fields.Tables:
		return aList(f.Doc, v.object(f.Element, f.Name(), 0))
	case fields.Named:
		return aTableOf(f.Doc, v.named(f))
	}
	return aText(f.Doc)
}

// words returns the words of a field. Some fields get them from the catalog or the targets.
func (v vocabulary) words(f fields.Field) []string {
	switch f.Key {
	case "os":
		return v.editions
	case "targets":
		return v.targets
	case "features", "without":
		return v.features
	}
	return f.Words
}

// named returns the schema of the values of a table whose keys are names.
func (v vocabulary) named(f fields.Field) *Schema {
	switch f.Name() {
	case "networks":
		s := aSet(f.Element, aMatch("", sourcePattern))
		s.MinItems = 1
		return s
	case "groups":
		return v.object(f.Element, "", fields.InGroup)
	case "hosts":
		return v.object(f.Element, "", fields.InHost)
	case "roles", "own.roles":
		return v.ownRole()
	case "services", "own.services":
		return v.ownService()
	case "lint":
		return v.lintSwitch(f.Element)
	case "audience.roles":
		return v.audience(f.Element)
	case "programs":
		return v.object(f.Element, "programs.*", 0)
	}
	return aNumber(f.Element, f.Low, f.High) // rpc.ports
}

// lintSwitch returns the schema of a level, or of a list of levels for different hosts.
func (v vocabulary) lintSwitch(about string) *Schema {
	s := v.object("", "lint.*", 0)
	return &Schema{
		Description: about, Type: []string{"object", "array"},
		Properties: s.Properties, Required: s.Required, Others: false, Items: s,
	}
}

// audience returns the schema of the lists of an audience, without those of single roles.
func (v vocabulary) audience(about string) *Schema {
	lists, _ := v.fields("audience", 0, "clients", "peers", "management")
	return aTable(about, lists)
}

func (v vocabulary) role(about string) *Schema    { return aName(about, namePattern, v.roles) }
func (v vocabulary) service(about string) *Schema { return aName(about, servicePattern, v.services) }

func aSourceList(about string) *Schema {
	s := aSet(about+` Networks, prefixes, addresses, "@role", "@host", or ["any"] or ["none"] alone.`, aMatch("", sourcePattern))
	s.MinItems = 1
	return s
}

func aProtocol(about string) *Schema {
	low, high := 0, 255
	return &Schema{
		Description: about, Type: []string{"integer", "string"},
		AnyOf: []*Schema{{Type: "integer", Minimum: &low, Maximum: &high}, {Enum: []string{"any"}}},
	}
}
