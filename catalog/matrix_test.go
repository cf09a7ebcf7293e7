package catalog_test

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"

	"rolewall/catalog"
	"rolewall/generators"
	"rolewall/generators/target"
	"rolewall/ruleset"
)

// threeAudiences allows three kinds of sources that share no address, each of both families.
const threeAudiences = `[audience]
clients    = ["10.11.0.0/16", "fd00:11::/32"]
peers      = ["10.12.0.0/16", "fd00:12::/32"]
management = ["10.13.0.0/16", "fd00:13::/32"]`

var sources = map[ruleset.Audience][]netip.Addr{
	ruleset.Clients:    {netip.MustParseAddr("10.11.0.1"), netip.MustParseAddr("fd00:11::1")},
	ruleset.Peers:      {netip.MustParseAddr("10.12.0.1"), netip.MustParseAddr("fd00:12::1")},
	ruleset.Management: {netip.MustParseAddr("10.13.0.1"), netip.MustParseAddr("fd00:13::1")},
}

// rpcModes are the RPC policies that an edition can have. static pins all that can be pinned.
func rpcModes(c *catalog.Catalog, os ruleset.OS) map[string]string {
	var pins []string
	for _, name := range c.ServiceNames() {
		s, _ := c.Service(name)
		if how, can := s.Pin(os, func(string) bool { return true }); can && s.Has(os) && hasDynamic(s, os) {
			pins = append(pins, fmt.Sprintf("%s = %d", name, cmp.Or(int(how.Only), 38901+len(pins))))
		}
	}
	modes := map[string]string{
		"dynamic": "", "closed": `[rpc]
mode = "closed"`,
		"range": `[rpc]
mode = "range"
range = "50000-50199"`,
		"mixed": `[rpc]
mixed = true
reason = "a test"`,
	}
	for _, fallback := range []string{"dynamic", "closed"} {
		if len(pins) > 0 {
			modes["static, else "+fallback] = "[rpc]\nmode = \"static\"\nfallback = \"" + fallback + "\"\nports = { " + strings.Join(pins, ", ") + " }"
		}
	}
	return modes
}

func hasDynamic(s *catalog.Service, os ruleset.OS) bool {
	return slices.ContainsFunc(s.Endpoints, func(e catalog.Endpoint) bool {
		return e.RPC == ruleset.Dynamic && e.Has(os) && e.Never == ""
	})
}

// every gives a fleet a host for every role of an edition, and for every service by itself.
func (f *fleet) every(c *catalog.Catalog, os ruleset.OS, lines ...string) {
	f.everyRole(c, os, lines...)
	f.everyService(c, os, lines...)
}

func (f *fleet) everyRole(c *catalog.Catalog, os ruleset.OS, lines ...string) {
	for _, name := range c.RoleNames() {
		if r, _ := c.Role(name); r.Has(os) {
			f.host(name, append(lines, fmt.Sprintf("roles = [%q]", name))...)
		}
	}
}

func (f *fleet) everyService(c *catalog.Catalog, os ruleset.OS, lines ...string) {
	for i, name := range c.ServiceNames() {
		if s, _ := c.Service(name); s.Has(os) {
			f.host(fmt.Sprintf("service-%d", i), append(lines, fmt.Sprintf("services = [%q]", name))...)
		}
	}
}

// TestMatrix resolves every role on every edition in every RPC mode, with everyone let in and with three audiences, and
// writes it for every target: nothing may fail but with a refusal in words. Services by themselves follow in the modes
// dynamic and static.
func TestMatrix(t *testing.T) {
	c := defaultCatalog(t)
	var written sync.Map // pages, by target and rule set, and by edition where the target minds it
	for _, os := range ruleset.AllOS() {
		for mode, rpc := range rpcModes(c, os) {
			for who, audience := range map[string]string{"everyone": "", "three": threeAudiences} {
				t.Run(fmt.Sprintf("%s/%s/%s", os, mode, who), func(t *testing.T) {
					t.Parallel()
					f := newFleet(fmt.Sprintf("os = %q", os), audience, rpc)
					f.everyRole(c, os)
					if mode == "dynamic" || strings.HasPrefix(mode, "static") { // pins need a host with each service
						f.everyService(c, os)
					}
					m := matrix{t, c, &written}
					for host, rs := range f.resolve(t, c) {
						m.check(host, rs)
						if who == "three" {
							checkAudiences(t, host, rs)
						}
					}
				})
			}
		}
	}
}

// matrix checks rule sets and writes them, equal ones once.
type matrix struct {
	t       *testing.T
	c       *catalog.Catalog
	written *sync.Map
}

func (m matrix) check(host string, rs *ruleset.RuleSet) {
	for _, r := range rs.Inbound {
		if len(r.Reasons) == 0 {
			m.t.Errorf("%s: rule %s has no reason", host, r.What())
		}
		for _, reason := range r.Reasons {
			if reason.Service == "" || reason.App == "" || reason.Source == "" {
				m.t.Errorf("%s: rule %s has a reason without a service, an app or a source: %+v", host, r.What(), reason)
			}
			for tag := range strings.SplitSeq(reason.Source, ",") {
				if _, known := m.c.Source(tag); !known {
					m.t.Errorf("%s: rule %s: no source %q", host, r.What(), tag)
				}
			}
		}
	}
	digest := rs.Digest()
	for _, g := range generators.All() {
		key := g.Info().Name + digest
		if len(g.Info().OS) > 0 {
			key += string(rs.OS)
		}
		if _, done := m.written.LoadOrStore(key, true); !done {
			m.write(host, g, rs)
		}
	}
}

// write asks a target for a page, or for a refusal in words.
func (m matrix) write(host string, g target.Target, rs *ruleset.RuleSet) {
	refusals := generators.Check(g, rs, generators.All())
	for _, r := range refusals {
		if r.What == "" || r.Hint == "" || r.Target != g.Info().Name {
			m.t.Errorf("%s: a refusal without words: %+v", host, r)
		}
	}
	if len(refusals) > 0 {
		return
	}
	if _, err := generators.Render(g, rs, host); err != nil {
		m.t.Errorf("%s for %s: %v", host, g.Info().Name, err)
	}
}

// checkAudiences holds that rules allow exactly the audiences of their reasons: what no endpoint for clients
// requests is closed to clients, what only management may reach is closed to peers, and the reverse.
func checkAudiences(t *testing.T, host string, rs *ruleset.RuleSet) {
	for _, r := range rs.Inbound {
		asked := map[ruleset.Audience]bool{}
		for _, reason := range r.Reasons {
			asked[reason.Audience] = true
		}
		if asked[ruleset.Clients] {
			asked[ruleset.Peers], asked[ruleset.Management] = true, true
		}
		for who, addresses := range sources {
			for _, a := range addresses {
				if a.Is4() && !rs.FamiliesOf(r).IPv4 || !a.Is4() && !rs.FamiliesOf(r).IPv6 {
					continue
				}
				in := r.Remote.IsAnyone() || slices.ContainsFunc(r.Remote.Prefixes(), func(p netip.Prefix) bool { return p.Contains(a) })
				if in != asked[who] && !(in && r.Remote.IsAnyone() && reachesAnyone(r)) {
					t.Errorf("%s: rule %s (%s) lets %s in: %t", host, r.What(), ruleset.ReasonText(r.Reasons), who, in)
				}
			}
		}
	}
}

// reachesAnyone reports whether the rule's sources have no address of their own yet: DHCP and what looks like it.
func reachesAnyone(r *ruleset.Rule) bool {
	return r.What() == "udp 67" || r.What() == "udp 68"
}

// TestFeaturesOnlyOpen holds that a feature never closes what is open without it, alone or with all others, for every
// role and service on every edition.
func TestFeaturesOnlyOpen(t *testing.T) {
	c := defaultCatalog(t)
	all := strings.Join(c.FeatureNames(), `", "`)
	for _, os := range ruleset.AllOS() {
		t.Run(string(os), func(t *testing.T) {
			t.Parallel()
			sets := map[string]map[string]*ruleset.RuleSet{}
			for what, features := range map[string]string{
				"none": "", "all": fmt.Sprintf(`features = ["%s"]`, all), "as-published": `features = ["as-published"]`,
			} {
				f := newFleet(fmt.Sprintf("os = %q", os), features, threeAudiences)
				f.every(c, os)
				sets[what] = f.resolve(t, c)
			}
			for host, without := range sets["none"] {
				covers(t, host+" with as-published", sets["as-published"][host], without)
				covers(t, host+" with all features", sets["all"][host], without)
				covers(t, host+" with all features", sets["all"][host], sets["as-published"][host])
			}
			single := newFleet(fmt.Sprintf("os = %q", os), threeAudiences)
			pairs := map[string]string{}
			for i, name := range c.ServiceNames() {
				s, _ := c.Service(name)
				if !s.Has(os) {
					continue
				}
				for _, feature := range featuresOf(s) {
					host := fmt.Sprintf("service-%d-%s", i, feature)
					single.host(host, fmt.Sprintf("services = [%q]", name), fmt.Sprintf("features = [%q]", feature))
					pairs[host] = fmt.Sprintf("service-%d", i)
				}
			}
			for host, rs := range single.resolve(t, c) {
				covers(t, host, rs, sets["none"][pairs[host]])
			}
		})
	}
}

// featuresOf lists the features that rows of a service wait for.
func featuresOf(s *catalog.Service) []string {
	var out []string
	for i := range s.Endpoints {
		if f := s.Endpoints[i].Feature; f != "" && !slices.Contains(out, f) {
			out = append(out, f)
		}
	}
	return out
}

// covers holds that big allows all that small does, by the same listener.
func covers(t *testing.T, host string, big, small *ruleset.RuleSet) {
	t.Helper()
	for _, r := range small.Inbound {
		if !slices.ContainsFunc(big.Inbound, func(b *ruleset.Rule) bool {
			return b.Protocol == r.Protocol && b.RPC == r.RPC && b.Listener == r.Listener && b.Ports.Contains(r.Ports) &&
				slices.Equal(b.ICMP, r.ICMP) && b.Remote.Contains(r.Remote)
		}) {
			t.Errorf("%s: %s from %s is closed", host, r.What(), r.Remote.Key())
		}
	}
}
