package nftjson

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// write returns the expressions of a rule as text, similar to nft, so that people can find the rule.
func write(exprs []any, comment string) string {
	var parts []string
	for _, e := range exprs {
		if s := writeOne(e); s != "" {
			parts = append(parts, s)
		}
	}
	if comment != "" {
		parts = append(parts, fmt.Sprintf("comment %q", comment))
	}
	return strings.Join(parts, " ")
}

// writeOne writes a statement.
func writeOne(v any) string {
	kind, x, ok := one(v)
	if !ok {
		return value(v)
	}
	o, _ := x.(map[string]any)
	switch kind {
	case "match":
		op := text(o["op"]) + " "
		if op == "== " || op == "in " {
			op = ""
		}
		return value(o["left"]) + " " + op + value(o["right"])
	case "vmap":
		return value(o["key"]) + " vmap " + value(o["data"])
	case "accept", "drop", "return", "continue", "notrack", "masquerade", "reject":
		return kind
	case "jump", "goto":
		return kind + " " + text(o["target"])
	case "counter":
		return "counter"
	case "limit":
		over := ""
		if inv, _ := o["inv"].(bool); inv {
			over = "over "
		}
		return fmt.Sprintf("limit rate %s%v/%v", over, o["rate"], o["per"])
	case "log":
		return "log"
	case "queue":
		return "queue num " + value(o["num"])
	case "redirect", "dnat":
		to := value(o["addr"])
		if p := value(o["port"]); p != "" {
			to += ":" + p
		}
		return kind + " to " + to
	case "mangle":
		return value(o["key"]) + " set " + value(o["value"])
	case "set":
		return fmt.Sprintf("%v %v { %s }", o["op"], o["set"], value(o["elem"]))
	}
	return kind + " " + short(show(x))
}

// value writes a field or a value.
func value(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		return map[bool]string{true: "exists", false: "missing"}[v]
	case []any:
		return "{ " + values(v, ", ") + " }"
	}
	kind, x, ok := one(v)
	if !ok {
		return short(show(v))
	}
	o, _ := x.(map[string]any)
	switch kind {
	case "payload":
		if o["base"] != nil {
			return fmt.Sprintf("@%v,%v,%v", o["base"], o["offset"], o["len"])
		}
		return text(o["protocol"]) + " " + text(o["field"])
	case "meta":
		if k := text(o["key"]); slices.Contains([]string{"iifname", "iif", "oifname", "oif"}, k) {
			return k
		}
		return "meta " + text(o["key"])
	case "ct":
		return strings.Join(strings.Fields("ct "+text(o["dir"])+" "+text(o["key"])), " ")
	case "prefix":
		return fmt.Sprintf("%v/%v", o["addr"], o["len"])
	case "range":
		return values(list(x), "-")
	case "set":
		return "{ " + values(list(x), ", ") + " }"
	case "concat":
		return values(list(x), " . ")
	case "elem":
		return value(o["val"])
	case "fib":
		return "fib " + values(list(o["flags"]), " . ") + " " + text(o["result"])
	case "&", "|", "^":
		return values(list(x), " "+kind+" ")
	case "accept", "drop", "jump", "goto", "return", "continue":
		return writeOne(v)
	}
	return short(show(v))
}

// values writes a list and shortens a long one, since a rule may name thousands.
func values(l []any, between string) string {
	var parts []string
	for i, v := range l {
		if i == 20 {
			parts = append(parts, "...")
			break
		}
		if pair, ok := v.([]any); ok && len(pair) == 2 {
			parts = append(parts, value(pair[0])+" : "+value(pair[1]))
			continue
		}
		parts = append(parts, value(v))
	}
	return strings.Join(parts, between)
}
