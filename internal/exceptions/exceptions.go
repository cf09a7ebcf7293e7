// Package exceptions lists the exceptions of a policy, [[allow]], with the hosts for which each stands: sorted by last day, by
// owner or by host. It tells what the policy says and resolves nothing; package report writes the list.
package exceptions

import (
	"cmp"
	"slices"
	"strings"

	"rolewall/internal/workspace"
	"rolewall/policy"
	"rolewall/tomldoc"
)

// Order is what a list is sorted by.
type Order string

// The orders.
const (
	ByExpiry Order = "expiry" // the first last day first, those without one at the end
	ByOwner  Order = "owner"  // those without an owner at the end
	ByHost   Order = "host"   // an entry for each host
)

// Orders lists the orders.
func Orders() []string { return []string{string(ByExpiry), string(ByOwner), string(ByHost)} }

// List is the exceptions of a policy.
type List struct {
	Version    int     `json:"version"` // of the format: 1
	AsOf       string  `json:"as_of"`   // the day on which they are judged
	EndsBefore string  `json:"ends_before,omitempty"`
	By         Order   `json:"by"`
	Exceptions []Entry `json:"exceptions"`
}

// Entry is one [[allow]], however many protocols it names.
type Entry struct {
	Expires string   `json:"expires,omitempty"` // the last day it holds, UTC
	Ended   bool     `json:"ended"`             // it opens nothing any more
	Owner   string   `json:"owner,omitempty"`
	Reason  string   `json:"reason"`
	Opens   []string `json:"opens"` // tcp/445
	Only    string   `json:"only,omitempty"`
	From    []string `json:"from"` // as the policy names them
	Hosts   []string `json:"hosts"`
	By      string   `json:"by"` // the level of the policy that holds it: file, groups.web, hosts.web1
	At      Location `json:"at"`
}

// Location is a place in a policy.
type Location struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
}

// New lists the exceptions of a policy that stand for a selected host. A day in endsBefore keeps those whose last day is before it.
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

// add adds an exception of a host to the entry of its [[allow]], which known finds.
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

// compare is the order of entries. What is not given comes last.
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
