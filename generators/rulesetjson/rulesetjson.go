// Package rulesetjson defines the JSON form of a rule set, which other programs rely on. View is that form, the
// target json writes it, and Read reads it back. Templates of custom targets get the same View.
package rulesetjson

import (
	"bytes"
	"errors"

	"rolewall/generators/target"
	"rolewall/internal/term"
	"rolewall/ruleset"
)

// Target writes the rule set for other programs.
type Target struct{}

// hostLine is the line with the host's name. JSON has no comments, so this line takes the place of the header.
var hostLine = target.Comment{Before: `  "host": "`, After: `",`}

func (Target) Info() target.Info {
	return target.Info{
		Name: "json", Title: "the rule set for other programs", File: "ruleset.json", Mode: 0o644, Comment: hostLine,
		Capabilities: target.Capabilities{
			PortRanges: true, IPv4: true, IPv6: true, Sources: true, Protocols: true, AnyProtocol: true,
			ICMPTypes: true, ICMPCodes: true, Listener: true, Outbound: true, RPCKeyword: true,
			Interfaces: true, FromPorts: true, Limits: true,
		},
	}
}

func (Target) Script(rs *ruleset.RuleSet) (target.Script, error) {
	view := NewView(rs)
	view.Host = ""
	var b bytes.Buffer
	if err := term.WriteJSON(&b, view); err != nil { // escapes for terminals, since the file may be shown on one
		return target.Script{}, err
	}
	preamble, body, found := bytes.Cut(b.Bytes(), []byte(hostLine.Line("")+"\n"))
	if !found {
		return target.Script{}, errors.New("the view has no line for the host")
	}
	return target.Script{Preamble: preamble, Header: []string{""}, Body: body}, nil
}

// Data returns the data for a site's template that replaces this target's own output.
func (t Target) Data(rs *ruleset.RuleSet) (any, error) {
	v := NewView(rs)
	v.Header = Texts(target.HeaderLines(target.Header(t.Info(), rs), rs.Host, target.Comment{}))
	return v, nil
}
