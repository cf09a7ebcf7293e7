package main

import (
	"cmp"
	"slices"
	"strings"

	"rolewall/catalog"
	"rolewall/ruleset"
)

// short is an edition without its first word.
func short(os ruleset.OS) string {
	if os == ruleset.Linux {
		return "Linux"
	}
	return strings.Replace(strings.TrimPrefix(string(os), "windows-"), "r2", " R2", 1)
}

// windows are the editions of Windows, oldest first.
func windows() []ruleset.OS {
	return slices.DeleteFunc(ruleset.AllOS(), func(os ruleset.OS) bool { return !os.IsWindows() })
}

// spans writes editions of Windows as people say them: "all", "2008 to 2016", "2012 and later", "2000, 2003".
func spans(list []ruleset.OS) string {
	all := windows()
	var out []string
	for i := 0; i < len(all); i++ {
		first := i
		for i < len(all) && slices.Contains(list, all[i]) {
			i++
		}
		switch {
		case i == first:
		case first == 0 && i == len(all):
			return "all"
		case i == len(all) && i-first > 1:
			out = append(out, short(all[first])+" and later")
		case i-first == 1:
			out = append(out, short(all[first]))
		case i-first == 2:
			out = append(out, short(all[first]), short(all[i-1]))
		default:
			out = append(out, short(all[first])+" to "+short(all[i-1]))
		}
	}
	if len(out) == 0 && slices.Contains(list, ruleset.Linux) {
		return "Linux"
	}
	return strings.Join(out, ", ")
}

// both are the editions on which a service and one of its rows exist.
func both(s *catalog.Service, e *catalog.Endpoint) []ruleset.OS {
	return slices.DeleteFunc(e.List(), func(os ruleset.OS) bool { return !s.Has(os) })
}

// opening is what a cell lists: one kind of traffic, and its place in the list.
type opening struct {
	kind string // "tcp", "udp", or a word that stands alone
	port ruleset.PortRange
}

// openings are the parts of a row. rpc reports whether RPC stands for TCP 135 in the same cell.
func openings(e *catalog.Endpoint, rpc bool) []opening {
	switch {
	case e.RPC == ruleset.Dynamic, e.RPC == ruleset.EndpointMapper && rpc:
		return []opening{{kind: "RPC"}}
	case e.OwnRange:
		return []opening{{kind: e.Protocol.String() + " dynamic"}}
	case e.Protocol.HasTypes():
		return []opening{{kind: "echo"}}
	case !e.Protocol.HasPorts():
		return []opening{{kind: strings.ToUpper(e.Protocol.String())}}
	}
	var out []opening
	for _, r := range e.Ports {
		out = append(out, opening{e.Protocol.String(), r})
	}
	return out
}

// say writes openings, sorted: "tcp 80, 443; udp 53; RPC; echo".
func say(list []opening) string {
	slices.SortFunc(list, func(a, b opening) int {
		return cmp.Or(cmp.Compare(order(a.kind), order(b.kind)), strings.Compare(a.kind, b.kind), cmp.Compare(a.port.First, b.port.First), cmp.Compare(a.port.Last, b.port.Last))
	})
	var parts []string
	kind := ""
	for _, o := range slices.Compact(list) {
		switch {
		case o.port.First == 0:
			parts = append(parts, o.kind)
		case o.kind == kind:
			parts[len(parts)-1] += ", " + o.port.String()
		default:
			parts = append(parts, o.kind+" "+o.port.String())
		}
		kind = o.kind
	}
	return strings.Join(parts, "; ")
}

func order(kind string) int {
	if i := slices.Index([]string{"tcp", "udp", "RPC", "tcp dynamic", "udp dynamic"}, kind); i >= 0 {
		return i
	}
	if kind == "echo" {
		return 9
	}
	return 8
}

// audiences are the columns of a role.
var audiences = []ruleset.Audience{ruleset.Clients, ruleset.Peers, ruleset.Management}

// cells are the openings of rows by audience. What clients may reach is left out of the others' cells.
func cells(rows []*catalog.Endpoint) []string {
	rpc := map[ruleset.Audience]bool{}
	for _, e := range rows {
		rpc[e.Audience] = rpc[e.Audience] || e.RPC == ruleset.Dynamic
	}
	var out []string
	var clients []opening
	for _, audience := range audiences {
		var list []opening
		for _, e := range rows {
			if e.Audience == audience {
				list = append(list, openings(e, rpc[audience])...)
			}
		}
		if audience == ruleset.Clients {
			clients = list
		} else {
			list = slices.DeleteFunc(list, func(o opening) bool { return slices.Contains(clients, o) })
		}
		out = append(out, say(list))
	}
	return out
}
