package winjson

import (
	"encoding/json"
	"strings"
)

// words returns the texts of a member. PowerShell writes a list of one as a bare value, an empty one as nothing or as an empty text,
// and lists in other objects as {"value": [...], "Count": 2}. Numbers and truth values are their text.
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

// word returns the one text of a member, several of them joined.
func word(m member) string { return strings.Join(words(m), ", ") }

// conditions returns the texts of a member that is a condition: none where it is Any.
func conditions(m member) []string {
	list := words(m)
	if len(list) == 1 && strings.EqualFold(list[0], "Any") {
		return nil
	}
	return list
}

// enum is a member that PowerShell writes as a number or as a word.
type enum map[string]string

// of returns what the member says, one of the values of the enum; the text itself where it is none of them.
func (e enum) of(m member) string {
	text := word(m)
	for key, value := range e {
		if strings.EqualFold(text, key) || strings.EqualFold(text, value) {
			return value
		}
	}
	return text
}

// The members that are numbers in Windows.
var (
	onOff      = enum{"1": "True", "2": "False"} // of rules; profiles count otherwise
	directions = enum{"1": "Inbound", "2": "Outbound"}
	actions    = enum{"2": "Allow", "3": "AllowBypass", "4": "Block"}
	stores     = enum{"1": "Local", "2": "GroupPolicy", "3": "Dynamic", "4": "Generated", "5": "Hardcoded", "6": "MDM"}
	booleans   = enum{"0": "False", "1": "True", "2": "NotConfigured"}
	defaults   = enum{"0": "NotConfigured", "2": "Allow", "4": "Block"}
	required   = enum{"0": "NotRequired"}

	interfaceTypes = enum{"0": "Any", "1": "Lan", "2": "Wireless", "4": "RemoteAccess", "Wired": "Lan"}
	categories     = enum{"0": "public", "1": "private", "2": "domain"}
)
