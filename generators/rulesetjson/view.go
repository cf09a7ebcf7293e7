package rulesetjson

import (
	"net/netip"
	"strings"

	"rolewall/ruleset"
)

// View is a rule set as the json target prints it and as every template receives it. The JSON form is a contract:
// fields are added and never changed. Version counts the exceptions to this.
type View struct {
	Version  int              `json:"version"`            // 1
	Host     string           `json:"host"`               // name of the host
	OS       string           `json:"os"`                 // edition, as in the policy
	Roles    []string         `json:"roles"`              // roles named by the host and its groups, sorted
	Features []string         `json:"features"`           // features switched on by the host and its groups, sorted
	Families []string         `json:"families"`           // "ipv4", "ipv6": the families of the host
	RPC      RPCView          `json:"rpc"`                // the host's RPC policy
	Digest   string           `json:"digest"`             // "sha256:..." over rules, outbound and settings
	Settings ruleset.Settings `json:"settings"`           // options of single targets that differ from the default
	Outbound []RuleView       `json:"outbound"`           // what a stateless filter must allow out; "from" is the destination
	Rules    []RuleView       `json:"rules"`              // inbound, sorted, each opening something
	Notes    []Text           `json:"notes,omitempty"`    // facts that readers of the script should know
	Warnings []Text           `json:"warnings,omitempty"` // risks; they are also printed on stderr

	Header []Text `json:"-"` // the lines of the header, empty for a blank line; the first begins with the host's name
}

// Text is free text that people wrote in a policy or the catalog. A template cannot print it directly. It must
// pass it to a function that makes it safe in the language of the script, such as comment, ascii, sh or csv.
type Text string

// RPCView is the RPC policy of a host.
type RPCView struct {
	Mode   string    `json:"mode"`           // dynamic, range, static or closed
	Ranges []string  `json:"ranges"`         // ports opened for dynamic endpoints, "49152-65535"
	Pins   []PinView `json:"pins,omitempty"` // services pinned to one port, by name
}

// PinView is a service that is pinned to one port.
type PinView struct {
	Service Text `json:"service"` // registry name
	Port    int  `json:"port"`    // TCP
}

// RuleView is one rule.
type RuleView struct {
	ID         string        `json:"id"`                   // 32 hex digits, of which scripts and reports show the first 8; several IDs if rules that differ only in listeners were united
	Protocol   string        `json:"protocol"`             // tcp udp icmp icmpv6 gre esp ah any, or a number
	Ports      []string      `json:"ports,omitempty"`      // numbers and ranges; absent if the protocol has none
	ICMP       []string      `json:"icmp,omitempty"`       // types, "8" or "3:4"
	RPC        string        `json:"rpc,omitempty"`        // endpoint-mapper, dynamic, static
	From       []SetView     `json:"from"`                 // the sources; empty is anyone
	Decrypted  bool          `json:"decrypted,omitempty"`  // only packets that arrive through IPsec
	Interfaces []string      `json:"interfaces,omitempty"` // where packets arrive; "virbr*" is every name with that beginning; absent is every interface
	FromPorts  []string      `json:"from_ports,omitempty"` // source ports, numbers and ranges; absent is every port
	Limit      string        `json:"limit,omitempty"`      // limit of new connections, "10/minute", counted for each address family and interface
	Listener   *ListenerView `json:"listener,omitempty"`   // owner of the socket, if known
	Reasons    []ReasonView  `json:"reasons"`              // why the rule exists

	What string `json:"-"` // the traffic in words: "tcp 445"
	Why  Text   `json:"-"` // the reasons in one line
	Only string `json:"-"` // the qualifiers in words: "only on virbr*, at most 10/minute"; empty for most

	rule     *ruleset.Rule    // used by the methods
	families ruleset.Families // in which the rule opens something
	maxPorts int              // of a line; 0 means no limit
}

// SetView is a named address set.
type SetView struct {
	Name     string   `json:"name"`     // a network of the policy, "@role", "@host", or a prefix as its own name
	Prefixes []string `json:"prefixes"` // sorted, IPv4 first
}

// ListenerView is the program that owns the socket.
type ListenerView struct {
	Program Text `json:"program"`           // full path with environment variables, or System
	Service Text `json:"service,omitempty"` // short name of the Windows service
}

// ReasonView is one reason: an endpoint of a role, or an exception. An exception has only Allow, At and Networks.
type ReasonView struct {
	Role     string     `json:"role,omitempty"`     // role that the host or a group names; empty if it names the service
	Via      []string   `json:"via,omitempty"`      // roles that lead from that role to the service
	Service  Text       `json:"service,omitempty"`  // name of the service; may contain a $
	App      Text       `json:"app,omitempty"`      // application protocol
	Audience string     `json:"audience,omitempty"` // clients, peers or management
	Networks []string   `json:"networks,omitempty"` // address sets of the audience; "any" is everyone
	Feature  string     `json:"feature,omitempty"`  // feature that opens the endpoint
	Source   Text       `json:"source,omitempty"`   // tags of the catalog's sources
	Allow    *AllowView `json:"allow,omitempty"`    // of an exception: its reason, owner and last day
	At       string     `json:"at,omitempty"`       // where the policy has the exception: file, groups.web, hosts.dc1
}

// AllowView is why an exception exists: its reason, owner and last day.
type AllowView struct {
	Reason  Text   `json:"reason"`            // why
	Owner   Text   `json:"owner,omitempty"`   // who answers for it
	Expires string `json:"expires,omitempty"` // last day on which it holds, 2027-03-31
}

// NewView returns the view of rs.
func NewView(rs *ruleset.RuleSet) View {
	v := View{
		Version: 1, Host: rs.Host, OS: string(rs.OS),
		Roles: orEmpty(rs.Roles), Features: orEmpty(rs.Features), Families: orEmpty(rs.Families.Names()),
		RPC: RPCView{Mode: string(rs.RPC.Mode), Ranges: []string{}}, Digest: rs.Digest(), Settings: rs.Settings,
		Outbound: ruleViews(rs, rs.Outbound), Rules: ruleViews(rs, rs.Inbound), Notes: Texts(rs.Notes), Warnings: Texts(rs.Warnings),
	}
	for _, p := range rs.RPC.Pins {
		v.RPC.Pins = append(v.RPC.Pins, PinView{Text(p.Service), int(p.Port)})
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

// Texts converts texts to free text.
func Texts(list []string) []Text {
	out := make([]Text, len(list))
	for i, s := range list {
		out[i] = Text(s)
	}
	return out
}

func ruleViews(rs *ruleset.RuleSet, rules []*ruleset.Rule) []RuleView {
	views := make([]RuleView, len(rules))
	for i, r := range rules {
		views[i] = newRuleView(r)
		views[i].families = rs.FamiliesOf(r)
	}
	return views
}

func newRuleView(r *ruleset.Rule) RuleView {
	v := RuleView{
		ID: strings.Join(r.IDs(), " "), Protocol: r.Protocol.String(), Ports: r.Ports.Strings(), RPC: string(r.RPC), Decrypted: r.IPsecOnly,
		From: []SetView{}, Reasons: make([]ReasonView, len(r.Reasons)),
		What: r.What(), Why: Text(ruleset.ReasonText(r.Reasons)), rule: r,
	}
	v.Interfaces, v.FromPorts, v.Limit, v.Only = r.Interfaces, r.FromPorts.Strings(), r.Limit.String(), r.Only()
	for _, t := range r.ICMP {
		v.ICMP = append(v.ICMP, t.String())
	}
	for _, s := range r.Remote.Sets() {
		v.From = append(v.From, SetView{s.Name, prefixTexts(s.Prefixes)})
	}
	if !r.Listener.IsZero() {
		v.Listener = &ListenerView{Text(r.Listener.Program), Text(r.Listener.Service)}
	}
	for i, x := range r.Reasons {
		v.Reasons[i] = ReasonView{
			Role: x.Role, Via: x.Via, Service: Text(x.Service), App: Text(x.App), Audience: string(x.Audience),
			Networks: x.Networks, Feature: x.Feature, Source: Text(x.Source), At: x.At,
		}
		if x.Allow != nil {
			v.Reasons[i].Allow = &AllowView{Text(x.Allow.Reason), Text(x.Allow.Owner), x.Allow.Expires}
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
