package compare

import (
	"slices"
	"strconv"
	"strings"

	"rolewall/ruleset"
)

// Any reports whether the binding covers every program.
func (b Binding) Any() bool { return b == Binding{} }

// bindingKey returns the binding of a rule in lower case, since Windows ignores case.
func bindingKey(r *ruleset.Rule) Binding {
	return Binding{ruleset.Listener{Program: strings.ToLower(r.Listener.Program), Service: strings.ToLower(r.Listener.Service)}, r.RPC, r.IPsecOnly, r.Only()}
}

// covers reports whether a rule with binding b allows everything that a rule with binding c allows.
func (b Binding) covers(c Binding) bool {
	return (b.Program == "" || b.Program == c.Program) && (b.Service == "" || b.Service == c.Service) && (b.RPC == ruleset.NoRPC || b.RPC == c.RPC) &&
		(!b.IPsecOnly || c.IPsecOnly) && (b.Only == "" || b.Only == c.Only)
}

// related reports whether one packet can belong to both bindings. A binding narrowed by qualifiers is not related
// to one that is not: a source that reaches the port on one interface does not reach it on all.
func (b Binding) related(c Binding) bool {
	return (b.Only == "" || b.Only == c.Only) && b.listenersRelated(c)
}

// narrower reports whether b would be related to c without its qualifiers.
func (b Binding) narrower(c Binding) bool {
	return b.Only != "" && b.Only != c.Only && b.listenersRelated(c)
}

// listenersRelated ignores qualifiers.
func (b Binding) listenersRelated(c Binding) bool {
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
