package generators

import (
	"net/netip"

	"rolewall/ruleset"
)

// View is a rule set as the json target prints it and as every template receives it.
// The JSON form is a contract: fields are added, never changed; Version counts the exceptions.
type View struct {
	Version  int              `json:"version"`            // 1
	Host     string           `json:"host"`               // name of the host; stands in the header of a page only
	OS       string           `json:"os"`                 // edition, as in the policy
	Roles    []string         `json:"roles"`              // roles that the host and its groups name, sorted
	Features []string         `json:"features"`           // features that the host and its groups switch on, sorted
	Families []string         `json:"families"`           // "ipv4", "ipv6": what the host speaks
	RPC      RPCView          `json:"rpc"`                // the host's RPC policy
	Digest   string           `json:"digest"`             // "sha256:..." over rules, outbound and settings
	Settings ruleset.Settings `json:"settings"`           // options of single targets, those that differ from the default
	Outbound []RuleView       `json:"outbound"`           // what a stateless filter must let out; "from" is the destination
	Rules    []RuleView       `json:"rules"`              // inbound, sorted, each opening something
	Notes    []string         `json:"notes,omitempty"`    // facts about the host that a reader of the script should know
	Warnings []string         `json:"warnings,omitempty"` // risks, printed on stderr too
}

// RPCView is the RPC policy of a host.
type RPCView struct {
	Mode   string   `json:"mode"`   // dynamic, range, static or closed
	Ranges []string `json:"ranges"` // what dynamic endpoints are opened as, "49152-65535"
}

// RuleView is one rule.
type RuleView struct {
	ID       string        `json:"id"`                 // 8 hex digits, the same in every script, explain and diff
	Protocol string        `json:"protocol"`           // tcp udp icmp icmpv6 gre esp ah any, or a number
	Ports    []string      `json:"ports,omitempty"`    // numbers and ranges; absent where the protocol has none
	ICMP     []string      `json:"icmp,omitempty"`     // types, "8" or "3:4"
	RPC      string        `json:"rpc,omitempty"`      // endpoint-mapper, dynamic, static
	From     []SetView     `json:"from"`               // who may send; empty is anyone
	Listener *ListenerView `json:"listener,omitempty"` // owner of the socket, where known
	Reasons  []ReasonView  `json:"reasons"`            // why the rule is there

	What string `json:"-"` // the opening in words: "tcp 445"
	Why  string `json:"-"` // the reasons in one line; holds free text of the policy, quote it
}

// SetView is a named address set.
type SetView struct {
	Name     string   `json:"name"`
	Prefixes []string `json:"prefixes"`
}

// ListenerView is the program that owns the socket.
type ListenerView struct {
	Program string `json:"program"`
	Service string `json:"service,omitempty"`
}

// ReasonView is one reason: a role's endpoint, or an exception (Allow and At, and nothing else but Networks).
type ReasonView struct {
	Role     string         `json:"role,omitempty"`
	Via      []string       `json:"via,omitempty"`
	Service  string         `json:"service,omitempty"`
	App      string         `json:"app,omitempty"`
	Audience string         `json:"audience,omitempty"`
	Networks []string       `json:"networks,omitempty"`
	Feature  string         `json:"feature,omitempty"`
	Source   string         `json:"source,omitempty"`
	Allow    *ruleset.Allow `json:"allow,omitempty"`
	At       string         `json:"at,omitempty"`
}

// NewView makes the view of rs.
func NewView(rs *ruleset.RuleSet) View {
	v := View{
		Version: 1, Host: rs.Host, OS: string(rs.OS),
		Roles: orEmpty(rs.Roles), Features: orEmpty(rs.Features), Families: orEmpty(rs.Families.Names()),
		RPC: RPCView{Mode: string(rs.RPC.Mode), Ranges: []string{}}, Digest: rs.Digest(), Settings: rs.Settings,
		Outbound: ruleViews(rs.Outbound), Rules: ruleViews(rs.Rules), Notes: rs.Notes, Warnings: rs.Warnings,
	}
	for _, r := range rs.RPC.Ranges {
		v.RPC.Ranges = append(v.RPC.Ranges, r.String())
	}
	return v
}

func orEmpty(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

func ruleViews(rules []ruleset.Rule) []RuleView {
	views := make([]RuleView, len(rules))
	for i, r := range rules {
		views[i] = newRuleView(r)
	}
	return views
}

func newRuleView(r ruleset.Rule) RuleView {
	v := RuleView{
		ID: r.ID, Protocol: r.Protocol.String(), Ports: r.Ports.Strings(), RPC: string(r.RPC),
		From: []SetView{}, Reasons: make([]ReasonView, len(r.Reasons)),
		What: r.What(), Why: ruleset.ReasonText(r.Reasons),
	}
	for _, t := range r.ICMP {
		v.ICMP = append(v.ICMP, t.String())
	}
	for _, s := range r.From.Sets() {
		v.From = append(v.From, SetView{s.Name, prefixTexts(s.Prefixes)})
	}
	if !r.Listener.IsZero() {
		v.Listener = &ListenerView{r.Listener.Program, r.Listener.Service}
	}
	for i, x := range r.Reasons {
		v.Reasons[i] = ReasonView{
			Role: x.Role, Via: x.Via, Service: x.Service, App: x.App, Audience: string(x.Audience),
			Networks: x.Networks, Feature: x.Feature, Source: x.Source, Allow: x.Allow, At: x.At,
		}
	}
	return v
}

func prefixTexts(prefixes []netip.Prefix) []string {
	out := make([]string, len(prefixes))
	for i, p := range prefixes {
		out[i] = p.String()
	}
	return out
}
