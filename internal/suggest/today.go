package suggest

import (
	"net/netip"
	"path"
	"slices"
	"strings"

	"rolewall/readers/capture"
	"rolewall/ruleset"
)

// certain returns the openings of a capture that have no condition and that a policy can express: at every address
// of the host, on every interface or on named ones, and not forwarded.
func certain(c *capture.Capture) []capture.Opening {
	var out []capture.Opening
	for _, o := range c.Openings {
		if !isUnsure(o) && o.Forwarded == "" && len(o.To) == 0 && len(o.NotOn) == 0 && !slices.Equal(o.Rule.Interfaces, []string{"lo"}) && !o.Rule.IPsecOnly {
			out = append(out, o)
		}
	}
	return out
}

// sourcesOf returns the sources of an opening as prefixes of the host's families.
func (h *host) sourcesOf(o capture.Opening) ruleset.Prefixes {
	f := h.families.And(o.Rule.Protocol.Families())
	if o.Rule.Remote.IsAnyone() {
		return ruleset.AllAddresses(f)
	}
	return o.Rule.Remote.Restrict(f).Prefixes()
}

// holds reports whether an opening applies in all profiles of the policy.
func (h *host) holds(o capture.Opening) bool {
	if len(o.Profiles) == 0 {
		return true
	}
	for _, p := range h.profilesOrAll() {
		if !slices.Contains(o.Profiles, p) {
			return false
		}
	}
	return true
}

func (h *host) profilesOrAll() []string {
	if len(h.profiles) > 0 {
		return h.profiles
	}
	return profiles
}

var profiles = []string{"domain", "private", "public"}

// pickProfiles chooses the Windows profiles of the policy: all, unless the host opens its ports only in some.
func (h *host) pickProfiles() {
	if h.Capture == nil || !h.Capture.IsWindows() {
		return
	}
	open := map[string]int{}
	most := 0
	for _, p := range profiles {
		for _, l := range h.listeners {
			if l.loopback {
				continue
			}
			h.profiles = []string{p}
			if len(h.today(l)) > 0 {
				open[p]++
			}
		}
		most = max(most, open[p])
	}
	h.profiles = nil
	for _, p := range profiles {
		if open[p] == most && most > 0 {
			h.profiles = append(h.profiles, p)
		}
	}
	if len(h.profiles) == len(profiles) {
		h.profiles = nil
	}
}

// fits reports whether the program in a Windows rule can be the one that listens. Either may be unknown.
func (l *listener) fits(x ruleset.Listener) bool {
	if x.IsZero() || len(l.processes) == 0 {
		return true
	}
	base := path.Base(strings.ReplaceAll(x.Program, `\`, "/"))
	isProgram := x.Program == "" || slices.ContainsFunc(l.processes, func(p string) bool { return strings.EqualFold(p, base) })
	isService := x.Service == "" || len(l.services) == 0 || slices.ContainsFunc(l.services, func(s string) bool { return strings.EqualFold(s, x.Service) })
	return isProgram && isService
}

// openingsFor returns the openings through which a listener can be reached on every interface.
func (h *host) openingsFor(l *listener) []capture.Opening {
	var out []capture.Opening
	for _, o := range h.certain {
		if len(o.Rule.FromPorts) == 0 && len(o.Rule.Interfaces) == 0 && o.Rule.Traffic.Contains(l.traffic()) && l.fits(o.Rule.Listener) && h.holds(o) {
			out = append(out, o)
		}
	}
	return out
}

// today returns the sources that reach a listener by today's rules.
func (h *host) today(l *listener) ruleset.Prefixes {
	var out ruleset.Prefixes
	for _, o := range h.openingsFor(l) {
		out = out.Union(h.sourcesOf(o))
	}
	return h.sayable(out)
}

// unicast holds the addresses that sources of a family can have.
var unicast = map[bool][]string{
	true:  {"1.0.0.0/8", "2.0.0.0/7", "4.0.0.0/6", "8.0.0.0/5", "16.0.0.0/4", "32.0.0.0/3", "64.0.0.0/2", "128.0.0.0/2", "192.0.0.0/3"},
	false: {"2000::/3", "fc00::/7", "fe80::/10"},
}

// sayable returns sources in a form that a policy can express. "any" stands for all families of the host. So
// everyone of only one family is written as the addresses that sources can have.
func (h *host) sayable(p ruleset.Prefixes) ruleset.Prefixes {
	if full := p.Complete(); full.None() || full == h.families {
		return p
	}
	var set []netip.Prefix
	for _, x := range p {
		if x.Bits() > 0 {
			set = append(set, x)
			continue
		}
		for _, text := range unicast[x.Addr().Is4()] {
			set = append(set, netip.MustParsePrefix(text))
		}
	}
	return ruleset.NewPrefixes(set...)
}

// isReal reports whether p holds an address that a source can have.
func isReal(p ruleset.Prefixes) bool {
	for _, list := range unicast {
		for _, text := range list {
			if p.Overlaps(ruleset.NewPrefixes(netip.MustParsePrefix(text))) {
				return true
			}
		}
	}
	return false
}

// wants returns the sources that shall reach a listener: those that were seen and are allowed today, or all that
// are allowed if none was seen. why says which.
func (h *host) wants(l *listener, limit int) (p ruleset.Prefixes, why string) {
	seen := h.seen[l.port]
	if h.Capture == nil {
		if seen == nil || seen.many {
			return nil, ""
		}
		p, _ = narrowest(seen.prefixes(), limit)
		return p, seen.says()
	}
	today := h.today(l)
	if seen == nil {
		return today, ""
	}
	if seen.many {
		return today, "more than " + number(maxSources) + " addresses were seen, so its rules of today decide"
	}
	if p = intersect(seen.prefixes(), today); len(p) == 0 {
		return nil, seen.says() + ", which its rules of today do not allow"
	}
	p, ok := narrowest(p, limit)
	if !ok {
		return today, seen.says() + ", too far apart for few networks, so its rules of today decide"
	}
	return intersect(p, today), seen.says()
}

func (s *sources) says() string {
	times := number(s.count) + " times"
	if s.count == 1 {
		times = "once"
	}
	word := " addresses"
	if len(s.addrs) == 1 {
		word = " address"
	}
	return "seen " + times + " from " + number(uint64(len(s.addrs))) + word
}
