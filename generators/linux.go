package generators

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"rolewall/ruleset"
)

// linuxCan is what both Linux targets can say.
func linuxCan() Can {
	return Can{
		PortRanges: true, IPv4: true, IPv6: true, Sources: true,
		Protocols: true, AnyProtocol: true, ICMPTypes: true, ICMPCodes: true,
	}
}

// pingBaseline is the one line of the baseline that a policy can take away.
const pingBaseline = "echo requests (ping), IPv4 and IPv6"

// linuxBaseline is what both Linux targets let in beside the rule set. ICMPv6 follows RFC 4890, section 4.4, as far
// as a host that is no router needs it.
func linuxBaseline() []string {
	return []string{
		"answers to what the host itself began (established, related), and loopback",
		"ICMP errors: unreachable, time exceeded, parameter problem",
		"ICMPv6 errors: unreachable, packet too big, time exceeded, parameter problem",
		pingBaseline,
		"IPv6 neighbour discovery; router advertisements from link-local senders",
		"IGMP, and IPv6 multicast listener discovery from link-local senders",
		"DHCPv6 answers: udp 546 from link-local senders, port 547",
	}
}

// linuxHeader is the header as comment lines, then the target's own lines on how to apply the script. The baseline
// says what holds for this host: without the echo that the policy took away.
func linuxHeader(info Info, rs *ruleset.RuleSet, usage ...string) []string {
	if rs.Settings.Linux.NoPing {
		info.Baseline = slices.DeleteFunc(slices.Clone(info.Baseline), func(b string) bool { return b == pingBaseline })
	}
	all := Header(info, rs)
	if len(info.Baseline) > 0 && ftpHelper(rs) {
		all = append(all, ftpNote())
	}
	all = append(append(all, ""), usage...)
	var lines []string
	for _, h := range all {
		lines = append(lines, strings.TrimRight("# "+remark(h, 500), " "))
	}
	return lines
}

// linuxFamily is an address family in the words of both targets.
type linuxFamily struct {
	name     string // as people write it
	nfproto  string // as nft matches it
	iptables string // the option that keeps a rule to the family
	v4       bool
}

// closedFamilies are the families that the host does not speak.
func closedFamilies(rs *ruleset.RuleSet) []linuxFamily {
	return linuxFamilies(ruleset.Families{IPv4: !rs.Families.IPv4, IPv6: !rs.Families.IPv6})
}

func linuxFamilies(f ruleset.Families) []linuxFamily {
	var out []linuxFamily
	if f.IPv4 {
		out = append(out, linuxFamily{"IPv4", "ipv4", "-4", true})
	}
	if f.IPv6 {
		out = append(out, linuxFamily{"IPv6", "ipv6", "-6", false})
	}
	return out
}

// prefixes are the senders' addresses in the family.
func (f linuxFamily) prefixes(from ruleset.Sources) []netip.Prefix {
	if f.v4 {
		return from.IPv4()
	}
	return from.IPv6()
}

// linuxRefuse lists what neither Linux target can say, for reasons that Can has no field for.
func linuxRefuse(rs *ruleset.RuleSet) []Refusal {
	var out []Refusal
	for _, r := range rs.Rules {
		if r.Protocol == 0 {
			out = append(out, Refusal{
				What: "let protocol 0 in: it is an extension header of IPv6, and iptables takes it for every protocol",
				Hint: `name the protocol inside, or say protocol = "any"`,
			})
			continue
		}
		if rs.FamiliesOf(r).IPv6 && isExtensionHeader(r.Protocol) {
			out = append(out, Refusal{
				What: fmt.Sprintf("let protocol %d in over IPv6, where it is an extension header", r.Protocol),
				Hint: "name IPv4 senders only, or the protocol inside",
			})
		}
	}
	for _, name := range rs.Settings.Linux.Interfaces {
		if !isInterfaceName(name) {
			out = append(out, Refusal{
				What: fmt.Sprintf("govern an interface named %q", name),
				Hint: `names are up to 15 letters, digits and . _ : @ -, and may end in * for "all that begin so"`,
			})
		}
	}
	return out
}

// isInterfaceName is narrower than the kernel's rule, so that a name needs no quoting anywhere.
func isInterfaceName(name string) bool {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	start := strings.TrimSuffix(name, "*")
	return start != "" && len(name) <= 15 && strings.Contains(letters, start[:1]) && strings.Trim(start, letters+"._:@-") == ""
}

// isExtensionHeader reports whether IPv6 skips the protocol on its way to the transport header: routing, fragment, no
// next header, destination options. AH is one too, but both targets can match it.
func isExtensionHeader(p ruleset.Protocol) bool {
	return slices.Contains([]ruleset.Protocol{43, 44, 59, 60}, p)
}
