package nftjson

import (
	"encoding/json"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"rolewall/readers/netfilter"
)

// fillers are programs that add sources to sets of their own. The elements expire.
var fillers = []string{"f2b", "fail2ban", "crowdsec", "sshguard"}

// set reads a named set or map.
func (r *reader) set(t *netfilter.Table, m member) {
	s := t.Sets[text(m.object["name"])]
	for _, f := range list(m.object["flags"]) {
		s.Dynamic = s.Dynamic || text(f) == "dynamic"
	}
	_, timeout := m.object["timeout"]
	timeout = timeout || slices.ContainsFunc(list(m.object["flags"]), func(f any) bool { return text(f) == "timeout" })
	if timeout && slices.ContainsFunc(fillers, func(f string) bool { return strings.Contains(s.Name+" "+t.Name, f) }) {
		s.Dynamic = true
	}
	r.elements(s, m.object["elem"], m.offset)
}

// elements adds the elements of a list to a set.
func (r *reader) elements(s *netfilter.Set, v any, offset int) {
	if s == nil {
		return
	}
	elements := list(v)
	if !r.st.Grow(len(elements)) {
		r.errorf(offset, "the sets of this host have more than %d elements", netfilter.MaxElements)
		return
	}
	s.Elements = slices.Grow(s.Elements, len(elements))
	for _, e := range elements {
		x, ok := element(e)
		if !ok {
			if s.Missing == "" {
				s.Missing = "depends on the set " + s.Name + ", which has an element that rolewall does not follow (" + short(show(e)) + ")"
			}
			continue
		}
		s.Elements = append(s.Elements, x)
	}
}

// short shortens a text for a message.
func short(s string) string {
	if len(s) > 120 {
		return s[:117] + "..."
	}
	return s
}

// element reads an element of a set, or a pair of a map.
func element(v any) (netfilter.Element, bool) {
	if pair, ok := v.([]any); ok && len(pair) == 2 {
		e, ok := element(pair[0])
		if !ok {
			return e, false
		}
		data := pair[1]
		if verdict, ok := verdictOf(data); ok {
			e.Verdict = verdict
		}
		return e, true
	}
	keys, ok := keysOf(v)
	return netfilter.Element{Key: keys}, ok
}

// keysOf reads a value, with or without a comment or a timeout, as a key for each field.
func keysOf(v any) ([]netfilter.Key, bool) {
	if kind, x, ok := one(v); ok {
		switch kind {
		case "elem":
			o, _ := x.(map[string]any)
			return keysOf(o["val"])
		case "concat":
			var out []netfilter.Key
			for _, part := range list(x) {
				k, ok := keysOf(part)
				if !ok || len(k) != 1 {
					return nil, false
				}
				out = append(out, k[0])
			}
			return out, true
		}
	}
	k, ok := key(v)
	return []netfilter.Key{k}, ok
}

// key reads a single value, a range or a prefix.
func key(v any) (netfilter.Key, bool) {
	switch v := v.(type) {
	case json.Number:
		n, err := strconv.ParseUint(v.String(), 10, 64)
		return netfilter.Key{Span: netfilter.One(netfilter.Number(n))}, err == nil
	case bool:
		n := uint64(0)
		if v {
			n = 1
		}
		return netfilter.Key{Span: netfilter.One(netfilter.Number(n))}, true
	case string:
		return word(v)
	}
	kind, x, ok := one(v)
	if !ok {
		return netfilter.Key{}, false
	}
	switch kind {
	case "prefix":
		o, _ := x.(map[string]any)
		n, isNumber := number(o["len"])
		a, err := netip.ParseAddr(text(o["addr"]))
		if !isNumber || err != nil || n < 0 || int(n) > a.BitLen() {
			return netfilter.Key{}, false
		}
		return netfilter.Key{Span: netfilter.PrefixSpan(netip.PrefixFrom(a, int(n)))}, true
	case "range":
		ends := list(x)
		if len(ends) != 2 {
			return netfilter.Key{}, false
		}
		a, ok1 := key(ends[0])
		b, ok2 := key(ends[1])
		if !ok1 || !ok2 || a.Name != "" && b.Name != "" {
			return netfilter.Key{}, false
		}
		return netfilter.Key{Span: netfilter.Span{First: a.First, Last: b.Last}}, true
	case "elem":
		o, _ := x.(map[string]any)
		return key(o["val"])
	}
	return netfilter.Key{}, false
}

// word reads an address. Any other word stays a name, whose meaning depends on the field.
func word(s string) (netfilter.Key, bool) {
	if s == "*" {
		return netfilter.Key{}, false // the catch-all element
	}
	if strings.ContainsAny(s, ".:") {
		if a, err := netip.ParseAddr(s); err == nil && a.Zone() == "" {
			if a.Is4In6() {
				a = netip.AddrFrom16(a.As16())
			}
			return netfilter.Key{Span: netfilter.One(netfilter.Address(a))}, true
		}
	}
	return netfilter.Key{Name: s}, true
}
