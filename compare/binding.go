package compare

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"rolewall/ruleset"
)

// scope is a class of packets beside ports and sources: the program that receives them, the interface on which they come and the
// port from which they come. An empty name is every interface, an empty range every port. Only of the binding is set for limits
// alone, and then to all qualifiers of the rule.
type scope struct {
	Binding
	on   string
	from ruleset.PortRange
}

// reach is which packets a rule allows, beside ports and sources.
type reach struct {
	Binding
	on   []string      // interfaces; none are all
	from ruleset.Ports // source ports; none are all
}

// reachOf returns the reach of a rule in lower case, since Windows ignores case.
func reachOf(r *ruleset.Rule) reach {
	out := reach{Binding: Binding{
		Listener: ruleset.Listener{Program: strings.ToLower(r.Listener.Program), Service: strings.ToLower(r.Listener.Service)}, RPC: r.RPC, IPsecOnly: r.IPsecOnly,
	}, on: r.Interfaces, from: r.FromPorts}
	if r.Limit != (ruleset.Limit{}) { // limits count for each rule, so that parts of one are not the whole
		out.Only = r.Only()
	}
	return out
}

func (h reach) same(k reach) bool {
	return h.Binding == k.Binding && slices.Equal(h.on, k.on) && slices.Equal(h.from, k.from)
}

// makes reports whether the rule allows all of a scope, and the scope is cut out of what the rule names.
func (h reach) makes(s scope) bool {
	return h.Binding == s.Binding && h.holds(s) && (len(h.on) > 0) == (s.on != "") && (len(h.from) > 0) == (s.from != ruleset.PortRange{})
}

// narrow reports whether the rule allows a part of the packets alone.
func (h reach) narrow() bool { return h.Only != "" || len(h.on) > 0 || len(h.from) > 0 }

// covers reports whether a rule with binding b allows everything that a rule with binding c allows.
func (b Binding) covers(c Binding) bool {
	return (b.Program == "" || b.Program == c.Program) && (b.Service == "" || b.Service == c.Service) && (b.RPC == ruleset.NoRPC || b.RPC == c.RPC) &&
		(!b.IPsecOnly || c.IPsecOnly) && (b.Only == "" || b.Only == c.Only)
}

// covers reports whether the rule allows all of a scope.
func (h reach) covers(s scope) bool { return h.Binding.covers(s.Binding) && h.holds(s) }

// related reports whether one packet can belong to the rule and to the scope. A rule narrowed by qualifiers is not related to a
// scope that is not: a source that reaches the port on one interface does not reach it on all.
func (h reach) related(s scope) bool { return h.holds(s) && h.listenersRelated(s.Binding) }

// narrower reports whether the rule would be related without its qualifiers.
func (h reach) narrower(s scope) bool {
	return h.narrow() && !h.holds(s) && h.listenersRelated(s.Binding)
}

// holds reports whether the qualifiers of the rule let all packets of a scope pass.
func (h reach) holds(s scope) bool {
	return (h.Only == "" || h.Only == s.Only) && h.onAll(s.on) && (len(h.from) == 0 || s.from != ruleset.PortRange{} && h.from.Contains(ruleset.Ports{s.from}))
}

// onAll reports whether the rule holds on every interface that a name means.
func (h reach) onAll(name string) bool {
	if len(h.on) == 0 {
		return true
	}
	return name != "" && slices.ContainsFunc(h.on, func(pattern string) bool {
		start, open := strings.CutSuffix(pattern, "*")
		return pattern == name || open && strings.HasPrefix(name, start)
	})
}

// listenersRelated ignores qualifiers.
func (h reach) listenersRelated(c Binding) bool {
	b := h.Binding
	b.Only, c.Only = "", ""
	return b.covers(c) || c.covers(b)
}

// bindings returns the bindings of rules as they are written, each once.
func bindings(rules []*rule) []Binding {
	var out []Binding
	for _, r := range rules {
		if b := (Binding{r.Listener, r.RPC, r.IPsecOnly, r.Only()}); !slices.Contains(out, b) {
			out = append(out, b)
		}
	}
	slices.SortFunc(out, Binding.compare)
	return out
}

func (b Binding) compare(c Binding) int {
	key := func(b Binding) string {
		return b.Program + "\x00" + b.Service + "\x00" + string(b.RPC) + "\x00" + strconv.FormatBool(b.IPsecOnly) + "\x00" + b.Only
	}
	return strings.Compare(key(b), key(c))
}

func (s scope) compare(t scope) int {
	return cmp.Or(s.Binding.compare(t.Binding), cmp.Compare(s.on, t.on), cmp.Compare(s.from.First, t.from.First))
}
