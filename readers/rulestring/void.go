package rulestring

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"rolewall/ruleset"
)

// The limits of [MS-FASP], sections 2.2.24 and 2.2.37.
const (
	limitList = 1000 // addresses of a family, or ports
	limitName = 9999 // Name, Desc and EmbedCtxt
	limitPath = 259  // App and Svc
)

// Void returns why Windows ignores the rule or a part of it, according to the specification. It returns none for a
// good rule. Windows was seen to accept some of these rules.
func (r *Rule) Void() []string {
	var out []string
	add := func(bad bool, format string, args ...any) {
		if bad {
			out = append(out, fmt.Sprintf(format, args...))
		}
	}
	for _, x := range []struct{ key, value string }{{"Name", r.Name}, {"Desc", r.Desc}, {"EmbedCtxt", r.Group}} {
		add(r.Has(x.key) && x.value == "", "%s is empty", x.key)
		add(len(x.value) > limitName, "%s has %d characters, and %d are allowed", x.key, len(x.value), limitName)
	}
	add(!r.Has("Name"), "the rule has no Name")
	add(strings.EqualFold(r.Name, "ALL"), "Name is %s", r.Name)
	for _, x := range []struct{ key, value, never string }{{"App", r.App, `/*?"<>`}, {"Svc", r.Svc, `/\`}} {
		add(r.Has(x.key) && (x.value == "" || len(x.value) > limitPath || strings.ContainsAny(x.value, x.never)), "%s is not a name that Windows takes", x.key)
	}
	tcp, ports := r.Protocol == ruleset.TCP, r.Protocol.HasPorts()
	rpc := slices.ContainsFunc(r.LocalWords, func(w string) bool { return strings.HasPrefix(w, "RPC") })
	add(rpc && (!tcp || r.Direction != ruleset.Inbound), "RPC is for inbound TCP alone")
	add(len(r.LocalPorts)+len(r.LocalWords)+len(r.RemotePorts)+len(r.RemoteWords) > 0 && !ports, "protocol %s has no ports", r.Protocol)
	add(len(r.LocalWords) > 0 && r.Direction != ruleset.Inbound, "keywords of ports are for inbound rules alone")
	add(r.Edge && r.Direction != ruleset.Inbound, "Edge is for inbound rules alone")
	add(r.Defer != "" && !r.Edge, "Defer needs Edge")
	for _, list := range [][]netip.Prefix{r.Local, r.Remote} {
		four := 0
		for _, p := range list {
			add(p.Bits() == 0, "a subnet has the length 0")
			add(p.Addr().Is6() && p.Addr().IsUnspecified(), "an IPv6 range begins at ::")
			if p.Addr().Is4() {
				four++
			}
		}
		add(four > limitList || len(list)-four > limitList, "a list has more than %d addresses", limitList)
	}
	add(len(r.LocalPorts) > limitList || len(r.RemotePorts) > limitList, "a list has more than %d ports", limitList)
	return slices.Compact(out)
}
