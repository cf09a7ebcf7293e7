package resolver

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"rolewall/catalog"
	"rolewall/diag"
	"rolewall/policy"
	"rolewall/ruleset"
)

// tiny is a catalog with one thing of each kind; the names of application protocols say what a row is there for.
const tiny = `
sources.S = { title = "s", where = "s" }
sources.KB-2004 = { title = "s", where = "s" }
sources.KB-2020 = { title = "s", where = "s" }
sources.KB-2023 = { title = "s", where = "s" }
features.extra = { title = "x" }
features.more = { title = "x" }
features.as-published = { title = "x" }
listeners.one = { owners = [{ program = "one.exe", source = "S" }] }
listeners.two = { owners = [{ program = "two.exe", source = "S" }] }

[services.App]
endpoints = [
  { app = "Client", tcp = "100", audience = "clients", source = "S" },
  { app = "Peer", tcp = "101", audience = "peers", source = "S" },
  { app = "Admin", tcp = "102", audience = "management", source = "S" },
]
[services.Web]
endpoints = [{ app = "Web", tcp = "80", audience = "clients", source = "S" }]
[services.Opt]
endpoints = [
  { app = "Plain", tcp = "110", audience = "clients", source = "S" },
  { app = "Extra", tcp = "111", audience = "clients", feature = "extra", source = "S" },
  { app = "More", tcp = "112", audience = "clients", feature = "more", source = "S" },
]
[services.Also]
endpoints = [{ app = "AlsoExtra", tcp = "113", audience = "clients", feature = "extra", source = "S" }]
[services.Link]
endpoints = [{ app = "Link", udp = "120", audience = "clients", reach = "link", source = "S" }]
[services.Any]
endpoints = [{ app = "Any", udp = "121", audience = "clients", reach = "any", source = "S" }]
[services.Ping]
endpoints = [
  { app = "Ping", icmp = "8", audience = "clients", source = "S" },
  { app = "Ping6", icmpv6 = "128", audience = "clients", source = "S" },
]
[services.Media]
endpoints = [{ app = "Media", udp = "dynamic", audience = "clients", source = "S" }]
[services.Pub]
endpoints = [
  { app = "Listed", tcp = "130", audience = "clients", source = "KB-2004,KB-2023" },
  { app = "ListedExtra", tcp = "131", audience = "clients", feature = "extra", source = "KB-2020" },
  { app = "OldExtra", tcp = "132", audience = "clients", feature = "extra", source = "KB-2004" },
  { app = "Outbound", tcp = "133", audience = "clients", never = "outbound", source = "S,KB-2023" },
  { app = "Erratum", tcp = "134", audience = "clients", never = "erratum", source = "KB-2023" },
  { app = "Unlisted", tcp = "136", audience = "clients", never = "knowledge", source = "S" },
]

[services.Locator]
endpoints = [{ app = "Map", tcp = "135", rpc = "mapper", audience = "clients", source = "S" }]
[services.Rpc]
endpoints = [
  { app = "Map", tcp = "135", rpc = "mapper", audience = "clients", source = "S" },
  { app = "Rpc", tcp = "dynamic", rpc = "dynamic", audience = "clients", listener = "one", source = "S" },
  { app = "Aside", tcp = "dynamic", rpc = "dynamic", audience = "clients", feature = "extra", listener = "two", source = "S" },
]
pins = [{ title = "Rpc's port", kind = "registry", place = "HKLM", value = "Port", type = "REG_DWORD", restart = "reboot", since = "windows-2016", source = "S" }]
[services.Rpc2]
endpoints = [
  { app = "Map2", tcp = "135", rpc = "mapper", audience = "clients", source = "S" },
  { app = "Rpc2", tcp = "dynamic", rpc = "dynamic", audience = "clients", source = "S" },
]
pins = [{ title = "x", kind = "command", place = "x", source = "S" }]
[services.Told]
endpoints = [
  { app = "MapTold", tcp = "135", rpc = "mapper", audience = "clients", source = "S" },
  { app = "Told", tcp = "dynamic", rpc = "dynamic", audience = "clients", source = "S" },
]
pins = [
  { title = "x", kind = "command", place = "x", only = 5722, with = "app", until = "windows-2008r2", source = "S" },
  { title = "x", kind = "command", place = "x", source = "S" },
]
[services.Loose]
endpoints = [
  { app = "MapLoose", tcp = "135", rpc = "mapper", audience = "clients", source = "S" },
  { app = "RpcLoose", tcp = "dynamic", rpc = "dynamic", audience = "clients", source = "S" },
]
[services.Fixed]
endpoints = [
  { app = "MapFixed", tcp = "135", rpc = "mapper", audience = "clients", source = "S" },
  { app = "RpcFixed", tcp = "5722", rpc = "static", audience = "clients", source = "S" },
]
[services.Old]
until = "windows-2003"
endpoints = [{ app = "Old", tcp = "140", audience = "clients", source = "S" }]
[services.Tux]
platform = "linux"
endpoints = [{ app = "Tux", tcp = "141", audience = "clients", source = "S" }]
[services.Rows]
endpoints = [
  { app = "Until2003", tcp = "150", audience = "clients", until = "windows-2003", source = "S" },
  { app = "Since2008", tcp = "151", audience = "clients", since = "windows-2008", source = "S" },
  { app = "Since2025", tcp = "152", audience = "clients", since = "windows-2025", source = "S" },
]

[roles]
app = { services = ["App"] }
outer = { includes = ["app"] }
outermost = { includes = ["outer"], services = ["Web"] }
web = { services = ["Web"] }
opt = { services = ["Opt"], features = ["extra"] }
both = { includes = ["opt-plain"], services = ["Also"], features = ["extra"] }
siblings = { includes = ["opt", "also"] }
also = { services = ["Also"] }
opt-plain = { services = ["Opt"] }
only = { services = [{ name = "Opt", only = ["tcp/111"] }] }
old = { until = "windows-2003", services = ["Old"] }
new = { since = "windows-2022", services = ["Web"] }
wraps-new = { includes = ["new"] }
mixed = { services = [{ name = "Web", since = "windows-2022" }, { name = "App", until = "windows-2019" }] }
`

var tinyCatalog = sync.OnceValues(func() (*catalog.Catalog, error) {
	return catalog.Load(fstest.MapFS{"tiny.toml": &fstest.MapFile{Data: []byte(tiny)}})
})

// day is the day on which exceptions are judged.
const day = "2027-03-31"

// world is a policy and the answers for its hosts.
type world struct {
	t    testing.TB
	p    *policy.Policy
	errs diag.List
	sets []*ruleset.RuleSet
}

// resolve reads a policy over the tiny catalog and resolves all its hosts.
func resolve(t testing.TB, src string) *world {
	t.Helper()
	cat, err := tinyCatalog()
	if err != nil {
		t.Fatal(err)
	}
	return resolveWith(t, cat, src)
}

func resolveWith(t testing.TB, cat *catalog.Catalog, src string) *world {
	t.Helper()
	p, err := policy.Load(fstest.MapFS{"p.toml": &fstest.MapFile{Data: []byte(src)}}, "p.toml", cat)
	if err != nil {
		t.Fatalf("%s\n%v", src, err)
	}
	w := &world{t: t, p: p}
	w.sets = New(p, day).RuleSets(&w.errs)
	return w
}

// set is the rule set of a host.
func (w *world) set(host string) *ruleset.RuleSet {
	w.t.Helper()
	if err := w.errs.Err(); err != nil {
		w.t.Fatal(err)
	}
	i := slices.IndexFunc(w.p.Hosts, func(h *policy.Host) bool { return h.Name == host })
	return w.sets[i]
}

// open writes what a host allows, a line a rule: the port, who may send, and the reasons.
func (w *world) open(host string) string {
	w.t.Helper()
	return lines(w.set(host).Inbound)
}

func lines(rules []*ruleset.Rule) string {
	out := make([]string, len(rules))
	for i, r := range rules {
		out[i] = line(r)
	}
	return strings.Join(out, "\n")
}

func line(r *ruleset.Rule) string {
	text := r.What()
	if r.RPC != ruleset.NoRPC {
		text += " " + string(r.RPC)
	}
	text += " from " + strings.ReplaceAll(r.Remote.Key(), ",", " ") + ":"
	for _, x := range r.Reasons {
		if x.Allow != nil {
			text += " allow-" + x.Allow.Reason
			continue
		}
		text += " " + x.App
	}
	return text
}

// mistakes are what is wrong, one a line, without hints; p.toml is left out of places.
func (w *world) mistakes() string {
	err := w.errs.Err()
	if err == nil {
		return ""
	}
	lines := slices.DeleteFunc(strings.Split(err.Error(), "\n"), func(s string) bool { return strings.HasPrefix(s, "  hint: ") })
	for i := range lines {
		lines[i] = strings.TrimPrefix(lines[i], "p.toml:")
	}
	return strings.Join(lines, "\n")
}

// want compares two texts, of which the second may be indented.
func want(t testing.TB, what, got, want string) {
	t.Helper()
	if want = strings.ReplaceAll(strings.TrimSpace(want), "\t", ""); got != want {
		t.Errorf("%s: got\n%s\nwant\n%s", what, got, want)
	}
}

// TestHostsShare holds that hosts share a rule set when their inputs are equal, wherever they stand in the policy.
func TestHostsShare(t *testing.T) {
	w := resolve(t, `
		[groups.web]
		hosts = ["a", "b", "e"]
		roles = ["web"]
		[hosts.a]
		services = ["Ping", "Media"]
		features = ["extra", "more"]
		linux = { interfaces = ["eth0", "eth1"] }
		audience = { clients = ["10.0.0.0/8"], peers = ["none"], management = ["none"] }
		[hosts.b]
		services = ["Media", "Ping"]
		features = ["more", "extra"]
		linux = { interfaces = ["eth1", "eth0"] }
		audience = { management = ["none"], clients = ["10.0.0.0/8"], peers = ["none"] }
		addresses = ["10.1.1.1"]
		[hosts.c]
		roles = ["web"]
		[hosts.d]
		roles = ["web"]
		[hosts.e]
		[hosts.f]
		roles = ["web"]
		allow = [{ tcp = "1", from = ["any"], reason = "x" }]
		[hosts.g]
		roles = ["web"]
		allow = [{ tcp = "1", from = ["any"], reason = "x" }]
		[groups.open]
		hosts = ["h", "i"]
		audience = { clients = ["any"], peers = ["any"], management = ["any"] }
		[hosts.h]
		audience = { peers = ["none"] }
		[hosts.i]
		audience = { management = ["none"] }`)
	shared := map[*ruleset.RuleSet]string{}
	for i, h := range w.p.Hosts {
		shared[w.sets[i]] += h.Name
	}
	var got []string
	for _, names := range shared {
		got = append(got, names)
	}
	slices.Sort(got)
	want(t, "shared", strings.Join(got, " "), "ab cd e f g h i") // an exception says where it is
	if got := w.set("a").Settings.Linux.Interfaces; !slices.Equal(got, []string{"eth0", "eth1"}) {
		t.Errorf("the settings of a hold %q", got)
	}
	if w.set("a").Host != "" {
		t.Error("a rule set that hosts share names one of them")
	}
}

// TestSharedIsOwn compares the rule set of every host of random policies with the one that the host gets alone.
func TestSharedIsOwn(t *testing.T) {
	cat, err := tinyCatalog()
	if err != nil {
		t.Fatal(err)
	}
	for seed := range uint64(150) {
		rng := rand.New(rand.NewPCG(seed, 0))
		src := randomPolicy(rng)
		p, err := policy.Load(fstest.MapFS{"p.toml": &fstest.MapFile{Data: []byte(src)}}, "p.toml", cat)
		if err != nil {
			t.Fatalf("seed %d: %v\n%s", seed, err, src)
		}
		together := New(p, day)
		for _, h := range p.Hosts {
			var errs, alone diag.List
			got, own := together.RuleSet(h, &errs), New(p, day).RuleSet(h, &alone)
			if !reflect.DeepEqual(got, own) || (got == nil) != (errs.Len() > 0) || fmt.Sprint(errs.Err()) != fmt.Sprint(alone.Err()) {
				t.Fatalf("seed %d, host %s: together\n%+v\n%v\nalone\n%+v\n%v\n%s", seed, h.Name, got, errs.Err(), own, alone.Err(), src)
			}
		}
	}
}

// randomPolicy is a policy of hosts with much in common, and with names that look like other things.
func randomPolicy(rng *rand.Rand) string {
	mask := rng.Uint64() & rng.Uint64()   // hosts differ in a few keys, other ones in each policy
	some := func(keys ...string) string { // each "key = this | or that"
		out := ""
		for _, x := range keys {
			key, values, _ := strings.Cut(x, " = ")
			if mask&(1<<len(key)) != 0 && rng.IntN(2) == 0 {
				out += key + " = " + pick(rng, strings.Split(values, " | ")) + "\n"
			}
		}
		return out
	}
	lists := func() string {
		return some(`roles = ["app", "only"] | ["outer"] | ["opt", "app"]`, `features = ["extra"] | ["more"]`, `without = ["extra"]`,
			`allow = [{ tcp = "1", from = ["any"], reason = "r" }]`)
	}
	scalars := func() string {
		return some(`os = "windows-2003" | "linux"`, `families = ["ipv4"] | ["ipv6"]`, `access = "console"`, `linux.log = true | false`, `rpc = { mode = "closed" } | {} | { mode = "static", ports = { Rpc = 6000 } } | { mode = "static", ports = { Rpc = 101 }, fallback = "closed" }`,
			`audience.clients = ["10.0.0.0/8"] | ["any"]`, `audience.management = ["fd00::/8"] | ["10.0.0.0/8"]`, `audience.peers = ["@same"] | ["none"] | ["10.0.0.0/8"]`,
			`ipsec.outbound = [{ udp = "53", to = ["any"], reason = "r" }] | []`)
	}
	src := some(`features = ["more"]`, `allow = [{ udp = "1", from = ["10.0.0.0/8"], reason = "r" }]`) + scalars()
	if rng.IntN(2) == 0 { // else a key here may clash with one of the file
		src = `audience = { clients = ["10.1.0.0/16"], management = ["none"] }` + "\n"
	}
	for group, hosts := range map[string]string{"web": "'x', 'y'", "db": "'x', 'z'"} {
		src += "[groups." + group + "]\nhosts = [" + hosts + "]\n" + lists()
	}
	for i, host := range []string{"x", "y", "z", "groups.web", "groups.db", "file", "hosts.x", "host"} {
		services := pick(rng, []string{`["App"]`, `["App"]`, `["Rpc", "Any", "Web"]`})
		src += fmt.Sprintf("[hosts.'%s']\naddresses = ['10.0.0.%d', 'fd00::1']\nservices = %s\n", host, i+1, services) + lists() + scalars()
	}
	return src
}

func pick[T any](rng *rand.Rand, list []T) T { return list[rng.IntN(len(list))] }

// TestNamesLikeLevels holds that a host whose name looks like a group's is not taken for a member of the group.
func TestNamesLikeLevels(t *testing.T) {
	w := resolve(t, `
		[groups.web]
		hosts = ["x"]
		allow = [{ tcp = "2", from = ["any"], reason = "group" }]
		[hosts.x]
		[hosts."groups.web"]
		allow = [{ tcp = "1", from = ["10.0.0.0/8"], reason = "host" }]`)
	want(t, "x", w.open("x"), "tcp 2 from any: allow-group")
	want(t, "groups.web", w.open("groups.web"), "tcp 1 from 10.0.0.0/8: allow-host")
}

func TestConcurrentResolve(t *testing.T) {
	w := resolve(t, randomPolicy(rand.New(rand.NewPCG(1, 1))))
	together := New(w.p, day)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for i, h := range w.p.Hosts {
				var errs diag.List
				if rs := together.RuleSet(h, &errs); !reflect.DeepEqual(rs, w.sets[i]) {
					t.Errorf("%s differs: %v", h.Name, errs.Err())
				}
			}
		})
	}
	wg.Wait()
}
