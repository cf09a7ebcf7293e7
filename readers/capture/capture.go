// Package capture defines how rolewall represents what a host allows. Readers of firewall languages make a
// Capture, and analyses use it.
//
// A Capture is one host at one time. Its Openings are everything that can reach the host, with the rules that
// allow it. An opening without conditions is open. An opening with conditions may be closed: it depends on
// something that the captured files do not tell. Unmapped lists what no reader understands, with place and reason.
// Nothing is dropped silently: what is neither an opening nor unmapped is closed.
package capture

import (
	"net/netip"

	"rolewall/diag"
	"rolewall/ruleset"
)

// Capture is what a host was found to allow.
type Capture struct {
	Host       string     // empty if unknown
	OS         ruleset.OS // empty if unknown
	When       string     // RFC 3339, from the collector; empty if unknown
	Families   ruleset.Families
	Addresses  []netip.Addr     // the host's own, if the files tell them
	Own        ruleset.Prefixes // addresses of the host, link-local ones as well; openings name no others in To. None if unknown
	Interfaces []string         // Linux interfaces that receive packets from outside, sorted; empty if unknown
	Openings   []Opening
	Unmapped   []Unmapped
	Scan       *Scan // the result of a scan; then there are no openings. nil for all others
	Facts      []Fact
	Sources    []Source
}

// IsWindows reports whether the capture is from Windows. The edition may be unknown.
func (c *Capture) IsWindows() bool { return c.OS != ruleset.Linux }

// Opening is traffic that the host allows.
type Opening struct {
	Rule       *ruleset.Rule    // traffic, sources and qualifiers; ID, reasons and audience are not set
	To         ruleset.Prefixes // addresses of the host where it is open; empty means all
	NotOn      []string         // interfaces where it is closed, sorted; it is open on all others, or on the others in Rule.Interfaces
	Forwarded  string           // where the host forwards it, such as "172.17.0.2:80"; empty if the host itself receives it
	Profiles   []string         // Windows profiles in which it is open, sorted; empty means all
	Conditions []Condition      // it is open only if all of them hold; empty means that it is open
	Owner      string           // who maintains the rules that open it, such as "Docker", "firewalld", "Group Policy"; empty if unknown
	Group      string           // the group in which the firewall lists the rule; may be empty
	Rules      []Place          // the rules that allow it, in the order in which a packet meets them
	Packets    *uint64          // packets that the last of them has counted; nil if the file has no counters
}

// UnnamedProtocols is the Group of openings for protocols that no rule of the firewall names. Reports show them as
// one.
const UnnamedProtocols = "protocols that no rule names"

// Kind says what a condition depends on.
type Kind string

// The kinds of conditions.
const (
	Rate    Kind = "rate"    // open only for the first packets: a limit or a quota
	Time    Kind = "time"    // the time of day or the date
	Mark    Kind = "mark"    // a mark set by something that is not in the files
	Set     Kind = "set"     // a set that is not in the files, or that packets fill
	Route   Kind = "route"   // routes, reverse paths, or the addresses of the host
	Program Kind = "program" // a program decides: a queue or eBPF
	Peer    Kind = "peer"    // the other side must authenticate: IPsec, a user, a computer
	Other   Kind = "other"   // something that the reader does not know
)

// Condition is something that decides on a packet and that the files do not tell.
type Condition struct {
	Kind  Kind
	Text  string // "depends on the time of day (08:00 to 18:00)"
	Place Place
}

// Place is the location of a rule in the captured files.
type Place struct {
	Pos  diag.Pos
	Rule string // the rule as administrators of the firewall name it, such as "filter INPUT rule 3" or "inet firewalld filter_INPUT rule 2"; may be empty
	Text string // the rule's own text in one line; it comes from the host, so writers must escape it
}

// Unmapped is an entry that no reader can express. It may open or close anything in Scope.
type Unmapped struct {
	Place  Place
	Reason string
	Scope  string // what it may affect, such as "tcp/25" or "all traffic on eth1"; empty means anything
}

// Fact is something about the whole host that an administrator must know: a firewall that is off, a store that is
// not in force, rules only for IPv4 on a host with IPv6.
type Fact struct {
	Code string // for programs: "firewall-off", "local-rules-void"
	Text string
	Pos  diag.Pos
	// Unsafe means that because of the fact the openings are incomplete. Such a capture is never reported as "the
	// same".
	Unsafe bool
}

// Source is a captured file.
type Source struct {
	File     string
	Form     string // name of the reader, such as "nft", "iptables-save" or "reg"
	Complete bool   // false if the form leaves out rules that the host enforces
}

// Scan is what one source could see of a host. What it does not name is unknown.
type Scan struct {
	Arguments string            // arguments of the scanner; text of the file, so writers must escape it
	Pos       diag.Pos          // where the host is in the file
	Open      []ruleset.Traffic // traffic that was answered
	Silent    []ruleset.Traffic // traffic that was not answered: closed, or dropped on the way
	Unclear   int               // number of ports whose state proves nothing
}
