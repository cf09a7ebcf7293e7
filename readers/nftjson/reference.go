package nftjson

import (
	"strings"

	"rolewall/readers/capture"
	"rolewall/readers/netfilter"
)

// typedSet is a named set, read for certain fields.
type typedSet struct {
	set  *netfilter.Set
	kind string
}

// named returns a named set with the names of values resolved for the fields.
func (r *ruleReader) named(name string, left []operand) *netfilter.Set {
	s := r.table.Sets[name]
	if s == nil {
		return &netfilter.Set{Name: name, Missing: "depends on the set " + name + ", which is not in the listing"}
	}
	kind := ""
	for _, o := range left {
		kind += string(rune('a' + o.field))
		if o.names != nil {
			kind += "!" + firstName(o.names)
		}
	}
	key := typedSet{s, kind}
	if t := r.typed[key]; t != nil {
		return t
	}
	t := s
	if needsNames(s, left) {
		x := *s
		t = &x
		t.Elements = make([]netfilter.Element, 0, len(s.Elements))
		for _, e := range s.Elements {
			e.Key = append([]netfilter.Key(nil), e.Key...)
			if !resolveAll(left, e.Key) {
				t.Missing = "depends on the set " + name + ", which has an element that rolewall does not follow"
				continue
			}
			t.Elements = append(t.Elements, e)
		}
	}
	for _, e := range t.Elements {
		if len(e.Key) == len(left) {
			r.checkPorts(left, e.Key)
		}
	}
	r.typed[key] = t
	return t
}

// firstName identifies a table of names.
func firstName(names map[string]uint64) string {
	best := ""
	for n := range names {
		if best == "" || n < best {
			best = n
		}
	}
	return best
}

func needsNames(s *netfilter.Set, left []operand) bool {
	for _, e := range s.Elements {
		if len(e.Key) != len(left) {
			return true
		}
		for i, k := range e.Key {
			in := left[i].field == netfilter.InInterface || left[i].field == netfilter.OutInterface
			if k.Name != "" != in || left[i].number != nil {
				return true
			}
		}
	}
	return false
}

// vmap reads a lookup in a map of verdicts.
func (r *ruleReader) vmap(o map[string]any) {
	left := operands(o["key"])
	fields, ok := r.guarded(left)
	if !ok || len(left) == 0 || left[0].masked() || left[0].partly {
		r.add(&netfilter.Verdict{Kind: netfilter.Undecided, Why: "depends on a map that rolewall does not follow (" + short(show(o["key"])) + ")"})
		return
	}
	v := &netfilter.VerdictMap{Fields: fields}
	if name, isName := strings.CutPrefix(text(o["data"]), "@"); isName {
		v.Set = r.named(name, left)
	} else if kind, x, ok := one(o["data"]); ok && kind == "set" {
		v.Set = r.setOf(left, pairs(x))
	} else {
		r.undecided(map[string]any{"vmap": o})
		return
	}
	r.add(v)
}

// pairs returns a list of pairs. It returns a single pair as a list of one.
func pairs(v any) []any {
	l := list(v)
	if len(l) == 2 && !isList(l[0]) {
		return []any{l}
	}
	return l
}

// dynamic reads a statement that adds a field of the packet to a set. Limits in it are those of each element.
func (r *ruleReader) dynamic(o map[string]any) {
	for _, x := range operands(o["elem"]) {
		r.add(x.guards...)
	}
	name := strings.TrimPrefix(text(o["set"])+text(o["map"]), "@")
	r.add(&netfilter.Fill{Set: name})
	if s := r.table.Sets[name]; s != nil {
		s.Dynamic = true
	}
	statements := list(o["stmt"])
	if r.old {
		r.maybe(capture.Rate, "depends on what the rule asks of the set "+name+", which nft 0.9 leaves out", true)
	}
	for _, s := range statements {
		r.statement(s)
	}
}
