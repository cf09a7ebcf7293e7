// Package linux holds what the targets for Linux share: rules grouped by their sources, the header, the baseline,
// and what no Linux filter can express. Both filters match sets. So a Group becomes a few rules with annotated
// sets, whatever the number of services is.
package linux

import (
	"net/netip"
	"slices"
	"strings"

	"rolewall/generators/target"
	"rolewall/ruleset"
)

// Capabilities returns what the Linux targets can express.
func Capabilities() target.Capabilities {
	return target.Capabilities{
		PortRanges: true, IPv4: true, IPv6: true, Sources: true,
		Protocols: true, AnyProtocol: true, ICMPTypes: true, ICMPCodes: true, Interfaces: true, FromPorts: true, Limits: true,
	}
}

// The oldest versions on which the scripts are tested to load. apply.sh rejects older ones.
const (
	OldestNFT      = "0.9.3"
	OldestIPTables = "1.8.4"
)

// Comment marks comment lines for both Linux targets.
var Comment = target.Comment{Before: "# "}

// Header returns the header and then usage, the target's own lines on how to apply the script. The baseline in it
// is the one of this host.
func Header(info target.Info, rs *ruleset.RuleSet, usage ...string) []string {
	if info.Filter {
		info.Baseline = Baseline(rs.Families)
	}
	noted := *rs
	noted.Notes = append(slices.Clone(rs.Notes), notes(rs)...)
	all := target.Header(info, &noted)
	if info.Filter && FTPHelper(rs) {
		all = append(all, ftpNote())
	}
	all = append(append(all, ""), usage...)
	var lines []string
	for _, h := range all {
		lines = append(lines, target.Remark(h, 500))
	}
	return lines
}

// notes returns notes for the script: where it allows more, or less, than its rules seem to say.
func notes(rs *ruleset.RuleSet) []string {
	var notes []string
	if names := rs.Settings.Linux.Interfaces; len(names) > 0 {
		notes = append(notes, "governs "+strings.Join(names, ", ")+" alone; every other interface is open")
	}
	if rs.Settings.Linux.Invalid == "pass" {
		notes = append(notes, "packets that connection tracking calls invalid are not dropped: the rules decide")
	}
	for _, r := range rs.Inbound {
		if !r.IPsecOnly {
			continue
		}
		note := r.What() + " is open to what comes out of IPsec alone; an exception for it opens it to all"
		if !slices.Contains(notes, note) {
			notes = append(notes, note)
		}
	}
	return notes
}

// Family is an address family, as both targets write it.
type Family struct {
	Name     string // as people write it
	NFProto  string // as nft matches it
	IPTables string // the option of iptables-restore that keeps a rule to the family
	IPv4     bool
}

// ClosedFamilies returns the families that the host does not have.
func ClosedFamilies(rs *ruleset.RuleSet) []Family {
	return Families(ruleset.Families{IPv4: !rs.Families.IPv4, IPv6: !rs.Families.IPv6})
}

// Families returns families as both targets write them, IPv4 first.
func Families(f ruleset.Families) []Family {
	var out []Family
	if f.IPv4 {
		out = append(out, Family{"IPv4", "ipv4", "-4", true})
	}
	if f.IPv6 {
		out = append(out, Family{"IPv6", "ipv6", "-6", false})
	}
	return out
}

// Prefixes returns the addresses of sources in the family.
func (f Family) Prefixes(from ruleset.Sources) []netip.Prefix {
	if f.IPv4 {
		return from.IPv4()
	}
	return from.IPv6()
}

// Refuse returns what no Linux filter supports, besides what Capabilities covers.
func Refuse(rs *ruleset.RuleSet) []target.Unsupported {
	var out []target.Unsupported
	for _, r := range rs.Inbound {
		if r.Protocol == 0 {
			out = append(out, target.Unsupportedf(`name the protocol inside, or say protocol = "any"`,
				"let protocol 0 in: it is an extension header of IPv6, and iptables takes it for every protocol"))
			continue
		}
		if rs.FamiliesOf(r).IPv6 && isExtensionHeader(r.Protocol) {
			out = append(out, target.Unsupportedf("name IPv4 sources only, or the protocol inside",
				"let protocol %d in over IPv6, where it is an extension header", r.Protocol))
		}
	}
	for _, name := range rs.Settings.Linux.Interfaces {
		if ruleset.CheckInterface(name) != "" {
			out = append(out, target.Unsupportedf(`names are up to 15 letters, digits and . _ : @ -, and may end in * for "all that begin so"`,
				"govern an interface named %q", name))
		}
	}
	return out
}

// isExtensionHeader reports whether IPv6 skips the protocol on its way to the transport header: routing, fragment,
// no next header, destination options. AH is one, too, but both targets can match it.
func isExtensionHeader(p ruleset.Protocol) bool {
	return slices.Contains([]ruleset.Protocol{43, 44, 59, 60}, p)
}
