package rulesetjson

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"

	"rolewall/ruleset"
)

// Read reads the output of the json target back into a rule set. It is strict: it returns an error for a key or a
// word that the target would not write, since a comparison with half a rule set would be silently wrong. It does
// not trust the IDs and the digest in the file: rules are merged again and get the IDs of their content. For pins
// it returns only the service and the port.
func Read(data []byte) (*ruleset.RuleSet, error) {
	var v View
	if err := decodeStrict(data, &v); err != nil {
		return nil, err
	}
	if v.Version != 1 {
		return nil, fmt.Errorf("version %d is not known, 1 is", v.Version)
	}
	r := &viewReader{}
	rs := r.ruleSet(v)
	if r.err != nil {
		return nil, r.err
	}
	return rs, nil
}

// viewReader converts views back and keeps the first mistake.
type viewReader struct {
	err   error
	where string // "rules[3]"
}

func (r *viewReader) fail(format string, args ...any) {
	if r.err == nil {
		text := fmt.Sprintf(format, args...)
		if r.where != "" {
			text = r.where + ": " + text
		}
		r.err = errors.New(text)
	}
}

func (r *viewReader) ruleSet(v View) *ruleset.RuleSet {
	if why := ruleset.BadFileName(v.Host); why != "" {
		r.fail("host name %q %s", v.Host, why)
	}
	if v.Roles == nil || v.Features == nil || v.Outbound == nil || v.Rules == nil {
		r.fail("roles, features, outbound or rules are missing")
	}
	os, known := ruleset.ParseOS(v.OS)
	if !known {
		r.fail("unknown os %q", v.OS)
	}
	out := &ruleset.RuleSet{
		Host: v.Host, OS: os, Roles: v.Roles, Features: v.Features, Families: r.families(v.Families), RPC: r.rpc(v.RPC),
		Settings: v.Settings, Inbound: r.rules("rules", ruleset.Inbound, v.Rules), Outbound: r.rules("outbound", ruleset.Outbound, v.Outbound),
		Notes: plainTexts(v.Notes), Warnings: plainTexts(v.Warnings),
	}
	out.TellTwinsApart()
	return out
}

func plainTexts(list []Text) []string {
	var out []string
	for _, t := range list {
		out = append(out, string(t))
	}
	return out
}

func (r *viewReader) families(names []string) ruleset.Families {
	var f ruleset.Families
	for _, name := range names {
		switch name {
		case "ipv4":
			f.IPv4 = true
		case "ipv6":
			f.IPv6 = true
		default:
			r.fail("unknown family %q", name)
		}
	}
	if f.None() {
		r.fail("families are missing")
	}
	return f
}

func (r *viewReader) rpc(v RPCView) ruleset.RPC {
	out := ruleset.RPC{Mode: ruleset.RPCMode(v.Mode)}
	if !slices.Contains([]ruleset.RPCMode{ruleset.RPCDynamic, ruleset.RPCRange, ruleset.RPCStatic, ruleset.RPCClosed}, out.Mode) {
		r.fail("unknown RPC mode %q", v.Mode)
	}
	out.Ranges = r.ranges(v.Ranges)
	for _, p := range v.Pins {
		if p.Service == "" || p.Port < 1 || p.Port > 65535 {
			r.fail("a pin needs a service and a port from 1 to 65535")
		}
		out.Pins = append(out.Pins, ruleset.Pin{Service: string(p.Service), Port: uint16(p.Port)})
	}
	return out
}

func (r *viewReader) rules(list string, direction ruleset.Direction, views []RuleView) []*ruleset.Rule {
	var out []*ruleset.Rule
	for i, v := range views {
		r.where = fmt.Sprintf("%s[%d]", list, i)
		rule := r.rule(v)
		rule.Direction = direction
		out = append(out, rule)
	}
	r.where = ""
	return ruleset.Merge(out)
}

func (r *viewReader) rule(v RuleView) *ruleset.Rule {
	protocol, err := ruleset.ParseProtocol(v.Protocol)
	if err != nil {
		r.fail("%s", err)
	}
	out := &ruleset.Rule{Traffic: ruleset.Traffic{Protocol: protocol}, RPC: ruleset.RPCKind(v.RPC), IPsecOnly: v.Decrypted, Remote: r.sources(v.From)}
	if !slices.Contains([]ruleset.RPCKind{ruleset.NoRPC, ruleset.EndpointMapper, ruleset.Dynamic, ruleset.Static}, out.RPC) {
		r.fail("unknown rpc %q", v.RPC)
	}
	if protocol.HasPorts() != (len(v.Ports) > 0) {
		r.fail("ports belong to tcp and udp, and to nothing else")
	}
	if protocol.HasTypes() != (len(v.ICMP) > 0) {
		r.fail("types belong to icmp and icmpv6, and to nothing else")
	}
	out.Ports = ruleset.NewPorts(r.ranges(v.Ports)...)
	out.ICMP = r.types(v.ICMP)
	r.qualifiers(v, out)
	if v.Listener != nil {
		out.Listener = ruleset.Listener{Program: string(v.Listener.Program), Service: string(v.Listener.Service)}
	}
	out.Reasons = r.reasons(v.Reasons)
	return out
}

// qualifiers reads the qualifiers of a rule.
func (r *viewReader) qualifiers(v RuleView, out *ruleset.Rule) {
	for _, name := range v.Interfaces {
		if why := ruleset.CheckInterface(name); why != "" {
			r.fail("%s", why)
		}
	}
	if !out.Protocol.HasPorts() && len(v.FromPorts) > 0 {
		r.fail("source ports belong to tcp and udp, and to nothing else")
	}
	out.Interfaces = slices.Compact(slices.Sorted(slices.Values(v.Interfaces)))
	out.FromPorts = ruleset.NewPorts(r.ranges(v.FromPorts)...)
	if v.Limit == "" {
		return
	}
	limit, err := ruleset.ParseLimit(v.Limit)
	if err != nil {
		r.fail("%s", err)
	}
	out.Limit = limit
}

func (r *viewReader) ranges(texts []string) []ruleset.PortRange {
	var out []ruleset.PortRange
	for _, text := range texts {
		p, err := ruleset.ParsePortRange(text)
		if err != nil {
			r.fail("%s", err)
		}
		out = append(out, p)
	}
	return out
}

func (r *viewReader) types(texts []string) []ruleset.ICMPType {
	var out []ruleset.ICMPType
	for _, text := range texts {
		t, err := ruleset.ParseICMPType(text)
		if err != nil {
			r.fail("%s", err)
		}
		out = append(out, t)
	}
	slices.SortFunc(out, ruleset.ICMPType.Compare)
	return slices.Compact(out)
}

// sources reads address sets. An empty list means anyone.
func (r *viewReader) sources(views []SetView) ruleset.Sources {
	if len(views) == 0 {
		return ruleset.Anyone()
	}
	var sets []ruleset.AddressSet
	for _, v := range views {
		set := ruleset.AddressSet{Name: v.Name}
		if len(v.Prefixes) == 0 { // a set without prefixes would make a rule for nobody
			r.fail("the address set %q is empty", v.Name)
		}
		for _, text := range v.Prefixes {
			p, err := netip.ParsePrefix(text)
			if err != nil || p != p.Masked() || p.Addr().Is4In6() || p.Bits() == 0 {
				r.fail("%q is not a prefix of an address set", text)
				continue
			}
			set.Prefixes = append(set.Prefixes, p)
		}
		sets = append(sets, set)
	}
	if r.err != nil {
		return ruleset.Sources{}
	}
	return ruleset.NewSources(sets...)
}

func (r *viewReader) reasons(views []ReasonView) []ruleset.Reason {
	if len(views) == 0 {
		r.fail("the rule has no reason")
	}
	var out []ruleset.Reason
	for _, v := range views {
		x := ruleset.Reason{
			Role: v.Role, Via: v.Via, Service: string(v.Service), App: string(v.App), Audience: ruleset.Audience(v.Audience),
			Networks: v.Networks, Feature: v.Feature, Source: string(v.Source), At: v.At,
		}
		if v.Allow != nil {
			x.Allow = &ruleset.Allow{Reason: string(v.Allow.Reason), Owner: string(v.Allow.Owner), Expires: v.Allow.Expires}
		}
		if (x.Allow == nil) != (x.Service != "") {
			r.fail("a reason is a service or an exception")
		}
		out = append(out, x)
	}
	return out
}
