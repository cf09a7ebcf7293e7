package nftjson

import (
	"net/netip"
	"strings"

	"rolewall/readers/capture"
	"rolewall/readers/netfilter"
)

// ruleReader reads one rule.
type ruleReader struct {
	*reader
	table  *netfilter.Table
	rule   *netfilter.Rule
	offset int
}

// rule reads a rule.
func (r *reader) rule(t *netfilter.Table, m member) {
	c := t.Chain(text(m.object["chain"]))
	if c == nil {
		r.errorf(m.offset, "a rule of table %s stands in chain %q, which is not in the listing", t.Label(), text(m.object["chain"]))
		return
	}
	exprs, _ := m.object["expr"].([]any)
	x := &ruleReader{reader: r, table: t, offset: m.offset, rule: &netfilter.Rule{Pos: r.pos(m.offset), Comment: text(m.object["comment"])}}
	for _, e := range exprs {
		x.statement(e)
	}
	x.rule.Text = write(exprs, x.rule.Comment)
	c.Rules = append(c.Rules, x.rule)
}

func (r *ruleReader) add(e ...netfilter.Expr) { r.rule.Exprs = append(r.rule.Exprs, e...) }

func (r *ruleReader) maybe(kind capture.Kind, text string, own bool) {
	r.add(&netfilter.Maybe{Kind: kind, Text: text, Own: own})
}

// idle are the statements after which a packet goes on as it is, as far as what reaches the host is concerned.
var idle = map[string]bool{
	"log": true, "ct helper": true, "ct timeout": true, "ct expectation": true, "secmark": true, "last": true, "dup": true, "flow": true, "tcp option": true,
	"reset": true,
}

// statement reads a member of a rule.
func (r *ruleReader) statement(v any) {
	kind, x, ok := one(v)
	if !ok {
		if s := text(v); s == "notrack" { // before nft 1.0
			r.add(&netfilter.Notrack{})
			return
		}
		r.undecided(v)
		return
	}
	o, _ := x.(map[string]any)
	if verdict, ok := verdictOf(v); ok {
		r.add(verdict)
		return
	}
	switch kind {
	case "match":
		r.match(o)
	case "vmap":
		r.vmap(o)
	case "counter":
		if n, ok := number(o["packets"]); ok {
			packets := uint64(n)
			r.rule.Packets = &packets
		}
	case "limit":
		r.maybe(capture.Rate, "open to the first packets: a rate limit ("+strings.TrimSpace(writeOne(v))+")", true)
	case "quota":
		r.maybe(capture.Rate, "open until a quota is used up", true)
	case "ct count":
		r.maybe(capture.Rate, "open to the first connections: a limit of connections", true)
	case "meter":
		r.maybe(capture.Rate, "open to the first packets: a rate limit for each source", true)
	case "set", "map":
		r.dynamic(o)
	case "notrack":
		r.add(&netfilter.Notrack{})
	case "mangle":
		r.mangle(o)
	case "dnat", "redirect":
		r.nat(kind, o)
	case "snat", "masquerade":
		r.add(&netfilter.Verdict{Kind: netfilter.Accept}) // they end the walk of a nat chain
	case "tproxy", "synproxy":
		r.add(&netfilter.Verdict{Kind: netfilter.Queue, Why: "a proxy answers (" + kind + ")"})
	case "xt":
		r.xt(o)
	default:
		if !idle[kind] {
			r.undecided(v)
		}
	}
}

// undecided makes the rule one that may do anything.
func (r *ruleReader) undecided(v any) {
	r.add(&netfilter.Verdict{Kind: netfilter.Undecided, Why: "depends on a statement that rolewall does not follow (" + short(show(v)) + ")"})
}

// xt is a match or a target of iptables, without its content.
func (r *ruleReader) xt(o map[string]any) {
	if r.table.Missing != "" {
		return
	}
	r.table.Unreadable = r.pos(r.offset)
	r.table.Missing = strings.TrimSpace("a " + text(o["type"]) + " of iptables")
	if o == nil {
		r.table.Missing = "a match or a target of iptables"
	} else if name := text(o["name"]); name != "" {
		r.table.Missing += " (" + name + ")"
	}
}

// verdictOf reads a verdict.
func verdictOf(v any) (*netfilter.Verdict, bool) {
	kind, x, ok := one(v)
	if !ok {
		return nil, false
	}
	o, _ := x.(map[string]any)
	switch kind {
	case "accept":
		return &netfilter.Verdict{Kind: netfilter.Accept}, true
	case "drop", "reject":
		return &netfilter.Verdict{Kind: netfilter.Drop}, true
	case "return":
		return &netfilter.Verdict{Kind: netfilter.Return}, true
	case "continue":
		return &netfilter.Verdict{Kind: netfilter.Continue}, true
	case "jump":
		return &netfilter.Verdict{Kind: netfilter.Jump, Chain: text(o["target"])}, true
	case "goto":
		return &netfilter.Verdict{Kind: netfilter.Goto, Chain: text(o["target"])}, true
	case "queue":
		return &netfilter.Verdict{Kind: netfilter.Queue, Why: "a program decides (" + strings.TrimSpace(writeOne(v)) + ")"}, true
	}
	return nil, false
}

// operands reads the left side of a match or the key of a map: one field, or several of a concatenation.
func operands(v any) []operand {
	if kind, x, ok := one(v); ok && kind == "concat" {
		var out []operand
		for _, part := range list(x) {
			out = append(out, operandOf(part))
		}
		return out
	}
	return []operand{operandOf(v)}
}

// guarded adds what a packet must be to have the fields. It returns them, or false where nothing is known of one of them: the
// rule then depends on that.
func (r *ruleReader) guarded(list []operand) ([]netfilter.Field, bool) {
	var fields []netfilter.Field
	for _, o := range list {
		r.add(o.guards...)
	}
	for _, o := range list {
		if o.never {
			r.add(&netfilter.Never{})
			return nil, false
		}
		if o.maybe != nil {
			r.add(o.maybe)
			return nil, false
		}
		fields = append(fields, o.field)
	}
	return fields, true
}

// match reads a match.
func (r *ruleReader) match(o map[string]any) {
	left := operands(o["left"])
	op := text(o["op"])
	if len(left) == 1 && left[0].never && op == "!=" {
		return // what the packet lacks is never equal: only helpers, which the reader knows to be none, come here
	}
	fields, ok := r.guarded(left)
	if !ok {
		return
	}
	m := &netfilter.Match{Fields: fields, Not: op == "!="}
	if len(left) == 1 && left[0].mask != 0 {
		m.Mask = netfilter.Number(left[0].mask)
	}
	right := o["right"]
	if kind, x, ok := one(right); ok && kind == "set" {
		m.Set = r.setOf(left, list(x))
		r.add(m)
		return
	}
	if name, isName := strings.CutPrefix(text(right), "@"); isName {
		m.Set = r.named(name, left)
		r.add(m)
		return
	}
	if len(left) == 1 && left[0].flags && op != "==" && op != "!=" || len(left) == 1 && left[0].flags && isList(right) {
		if n, ok := left[0].bits(right); ok {
			m.Any, m.Set = true, netfilter.Values(netfilter.One(netfilter.Number(n)))
			r.add(m)
			return
		}
	}
	if kind, _, ok := one(right); ok && kind == "|" {
		if n, ok := left[0].bits(right); ok {
			m.Set = netfilter.Values(netfilter.One(netfilter.Number(n)))
			r.add(m)
			return
		}
	}
	if op == "<" || op == "<=" || op == ">" || op == ">=" {
		r.compare(m, left, op, right)
		return
	}
	if l, ok := right.([]any); ok && len(left) == 1 {
		m.Set = r.setOf(left, l)
	} else {
		m.Set = r.setOf(left, []any{right})
	}
	r.add(m)
}

func isList(v any) bool {
	_, ok := v.([]any)
	return ok
}

// greatest is the greatest value of a field that is compared by order.
func greatest(f netfilter.Field) netfilter.Value {
	switch f {
	case netfilter.Saddr, netfilter.Daddr, netfilter.CtOrigDaddr:
		return netfilter.Value{Hi: ^uint64(0), Lo: ^uint64(0)}
	}
	return netfilter.Number(1<<32 - 1)
}

// compare reads an order.
func (r *ruleReader) compare(m *netfilter.Match, left []operand, op string, right any) {
	k, ok := key(right)
	if len(left) != 1 || !ok || !left[0].resolve(&k) {
		r.undecidedMatch(right)
		return
	}
	s := netfilter.Span{Last: greatest(left[0].field)}
	switch v := k.First; op {
	case "<", ">=":
		s.First, m.Not = v, op == "<"
	case ">", "<=":
		s.Last, m.Not = v, op == ">"
	}
	m.Set = netfilter.Values(s)
	r.add(m)
}

// undecidedMatch makes the rule depend on a value that is not followed.
func (r *ruleReader) undecidedMatch(v any) {
	r.maybe(capture.Other, "depends on a value that rolewall does not follow ("+short(show(v))+")", true)
}

// setOf reads a set within the rule.
func (r *ruleReader) setOf(left []operand, values []any) *netfilter.Set {
	s := &netfilter.Set{Pos: r.pos(r.offset)}
	if !r.st.Grow(len(values)) {
		r.errorf(r.offset, "the sets of this host have more than %d elements", netfilter.MaxElements)
		return s
	}
	for _, v := range values {
		e, ok := element(v)
		if !ok || !resolveAll(left, e.Key) {
			r.checkRange(left, v)
			s.Missing = "depends on a value that rolewall does not follow (" + short(show(v)) + ")"
			continue
		}
		r.checkPorts(left, e.Key)
		s.Elements = append(s.Elements, e)
	}
	return s
}

func resolveAll(left []operand, keys []netfilter.Key) bool {
	if len(keys) != len(left) {
		return false
	}
	for i := range keys {
		if !left[i].resolve(&keys[i]) {
			return false
		}
	}
	return true
}

// limits are the greatest numbers of fields.
var limits = map[netfilter.Field]struct {
	last uint64
	what string
}{
	netfilter.Dport: {65535, "port"}, netfilter.Sport: {65535, "port"}, netfilter.CtOrigDport: {65535, "port"},
	netfilter.Protocol: {255, "protocol"}, netfilter.ICMPType: {255, "type of ICMP"}, netfilter.ICMPCode: {255, "code of ICMP"},
	netfilter.PacketMark: {1<<32 - 1, "mark"}, netfilter.ConnMark: {1<<32 - 1, "mark"},
}

// checkPorts reports numbers that a field cannot have.
func (r *reader) checkPortsAt(offset int, left []operand, keys []netfilter.Key) {
	for i, k := range keys {
		if l, limited := limits[left[i].field]; limited && (k.Last.Hi != 0 || k.Last.Lo > l.last) {
			r.errorf(offset, "%s %d is outside 0-%d", l.what, k.Last.Lo, l.last)
		} else if limited && k.Last.Lo < k.First.Lo {
			r.errorf(offset, "the range from %s %d to %d is reversed", l.what, k.First.Lo, k.Last.Lo)
		}
	}
}

func (r *ruleReader) checkPorts(left []operand, keys []netfilter.Key) {
	r.checkPortsAt(r.offset, left, keys)
}

// checkRange reports a number that no field has, such as a negative port.
func (r *ruleReader) checkRange(left []operand, v any) {
	if n, ok := number(v); ok && n < 0 && len(left) == 1 {
		r.errorf(r.offset, "%d is no value of a packet", n)
	}
}

// typedSet is a named set as certain fields see it.
type typedSet struct {
	set  *netfilter.Set
	kind string
}

// named returns a named set with its names resolved for the fields.
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

// firstName tells tables of names apart.
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

// vmap reads a lookup of the verdict.
func (r *ruleReader) vmap(o map[string]any) {
	left := operands(o["key"])
	fields, ok := r.guarded(left)
	if !ok {
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

// pairs is a list of pairs; a single pair may stand without a list around it.
func pairs(v any) []any {
	l := list(v)
	if len(l) == 2 && !isList(l[0]) {
		return []any{l}
	}
	return l
}

// dynamic reads what puts a packet's field into a set. Limits within it are those of each element.
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

// mangle reads what changes marks; other changes leave alone what reaches the host.
func (r *ruleReader) mangle(o map[string]any) {
	left := operandOf(o["key"])
	if left.maybe != nil || left.field != netfilter.PacketMark && left.field != netfilter.ConnMark {
		if left.field == netfilter.Dport || left.field == netfilter.Daddr || left.field == netfilter.Saddr {
			r.undecided(map[string]any{"mangle": o})
		}
		return
	}
	s := &netfilter.SetMark{Connection: left.field == netfilter.ConnMark}
	if !markValue(s, o["value"], left) {
		s.Unknown = true
	}
	r.add(s)
}

// markValue reads a number, the other mark, or the mark with bits changed.
func markValue(s *netfilter.SetMark, v any, left operand) bool {
	if n, ok := number(v); ok && n >= 0 && n < 1<<32 {
		s.Mask, s.Value = ^uint32(0), uint32(n)
		return true
	}
	kind, x, ok := one(v)
	if !ok {
		return false
	}
	switch kind {
	case "meta", "ct":
		o := operandOf(v)
		s.Mask = ^uint32(0)
		s.Copy = o.maybe == nil && (o.field == netfilter.PacketMark || o.field == netfilter.ConnMark) && o.field != left.field
		return s.Copy || o.maybe == nil && o.field == left.field && keep(s)
	case "|", "^", "&":
		parts := list(x)
		if len(parts) != 2 {
			return false
		}
		n, isNumber := number(parts[1])
		if !isNumber || !markValue(s, parts[0], left) || s.Copy {
			return false
		}
		bits := uint32(n)
		switch kind {
		case "|":
			s.Mask, s.Value = s.Mask|bits, s.Value&^bits|bits
		case "^":
			s.Value ^= bits
		case "&":
			s.Mask, s.Value = s.Mask|^bits, s.Value&bits
		}
		return true
	}
	return false
}

// keep makes a change that changes nothing.
func keep(s *netfilter.SetMark) bool {
	s.Mask, s.Value = 0, 0
	return true
}

// nat reads where a connection is led to instead.
func (r *ruleReader) nat(kind string, o map[string]any) {
	n := &netfilter.NAT{Redirect: kind == "redirect"}
	unknown := "depends on where the packet is led to (" + short(show(o)) + ")"
	if v := o["addr"]; v != nil {
		k, ok := key(v)
		if ok && k.Name == "" {
			n.Address = []netfilter.Span{k.Span}
		} else {
			n.Unknown = unknown
		}
	}
	if v := o["port"]; v != nil {
		k, ok := key(v)
		switch {
		case !ok || k.Name != "":
			n.Unknown = unknown
		case k.Last.Lo > 65535:
			r.errorf(r.offset, "port %d is outside 0-65535", k.Last.Lo)
		default:
			n.First, n.Last = uint16(k.First.Lo), uint16(k.Last.Lo)
		}
	}
	switch text(o["family"]) {
	case "ip":
		r.add(ipv4())
	case "ip6":
		r.add(ipv6())
	default:
		if a, err := netip.ParseAddr(text(o["addr"])); err == nil && r.table.Family == "inet" {
			r.add(map[bool]netfilter.Expr{true: ipv4(), false: ipv6()}[a.Is4()])
		}
	}
	r.add(n)
}
