// Package drift compares the traffic that a captured host allows with the traffic that its policy allows. It
// compares meaning: rules that allow the same packets are equal, however they are written. Package
// internal/report/captures writes the result.
//
// A difference is certain or undecided. It is undecided if it depends on something that the captured files do not
// tell. Both are findings, so nothing counts as equal only because it could not be read.
package drift

import (
	"slices"
	"strings"

	"rolewall/policy"
	"rolewall/readers/capture"
	"rolewall/ruleset"
)

// Kind says in a word what differs. The JSON form has these words.
type Kind string

// The kinds, in the order of reports.
const (
	NotInForce  Kind = "not_in_force" // a firewall or a store of rules that is off
	Open        Kind = "open"         // open to sources, while the policy opens it to no source
	Published   Kind = "published"    // the same, and forwarded to a guest or a container
	SourcePort  Kind = "source_port"  // open to packets from a certain port, and the policy does not open it
	Wider       Kind = "wider"        // the policy opens it, to fewer sources
	Missing     Kind = "missing"      // closed, and the policy opens it
	Narrower    Kind = "narrower"     // open to fewer sources than in the policy
	Listener    Kind = "listener"     // open for another program than in the policy
	RateLimited Kind = "rate_limited" // open with a limit, and the policy sets none
	Conditional Kind = "conditional"  // open under a condition that the files do not tell
	Unknown     Kind = "unknown"      // an entry that no reader can express
	NoCapture   Kind = "no_capture"   // a host of the policy without a capture
	UnknownHost Kind = "unknown_host" // a capture of a host that the policy does not have
)

// Kinds lists the kinds in the order of reports.
func Kinds() []Kind {
	return []Kind{NotInForce, Open, Published, SourcePort, Wider, Missing, Narrower, Listener, RateLimited, Conditional, Unknown, NoCapture, UnknownHost}
}

// CannotTell reports whether a finding of the kind means that the answer is unknown.
func (k Kind) CannotTell() bool { return k == Conditional || k == Unknown || k == NoCapture }

// Finding is one difference on one or several hosts.
type Finding struct {
	Kind       Kind
	Hosts      []string // sorted
	Traffic    ruleset.Traffic
	From       Addresses // the sources that differ
	Now        Addresses // all sources that are allowed today
	Policy     Addresses // all sources that the policy allows; none for some kinds
	Profiles   []string  // Windows profiles in which it differs; empty means all
	Interfaces []string  // interfaces on which it differs; empty means all
	Text       string    // for kinds without traffic, and for what From and Traffic do not say
	Forwarded  string
	Owner      string
	Group      string
	Conditions []capture.Condition
	Where      string  // what narrows all openings of the difference: "only on eth0, at 10.1.0.1"
	Rules      []Rule  // rules of the host that make the difference
	Packets    *uint64 // packets that the last of these rules has counted
	Expected   []ruleset.Reason
	IDs        []string // IDs of the policy's rules that open the traffic
	Ignored    *policy.Ignore
	EndedOn    string // the last day of an ended entry that ignored it; empty for none
}

// Rule is a rule of the host.
type Rule struct {
	capture.Place
	Where string // what narrows the opening of the rule; empty for nothing
}

// Addresses is a set of sources, with its names in the policy.
type Addresses struct {
	Names    []string // sorted; none if no network of the policy equals the set
	Prefixes ruleset.Prefixes
}

// ToAnyone reports whether every address of a family is a source.
func (f *Finding) ToAnyone() bool { return !f.From.Prefixes.Complete().None() }

// Result holds the differences between captures and a policy.
type Result struct {
	Compared int // number of captured hosts that the policy has
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

// Same reports whether hosts enforce the policy. What is unknown counts as different, unless allowUnknown is set.
func (r *Result) Same(allowUnknown bool) bool {
	return !slices.ContainsFunc(r.Findings, func(f Finding) bool { return !allowUnknown || !f.Kind.CannotTell() })
}

func (a Addresses) key() string {
	var b strings.Builder
	for _, p := range a.Prefixes {
		b.WriteString(p.String())
		b.WriteByte(' ')
	}
	return b.String()
}

// key returns a text that is equal for findings of several hosts that are one. Files, lines and counters are not
// part of it.
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
