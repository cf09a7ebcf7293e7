package winjson

import (
	"encoding/json"
	"strings"
)

// words returns the texts of a member. PowerShell writes a list of one as a bare value, and an empty list as null
// or as an empty text. In other objects it writes lists as {"value": [...], "Count": 2}. Numbers and booleans are
// returned as text.
func words(m member) []string {
	var single string
	var list []json.RawMessage
	var wrapped struct {
		Value []json.RawMessage `json:"value"`
	}
	switch {
	case len(m) == 0 || string(m) == "null":
		return nil
	case json.Unmarshal(m, &single) == nil:
		if single == "" {
			return nil
		}
		return []string{single}
	case m[0] == '{':
		if json.Unmarshal(m, &wrapped) != nil || wrapped.Value == nil {
			return []string{string(m)}
		}
		list = wrapped.Value
	case m[0] != '[' || json.Unmarshal(m, &list) != nil:
		return []string{string(m)}
	}
	var out []string
	for _, x := range list {
		if json.Unmarshal(x, &single) != nil {
			single = string(x)
		}
		out = append(out, single)
	}
	return out
}

// word returns the text of a member. It joins several texts.
func word(m member) string { return strings.Join(words(m), ", ") }

// conditions returns the texts of a member that is a condition, or none if it is Any.
func conditions(m member) []string {
	list := words(m)
	if len(list) == 1 && strings.EqualFold(list[0], "Any") {
		return nil
	}
	return list
}

// enum is a member that PowerShell writes as a number or as a word.
type enum map[string]string

// of returns the value of the enum that the member has. It returns the text itself if that is no value of the
// enum.
func (e enum) of(m member) string {
	text := word(m)
	for key, value := range e {
		if strings.EqualFold(text, key) || strings.EqualFold(text, value) {
			return value
		}
	}
	return text
}

// The members that Windows holds as numbers.
var (
	onOff      = enum{"1": "True", "2": "False"} // in rules; profiles use other numbers
	directions = enum{"1": "Inbound", "2": "Outbound"}
	actions    = enum{"2": "Allow", "3": "AllowBypass", "4": "Block"}
	stores     = enum{"1": "Local", "2": "GroupPolicy", "3": "Dynamic", "4": "Generated", "5": "Hardcoded", "6": "MDM"}
	booleans   = enum{"0": "False", "1": "True", "2": "NotConfigured"}
	defaults   = enum{"0": "NotConfigured", "2": "Allow", "4": "Block"}
	required   = enum{"0": "NotRequired"}

	interfaceTypes = enum{"0": "Any", "1": "Lan", "2": "Wireless", "4": "RemoteAccess", "Wired": "Lan"}
	categories     = enum{"0": "public", "1": "private", "2": "domain"}
)
