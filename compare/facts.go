package compare

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"rolewall/ruleset"
)

// compareFacts finds what differs in the host itself, not in its rules.
func compareFacts(before, after *ruleset.RuleSet) []Fact {
	var out []Fact
	value := func(name, old, new string) {
		if old != new {
			out = append(out, Fact{Name: name, Before: old, After: new})
		}
	}
	list := func(name string, old, new []string) {
		for _, x := range old {
			if !slices.Contains(new, x) {
				value(name, x, "")
			}
		}
		for _, x := range new {
			if !slices.Contains(old, x) {
				value(name, "", x)
			}
		}
	}
	value("os", string(before.OS), string(after.OS))
	list("role", before.Roles, after.Roles)
	list("feature", before.Features, after.Features)
	value("families", strings.Join(before.Families.Names(), ", "), strings.Join(after.Families.Names(), ", "))
	value("rpc", rpcText(before.RPC), rpcText(after.RPC))
	list("rpc pin", pins(before.RPC), pins(after.RPC))
	old, new := settings(before.Settings), settings(after.Settings)
	for _, key := range slices.Sorted(maps.Keys(old)) {
		value("setting "+key, old[key], new[key])
	}
	for _, key := range slices.Sorted(maps.Keys(new)) {
		if _, both := old[key]; !both {
			value("setting "+key, "", new[key])
		}
	}
	list("warning", before.Warnings, after.Warnings)
	list("note", before.Notes, after.Notes)
	return out
}

// pins returns the services that are pinned to a port. Most pins show as ports of rules, too, but two services of
// one program may swap theirs.
func pins(r ruleset.RPC) []string {
	var out []string
	for _, p := range r.Pins {
		out = append(out, fmt.Sprintf("%s %d", p.Service, p.Port))
	}
	return out
}

// rpcText returns the mode and the ranges in a few words.
func rpcText(r ruleset.RPC) string {
	text := string(r.Mode)
	for _, x := range r.Ranges {
		text += " " + x.String()
	}
	return text
}

// settings returns the options that differ from their defaults, as JSON, by their name in policies, "table.key".
// Options that are on by default are stored in negated form.
func settings(s ruleset.Settings) map[string]string {
	var tables map[string]map[string]json.RawMessage
	text, err := json.Marshal(s)
	if err == nil {
		err = json.Unmarshal(text, &tables)
	}
	if err != nil {
		panic("compare: " + err.Error()) // settings are tables of words, numbers and lists
	}
	out := map[string]string{}
	for table, values := range tables {
		for key, value := range values {
			if on, isOff := strings.CutPrefix(key, "no_"); isOff && string(value) == "true" {
				key, value = on, json.RawMessage("false")
			}
			out[table+"."+key] = string(value)
		}
	}
	return out
}
