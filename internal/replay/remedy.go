package replay

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"rolewall/internal/lookup"
	"rolewall/resolver"
	"rolewall/ruleset"
)

// Remedy is what may listen on a port, and what would open the port.
type Remedy struct {
	Services []string // of the catalog, for the system of the host
	Roles    []string // roles that open it
	Features []string // features of services on the host that open it
	Never    bool     // the catalog never opens the rows with the port
	Paste    string   // an exception for the policy; empty if there are too many sources
}

// mostRemedies is how many ports are looked up. A port takes a millisecond, and a log may have every port.
const mostRemedies = 300

// exceptionDays is how many days a proposed exception lasts. After that, a role or a network should replace it.
const exceptionDays = 90

// remedy adds to a row what would open its port. known caches what was found for a port.
func (p *Replay) remedy(x *Row, known map[string]*Remedy) {
	h := p.hosts[slices.IndexFunc(p.hosts, func(h *host) bool { return h.name == x.Host })]
	key := x.Host + " " + x.Traffic.String()
	r := known[key]
	if r == nil {
		r = &Remedy{}
		if len(known) < mostRemedies {
			p.lookUp(r, h, x.Traffic)
		}
		known[key] = r
	}
	own := *r
	own.Paste = p.exception(x)
	x.Remedy = &own
}

// lookUp finds services, roles and features for a port.
func (p *Replay) lookUp(r *Remedy, h *host, t ruleset.Traffic) {
	if t.Protocol.HasTypes() { // the row keeps its own
		t.ICMP = []ruleset.ICMPType{{Type: t.ICMP[0].Type, Code: t.ICMP[0].Code, HasCode: t.ICMP[0].Code != 0}}
	}
	f := lookup.Finder{Catalog: p.w.Policy.Catalog, OS: h.rs.OS}
	list, err := f.Find(t.String())
	if err != nil {
		return
	}
	for _, e := range list {
		r.Roles = append(r.Roles, e.UsedBy...)
		never := 0
		for _, row := range e.Rows {
			if !slices.Contains(r.Services, row.App) {
				r.Services = append(r.Services, row.App)
			}
			if row.Never != "" {
				never++
			}
		}
		r.Never = never > 0 && never == len(e.Rows)
	}
	for d := range h.resolution.Endpoints() {
		if d.Cause == resolver.FeatureOff && lookup.ListensOn(d.Endpoint, t) && !slices.Contains(r.Features, d.Endpoint.Feature) {
			r.Features = append(r.Features, d.Endpoint.Feature)
		}
	}
	slices.Sort(r.Features)
}

// exception returns TOML that opens the port only to the sources of a row.
func (p *Replay) exception(x *Row) string {
	from := make([]string, len(x.Addresses))
	for i, a := range x.Addresses {
		from[i] = fmt.Sprintf("%q", prefixText(a))
	}
	switch {
	case x.Sources <= len(from):
	case x.Network != "":
		from = []string{fmt.Sprintf("%q", x.Network)}
	default:
		return ""
	}
	day, err := time.Parse(time.DateOnly, p.w.Day)
	if err != nil {
		return ""
	}
	reason := fmt.Sprintf("seen %d times", x.Count)
	if !x.Last.IsZero() {
		reason += ", last " + x.Last.Format(time.DateOnly)
	}
	lines := []string{
		"[[hosts." + tomlKey(x.Host) + ".allow]]",
		trafficLine(x.Traffic),
		"from    = [" + strings.Join(from, ", ") + "]",
		fmt.Sprintf("reason  = %q", reason),
		"expires = " + day.AddDate(0, 0, exceptionDays).Format(time.DateOnly),
	}
	if x.Interface != "" && ruleset.CheckInterface(x.Interface) == "" {
		lines = slices.Insert(lines, 3, fmt.Sprintf("interfaces = [%q]", x.Interface))
	}
	return strings.Join(lines, "\n")
}

func prefixText(p netip.Prefix) string {
	if p.IsSingleIP() {
		return p.Addr().String()
	}
	return p.String()
}

// tomlKey writes a name of a table.
func tomlKey(name string) string {
	const bare = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"
	if strings.Trim(name, bare) == "" {
		return name
	}
	return fmt.Sprintf("%q", name)
}

// trafficLine returns the key of an exception for the traffic.
func trafficLine(t ruleset.Traffic) string {
	switch {
	case t.Protocol.HasPorts():
		return fmt.Sprintf("%-7s = %s", t.Protocol, t.Ports)
	case t.Protocol.HasTypes() && t.ICMP[0].HasCode && t.ICMP[0].Code != 0:
		return fmt.Sprintf("%-7s = %q", t.Protocol, t.ICMP[0])
	case t.Protocol.HasTypes():
		return fmt.Sprintf("%-7s = %d", t.Protocol, t.ICMP[0].Type)
	}
	return fmt.Sprintf("protocol = %d", t.Protocol)
}
