// Package exceptions lists the exceptions of a policy, [[allow]], with their hosts, sorted by last day, by owner
// or by host. It only reads the policy and resolves nothing. Package report writes the list.
package exceptions

import (
	"cmp"
	"slices"
	"strings"

	"rolewall/internal/workspace"
	"rolewall/policy"
	"rolewall/tomldoc"
)

// Order says how a list is sorted.
type Order string

// The orders.
const (
	ByExpiry Order = "expiry" // the earliest last day first, entries without one at the end
	ByOwner  Order = "owner"  // entries without an owner at the end
	ByHost   Order = "host"   // one entry for each host
)

// Orders returns all orders.
func Orders() []string { return []string{string(ByExpiry), string(ByOwner), string(ByHost)} }

// List is the exceptions of a policy.
type List struct {
	Version    int     `json:"version"` // of the format: 1
	AsOf       string  `json:"as_of"`   // the day for which they are checked
	EndsBefore string  `json:"ends_before,omitempty"`
	By         Order   `json:"by"`
	Exceptions []Entry `json:"exceptions"`
}

// Entry is one [[allow]], even if it names several protocols.
type Entry struct {
	Expires string   `json:"expires,omitempty"` // the last day, in UTC
	Ended   bool     `json:"ended"`             // it no longer opens anything
	Owner   string   `json:"owner,omitempty"`
	Reason  string   `json:"reason"`
	Opens   []string `json:"opens"` // tcp/445
	Only    string   `json:"only,omitempty"`
	From    []string `json:"from"` // as the policy names them
	Hosts   []string `json:"hosts"`
	By      string   `json:"by"` // the level of the policy that has it: file, groups.web, hosts.web1
	At      Location `json:"at"`
}

// Location is a location in a policy.
type Location struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
}

// New returns the exceptions of a policy for the selected hosts. With a day in endsBefore, it returns only those
// whose last day is earlier.
func New(w *workspace.Workspace, sel workspace.Selection, by Order, endsBefore string) *List {
	out := &List{Version: 1, AsOf: w.Day, EndsBefore: endsBefore, By: by, Exceptions: []Entry{}}
	known := map[tomldoc.Location]int{}
	for _, h := range w.Policy.Hosts {
		if !sel.HasHost(h.Name) {
			continue
		}
		if by == ByHost {
			clear(known)
		}
		for _, level := range w.Policy.Levels(h) {
			for i := range level.Exceptions {
				if x := &level.Exceptions[i]; endsBefore == "" || x.Terms.Expires != "" && x.Terms.Expires < endsBefore {
					out.add(known, h.Name, x)
				}
			}
		}
	}
	slices.SortStableFunc(out.Exceptions, func(a, b Entry) int { return a.compare(b, by) })
	return out
}

// add adds an exception of a host to the entry of its [[allow]], which it finds by known.
func (l *List) add(known map[tomldoc.Location]int, host string, x *policy.Exception) {
	i, isKnown := known[x.Location]
	if !isKnown {
		pos := x.Location.Pos()
		i = len(l.Exceptions)
		known[x.Location] = i
		l.Exceptions = append(l.Exceptions, Entry{
			Expires: x.Terms.Expires, Ended: x.Terms.Expires != "" && x.Terms.Expires < l.AsOf, Owner: x.Terms.Owner, Reason: x.Terms.Reason,
			Opens: []string{}, Only: x.Only(), From: append([]string{}, x.From.List.Values()...), By: x.Level, At: Location{pos.File, pos.Line, pos.Column},
		})
	}
	e := &l.Exceptions[i]
	if opens := x.Traffic.String(); !slices.Contains(e.Opens, opens) {
		e.Opens = append(e.Opens, opens)
	}
	if len(e.Hosts) == 0 || e.Hosts[len(e.Hosts)-1] != host {
		e.Hosts = append(e.Hosts, host)
	}
}

// compare orders entries. Empty values come last.
func (a Entry) compare(b Entry, by Order) int {
	host, owner, expiry := 0, lastIfEmpty(strings.ToLower(a.Owner), strings.ToLower(b.Owner)), lastIfEmpty(a.Expires, b.Expires)
	switch by {
	case ByHost:
		host = strings.Compare(strings.ToLower(a.Hosts[0]), strings.ToLower(b.Hosts[0]))
	case ByExpiry:
		owner, expiry = expiry, owner
	}
	return cmp.Or(host, owner, expiry, strings.Compare(a.At.File, b.At.File), cmp.Compare(a.At.Line, b.At.Line), cmp.Compare(a.At.Column, b.At.Column))
}

func lastIfEmpty(a, b string) int {
	if (a == "") != (b == "") {
		return -strings.Compare(a, b)
	}
	return strings.Compare(a, b)
}
