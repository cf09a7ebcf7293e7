package compare

import (
	"slices"
	"strconv"
	"strings"

	"rolewall/ruleset"
)

// Any reports whether every program gets the packets.
func (b Binding) Any() bool { return b == Binding{} }

// bindingKey folds case, in which Windows sees no difference.
func bindingKey(r *ruleset.Rule) Binding {
	return Binding{ruleset.Listener{Program: strings.ToLower(r.Listener.Program), Service: strings.ToLower(r.Listener.Service)}, r.RPC, r.IPsecOnly, r.Only()}
}

// covers reports whether a rule bound to b allows whatever one bound to c allows.
func (b Binding) covers(c Binding) bool {
	return (b.Program == "" || b.Program == c.Program) && (b.Service == "" || b.Service == c.Service) && (b.RPC == ruleset.NoRPC || b.RPC == c.RPC) &&
		(!b.IPsecOnly || c.IPsecOnly) && (b.Only == "" || b.Only == c.Only)
}

// related reports whether a packet can reach both. A binding that qualifiers narrow is not related to one that they do not:
// whoever reaches the port on one interface alone does not reach it on all.
func (b Binding) related(c Binding) bool {
	return (b.Only == "" || b.Only == c.Only) && b.listenersRelated(c)
}

// narrower reports whether b is related to c but for its qualifiers.
func (b Binding) narrower(c Binding) bool {
	return b.Only != "" && b.Only != c.Only && b.listenersRelated(c)
}

// listenersRelated leaves qualifiers aside.
func (b Binding) listenersRelated(c Binding) bool {
	b.Only, c.Only = "", ""
	return b.covers(c) || c.covers(b)
}

// bindings lists the bindings of rules as written, each once.
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
