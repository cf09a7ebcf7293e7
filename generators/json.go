package generators

import (
	"encoding/json"
	"io"

	"rolewall/ruleset"
)

// jsonTarget is the rule set for other programs.
type jsonTarget struct{}

func (jsonTarget) Info() Info {
	return Info{
		Name: "json", Title: "the rule set for other programs", File: "ruleset.json", Mode: 0o644,
		Can: Can{
			PortRanges: true, IPv4: true, IPv6: true, Sources: true, Protocols: true, AnyProtocol: true,
			ICMPTypes: true, ICMPCodes: true, Listener: true, Outbound: true, RPCKeyword: true,
		},
	}
}

func (jsonTarget) Generate(w io.Writer, rs *ruleset.RuleSet) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(NewView(rs))
}

// page is what a site's template in place of this page is given.
func (t jsonTarget) page(rs *ruleset.RuleSet) (any, error) {
	v := NewView(rs)
	v.Header = texts(Header(t.Info(), rs))
	return v, nil
}
