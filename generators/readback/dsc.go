package readback

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"rolewall/ruleset"
)

// DSC reads a document. It returns the rules of FirewallRuleList and of NetworkingDsc, and the values of the
// profiles by profile. It returns an error for what the schemas of the resources do not have.
func DSC(document string) (rules []Rule, profiles map[string]map[string]string, err error) {
	root, err := parseYAML(document)
	if err != nil {
		return nil, nil, err
	}
	if e := expression(root["resources"]); e != "" {
		return nil, nil, fmt.Errorf("DSC takes the value %s for an expression", e)
	}
	profiles = map[string]map[string]string{}
	resources, _ := root["resources"].([]any)
	if root["$schema"] != "https://aka.ms/dsc/schemas/v3/bundled/config/document.json" || len(root) != 2 || len(resources) == 0 {
		return nil, nil, fmt.Errorf("no document of DSC v3")
	}
	for _, r := range resources {
		resource := r.(map[string]any)
		properties, _ := resource["properties"].(map[string]any)
		switch resource["type"] {
		case "Microsoft.Windows/FirewallRuleList":
			list, _ := properties["rules"].([]any)
			if len(properties) != 1 || len(list) == 0 {
				return nil, nil, fmt.Errorf("a list has %v", properties)
			}
			for _, x := range list {
				rule, err := fromRuleList(x.(map[string]any))
				if err != nil {
					return nil, nil, err
				}
				rules = append(rules, rule)
			}
		case "Microsoft.Windows/WindowsPowerShell":
			list, _ := properties["resources"].([]any)
			for _, x := range list {
				one := x.(map[string]any)
				values, _ := one["properties"].(map[string]any)
				switch {
				case one["type"] == "NetworkingDsc/Firewall":
					if len(profiles) > 0 {
						return nil, nil, fmt.Errorf("a rule follows the profiles")
					}
					rule, err := fromNetworking(values)
					if err != nil {
						return nil, nil, err
					}
					rules = append(rules, rule)
				case one["type"] == "NetworkingDsc/FirewallProfile":
					name := fmt.Sprint(values["Name"])
					profiles[name] = map[string]string{}
					for key, v := range values {
						profiles[name][key] = fmt.Sprint(v)
					}
				default:
					return nil, nil, fmt.Errorf("a resource of type %v", one["type"])
				}
			}
		default:
			return nil, nil, fmt.Errorf("a resource of type %v", resource["type"])
		}
	}
	return rules, profiles, nil
}

// expression returns a value that begins with [, or "". DSC reads it as an expression. Only dependsOn may have
// one.
func expression(value any) string {
	switch v := value.(type) {
	case string:
		if strings.HasPrefix(strings.TrimLeft(v, " "), "[") {
			return v
		}
	case []string:
		for _, x := range v {
			if e := expression(x); e != "" {
				return e
			}
		}
	case []any:
		for _, x := range v {
			if e := expression(x); e != "" {
				return e
			}
		}
	case map[string]any:
		for key, x := range v {
			if e := expression(x); e != "" && key != "dependsOn" {
				return e
			}
		}
	}
	return ""
}

// fromRuleList checks a rule against the schema of the resource, version 0.3.0, and converts it.
func fromRuleList(x map[string]any) (Rule, error) {
	want := map[string]string{
		"name": "string", "grouping": "string", "description": "string", "protocol": "int", "localPorts": "string", "remotePorts": "string",
		"remoteAddresses": "string", "applicationName": "string", "serviceName": "string", "direction": "Inbound", "action": "Allow",
		"enabled": "true", "profiles": "list", "edgeTraversal": "false",
	}
	text := map[string]string{}
	for key, value := range x {
		kind := fmt.Sprintf("%T", value)
		switch want[key] {
		case "":
			return Rule{}, fmt.Errorf("the schema has no %s", key)
		case "string", "int":
			if kind != want[key] {
				return Rule{}, fmt.Errorf("%s is a %s", key, kind)
			}
		case "list":
			if kind != "[]string" {
				return Rule{}, fmt.Errorf("%s is a %s", key, kind)
			}
		default:
			if fmt.Sprint(value) != want[key] {
				return Rule{}, fmt.Errorf("%s is %v", key, value)
			}
		}
		text[key] = fmt.Sprint(value)
	}
	for _, key := range []string{"name", "protocol", "direction", "action", "enabled", "profiles", "edgeTraversal", "grouping"} {
		if text[key] == "" {
			return Rule{}, fmt.Errorf("a rule has no %s", key)
		}
	}
	out := Rule{Name: text["name"], ID: text["name"], Text: text["description"], Listener: ruleset.Listener{Program: text["applicationName"], Service: text["serviceName"]}}
	out.Protocol = ruleset.Protocol(x["protocol"].(int))
	if out.Protocol > 256 || out.Protocol.HasTypes() {
		return out, fmt.Errorf("protocol %d without types", out.Protocol)
	}
	var err error
	if text["localPorts"] != "" {
		out.Ports, err = ruleset.ParsePorts(text["localPorts"])
	}
	if err == nil && text["remotePorts"] != "" {
		out.From, err = ruleset.ParsePorts(text["remotePorts"])
	}
	if err == nil && text["remoteAddresses"] != "" {
		for a := range strings.SplitSeq(text["remoteAddresses"], ",") {
			if regexp.MustCompile(`^[0-9.]+/[0-9]+$`).MatchString(a) {
				return out, fmt.Errorf("%s: Windows shows masks, and compares texts", a)
			}
		}
		out.Remote, err = addresses(strings.Split(text["remoteAddresses"], ","))
	}
	if list := x["profiles"].([]string); !slices.Equal(list, []string{"All"}) {
		for _, p := range list {
			out.Profiles = append(out.Profiles, strings.ToLower(p))
		}
	}
	return out, err
}

// fromNetworking checks a rule against the schema of NetworkingDsc 9, and converts it.
func fromNetworking(x map[string]any) (Rule, error) {
	table := map[string][]string{}
	for key, value := range x {
		list, isList := value.([]string)
		if text, is := value.(string); is {
			list = []string{text}
		} else if !isList {
			return Rule{}, fmt.Errorf("%s is a %T", key, value)
		}
		if isList != slices.Contains([]string{"Profile", "LocalPort", "IcmpType", "RemoteAddress"}, key) {
			return Rule{}, fmt.Errorf("%s is a %T", key, value)
		}
		fixed := map[string]string{"Ensure": "Present", "Enabled": "True", "Direction": "Inbound", "Action": "Allow"}
		switch {
		case fixed[key] != "":
			if list[0] != fixed[key] {
				return Rule{}, fmt.Errorf("%s is %s", key, list[0])
			}
			delete(x, key)
		case key == "Group", key == "Profile" && list[0] == "Any":
		default:
			table[key] = list
		}
	}
	return FromTable(table)
}

// yamlLine is a line of the part of YAML that documents need: blanks, the dash of a list, a key, a value.
var yamlLine = regexp.MustCompile(`^( *)(- )?(?:([$A-Za-z]+):(?: (.+))?|("\[[^"]*\]"))$`)

// parseYAML reads mappings and lists in block form, texts, words, numbers and lists on one line. Anything else is an error.
func parseYAML(text string) (map[string]any, error) {
	var lines []string
	for line := range strings.SplitSeq(strings.TrimSuffix(text, "\n"), "\n") {
		if !strings.HasPrefix(line, "#") {
			lines = append(lines, line)
		}
	}
	v, rest, err := yamlBlock(lines, 0)
	if err == nil && len(rest) > 0 {
		err = fmt.Errorf("%q stands alone", rest[0])
	}
	out, isMap := v.(map[string]any)
	if err == nil && !isMap {
		err = fmt.Errorf("no mapping")
	}
	return out, err
}

// yamlBlock reads the lines of one depth.
func yamlBlock(lines []string, depth int) (any, []string, error) {
	var list []any
	values := map[string]any{}
	for len(lines) > 0 {
		m := yamlLine.FindStringSubmatch(lines[0])
		if m == nil {
			return nil, nil, fmt.Errorf("%q is no line of a document", lines[0])
		}
		if len(m[1]) < depth {
			break
		}
		if len(m[1]) > depth {
			return nil, nil, fmt.Errorf("%q stands too deep", lines[0])
		}
		if m[2] != "" { // an item: what follows the dash is the first line of a block
			if m[5] != "" {
				list, lines = append(list, m[5]), lines[1:]
				continue
			}
			item := append([]string{strings.Repeat(" ", depth+2) + lines[0][depth+2:]}, lines[1:]...)
			v, rest, err := yamlBlock(item, depth+2)
			if err != nil {
				return nil, nil, err
			}
			list, lines = append(list, v), rest
			continue
		}
		if _, twice := values[m[3]]; twice || m[3] == "" {
			return nil, nil, fmt.Errorf("%q stands twice", lines[0])
		}
		lines = lines[1:]
		var err error
		if m[4] != "" {
			values[m[3]], err = yamlValue(m[4])
		} else {
			values[m[3]], lines, err = yamlBlock(lines, depth+2)
		}
		if err != nil {
			return nil, nil, err
		}
	}
	if list != nil {
		return list, lines, nil
	}
	return values, lines, nil
}

var (
	yamlText = regexp.MustCompile(`^'((?:[^']|'')*)'$`)
	yamlWord = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9 .:/_-]*$`)
	yamlItem = regexp.MustCompile(`^('(?:[^']|'')*'|[A-Za-z]+)(?:, |$)`)
)

// yamlValue reads what follows a key.
func yamlValue(text string) (any, error) {
	if m := yamlText.FindStringSubmatch(text); m != nil {
		return strings.ReplaceAll(m[1], "''", "'"), nil
	}
	if n, err := strconv.Atoi(text); err == nil {
		return n, nil
	}
	if text == "true" || text == "false" {
		return text == "true", nil
	}
	if inner, is := strings.CutPrefix(text, "["); is && strings.HasSuffix(inner, "]") {
		var out []string
		for inner = strings.TrimSuffix(inner, "]"); inner != ""; {
			m := yamlItem.FindStringSubmatch(inner)
			if m == nil {
				return nil, fmt.Errorf("%q is no list", text)
			}
			item := m[1]
			if t := yamlText.FindStringSubmatch(item); t != nil {
				item = strings.ReplaceAll(t[1], "''", "'")
			}
			out, inner = append(out, item), inner[len(m[0]):]
		}
		return out, nil
	}
	if yamlWord.MatchString(text) {
		return text, nil
	}
	return nil, fmt.Errorf("%q needs quotes", text)
}
