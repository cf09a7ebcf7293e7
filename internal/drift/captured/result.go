// Package captured compares the traffic that a captured host allows with the traffic that its policy allows. It compares
// meaning: rules that allow the same packets are equal, however they are written. The result is a value; package
// internal/report/captures writes it.
//
// A difference is certain or undecided. It is undecided where the verdict on a packet depends on something that the captured
// files lack. Both are findings, so nothing counts as equal only because it could not be read.
package captured

import (
	"cmp"
	"slices"
	"strings"

	"rolewall/policy"
	"rolewall/readers/capture"
	"rolewall/ruleset"
)

// Kind says in a word what is different. Programs read these words.
type Kind string

// The kinds, in the order of reports.
const (
	NotInForce  Kind = "not_in_force" // a firewall or a store of rules that is off
	Open        Kind = "open"         // open to sources, and the policy opens it to nobody
	Published   Kind = "published"    // the same, and passed on to a guest or a container
	SourcePort  Kind = "source_port"  // open to whoever sends from a certain port, and the policy does not open it
	Wider       Kind = "wider"        // the policy opens it, to fewer sources
	Missing     Kind = "missing"      // closed, and the policy opens it
	Narrower    Kind = "narrower"     // open to fewer sources than the policy says
	Listener    Kind = "listener"     // open for another program than the policy says
	RateLimited Kind = "rate_limited" // open to a few packets at a time, and the policy sets no limit
	Conditional Kind = "conditional"  // open or not: it depends on what the files do not tell
	Unknown     Kind = "unknown"      // an entry that no reader can express
	NoCapture   Kind = "no_capture"   // a host of the policy without a capture
	UnknownHost Kind = "unknown_host" // a capture of a host that the policy does not have
)

// Kinds lists the kinds in the order of reports.
func Kinds() []Kind {
	return []Kind{NotInForce, Open, Published, SourcePort, Wider, Missing, Narrower, Listener, RateLimited, Conditional, Unknown, NoCapture, UnknownHost}
}

// CannotTell reports whether a finding of the kind says that the answer is not known.
func (k Kind) CannotTell() bool { return k == Conditional || k == Unknown || k == NoCapture }

// Finding is one difference on one or several hosts.
type Finding struct {
	Kind       Kind
	Hosts      []string // sorted
	Traffic    ruleset.Traffic
	From       Addresses // the sources that make the difference
	Now        Addresses // all that get in today
	Policy     Addresses // all sources that the policy allows; none where the kind says so
	Profiles   []string  // of Windows, in which it differs; empty: all
	Interfaces []string  // on which it differs; empty: all
	Text       string    // for kinds that have no traffic, and for what From and Traffic leave unsaid
	Forwarded  string
	Owner      string
	Group      string
	Conditions []capture.Condition
	Where      string  // what narrows all of the openings that make the difference: "only on eth0, at 10.1.0.1"
	Rules      []Rule  // of the host, that make the difference
	Packets    *uint64 // that the last of these rules counted
	Expected   []ruleset.Reason
	IDs        []string // of the policy's rules, where it opens the traffic
	Ignored    *policy.Ignore
	EndedOn    string // the last day of an entry that ignored it; empty: none did
}

// Rule is a rule of the host.
type Rule struct {
	capture.Place
	Where string // what narrows the opening that the rule makes; empty: nothing
}

// Addresses is a set of sources, with the names that the policy has for it.
type Addresses struct {
	Names    []string // sorted; none where no network of the policy is the set
	Prefixes ruleset.Prefixes
}

// ToAnyone reports whether every address of a family is a source.
func (f *Finding) ToAnyone() bool { return !f.From.Prefixes.Complete().None() }

// Result is what differs between captures and a policy.
type Result struct {
	Compared int // captures of hosts that the policy has
	Findings []Finding
	Ignored  []Finding
	Sources  []Source
}

// Source is a file of a capture.
type Source struct {
	Host string
	When string
	capture.Source
}

// Same reports whether hosts enforce what the policy says. What cannot be told counts as different, unless allowUnknown.
func (r *Result) Same(allowUnknown bool) bool {
	return !slices.ContainsFunc(r.Findings, func(f Finding) bool { return !allowUnknown || !f.Kind.CannotTell() })
}

// Compare orders findings: what is open to anyone first, then by kind and traffic.
func (f *Finding) Compare(g *Finding) int {
	anyone := func(f *Finding) int {
		if f.Kind == NotInForce || f.ToAnyone() && slices.Contains([]Kind{Open, Published, SourcePort, Wider}, f.Kind) {
			return 0
		}
		return 1
	}
	c := cmp.Or(
		cmp.Compare(anyone(f), anyone(g)),
		cmp.Compare(slices.Index(Kinds(), f.Kind), slices.Index(Kinds(), g.Kind)),
		f.Traffic.Compare(g.Traffic),
	)
	if c != 0 {
		return c // most differ in these, and the texts below take time
	}
	return cmp.Or(
		cmp.Compare(f.From.key(), g.From.key()),
		cmp.Compare(f.Text, g.Text),
		cmp.Compare(f.key(), g.key()),
		slices.Compare(f.Hosts, g.Hosts),
	)
}

func (a Addresses) key() string {
	var b strings.Builder
	for _, p := range a.Prefixes {
		b.WriteString(p.String())
		b.WriteByte(' ')
	}
	return b.String()
}

// key is equal for findings of several hosts that are one. Files, lines and counters take no part.
func (f *Finding) key() string {
	parts := []string{string(f.Kind), f.Traffic.String(), f.From.key(), strings.Join(f.Profiles, " "), strings.Join(f.Interfaces, " "), f.Text, f.Where, f.Forwarded, f.Owner, f.Group, strings.Join(f.IDs, " "), f.EndedOn}
	for _, c := range f.Conditions {
		parts = append(parts, c.Text)
	}
	for _, r := range f.Rules {
		parts = append(parts, r.Rule, r.Text, r.Where)
	}
	return strings.Join(parts, "\x00")
}
