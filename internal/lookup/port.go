package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"rolewall/catalog"
	"rolewall/diag"
	"rolewall/ruleset"
)

// portQuery is traffic asked about: some protocols, and a port or type where there is one.
type portQuery struct {
	protocols []ruleset.Protocol
	port      uint16 // of TCP and UDP
	icmp      string // type of ICMP and ICMPv6
}

// parsePort reads tcp/445, 445, icmp/8, gre, protocol/47.
func parsePort(text string) (portQuery, error) {
	name, number, has := strings.Cut(strings.ToLower(text), "/")
	if !has && strings.Trim(name, "0123456789") == "" {
		r, err := ruleset.ParsePortRange(name)
		return portQuery{protocols: []ruleset.Protocol{ruleset.TCP, ruleset.UDP}, port: r.First}, err
	}
	if name == "protocol" {
		return parseProtocol(number)
	}
	p, err := ruleset.ParseProtocol(name)
	if err != nil {
		return portQuery{}, err
	}
	q := portQuery{protocols: []ruleset.Protocol{p}}
	switch {
	case p.HasPorts():
		r, err := ruleset.ParsePortRange(number)
		if err == nil && r.First != r.Last {
			err = fmt.Errorf("%s is a range, ask about one port", number)
		}
		q.port = r.First
		return q, err
	case p.HasTypes():
		_, err := ruleset.ParseICMPType(number)
		q.icmp = number
		return q, err
	case has:
		return q, fmt.Errorf("%s has no ports", name)
	}
	return q, nil
}

// parseProtocol reads the number in protocol/47. A number says too little of protocols that have ports or types.
func parseProtocol(number string) (portQuery, error) {
	p, err := ruleset.ParseProtocol(number)
	switch {
	case err != nil:
		return portQuery{}, err
	case p.HasPorts():
		return portQuery{}, usage(p.String()+"/PORT", "ask about a port of %s", p)
	case p.HasTypes():
		return portQuery{}, usage(p.String()+"/TYPE", "ask about a type of %s", p)
	}
	return portQuery{protocols: []ruleset.Protocol{p}}, nil
}

// portUsage is err, which parsePort has found in text, with a hint.
func portUsage(err error, format string, args ...any) error {
	hint := "tcp/445, udp/53, 445, icmp/8, gre, protocol/47"
	if d, ok := errors.AsType[*diag.Diagnostic](err); ok && d.Hint != "" {
		err, hint = errors.New(d.Message), d.Hint
	}
	return usage(hint, format, append(args, err)...)
}

func (s *shelf) port(name string, q portQuery) entry {
	e := entry{Kind: "port", Name: name, Rows: []row{}}
	own := false
	for _, service := range s.cat.ServiceNames() {
		v, _ := s.cat.Service(service)
		for i := range v.Endpoints {
			if x := &v.Endpoints[i]; (s.os == "" || x.Has(s.os) && v.Has(s.os)) && q.matches(x) {
				e.Rows = append(e.Rows, newRow(v, x))
				own = true
			}
		}
	}
	if !own {
		e.Title = "no service of the catalog has it as its own"
	}
	for _, role := range s.cat.RoleNames() {
		r, _ := s.cat.Role(role)
		of := entry{}
		s.roleRows(&of, r, map[string]bool{})
		if slices.ContainsFunc(of.Rows, func(x row) bool {
			return x.Never == "" && slices.ContainsFunc(e.Rows, func(y row) bool { return x.Service == y.Service && x.Port == y.Port })
		}) {
			e.UsedBy = append(e.UsedBy, role)
		}
	}
	for _, old := range []ruleset.OS{ruleset.Windows2003, ruleset.Windows2008} {
		if r := old.DynamicRange(); q.port != 0 && r.Contains(ruleset.PortRange{First: q.port, Last: q.port}) {
			e.Note = fmt.Sprintf("inside the dynamic range %s of %s and the editions around it, from which RPC services and clients take ports", r, old)
		}
	}
	e.Sources = s.sources(rowTags(e.Rows))
	return e
}

func (q portQuery) matches(e *catalog.Endpoint) bool {
	if !slices.Contains(q.protocols, e.Protocol) || e.OwnRange {
		return false
	}
	if e.Protocol.HasTypes() {
		return slices.ContainsFunc(e.ICMP, func(t ruleset.ICMPType) bool { return t.String() == q.icmp })
	}
	return !e.Protocol.HasPorts() || e.Ports.Contains(ruleset.Ports{{First: q.port, Last: q.port}})
}
