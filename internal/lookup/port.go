package lookup

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"rolewall/catalog"
	"rolewall/diag"
	"rolewall/ruleset"
)

// PortForms are examples of what ParsePort reads, for hints.
const PortForms = "tcp/445, 445/tcp, 445, tcp/8000-8010, rdp, icmp/8, gre, protocol/47"

// ParsePort reads the traffic of a question: "tcp/445" and "445/tcp", "445" for both TCP and UDP, ranges in place
// of a port, "icmp/8", "icmp/3:4", "gre", "protocol/47", and names such as "rdp" (PortName), in any case. Each
// element of the result has one protocol, and one range of ports or one ICMP type if the protocol has these. The
// error is a *diag.Diagnostic with a hint.
func ParsePort(text string) ([]ruleset.Traffic, error) {
	if list := PortName(text); list != nil {
		return list, nil
	}
	list, err := parsePort(strings.ToLower(text))
	if err == nil {
		return list, nil
	}
	if _, ok := errors.AsType[*diag.Diagnostic](err); ok {
		return nil, err
	}
	if near := diag.Suggest(text, PortNames()); near != "" && len(text) > 2 && !strings.ContainsAny(text, "/0123456789") {
		return nil, diag.Errorf(near, "%s", err)
	}
	return nil, diag.Errorf(PortForms, "%s", err)
}

func parsePort(text string) ([]ruleset.Traffic, error) {
	name, number, hasNumber := strings.Cut(text, "/")
	isNumber := strings.Trim(name, "0123456789-") == "" && name != ""
	if hasNumber && isNumber && (number == "tcp" || number == "udp") {
		name, number = number, name
	}
	if !hasNumber && (isNumber || name == "") {
		r, err := ruleset.ParsePortRange(name)
		return []ruleset.Traffic{{Protocol: ruleset.TCP, Ports: ruleset.Ports{r}}, {Protocol: ruleset.UDP, Ports: ruleset.Ports{r}}}, err
	}
	if name == "protocol" {
		return parseProtocol(number)
	}
	p, err := ruleset.ParseProtocol(name)
	t := ruleset.Traffic{Protocol: p}
	switch {
	case err != nil:
	case p.HasPorts():
		var r ruleset.PortRange
		r, err = ruleset.ParsePortRange(number)
		t.Ports = ruleset.Ports{r}
	case p.HasTypes():
		var i ruleset.ICMPType
		i, err = ruleset.ParseICMPType(number)
		t.ICMP = []ruleset.ICMPType{i}
	case hasNumber:
		err = fmt.Errorf("%s has no ports", name)
	}
	return []ruleset.Traffic{t}, err
}

// parseProtocol reads the number in protocol/47. It rejects protocols that have ports or types.
func parseProtocol(number string) ([]ruleset.Traffic, error) {
	p, err := ruleset.ParseProtocol(number)
	switch {
	case err != nil:
		return nil, err
	case p.HasPorts():
		return nil, diag.Errorf(p.String()+"/PORT", "ask about a port of %s", p)
	case p.HasTypes():
		return nil, diag.Errorf(p.String()+"/TYPE", "ask about a type of %s", p)
	}
	return []ruleset.Traffic{{Protocol: p}}, nil
}

// port finds the endpoints that listen on the traffic, and the roles that open one of them.
func (f *Finder) port(name string, asked []ruleset.Traffic) Entry {
	e := Entry{Kind: "port", Name: name, Rows: []Row{}}
	for _, service := range f.Catalog.ServiceNames() {
		v, _ := f.Catalog.Service(service)
		for i := range v.Endpoints {
			x := &v.Endpoints[i]
			if f.has(v, x) && slices.ContainsFunc(asked, func(t ruleset.Traffic) bool { return ListensOn(x, t) }) {
				e.Rows = append(e.Rows, NewRow(v, x))
			}
		}
	}
	if len(e.Rows) == 0 {
		e.Title = "no service of the catalog has it as its own"
	}
	for _, role := range f.Catalog.RoleNames() {
		r, _ := f.Catalog.Role(role)
		of := Entry{}
		f.roleRows(&of, r, map[string]bool{})
		if slices.ContainsFunc(of.Rows, func(x Row) bool {
			return x.Never == "" && slices.ContainsFunc(e.Rows, func(y Row) bool { return x.Service == y.Service && x.Port == y.Port })
		}) {
			e.UsedBy = append(e.UsedBy, role)
		}
	}
	for _, old := range []ruleset.OS{ruleset.Windows2003, ruleset.Windows2008} {
		if r := old.DynamicRange(); len(asked[0].Ports) > 0 && r.Overlaps(asked[0].Ports[0]) {
			e.Note = fmt.Sprintf("inside the dynamic range %s of %s and the editions around it, from which RPC services and clients take ports", r, old)
		}
	}
	e.Sources = Sources(f.Catalog, rowTags(e.Rows))
	return e
}

// ListensOn reports whether an endpoint has a part of the traffic as its own. An endpoint with ports from a
// dynamic range has none of its own. An ICMP type includes its codes.
func ListensOn(e *catalog.Endpoint, t ruleset.Traffic) bool {
	return !e.OwnRange && e.Protocol == t.Protocol && e.Traffic.Overlaps(t)
}
