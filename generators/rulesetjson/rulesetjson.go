// Package rulesetjson is the rule set as JSON, a contract with other programs: View is its form, the target json writes
// it, and Read reads it back. Templates of custom targets get the same view.
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

// hostLine is the line of the host's name: JSON has no comments, and the name takes the place of the header.
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
	if err := term.WriteJSON(&b, view); err != nil { // the file may be shown on a terminal
		return target.Script{}, err
	}
	preamble, body, found := bytes.Cut(b.Bytes(), []byte(hostLine.Line("")+"\n"))
	if !found {
		return target.Script{}, errors.New("the view has no line for the host")
	}
	return target.Script{Preamble: preamble, Header: []string{""}, Body: body}, nil
}

// Data is what a site's template in place of this target's own form is given.
func (t Target) Data(rs *ruleset.RuleSet) (any, error) {
	v := NewView(rs)
	v.Header = Texts(target.HeaderLines(target.Header(t.Info(), rs), rs.Host, target.Comment{}))
	return v, nil
}
