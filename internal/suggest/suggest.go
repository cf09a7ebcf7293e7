// Package suggest writes a first policy from captured hosts: from what listens, what is installed, what the
// firewall allows today, and which sources were seen. An administrator then reads the policy, changes it, and
// compares it with the hosts by drift.
//
// Three laws hold for the policy:
//
//   - It opens nothing that is not surely open today. Each role and each exception is resolved and compared with the capture before it is written. Whatever would open more becomes a comment.
//   - Every line has its reasons next to it.
//   - Text of a host stays inside a comment or a string, since an attacker may control any host. For the same reason the capture of one host never opens another.
package suggest

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"rolewall/catalog"
	"rolewall/diag"
	"rolewall/generators"
	"rolewall/generators/target"
	"rolewall/readers"
	"rolewall/readers/capture"
	"rolewall/readers/flowlog"
	"rolewall/ruleset"
)

// Options changes what is written.
type Options struct {
	Day         string // day of the run, YYYY-MM-DD; exceptions end 90 days later
	MaxPrefixes int    // number of prefixes in a network of seen addresses
}

// Targets returns the default target of a system.
func (o Options) Targets(os ruleset.OS) (target.Target, bool) {
	name, known := generators.Default(os)
	if !known {
		return nil, false
	}
	return generators.All().Lookup(name)
}

// suggester holds what is the same for all hosts.
type suggester struct {
	cat      *catalog.Catalog
	evidence []catalog.Evidence
	o        Options
	ends     string // the last day of exceptions
}

// Suggester collects evidence of hosts and writes a policy.
type Suggester struct {
	s       *suggester
	hosts   []*host
	traffic *Traffic
}

// host is one host with what was found about it.
type host struct {
	*readers.Host
	name      string
	os        ruleset.OS
	families  ruleset.Families
	profiles  []string // Windows profiles that the policy is for; empty means all
	listeners []*listener
	unread    int // number of listeners beyond the limit
	byPort    map[port]*listener
	certain   []capture.Opening
	sure      *capture.Capture // openings without a condition
	units     []string         // units that run or own a socket, sorted
	services  []string         // Windows services that run, sorted
	seen      map[port]*sources
}

// New returns a Suggester for hosts, in the order in which they were named. It reports names that a policy cannot
// have, and two captures of one host.
func New(cat *catalog.Catalog, hosts []*readers.Host, o Options, errs *diag.List) *Suggester {
	day, err := time.Parse(time.DateOnly, o.Day)
	if err != nil {
		errs.Add(diag.Pos{}, "--as-of 2027-03-31", "%q is not a date", o.Day)
	}
	out := &Suggester{s: &suggester{cat: cat, evidence: cat.Evidence(), o: o, ends: day.AddDate(0, 0, 90).Format(time.DateOnly)}}
	taken := map[string]bool{}
	for _, x := range hosts {
		if bad := ruleset.BadFileName(x.Name); bad != "" {
			errs.Add(diag.Pos{}, "name the file or the folder after the host, or say --as HOST", "the name %q of a host %s", x.Name, bad)
			continue
		}
		key := strings.ToLower(x.Name)
		if taken[key] {
			errs.Add(diag.Pos{}, "leave one out: a host has one state at a time", "two captures are of one host, %s", x.Name)
			continue
		}
		taken[key] = true
		out.hosts = append(out.hosts, newHost(x))
	}
	slices.SortFunc(out.hosts, func(a, b *host) int { return strings.Compare(a.name, b.name) })
	out.traffic = newTraffic(out.hosts)
	return out
}

// maxListeners is how many listeners of a host are used. Some hosts have a few hundred, and a forged capture could
// have 131,070.
const maxListeners = 2000

func newHost(x *readers.Host) *host {
	h := &host{Host: x, name: x.Name, families: ruleset.Families{IPv4: true, IPv6: true}, byPort: map[port]*listener{}, seen: map[port]*sources{}}
	h.os = ruleset.Linux
	if x.Windows {
		h.os = x.OS
		if h.os == "" {
			h.os = ruleset.DefaultOS
		}
	}
	if c := x.Capture; c != nil {
		if !c.Families.None() {
			h.families = c.Families
		}
		h.certain, h.sure = certain(c), sureOf(c)
	}
	h.listeners = listenersOf(x.Sockets.Sockets, x.Windows)
	if n := len(h.listeners) - maxListeners; n > 0 {
		h.listeners, h.unread = h.listeners[:maxListeners], n
	}
	units, services := map[string]bool{}, map[string]bool{}
	for _, l := range h.listeners {
		h.byPort[l.port] = l
		for _, u := range l.units {
			units[u] = true
		}
		for _, name := range l.services {
			services[name] = true
		}
	}
	for name := range x.Installed.Units {
		units[name] = true
	}
	for _, p := range x.Sockets.Processes {
		for _, name := range p.Services {
			services[name] = true
		}
	}
	h.units, h.services = slices.Sorted(maps.Keys(units)), slices.Sorted(maps.Keys(services))
	h.established()
	h.pickProfiles()
	return h
}

func (h *host) sources(p port) *sources {
	s := h.seen[p]
	if s == nil {
		s = &sources{}
		h.seen[p] = s
	}
	return s
}

// Add adds a record of traffic. name is the host that wrote the log, or "" for a log of the network.
func (x *Suggester) Add(r *flowlog.Record, name string) {
	var only *host
	if name != "" {
		i := slices.IndexFunc(x.hosts, func(h *host) bool { return strings.EqualFold(h.name, name) })
		if i >= 0 {
			only = x.hosts[i]
		}
	}
	x.traffic.add(r, only)
}

// HasHost reports whether there is a host of that name.
func (x *Suggester) HasHost(name string) bool {
	return slices.ContainsFunc(x.hosts, func(h *host) bool { return strings.EqualFold(h.name, name) })
}

// Traffic returns how many records showed a source of a host, and how many did not.
func (x *Suggester) Traffic() (used, unused uint64) { return x.traffic.Used, x.traffic.Unused }

// Policy returns the text of the policy. It returns the error of ctx if ctx ends.
func (x *Suggester) Policy(ctx context.Context) ([]byte, error) {
	d := newDocument(x.s)
	for _, h := range x.hosts {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		b, err := x.s.body(d, h)
		if err != nil {
			return nil, err
		}
		d.bodies = append(d.bodies, b)
	}
	d.shareAddresses()
	return d.write(), nil
}

func number(n uint64) string {
	text := fmt.Sprint(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
