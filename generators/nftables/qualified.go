package nftables

import (
	"fmt"
	"strings"

	"rolewall/generators/linux"
	"rolewall/ruleset"
)

// qualified writes a rule that is narrowed to interfaces, source ports or a rate. It writes a line for each
// interface, since nft before 1.0 has no sets of names that end in *. It writes a line for each family if there is
// a limit, since iptables counts each family alone, too.
func (w *writer) qualified(q linux.Qualified) {
	remark := "  # " + q.Why
	limit := q.Rule.Limit != (ruleset.Limit{})
	for _, name := range q.Interfaces() {
		iif := ""
		if name != "" {
			iif = fmt.Sprintf("iifname %q ", name)
		}
		for _, match := range qualifiedMatches(q.Rule) {
			match = iif + match
			families := q.Families(w.g)
			if !limit {
				w.rules(families, match, remark)
			} else {
				w.limited(families, match, q.Rule.Limit, remark)
			}
			remark = ""
		}
	}
}

// limited writes a rule with a limit for each family.
func (w *writer) limited(families ruleset.Families, match string, limit ruleset.Limit, remark string) {
	match += fmt.Sprintf("limit rate %s burst %d packets ", limit, ruleset.LimitBurst)
	for _, f := range linux.Families(families) {
		from := "meta nfproto " + f.NFProto + " "
		if !w.sorted {
			from = fmt.Sprintf("%s saddr $%s_%s ", keyword(f), w.name, f.NFProto)
		}
		w.out.Rules = append(w.out.Rules, from+match+w.accept+remark)
		remark = ""
	}
}

// qualifiedMatches returns the traffic of a rule without definitions: one match, or one for each ICMP type.
func qualifiedMatches(r *ruleset.Rule) []string {
	switch p := r.Protocol; {
	case p.HasPorts():
		match := fmt.Sprintf("%s dport %s ", p, anonymousSet(r.Ports))
		if len(r.FromPorts) > 0 {
			match = fmt.Sprintf("%s sport %s %s", p, anonymousSet(r.FromPorts), match)
		}
		if r.IPsecOnly {
			match = "meta ipsec exists " + match
		}
		return []string{match}
	case p.HasTypes():
		var out []string
		for _, t := range r.ICMP {
			match := fmt.Sprintf("%s type %d ", p, t.Type)
			if t.HasCode {
				match += fmt.Sprintf("%s code %d ", p, t.Code)
			}
			out = append(out, match)
		}
		return out
	case p == ruleset.AnyProtocol:
		return []string{""}
	}
	return []string{fmt.Sprintf("meta l4proto %d ", r.Protocol)}
}

// anonymousSet writes ports inside a rule: "53", "1000-2000", "{ 53, 67 }".
func anonymousSet(ports ruleset.Ports) string {
	if len(ports) == 1 {
		return ports.String()
	}
	return "{ " + strings.Join(ports.Strings(), ", ") + " }"
}
