// Package capture holds what a host was seen to allow. It is the contract between those who read a firewall's own
// language and those who judge what it allows.
//
// A Capture is one host at one time. Its Openings are everything that reaches the host, with the rules that allow it. An
// opening without conditions is certain. One with conditions may be closed: its fate depends on something that the captured
// files do not tell. What no reader understands is in Unmapped, by place and reason. A Capture never drops anything in
// silence: what is neither open nor conditional nor unmapped is closed.
package capture

import (
	"net/netip"

	"rolewall/diag"
	"rolewall/ruleset"
)

// Capture is what a host was seen to enforce.
type Capture struct {
	Host       string     // empty where the files do not tell
	OS         ruleset.OS // empty where the files do not tell
	When       string     // RFC 3339, from the collector; empty where the files do not tell
	Families   ruleset.Families
	Addresses  []netip.Addr // the host's own, where the files tell
	Interfaces []string     // of Linux by which packets come from outside, sorted; empty where the files do not tell
	Openings   []Opening
	Unmapped   []Unmapped
	Scan       *Scan // what a scan saw; such a capture has no openings. nil for all others
	Facts      []Fact
	Sources    []Source
}

// IsWindows reports whether the capture is of Windows. The files need not tell the edition.
func (c *Capture) IsWindows() bool { return c.OS != ruleset.Linux }

// Opening is traffic that the host allows.
type Opening struct {
	Rule       *ruleset.Rule    // traffic, sources and qualifiers; ID, reasons and audience are not set
	To         ruleset.Prefixes // the addresses of the host at which it is open; empty: all
	NotOn      []string         // interfaces on which it is closed, sorted: it is open on every other, or on the others of Rule.Interfaces
	Forwarded  string           // where the host passes it on, "172.17.0.2:80"; empty where it ends on the host
	Profiles   []string         // of Windows, in which it is open, sorted; empty: all
	Conditions []Condition      // what it depends on, all of them at once; empty: certain
	Owner      string           // who keeps the rules that open it: "Docker", "firewalld", "Group Policy"; empty: not known
	Group      string           // the group in which the firewall shows the rule; may be empty
	Rules      []Place          // the rules that let it in, in the order in which a packet meets them
	Packets    *uint64          // how many the last of them counted; nil where the file has no counters
}

// UnnamedProtocols is the Group of openings for protocols that no rule of the firewall names. Writers show them as one.
const UnnamedProtocols = "protocols that no rule names"

// Kind says what a condition depends on.
type Kind string

// The kinds of conditions.
const (
	Rate    Kind = "rate"    // open to the first packets: a limit, a quota
	Time    Kind = "time"    // the time of day or the date
	Mark    Kind = "mark"    // a mark that something outside of the files sets
	Set     Kind = "set"     // a set that the files lack, or that packets fill
	Route   Kind = "route"   // routes, reverse paths, the addresses of the host
	Program Kind = "program" // a program decides: a queue, eBPF
	Peer    Kind = "peer"    // the other side must prove who it is: IPsec, a user, a computer
	Other   Kind = "other"   // something that the reader does not know
)

// Condition is something on which the fate of a packet depends, and that the files do not tell.
type Condition struct {
	Kind  Kind
	Text  string // "depends on the time of day (08:00 to 18:00)"
	Place Place
}

// Place is where a rule is in the captured files.
type Place struct {
	Pos  diag.Pos
	Rule string // the rule as the firewall's people name it: "filter INPUT rule 3", "inet firewalld filter_INPUT rule 2"; may be empty
	Text string // the rule's own text, on one line; it comes from the host, so writers escape it
}

// Unmapped is an entry that no reader can express. It may open or close anything that Scope names.
type Unmapped struct {
	Place  Place
	Reason string
	Scope  string // what it may concern: "tcp/25", "all traffic on eth1"; empty: anything
}

// Fact is something about the whole host that an administrator must know: a firewall that is off, a store that is not in
// force, rules of IPv4 on a host with IPv6.
type Fact struct {
	Code string // for programs: "firewall-off", "local-rules-void"
	Text string
	Pos  diag.Pos
	// Unsafe is set where the fact means that the openings are not the whole truth. Such a capture is never "the same".
	Unsafe bool
}

// Source is a captured file.
type Source struct {
	File     string
	Form     string // the name of the reader: "nft", "iptables-save", "reg"
	Complete bool   // false where the form leaves out something that the host enforces
}

// Scan is what one source saw of a host. What it does not name is not known.
type Scan struct {
	Arguments string            // of the scanner; text of the file, so writers escape it
	Pos       diag.Pos          // where the host stands in the file
	Open      []ruleset.Traffic // what answered
	Silent    []ruleset.Traffic // what did not answer: it is closed, or something on the way kept the packet
	Unclear   int               // ports whose state proves nothing
}
