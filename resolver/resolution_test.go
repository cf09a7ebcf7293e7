package resolver

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"rolewall/diag"
	"rolewall/policy"
	"rolewall/ruleset"
)

// resolutionOf is the resolution of a host, with the resolver that made it.
func resolutionOf(w *world, host string) (*Resolver, *Resolution) {
	w.t.Helper()
	errs := &diag.List{}
	r := New(w.p, day)
	h, _ := w.p.Host(host)
	a := r.Resolve(h, errs)
	if err := errs.Err(); err != nil {
		w.t.Fatal(err)
	}
	return r, a
}

const officePolicy = `
[networks]
office = ["10.20.0.0/16"]
admins = ["10.3.0.0/24"]
[audience]
clients    = ["office"]
management = ["admins"]
[hosts.a]
addresses = ["10.1.0.1"]
roles     = ["outer", "opt"]
without   = ["more"]
[[hosts.a.allow]]
tcp    = "100"
from   = ["10.20.9.9"]
reason = "inside"
[[hosts.a.allow]]
tcp     = "200"
from    = ["10.20.9.9"]
reason  = "over"
expires = 2027-03-30
[hosts.b]
addresses = ["10.1.0.2"]
roles     = ["outer"]
[hosts.c]
addresses = ["10.1.0.3"]
roles     = ["outer"]
`

// TestResolution holds that a resolution says of every endpoint and exception what it asks for, or why it does not, and that
// its rule set is the one that Resolve gives.
func TestResolution(t *testing.T) {
	w := resolve(t, officePolicy)
	r, a := resolutionOf(w, "a")
	var b strings.Builder
	for d := range a.Endpoints() {
		fmt.Fprintf(&b, "%s %v %q %d\n", d.Endpoint.App, d.Open, d.Cause, len(d.Requests))
	}
	for _, x := range a.Exceptions {
		fmt.Fprintf(&b, "%s %v %d\n", x.Terms.Reason, x.Expired, len(x.Requests))
	}
	want(t, "resolution", strings.TrimSpace(b.String()), `Plain true "" 1
Extra true "" 1
More false "without" 0
Client true "" 1
Peer true "" 1
Admin true "" 1
inside false 1
over true 0`)
	if lines(a.RuleSet.Inbound) != w.open("a") {
		t.Errorf("the resolution has\n%s, Resolve gives\n%s", lines(a.RuleSet.Inbound), w.open("a"))
	}
	errs := &diag.List{}
	if r.CheckUnused(errs); errs.Err() != nil {
		t.Errorf("resolutions leave exceptions unused: %v", errs.Err())
	}
}

// TestResolutionsAreShared holds that hosts with equal inputs share a resolution, and others do not.
func TestResolutionsAreShared(t *testing.T) {
	w := resolve(t, officePolicy)
	r := New(w.p, day)
	resolution := func(name string) *Resolution {
		h, _ := w.p.Host(name)
		return r.Resolve(h, &diag.List{})
	}
	b := resolution("b")
	if r.Shared(b.RuleSet) {
		t.Error("b is the only host that was resolved, and its rule set is called shared")
	}
	if resolution("c") != b || !r.Shared(b.RuleSet) {
		t.Error("b and c have equal inputs, and a resolution each")
	}
	if a := resolution("a"); a == b || resolution("a") == a || r.Shared(a.RuleSet) {
		t.Error("a has exceptions of its own, and shares a resolution")
	}
}

// TestBounded resolves more hosts than a resolver keeps, each with inputs of its own, and compares them with the rule
// sets of the hosts alone.
func TestBounded(t *testing.T) {
	var src strings.Builder
	src.WriteString("[audience]\npeers = [\"none\"]\nmanagement = [\"none\"]\nclients = [\"any\"]\n")
	for i := range 2*maxKept + 10 {
		fmt.Fprintf(&src, "[hosts.h%d]\nroles = [\"web\"]\naudience.clients = [\"10.%d.%d.0/24\"]\n", i, i/256, i%256)
	}
	w := resolve(t, src.String())
	r := New(w.p, day)
	for i, h := range w.p.Hosts {
		errs := &diag.List{}
		if got := r.Resolve(h, errs); !reflect.DeepEqual(got.RuleSet, w.sets[i]) || errs.Len() > 0 {
			t.Fatalf("%s: got %v, want %v", h.Name, got.RuleSet, w.sets[i])
		}
		if n := max(len(r.results), len(r.resolutions), len(r.sources)); n > maxKept {
			t.Fatalf("%d values are kept", n)
		}
	}
	for _, h := range []*policy.Host{w.p.Hosts[0], w.p.Hosts[len(w.p.Hosts)-1]} {
		if got, alone := r.Resolve(h, &diag.List{}), New(w.p, day).Resolve(h, &diag.List{}); !reflect.DeepEqual(got.RuleSet, alone.RuleSet) {
			t.Errorf("%s: together\n%v\nalone\n%v", h.Name, got.RuleSet, alone.RuleSet)
		}
	}
}

// TestRoleResultsAreShared holds that hosts that differ in their roles share what they have in common.
func TestRoleResultsAreShared(t *testing.T) {
	w := resolve(t, `
		[hosts.a]
		roles = ["web", "outer"]
		[hosts.b]
		roles = ["opt", "outer"]
		[hosts.c]
		roles = ["outer"]
		features = ["extra"]`)
	r := New(w.p, day)
	outer := map[*EndpointDecision]string{}
	for _, h := range w.p.Hosts {
		for d := range r.Resolve(h, &diag.List{}).Endpoints() {
			if d.Endpoint.App == "Client" {
				outer[d] += h.Name
			}
		}
	}
	want(t, "results of outer", strings.Join(slices.Sorted(maps.Values(outer)), " "), "ab c")
}

// TestOneResultEach holds that what a host and its group both name is one result.
func TestOneResultEach(t *testing.T) {
	w := resolve(t, `
		[groups.g]
		hosts = ["a"]
		roles = ["outer"]
		services = ["web"]
		[hosts.a]
		roles = ["outer"]
		services = ["Web"]`)
	_, a := resolutionOf(w, "a")
	var apps []string
	for d := range a.Endpoints() {
		apps = append(apps, d.Endpoint.App)
	}
	want(t, "decisions", fmt.Sprint(apps), "[Web Client Peer Admin]")
}

// TestNotesOfOneHost holds that hosts that differ in exceptions alone get the notes of their own exceptions.
func TestNotesOfOneHost(t *testing.T) {
	w := resolve(t, `
		families = ["ipv4"]
		networks.both = ["10.0.0.0/8", "fd00::/8"]
		[hosts.a]
		roles = ["app"]
		allow = [{ tcp = "1", from = ["both"], reason = "x" }]
		[hosts.b]
		roles = ["app"]
		allow = [{ tcp = "1", from = ["10.1.1.1"], reason = "x" }]`)
	r, a := resolutionOf(w, "a")
	h, _ := w.p.Host("b")
	b := r.Resolve(h, &diag.List{})
	if slices.ContainsFunc(a.RuleSet.Inbound, func(r *ruleset.Rule) bool { return r.ID == "" }) {
		t.Error("a rule has no ID")
	}
	if len(a.RuleSet.Notes) != 1 || !strings.Contains(a.RuleSet.Notes[0], "both") || len(b.RuleSet.Notes) > 0 {
		t.Errorf("a has the notes %q and b %q", a.RuleSet.Notes, b.RuleSet.Notes)
	}
}

// TestSourceLists holds which sources an endpoint is for and where the policy says so, for the host that is asked about.
func TestSourceLists(t *testing.T) {
	w := resolve(t, officePolicy)
	_, a := resolutionOf(w, "b")
	h, _ := w.p.Host("c") // shares the resolution
	var b strings.Builder
	for d := range a.Endpoints() {
		fmt.Fprintf(&b, "%s:", d.Endpoint.App)
		for _, s := range a.AudienceSources(h, d) {
			fmt.Fprintf(&b, " %s %s line %d %v;", s.Audience, s.From.Key(), s.Location.Pos().Line, s.Default)
			if s.Unmet {
				t.Errorf("%s: peers of App, of which a part is for peers, are clients by the policy alone", d.Endpoint.App)
			}
		}
		b.WriteString("\n")
	}
	want(t, "sources", strings.TrimSpace(b.String()), `Client: clients 10.20.0.0/16 line 6 false; peers 10.1.0.1/32,10.1.0.2/31 line 24 true; management 10.3.0.0/24 line 7 false;
Peer: peers 10.1.0.1/32,10.1.0.2/31 line 24 true;
Admin: management 10.3.0.0/24 line 7 false;`)
	w = resolve(t, "[audience]\nclients = ['10.1.0.0/16']\nmanagement = ['none']\n[hosts.a]\naddresses = ['10.9.0.1']\nroles = ['app', 'ring']\n[hosts.b]\naddresses = ['10.9.0.2']\nroles = ['ring']\n"+
		"[roles.ring]\ntitle = 't'\nservices = ['Talk']\n[services.Talk]\ntitle = 't'\nendpoints = [{ app = 'Talk', tcp = '7001', audience = 'peers' }]\n")
	_, a = resolutionOf(w, "a")
	h, _ = w.p.Host("a")
	peers := map[string]string{}
	for d := range a.Endpoints() {
		for _, s := range a.AudienceSources(h, d) {
			if s.Audience == ruleset.Peers {
				peers[d.Endpoint.App] = s.From.Key()
			}
		}
	}
	want(t, "peers of two roles", fmt.Sprint(peers), "map[Client:10.9.0.1/32 Peer:10.9.0.1/32 Talk:10.9.0.1/32,10.9.0.2/32]")
	_, open := resolutionOf(resolve(t, "[hosts.a]\nroles = [\"web\"]\n"), "a")
	h, _ = w.p.Host("a")
	if got := open.AudienceSources(h, slices.Collect(open.Endpoints())[0]); got != nil {
		t.Errorf("no audience is named: %v", got)
	}
}

// TestSharedLists holds that hosts and endpoints share the sources of equal lists, so that work on them is done once.
func TestSharedLists(t *testing.T) {
	w := resolve(t, officePolicy)
	shared := map[string]ruleset.Sources{}
	r, errs := New(w.p, day), &diag.List{}
	for _, h := range w.p.Hosts {
		a := r.Resolve(h, errs)
		for d := range a.Endpoints() {
			for _, s := range a.AudienceSources(h, d) {
				key := fmt.Sprint(s.Audience, s.From.Key())
				if first, has := shared[key]; has && first != s.From {
					t.Errorf("%s of host %s: %s is worked out again", d.Endpoint.App, h.Name, key)
				}
				shared[key] = s.From
			}
		}
	}
	if len(shared) < 3 {
		t.Errorf("%d lists", len(shared))
	}
}

// TestRuleOf holds that every request is found in the rule that it went into, though others widened it.
func TestRuleOf(t *testing.T) {
	_, a := resolutionOf(resolve(t, officePolicy), "a")
	for d := range a.Endpoints() {
		for _, asked := range d.Requests {
			if r, found := a.RuleOf(asked); !found || !r.Remote.Contains(asked.Remote) || r.Ports.Compare(asked.Ports) != 0 {
				t.Errorf("%s is in %v", d.Endpoint.App, r)
			}
		}
	}
	r, found := a.RuleOf(a.Exceptions[0].Requests[0])
	if !found || len(r.Reasons) != 2 || r.Remote.Key() == "10.20.9.9/32" {
		t.Errorf("the exception inside the role's sources is in %v", r)
	}
	w := resolve(t, "[audience]\nclients = ['10.1.0.0/16']\nmanagement = ['none']\npeers = ['none']\n[hosts.a]\nroles = ['web']\nallow = [{ tcp = '80', from = ['10.66.0.0/16'], reason = 'x' }, { tcp = '80', from = ['10.67.0.0/16'], reason = 'y' }]\n")
	_, a = resolutionOf(w, "a")
	for _, x := range a.Exceptions {
		if r, found := a.RuleOf(x.Requests[0]); !found || line(r) != line(x.Requests[0]) {
			t.Errorf("%s is in %s", line(x.Requests[0]), line(r))
		}
	}
	if _, found := a.RuleOf(&ruleset.Rule{Traffic: ruleset.Traffic{Protocol: ruleset.TCP, Ports: ruleset.Ports{{First: 9, Last: 9}}}, Remote: ruleset.Anyone()}); found {
		t.Error("a request of nobody is found")
	}
}
