package nftjson

import (
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

// idle holds the statements that do not change whether a packet reaches the host.
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
		r.add(&netfilter.Verdict{Kind: netfilter.Accept}) // they end the evaluation of a nat chain
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

// undecided makes the rule accept, drop or continue, since its statement is unknown.
func (r *ruleReader) undecided(v any) {
	r.add(&netfilter.Verdict{Kind: netfilter.Undecided, Why: "depends on a statement that rolewall does not follow (" + short(show(v)) + ")"})
}

// xt reads a match or a target of iptables, whose content is not in the listing.
func (r *ruleReader) xt(o map[string]any) {
	r.rule.Unreadable = true
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
