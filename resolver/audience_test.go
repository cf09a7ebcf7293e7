package resolver

import (
	"fmt"
	"strings"
	"testing"

	"rolewall/diag"
)

// TestAudienceLaw holds who may reach what: clients' endpoints are open to peers and management too, not the reverse.
func TestAudienceLaw(t *testing.T) {
	for _, c := range []struct{ name, clients, peers, management, want string }{
		{"three networks", `"10.1.0.0/16"`, `"10.2.0.0/16"`, `"10.4.0.0/16"`, `
			tcp 100 from 10.1.0.0/16 10.2.0.0/16 10.4.0.0/16: Client
			tcp 101 from 10.2.0.0/16: Peer
			tcp 102 from 10.4.0.0/16: Admin`},
		{"any clients", `"any"`, `"10.2.0.0/16"`, `"10.4.0.0/16"`, `
			tcp 100 from any: Client
			tcp 101 from 10.2.0.0/16: Peer
			tcp 102 from 10.4.0.0/16: Admin`},
		{"any management", `"10.1.0.0/16"`, `"10.2.0.0/16"`, `"any"`, `
			tcp 100 from any: Client
			tcp 101 from 10.2.0.0/16: Peer
			tcp 102 from any: Admin`},
		{"any peers", `"10.1.0.0/16"`, `"any"`, `"none"`, `
			tcp 100 from any: Client
			tcp 101 from any: Peer`},
		{"no clients", `"none"`, `"10.2.0.0/16"`, `"10.4.0.0/16"`, `
			tcp 100 from 10.2.0.0/16 10.4.0.0/16: Client
			tcp 101 from 10.2.0.0/16: Peer
			tcp 102 from 10.4.0.0/16: Admin`},
		{"clients alone", `"10.1.0.0/16"`, `"none"`, `"none"`, `
			tcp 100 from 10.1.0.0/16: Client`},
		{"nobody", `"none"`, `"none"`, `"none"`, ``},
		{"the peers of the role by default", `"none"`, ``, `"none"`, `
			tcp 100 from 10.9.0.1/32 10.9.0.2/32: Client
			tcp 101 from 10.9.0.1/32 10.9.0.2/32: Peer`},
		{"the same, said", `"@same"`, `"@same"`, `"@same"`, `
			tcp 100 from 10.9.0.1/32 10.9.0.2/32: Client
			tcp 101 from 10.9.0.1/32 10.9.0.2/32: Peer
			tcp 102 from 10.9.0.1/32 10.9.0.2/32: Admin`},
		{"another role", `"@web"`, `"none"`, `"@app"`, `
			tcp 100 from 10.9.0.1/32 10.9.0.2/31: Client
			tcp 102 from 10.9.0.1/32 10.9.0.2/32: Admin`},
		{"networks, prefixes and addresses", `"lab", "10.1.1.1", "fd00::/8"`, `"none"`, `"none"`, `
			tcp 100 from 10.1.1.1/32 10.7.0.0/16 fd00::/8: Client`},
	} {
		src := `networks = { lab = ["10.7.0.0/16"] }` + "\n"
		for key, list := range map[string]string{"clients": c.clients, "peers": c.peers, "management": c.management} {
			if list != "" {
				src += "audience." + key + " = [" + list + "]\n"
			}
		}
		w := resolve(t, src+`
			[hosts.a]
			roles = ["app"]
			addresses = ["10.9.0.1"]
			[hosts.b]
			roles = ["app"]
			addresses = ["10.9.0.2"]
			[hosts.c]
			roles = ["web"]
			addresses = ["10.9.0.3"]`)
		want(t, c.name, w.open("a"), c.want)
		if w.set("a") != w.set("b") {
			t.Errorf("%s: equal hosts differ", c.name)
		}
	}
	want(t, "no audience at any level", resolve(t, `roles = ["app"]`).open("p"), `
		tcp 100 from any: Client
		tcp 101 from any: Peer
		tcp 102 from any: Admin`)
}

// TestAudienceLevels takes the answer of every level away in turn: host, group, the roles from the service outwards,
// file. Each key is looked up by itself.
func TestAudienceLevels(t *testing.T) {
	levels := []string{
		`[hosts.a.audience]`, `[groups.g.audience]`, `[roles.app.audience]`, `[roles.outer.audience]`, `[roles.outermost.audience]`, `[audience]`,
	}
	const host = "[groups.g]\nhosts = ['a']\n[hosts.a]\nroles = ['outermost']\n"
	for nearest := range levels {
		src := host
		for i := nearest; i < len(levels); i++ {
			src += fmt.Sprintf("%s\nclients = ['10.%d.0.0/16']\npeers = ['none']\n", levels[i], i)
		}
		// management comes from one other level, the farthest: it is not hidden by nearer ones that do not name it.
		w := resolve(t, src+"management = ['none']\n")
		got, _, _ := strings.Cut(w.open("a"), "\n")
		if nearest == len(levels)-1 {
			want(t, "file", w.open("a"), "tcp 80 from 10.5.0.0/16: Web\ntcp 100 from 10.5.0.0/16: Client")
			continue
		}
		wantWeb := fmt.Sprintf("tcp 80 from 10.%d.0.0/16: Web", nearest)
		if inner := nearest == 2 || nearest == 3; inner { // Web does not come through app and outer
			wantWeb = "tcp 80 from 10.4.0.0/16: Web"
		}
		want(t, levels[nearest], got, wantWeb)
		want(t, levels[nearest], w.open("a"), wantWeb+fmt.Sprintf("\ntcp 100 from 10.%d.0.0/16: Client", nearest))
	}
	for key, text := range map[string]string{
		"clients":    "tcp 100 from 10.1.0.0/16 10.22.0.0/16 10.33.0.0/16: Client\ntcp 101 from 10.22.0.0/16: Peer\ntcp 102 from 10.33.0.0/16: Admin",
		"peers":      "tcp 100 from 10.1.0.0/16 10.10.0.0/16 10.33.0.0/16: Client\ntcp 101 from 10.1.0.0/16: Peer\ntcp 102 from 10.33.0.0/16: Admin",
		"management": "tcp 100 from 10.1.0.0/16 10.10.0.0/16 10.22.0.0/16: Client\ntcp 101 from 10.22.0.0/16: Peer\ntcp 102 from 10.1.0.0/16: Admin",
	} {
		w := resolve(t, `
			[audience]
			clients = ["10.10.0.0/16"]
			peers = ["10.22.0.0/16"]
			management = ["10.33.0.0/16"]
			[hosts.a]
			roles = ["app"]
			audience = { `+key+` = ["10.1.0.0/16"] }`)
		want(t, key, w.open("a"), text)
	}
}

// TestRoleAudience holds that a role's audience is for what comes through the role alone.
func TestRoleAudience(t *testing.T) {
	w := resolve(t, `
		[audience]
		clients = ["10.1.0.0/16"]
		peers = ["none"]
		management = ["none"]
		[roles.web]
		audience = { clients = ["10.2.0.0/16"] }
		[hosts.a]
		roles = ["web", "opt-plain"]
		[hosts.b]
		roles = ["web", "outermost"]
		[hosts.c]
		services = ["Web"]`)
	want(t, "a", w.open("a"), `
		tcp 80 from 10.2.0.0/16: Web
		tcp 110 from 10.1.0.0/16: Plain`)
	want(t, "one service by two roles", w.open("b"), `
		tcp 80 from 10.1.0.0/16: Web
		tcp 80 from 10.2.0.0/16: Web
		tcp 100 from 10.1.0.0/16: Client`)
	want(t, "the service without the role", w.open("c"), `tcp 80 from 10.1.0.0/16: Web`)
}

func TestHalfAnAudience(t *testing.T) {
	for text, mistake := range map[string]string{
		`clients = ["any"]`:                        "3:14: the audience of host p does not name management",
		`management = ["any"]`:                     "3:14: the audience of host p does not name clients",
		`peers = ["any"]`:                          "3:14: the audience of host p does not name clients",
		`peers = ["any"], management = ["any"]`:    "3:31: the audience of host p does not name clients",
		`clients = ["none"], management = ["any"]`: "",
	} {
		w := resolve(t, "roles = ['app']\naddresses = ['10.0.0.1']\naudience = { "+text+" }")
		want(t, text, w.mistakes(), mistake)
	}
	w := resolve(t, "[roles.web.audience]\nclients = ['any']\n[hosts.a]\nroles = ['web']\naddresses = ['10.0.0.1']")
	want(t, "by a role", w.mistakes(), "2:1: the audience of host a does not name management")
}

// TestMembers holds who is meant by @role and @same: all hosts with the role, through includes and groups.
func TestMembers(t *testing.T) {
	const hosts = `
		[groups.g]
		hosts = ["c"]
		roles = ["outermost"]
		[hosts.a]
		roles = ["app"]
		addresses = ["10.9.0.1", "fd00::1"]
		[hosts.b]
		roles = ["outer"]
		addresses = ["10.9.0.2"]
		[hosts.c]
		addresses = ["10.9.0.3"]
		[hosts.d]
		services = ["App"]
		addresses = ["10.9.0.4"]
		[hosts.e]
		services = ["app", "Web"]
		addresses = ["10.9.0.5"]
		[hosts.f]
		roles = ["web"]
		addresses = ["10.9.0.6"]`
	for role, text := range map[string]string{
		"@app":       "10.9.0.1/32 10.9.0.2/31 fd00::1/128",
		"@outer":     "10.9.0.2/31",
		"@outermost": "10.9.0.3/32",
		"@web":       "10.9.0.6/32",
	} {
		w := resolve(t, "allow = [{ tcp = '1', from = ['"+role+"'], reason = 'r' }]\naudience = { clients = ['none'], peers = ['none'], management = ['none'] }"+hosts)
		for _, host := range []string{"a", "f"} {
			want(t, role, w.open(host), "tcp 1 from "+text+": allow-r")
		}
	}
	w := resolve(t, "audience = { clients = ['none'], management = ['none'] }"+hosts)
	for host, text := range map[string]string{
		"a": "tcp 101 from 10.9.0.1/32 10.9.0.2/31 fd00::1/128: Peer", // by the role that names the service ...
		"b": "tcp 101 from 10.9.0.1/32 10.9.0.2/31 fd00::1/128: Peer", // ... not by the one that includes it
		"c": "tcp 101 from 10.9.0.1/32 10.9.0.2/31 fd00::1/128: Peer",
		"d": "tcp 101 from 10.9.0.4/31: Peer", // the hosts that name the service themselves
		"e": "tcp 101 from 10.9.0.4/31: Peer",
	} {
		peers := strings.Split(w.open(host), "\n")
		want(t, "@same of "+host, peers[len(peers)-1], text)
	}
	want(t, "a member without addresses", resolve(t, `
		allow = [{ tcp = '1', from = ['@app'], reason = 'r' }]
		[hosts.a]
		[hosts.b]
		roles = ["app"]`).mistakes(), `4:10: host b has no addresses, which @app needs`)
	want(t, "the host itself, by default", resolve(t, `
		roles = ["app"]
		audience = { clients = ["any"], management = ["none"] }`).mistakes(), ``)
	want(t, "the host itself, where the policy asks", resolve(t, `
		roles = ["app"]
		audience = { clients = ["any"], peers = ["@same"], management = ["none"] }`).mistakes(), `2:3: host p has no addresses, which @app needs`)
	want(t, "the host itself and another", resolve(t, `
		audience = { clients = ["any"], management = ["none"] }
		[hosts.a]
		roles = ["app"]
		[hosts.b]
		addresses = ["10.9.0.1"]
		roles = ["app"]`).mistakes(), `3:10: host a has no addresses, which @app needs`)
	want(t, "nobody asks for the peers of what is for anyone", resolve(t, `
		roles = ["web"]
		audience = { clients = ["any"], management = ["none"] }`).mistakes(), ``)
	want(t, "a service's host", resolve(t, `
		services = ["App"]
		audience = { clients = ["any"], management = ["none"] }`).mistakes(), ``)
	want(t, "nobody has the role", resolve(t, `
		[hosts.a]
		allow = [{ tcp = '1', from = ['@app'], reason = 'r' }]`).mistakes(), `3:33: @app is nobody: no host has the role`)
}

// TestHostAsSource holds that "@name" is a host where no role has the name.
func TestHostAsSource(t *testing.T) {
	w := resolve(t, `
		[hosts.Mon1]
		addresses = ["10.9.0.1", "fd00::1"]
		[hosts.a]
		allow = [{ tcp = '1', from = ['@mon1', '10.8.0.0/16'], reason = 'r' }]
		audience = { clients = ["none"], management = ["@MON1"] }
		roles = ["web"]`)
	want(t, "exception", w.open("a"), "tcp 1 from 10.8.0.0/16 10.9.0.1/32 fd00::1/128: allow-r\ntcp 80 from 10.9.0.1/32 fd00::1/128: Web")
	want(t, "without addresses", resolve(t, `
		[hosts.mon1]
		[hosts.a]
		allow = [{ tcp = '1', from = ['@mon1'], reason = 'r' }]`).mistakes(), `2:10: host mon1 has no addresses, which @mon1 needs`)
}

// TestMembersWithoutAddresses holds that each of them is named, and that the mistakes of a fleet grow with its hosts and
// not with their square: every host here asks for all of them.
func TestMembersWithoutAddresses(t *testing.T) {
	const hosts = 50
	for name, lists := range map[string]string{
		"lists of their own": "audience = { clients = ['10.0.%d.0/24'], management = ['none'] }\n",
		"lists of the file":  "# host %d\n",
	} {
		src := "audience = { clients = ['10.1.0.0/16'], management = ['none'] }\n"
		for i := range hosts {
			src += fmt.Sprintf("[hosts.h%d]\nroles = ['app']\n"+lists, i, i)
		}
		t.Run(name, func(t *testing.T) { testWithoutAddresses(t, resolve(t, src), hosts) })
	}
}

func testWithoutAddresses(t *testing.T, w *world, hosts int) {
	if n := strings.Count(w.mistakes(), "has no addresses, which @app needs"); n != hosts {
		t.Errorf("%d hosts are named", n)
	}
	if w.errs.Len() > 4*hosts {
		t.Errorf("%d mistakes are noted", w.errs.Len())
	}
	for i, rs := range w.sets {
		if rs != nil {
			t.Errorf("host %d has a rule set", i)
		}
	}
}

// TestOneName holds that the members of a role and those of a service of its name are two questions.
func TestOneName(t *testing.T) {
	w := resolve(t, `
		audience = { clients = ["any"], management = ["none"] }
		services.Same = { title = "x", endpoints = [{ app = "A", tcp = "81", audience = "peers" }] }
		roles.Same = { title = "x", services = ["Same"] }
		[hosts.a]
		roles = ["Same"]
		[hosts.b]
		roles = ["Same"]
		[hosts.c]
		services = ["Same"]
		[hosts.d]
		services = ["Same"]`)
	if n := strings.Count(w.mistakes(), "has no addresses, which @Same needs"); n != 4 {
		t.Errorf("%d of 4 hosts are named:\n%s", n, w.mistakes())
	}
}

// TestOnlooker holds that a caller who only looks at sources takes no mistake away from callers who ask for a rule set, and that a
// wrong list is worked out once.
func TestOnlooker(t *testing.T) {
	w := resolve(t, `
		audience = { clients = ["any"], peers = ["@outer"], management = ["any"] }
		[hosts.a]
		services = ["Web"]
		[hosts.b]
		roles = ["outer"]
		[hosts.c]
		roles = ["outer"]`)
	r, a := resolutionOf(w, "a")
	h, _ := w.p.Host("a")
	for d := range a.Endpoints() {
		a.AudienceSources(h, d)
	}
	errs := &diag.List{}
	h, _ = w.p.Host("b")
	if r.Resolve(h, errs); strings.Count(fmt.Sprint(errs.Err()), "has no addresses, which @outer needs") != 2 {
		t.Errorf("not both hosts are named: %v", errs.Err())
	}
	wrong := 0
	for _, s := range r.sources {
		wrong += s.mistake.Len()
	}
	if wrong == 0 {
		t.Error("no answer is kept with its mistake")
	}
}

// TestReasonNetworks holds that a reason names the networks of its own audience, not all that the law allows.
func TestReasonNetworks(t *testing.T) {
	w := resolve(t, `
		networks = { office = ["10.1.0.0/16"], admins = ["10.3.0.0/16"] }
		audience = { clients = ["office", "10.2.0.0/16"], peers = ["@app"], management = ["admins"] }
		[hosts.a]
		roles = ["outer"]
		addresses = ["10.9.0.1"]`)
	for _, r := range w.set("a").Inbound {
		x := r.Reasons[0]
		got := fmt.Sprint(x.App, x.Audience, x.Networks, x.Role, x.Via, x.Service, x.Source, " from ", r.Remote.Names())
		want(t, "reason", got, map[string]string{
			"Client": "Clientclients[10.2.0.0/16 office]outer[app]AppS from [10.2.0.0/16 @app admins office]",
			"Peer":   "Peerpeers[@app]outer[app]AppS from [@app]",
			"Admin":  "Adminmanagement[admins]outer[app]AppS from [admins]",
		}[x.App])
	}
	if rules := resolve(t, `roles = ["web"]`).set("p").Inbound; fmt.Sprint(rules[0].Reasons[0].Networks) != "[any]" {
		t.Errorf("got %v", rules[0].Reasons)
	}
}

// TestRoleAudienceOfLevels holds that what a host or a group says of a role comes before what it says of all, the host's
// first, and is for what comes through the role alone.
func TestRoleAudienceOfLevels(t *testing.T) {
	const policy = `
		[audience]
		clients = ["10.1.0.0/16"]
		peers = ["none"]
		management = ["none"]
		[roles.app.audience]
		clients = ["10.2.0.0/16"]
		[groups.g]
		hosts = ["a", "b"]
		roles = ["web", "app"]
		audience.clients = ["10.3.0.0/16"]
		audience.roles.app.clients = ["10.4.0.0/16"]
		[hosts.a.audience]
		clients = ["any"]
		[hosts.b.audience]
		roles = { app = { clients = ["10.5.0.0/16"], management = ["10.6.0.0/16"] } }
		[hosts.c]
		roles = ["app"]`
	w := resolve(t, policy)
	want(t, "the group's word on the role", w.open("a"), "tcp 80 from any: Web\ntcp 100 from 10.4.0.0/16: Client")
	want(t, "the host's word on the role", w.open("b"),
		"tcp 80 from 10.3.0.0/16: Web\ntcp 100 from 10.5.0.0/16 10.6.0.0/16: Client\ntcp 102 from 10.6.0.0/16: Admin")
	want(t, "the role's own", w.open("c"), "tcp 100 from 10.2.0.0/16: Client")
}

// TestRoleAudienceKeepsHostsApart holds that hosts which differ in the audience of a role alone do not share rules.
func TestRoleAudienceKeepsHostsApart(t *testing.T) {
	w := resolve(t, `
		[audience]
		clients = ["10.1.0.0/16"]
		management = ["none"]
		peers = ["none"]
		[hosts.a]
		roles = ["app"]
		[hosts.b]
		roles = ["app"]
		audience.roles.app.clients = ["10.2.0.0/16"]`)
	want(t, "a", w.open("a"), "tcp 100 from 10.1.0.0/16: Client")
	want(t, "b", w.open("b"), "tcp 100 from 10.2.0.0/16: Client")
}

// TestPeersAsClients holds that hosts with a role are clients of each other where an endpoint of the role is for peers, the
// role is mutual, or the policy names peers.
func TestPeersAsClients(t *testing.T) {
	const hosts = "[hosts.a]\nroles = ['web', 'app', 'ring']\naddresses = ['10.9.0.1']\n[hosts.b]\nroles = ['web', 'app', 'ring']\naddresses = ['10.9.0.2']\n" +
		"[roles.ring]\ntitle = 't'\nmutual = true\nservices = ['Own']\n[services.Own]\ntitle = 't'\nendpoints = [{ app = 'Own', tcp = '7000', audience = 'clients' }]\n"
	want(t, "no peers named", resolve(t, "[audience]\nclients = ['10.1.0.0/16']\nmanagement = ['none']\n"+hosts).open("a"), `
		tcp 80 from 10.1.0.0/16: Web
		tcp 100 from 10.1.0.0/16 10.9.0.1/32 10.9.0.2/32: Client
		tcp 101 from 10.9.0.1/32 10.9.0.2/32: Peer
		tcp 7000 from 10.1.0.0/16 10.9.0.1/32 10.9.0.2/32: Own`)
	want(t, "peers named", resolve(t, "[audience]\nclients = ['10.1.0.0/16']\npeers = ['@same']\nmanagement = ['none']\n"+hosts).open("a"), `
		tcp 80 from 10.1.0.0/16 10.9.0.1/32 10.9.0.2/32: Web
		tcp 100 from 10.1.0.0/16 10.9.0.1/32 10.9.0.2/32: Client
		tcp 101 from 10.9.0.1/32 10.9.0.2/32: Peer
		tcp 7000 from 10.1.0.0/16 10.9.0.1/32 10.9.0.2/32: Own`)
	const services = "[services.Talk]\ntitle = 't'\nendpoints = [{ app = 'Talk', tcp = '7001', audience = 'peers' }]\n" +
		"[services.Calls]\ntitle = 't'\nendpoints = [{ app = 'Map', tcp = '135', rpc = 'mapper', audience = 'peers' }, { app = 'Calls', tcp = 'dynamic', rpc = 'dynamic', audience = 'peers' }, { app = 'Quiet', tcp = '7002', audience = 'clients' }]\n"
	const audience = "[audience]\nclients = ['10.1.0.0/16']\nmanagement = ['none']\n" + services
	want(t, "a service beside one for peers", resolve(t, audience+"[roles.pair]\ntitle = 't'\nservices = ['Web', 'Talk']\n"+
		"[hosts.a]\nroles = ['pair']\naddresses = ['10.9.0.1']\n[hosts.b]\nroles = ['pair']\naddresses = ['10.9.0.2']\n").open("a"), `
		tcp 80 from 10.1.0.0/16 10.9.0.1/32 10.9.0.2/32: Web
		tcp 7001 from 10.9.0.1/32 10.9.0.2/32: Talk`)
	want(t, "services without a role", resolve(t, audience+
		"[hosts.a]\nservices = ['Web', 'Talk']\naddresses = ['10.9.0.1']\n[hosts.b]\nservices = ['Web', 'Talk']\naddresses = ['10.9.0.2']\n").open("a"), `
		tcp 80 from 10.1.0.0/16: Web
		tcp 7001 from 10.9.0.1/32 10.9.0.2/32: Talk`)
	want(t, "what the RPC policy closes is for peers all the same", resolve(t, audience+
		"[hosts.a]\nservices = ['Calls']\naddresses = ['10.9.0.1']\nrpc = { mode = 'closed' }\n").open("a"), `
		tcp 7002 from 10.1.0.0/16 10.9.0.1/32: Quiet`)
}

// TestPeerRoles holds that the roles that an endpoint names are peers beside the hosts with its own role, as far as there are
// any, and that a list without @same takes their place.
func TestPeerRoles(t *testing.T) {
	const hosts = "[services.Talk]\ntitle = 't'\nendpoints = [{ app = 'Talk', tcp = '7001', audience = 'peers', peers = ['web', 'opt'] }, { app = 'Alone', tcp = '7002', audience = 'peers' }]\n" +
		"[roles.talk]\ntitle = 't'\nservices = ['Talk']\n" +
		"[hosts.a]\nroles = ['talk']\naddresses = ['10.9.0.1']\n[hosts.b]\nroles = ['web']\naddresses = ['10.9.0.6']\n"
	for peers, text := range map[string]string{
		"":                                 "tcp 7001 from 10.9.0.1/32 10.9.0.6/32: Talk\ntcp 7002 from 10.9.0.1/32: Alone",
		"peers = ['@same']":                "tcp 7001 from 10.9.0.1/32 10.9.0.6/32: Talk\ntcp 7002 from 10.9.0.1/32: Alone",
		"peers = ['@same', '10.8.0.0/16']": "tcp 7001 from 10.8.0.0/16 10.9.0.1/32 10.9.0.6/32: Talk\ntcp 7002 from 10.8.0.0/16 10.9.0.1/32: Alone",
		"peers = ['10.8.0.0/16']":          "tcp 7001 from 10.8.0.0/16: Talk\ntcp 7002 from 10.8.0.0/16: Alone",
		"peers = ['none']":                 "",
	} {
		w := resolve(t, "[audience]\nclients = ['none']\nmanagement = ['none']\n"+peers+"\n"+hosts)
		want(t, peers, w.open("a"), text)
		_, a := resolutionOf(w, "a")
		h, _ := w.p.Host("a")
		for d := range a.Endpoints() {
			for _, s := range a.AudienceSources(h, d) {
				if listed := s.From.Key(); listed != "" && !strings.Contains(text, "from "+strings.ReplaceAll(listed, ",", " ")+": "+d.Endpoint.App) {
					t.Errorf("%s: %s is for %s", peers, d.Endpoint.App, listed)
				}
			}
		}
	}
}
