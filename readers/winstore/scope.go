package winstore

import (
	"net/netip"
	"slices"
	"strings"

	"rolewall/readers/capture"
	"rolewall/readers/rulestring"
	"rolewall/ruleset"
)

// piece is a part of what a rule covers: all combinations of its traffic, sources, source ports and addresses of
// the host.
type piece struct {
	traffic    ruleset.Traffic
	rpc        ruleset.RPCKind
	remote     ruleset.Prefixes
	from       ruleset.Ports    // never empty, 1-65535 is every port; without meaning for protocols without ports
	to         ruleset.Prefixes // never empty
	conditions []capture.Condition
}

var (
	everywhere = ruleset.AllAddresses(ruleset.Families{IPv4: true, IPv6: true})
	everyPort  = ruleset.Ports{{First: 1, Last: 65535}}
)

// allOf returns every address of the families. For both families it always returns the same slice.
func allOf(f ruleset.Families) ruleset.Prefixes {
	if f.IPv4 && f.IPv6 {
		return everywhere
	}
	return ruleset.AllAddresses(f)
}

// pieces returns what the rule covers. A keyword for addresses or ports makes a piece of its own with a condition.
func (r Rule) pieces(os ruleset.OS) []piece {
	base := piece{from: everyPort, to: everywhere, conditions: r.conditions()}
	if len(r.RemotePorts) > 0 {
		base.from = r.RemotePorts
	}
	if len(r.RemoteWords) > 0 {
		base.conditions = append(base.conditions, r.condition(capture.Other, "only from the ports that Windows means by "+strings.Join(r.RemoteWords, ", ")))
	}
	if len(r.Rule.Local) > 0 {
		base.to = ruleset.NewPrefixes(r.Rule.Local...)
	}
	if len(r.LocalNames) > 0 {
		base.to = everywhere
		base.conditions = append(base.conditions, r.condition(capture.Route, "only at some addresses of the host: "+nameList(r.LocalNames)))
	}
	var out []piece
	for _, p := range r.byPorts(base, os) {
		out = append(out, r.bySources(p)...)
	}
	return out
}

// byPorts separates ports and port keywords.
func (r Rule) byPorts(base piece, os ruleset.OS) []piece {
	traffic, whole := r.Traffic()
	traffic.ICMP = slices.Clone(traffic.ICMP)
	slices.SortFunc(traffic.ICMP, ruleset.ICMPType.Compare)
	traffic.ICMP = slices.Compact(traffic.ICMP)
	base.traffic = traffic
	if whole {
		return []piece{base}
	}
	var out []piece
	if len(r.LocalPorts) > 0 {
		out = append(out, base)
	}
	for _, word := range r.LocalWords {
		p := base
		switch word {
		case "RPC":
			p.rpc, p.traffic.Ports = ruleset.Dynamic, dynamicPorts(os)
		case "RPC-EPMap":
			p.rpc, p.traffic.Ports = ruleset.EndpointMapper, ruleset.NewPorts(ruleset.PortRange{First: 135, Last: 135}, ruleset.PortRange{First: 593, Last: 593})
		case "mDNS":
			p.traffic.Ports = ruleset.Ports{{First: 5353, Last: 5353}}
		default:
			p.traffic.Ports = everyPort
			p.conditions = append(slices.Clone(p.conditions), r.condition(capture.Other, "only at the ports that Windows means by "+word))
		}
		out = append(out, p)
	}
	return out
}

// dynamicPorts returns the range from which the RPC runtime of an edition assigns ports.
func dynamicPorts(os ruleset.OS) ruleset.Ports {
	if os.IsWindows() && os != "" {
		return ruleset.Ports{os.DynamicRange()}
	}
	return ruleset.Ports{ruleset.Windows2022.DynamicRange()}
}

// bySources separates addresses and address keywords.
func (r Rule) bySources(base piece) []piece {
	if len(r.Remote) == 0 && len(r.RemoteNames) == 0 {
		base.remote = allOf(base.traffic.Protocol.Families())
		return []piece{base}
	}
	var out []piece
	if list := r.prefixes().Restrict(base.traffic.Protocol.Families()); len(list) > 0 {
		p := base
		p.remote = list
		out = append(out, p)
	}
	for _, n := range r.RemoteNames {
		p := base
		p.remote = allOf(n.Family.And(base.traffic.Protocol.Families()))
		p.conditions = append(slices.Clone(p.conditions), r.condition(capture.Route, "only from the addresses that the host knows as "+n.Name))
		if i := slices.IndexFunc(out, func(q piece) bool { return sameConditions(q.conditions, p.conditions) }); i >= 0 {
			out[i].remote = ruleset.NewPrefixes(slices.Concat(out[i].remote, p.remote)...)
		} else if len(p.remote) > 0 {
			out = append(out, p)
		}
	}
	return out
}

// The store accepts no range that begins at the unspecified address. So a rule for all addresses has a range that
// begins just behind it.
var (
	firstIPv4, belowIPv4 = netip.MustParseAddr("0.0.0.1"), netip.MustParsePrefix("0.0.0.0/32")
	firstIPv6, belowIPv6 = netip.MustParseAddr("1::"), netip.MustParsePrefix("::/16")
)

// prefixes returns the source addresses that the rule lists. For an allow rule, a range from the first address
// that the store accepts also includes those before it.
func (r Rule) prefixes() ruleset.Prefixes {
	list := r.Remote
	if r.Action != rulestring.Block {
		for _, p := range r.Remote {
			switch p.Addr() {
			case firstIPv4:
				list = append(slices.Clip(list), belowIPv4)
			case firstIPv6:
				list = append(slices.Clip(list), belowIPv6)
			}
		}
	}
	return ruleset.NewPrefixes(list...)
}

func nameList(names []rulestring.AddressName) string {
	var out []string
	for _, n := range names {
		out = append(out, n.Name)
	}
	return strings.Join(slices.Compact(out), ", ")
}

// condition returns a condition of the rule.
func (r Rule) condition(kind capture.Kind, text string) capture.Condition {
	return capture.Condition{Kind: kind, Text: text, Place: r.Place}
}

// peers holds the tokens that require the other side to authenticate.
var peers = map[string]string{
	"Security": "only from peers that authenticate with IPsec", "Security2_9": "only from peers that authenticate with IPsec",
	"Security2": "only from peers that authenticate with IPsec", "RMauth": "only from some computers, which authenticate with IPsec",
	"RUAuth": "only from some users, who authenticate with IPsec",
}

// narrow holds other tokens that narrow a rule by something that a capture does not tell.
var narrow = map[string]string{
	"LUAuth": "only for programs of some users", "LUAuth2_24": "only for programs of some users", "LUOwn": "only for programs of the user %s",
	"AppPkgId": "only for the store app %s", "PFN": "only for the store app %s", "SecurityRealmId": "only in the security realm %s", "NNm": "only in some networks",
	"Platform": "only on the platform %s", "Platform2": "only on a platform that is %s", "SkipVer": "unless Windows skips it, which versions up to %s may",
	"LOM": "only for what the host maps to itself", "TTK": "only for %s of Wi-Fi Direct", "TTK2_22": "only for %s of Wi-Fi Direct",
	"TTK2_27": "only for %s of Wi-Fi Direct", "TTK2_28": "only for %s of Wi-Fi Direct",
}

// plain holds tokens that do not narrow inbound traffic.
var plain = map[string]bool{"LSM": true, "PCross": true, "AuthByPassOut": true}

// forgiven holds what the specification does not allow and Windows was seen to accept.
var forgiven = []string{"an IPv6 range begins at ::", "Desc is empty", "EmbedCtxt is empty"}

// conditions returns the conditions of the rule besides its traffic, sources and program.
func (r Rule) conditions() []capture.Condition {
	var out []capture.Condition
	add := func(kind capture.Kind, text string) {
		c := r.condition(kind, text)
		if !slices.ContainsFunc(out, func(x capture.Condition) bool { return x.Text == c.Text }) {
			out = append(out, c)
		}
	}
	for _, t := range r.Rule.Other {
		switch text, isPeer := peers[t.Key]; {
		case isPeer:
			add(capture.Peer, text)
		case narrow[t.Key] != "" && !(t.Key == "LOM" && t.Value == "FALSE"):
			add(capture.Other, strings.ReplaceAll(narrow[t.Key], "%s", t.Value))
		}
	}
	if r.Action == rulestring.ByPass && !slices.ContainsFunc(out, func(c capture.Condition) bool { return c.Kind == capture.Peer }) {
		add(capture.Peer, "only from peers that authenticate with IPsec")
	}
	if r.replaced {
		add(capture.Other, "unless the rule of Group Policy that has its ID takes its place")
	}
	if len(r.InterfaceTypes) > 0 {
		add(capture.Other, "only on interfaces of the kind "+strings.Join(r.InterfaceTypes, ", "))
	}
	if len(r.Interfaces) > 0 {
		add(capture.Other, "only on the interfaces "+strings.Join(r.Interfaces, ", "))
	}
	if void := slices.DeleteFunc(r.Void(), func(why string) bool { return slices.Contains(forgiven, why) }); len(void) > 0 {
		add(capture.Other, "only if Windows takes the rule: "+strings.Join(void, "; "))
	}
	return out
}

// unknown returns the first token that this package does not know.
func (r Rule) unknown() (rulestring.Token, bool) {
	for _, t := range r.Rule.Other {
		if peers[t.Key] == "" && narrow[t.Key] == "" && !plain[t.Key] {
			return t, true
		}
	}
	return rulestring.Token{}, false
}

// sameConditions compares by text.
func sameConditions(a, b []capture.Condition) bool {
	return slices.EqualFunc(a, b, func(x, y capture.Condition) bool { return x.Kind == y.Kind && x.Text == y.Text })
}
