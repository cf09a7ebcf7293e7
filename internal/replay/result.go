package replay

import (
	"cmp"
	"maps"
	"net/netip"
	"slices"
	"time"

	"rolewall/diag"
	"rolewall/ruleset"
)

// Kind says in a word what the policy does to traffic. The JSON form has these words.
type Kind string

// The kinds, in the order of reports.
const (
	Cut        Kind = "cut"         // answered or allowed today, and closed by the policy
	Tried      Kind = "tried"       // closed by the policy, without evidence that it is allowed or answered today
	CannotTell Kind = "cannot_tell" // depends on what the log does not say
	WouldOpen  Kind = "would_open"  // dropped today, and opened by the policy
)

// Kinds lists the kinds of rows in the order of reports.
func Kinds() []Kind { return []Kind{Cut, Tried, CannotTell, WouldOpen} }

// Row is traffic from one source network to one port of a host.
type Row struct {
	Kind        Kind
	Host        string
	Network     string       // name of the sources in the policy; empty for none
	From        netip.Prefix // the sources; invalid if they are folded to others
	Traffic     ruleset.Traffic
	AnyPort     bool // folded: the port is unknown
	Interface   string
	Count       uint64
	Sources     int            // number of sources; for folded ones, of networks
	Addresses   []netip.Prefix // of the sources, the busiest first, at most mostAddresses
	First, Last time.Time      // zero if no record has a time
	Answered    bool
	ByPort      bool   // the only evidence of the direction is that the policy opens something on the port
	Why         string // what it depends on, or to which sources the policy opens the port
	Remedy      *Remedy
}

// mostAddresses is how many sources a row names.
const mostAddresses = 20

// Unused is an opening of the policy that no record used.
type Unused struct {
	Host     string
	Traffic  ruleset.Traffic
	From     []string
	Only     string // what narrows it
	ID       string
	Why      string
	Expires  string // the last day of an exception; otherwise empty
	Listener string
}

// Result is what a policy would do to the traffic of logs.
type Result struct {
	Hosts       []string // hosts that records reached
	Logs        int
	Lines       int
	Records     int
	Bad         int
	FirstBad    []string
	Gaps        int
	First, Last time.Time // of records that reached a host; zero if no record has a time
	Counts      Counts
	Rows        []Row    // by kind, host and count
	Unused      []Unused // openings that no record used
	Partial     []string // why an unused opening may still be in use; empty if the logs are complete
	Passes      uint64   // records that the policy opens and that are not dropped today
	StaysClosed uint64   // records that are dropped today and closed by the policy
	Undirected  []Port   // ports with records of unknown direction, the busiest first
	Networks    uint64   // records whose source is folded to a network
	Others      uint64   // records whose source and port are folded
	Below       int      // rows with fewer records than the call asks for
	Notes       []string // facts about hosts
	All         bool     // show every row in the text form
}

// Port is a port of a host with records of unknown direction.
type Port struct {
	Host    string
	Traffic ruleset.Traffic
	AnyPort bool
	Count   uint64
}

// WouldCut reports whether the policy closes something that was answered or allowed.
func (r *Result) WouldCut() bool {
	return slices.ContainsFunc(r.Rows, func(x Row) bool { return x.Kind == Cut })
}

// Of returns the rows of a kind, which are consecutive.
func (r *Result) Of(k Kind) []Row {
	is := func(x Row) bool { return x.Kind == k }
	first := slices.IndexFunc(r.Rows, is)
	if first < 0 {
		return nil
	}
	rest := r.Rows[first:]
	if after := slices.IndexFunc(rest, func(x Row) bool { return !is(x) }); after >= 0 {
		rest = rest[:after]
	}
	return rest
}

// Result finishes the replay. It returns a mistake if the logs have nothing about a chosen host, since "nothing
// would be cut" would then be misleading.
func (p *Replay) Result() (*Result, error) {
	r := &p.result
	switch {
	case r.Records == 0 && p.audited == r.Logs && r.Logs > 0 && r.Bad == 0 && r.Gaps == 0:
		r.Notes = append(r.Notes, "the audit table counted nothing: of all that came in since it was loaded, the policy would cut nothing")
	case r.Records == 0:
		return nil, diag.Errorf("nothing can be told: an audit table counts from the moment it is loaded, and logs may be written elsewhere or to a later file", "the logs hold no record of traffic in %d lines", r.Lines)
	case !p.ours && r.Counts.Foreign > 0:
		return nil, diag.Errorf("addresses in the host's table, or --host NAME where the logs are of one host",
			"none of the %d records is of a chosen host: no address in them is in the policy", r.Records)
	}
	r.First, r.Last = timeOf(p.seen.first), timeOf(p.seen.last)
	r.Networks, r.Others = p.table.networks, p.table.others
	p.table.index, p.unknown.index = nil, nil // frees memory for the rows
	p.rows()
	p.unusedOpenings()
	for i := range p.unknown.flows {
		f := &p.unknown.flows[i]
		r.Undirected = append(r.Undirected, Port{p.owners[f.own].host.name, f.traffic(), f.port == 0 && ruleset.Protocol(f.protocol).HasPorts(), f.count})
	}
	slices.SortFunc(r.Undirected, func(a, b Port) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Host, b.Host), a.Traffic.Compare(b.Traffic))
	})
	for _, h := range p.hosts {
		if !h.reached {
			continue
		}
		r.Hosts = append(r.Hosts, h.name)
		if h.others {
			r.Notes = append(r.Notes, h.name+": rules of other owners stay in force beside the script; what they allow is not known, and not counted here")
		}
	}
	slices.Sort(r.Hosts)
	if p.dropped && !p.allowed {
		p.partial["the log holds nothing but what was dropped"] = true
	}
	if r.First.IsZero() {
		p.partial["no record has a time"] = true
	}
	r.Partial = slices.Sorted(maps.Keys(p.partial))
	return r, nil
}

func timeOf(micros int64) time.Time {
	if micros == 0 {
		return time.Time{}
	}
	return time.UnixMicro(micros).UTC()
}
