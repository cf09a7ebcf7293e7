package policy

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"rolewall/catalog"
	"rolewall/diag"
)

// files are policies in memory, by name.
type files map[string]string

// builtin is the catalog, read once.
var builtin = sync.OnceValues(catalog.Default)

// load reads the policy called name.
func (f files) load(t testing.TB, name string) (*Policy, error) {
	t.Helper()
	cat, err := builtin()
	if err != nil {
		t.Fatal(err)
	}
	disk := fstest.MapFS{}
	for name, src := range f {
		disk[name] = &fstest.MapFile{Data: []byte(src)}
	}
	return Load(disk, name, cat)
}

// good reads a policy without mistakes.
func (f files) good(t testing.TB) *Policy {
	t.Helper()
	p, err := f.load(t, "p.toml")
	if err != nil {
		t.Fatalf("%v\nin %v", err, f)
	}
	return p
}

// mistakes lists what is wrong, one a line, without hints; p.toml is left out of places.
func (f files) mistakes(t testing.TB) string {
	t.Helper()
	p, err := f.load(t, "p.toml")
	if err == nil {
		return ""
	}
	if p != nil {
		t.Errorf("a policy with mistakes: %v", err)
	}
	lines := slices.DeleteFunc(strings.Split(err.Error(), "\n"), func(s string) bool { return strings.HasPrefix(s, "  hint: ") })
	for i := range lines {
		lines[i] = strings.TrimPrefix(lines[i], "p.toml:")
	}
	return strings.Join(lines, "\n")
}

// check compares the mistakes of a table of policies.
func check(t *testing.T, cases []mistake) {
	t.Helper()
	for _, c := range cases {
		if got := (files{"p.toml": c.src}).mistakes(t); got != c.want {
			t.Errorf("%s\ngot\n%s\nwant\n%s", c.src, got, c.want)
		}
	}
}

type mistake struct{ src, want string }

// TestShortFormGroups holds that the file of one host can define groups, and can name those of another file.
func TestShortFormGroups(t *testing.T) {
	const group = "[groups.g]\nfeatures = ['netbios']\n"
	for name, f := range map[string]files{
		"a table": {"p.toml": "roles = ['file-server']\n" + group + "hosts = ['p']\n"},
		"a list":  {"p.toml": "include = ['b.toml']\nroles = ['file-server']\ngroups = ['g']\n", "b.toml": group},
	} {
		p := f.good(t)
		if len(p.Hosts) != 1 || len(p.Hosts[0].Groups) != 1 || p.Hosts[0].Groups[0] != p.Groups["g"] || !p.Groups["g"].Features.Has("netbios") {
			t.Errorf("%s: host %+v, groups %v", name, p.Hosts, p.Groups)
		}
	}
}

func TestShortForm(t *testing.T) {
	p := files{"p.toml": `
		roles = ["domain-controller", "dns-server"]
		services = ["SNMP"]
		addresses = ["10.1.0.10", "fd00:1::10"]
		features = ["netbios"]
		os = "windows-2019"`}.good(t)
	h := p.Hosts[0]
	if len(p.Hosts) != 1 || h.Name != "p" || len(h.Roles.Values()) != 2 || len(h.Services.Values()) != 1 || len(h.Addresses) != 2 || p.OS(h) != "windows-2019" {
		t.Errorf("got %+v", h)
	}
	for _, c := range []struct{ file, host string }{{"dc1.toml", "dc1"}, {"sites/a/dc.corp.example.toml", "dc.corp.example"}, {"web", "web"}, {"-", "stdin"}} {
		p, err := files{c.file: `roles = ["file-server"]`}.load(t, c.file)
		if err != nil || len(p.Hosts) != 1 || p.Hosts[0].Name != c.host {
			t.Errorf("%s: got %v, %v", c.file, p, err)
		}
	}
	_, err := files{"my policy.toml": `roles = ["file-server"]`}.load(t, "my policy.toml")
	want := `my policy.toml:1:1: the file's name is to be the host's name, but "my policy" holds a character that is not a letter, digit, dot, underscore or hyphen
  hint: write [hosts.NAME] and the keys of the host below it`
	if err == nil || err.Error() != want {
		t.Errorf("got %v", err)
	}
	check(t, []mistake{
		{"", `1:1: the policy has no host`},
		{"os = 'linux'", `1:1: the policy has no host`},
		{"roles = ['file-server']\n[hosts.a]", `1:9: roles makes a host of the file, but the file has hosts of its own`},
		{"addresses = ['10.0.0.1']\n[hosts.a]", `1:13: addresses makes a host of the file, but the file has hosts of its own`},
		{"roles = 'file-server'", `1:9: roles must be a list of texts, ["..."]`},
		{"roles = ['file-server', 'file-server']", `1:25: "file-server" appears twice in roles`},
	})
}

func TestInclude(t *testing.T) {
	f := files{
		"p.toml":              `include = ["site/all.toml", "hosts/*.toml", "net.toml"]`,
		"site/all.toml":       "include = ['../net.toml', 'sub/*.toml']\nos = 'windows-2019'", // net.toml by two paths
		"site/sub/group.toml": "[groups.g]\nhosts = ['a', 'b']\naccess = 'console'",
		"net.toml":            "[networks]\noffice = ['10.0.0.0/8']",
		"hosts/a.toml":        "[hosts.a]\nroles = ['file-server']",
		"hosts/b.toml":        "[hosts.b]\nroles = ['file-server']",
		"hosts/c.txt":         "not a policy",
	}
	p := f.good(t)
	if len(p.Hosts) != 2 || p.Hosts[0].Name != "a" || p.Hosts[1].Name != "b" || len(p.Networks["office"]) != 1 || p.OS(p.Hosts[1]) != "windows-2019" || accessOf(p, p.Hosts[0]) != "console" {
		t.Errorf("got %+v", p)
	}
	for _, c := range []struct {
		name  string
		files files
		want  string
	}{
		{"nothing matches", files{"p.toml": "include = ['no.toml',\n 'no/*.toml']"}, `1:12: include "no.toml" matches no file
2:2: include "no/*.toml" matches no file`},
		{"bad pattern", files{"p.toml": "include = ['[']"}, `1:12: include "[": syntax error in pattern`},
		{"itself", files{"p.toml": "include = ['p.toml']"}, `1:12: p.toml includes itself: p.toml > p.toml`},
		{"a cycle", files{"p.toml": "include = ['a/b.toml']", "a/b.toml": "include = ['../c.toml']", "c.toml": "include = ['a/b.toml']"},
			`c.toml:1:12: a/b.toml includes itself: p.toml > a/b.toml > c.toml > a/b.toml`},
		{"no TOML", files{"p.toml": "include = ['a.toml']", "a.toml": "x"}, "a.toml:1:1: unexpected EOF; expected key separator '='"},
		{"the catalog", files{"p.toml": "include = ['a.toml']", "a.toml": "catalog = 'x'"}, `a.toml:1:11: an included file cannot choose the catalog`},
		{"network twice", twice("[networks]\nn = ['10.0.0.0/8']"), `b.toml:2:1: network n is already defined at a.toml:2:1`},
		{"role twice", twice("[roles.r]\nincludes = ['file-server']"), `b.toml:1:8: role r is already defined at a.toml:1:8`},
		{"audience of a catalog role twice", twice("[roles.file-server.audience]\nclients = ['any']"), `b.toml:1:8: role file-server is already defined at a.toml:1:8`},
		{"service twice", twice("[services.S]\nendpoints = [{ app = 'A', tcp = '1', audience = 'clients' }]"), `b.toml:1:11: service s is already defined at a.toml:1:11`},
		{"group twice", twice("[groups.g]\nhosts = ['h']"), `b.toml:1:9: group g is already defined at a.toml:1:9`},
		{"no TOML in a host that others name", files{"p.toml": "[hosts.a]\nroles = [x]\n[groups.g]\nhosts = ['a', 'b']\n"}, `2:10: expected value but found "x" instead`},
		{"no TOML, with a name that is bad", files{"p.toml": "[hosts.'a b']\nroles = [x]\n"}, `2:10: expected value but found "x" instead`},
		{"a text that is not closed", files{"p.toml": "[hosts.a]\nx = \"\n[networks]\noffice = ['10.0.0.0/8']\n[hosts.c.audience]\nclients = ['office']\n"}, `2:6: strings cannot contain newlines`},
		{"host twice", twice("[hosts.H1]"), `b.toml:1:8: host h1 is already defined at a.toml:1:8`},
		{"one scalar twice", twice("os = 'linux'"), `b.toml:1:1: os is already defined at a.toml:1:1`},
		{"one audience twice", twice("[audience]\nclients = ['any']"), `b.toml:2:1: audience.clients is already defined at a.toml:2:1`},
		{"one setting twice", twice("[linux]\nlog = true"), `b.toml:2:1: linux.log is already defined at a.toml:2:1`},
	} {
		if got := c.files.mistakes(t); got != c.want {
			t.Errorf("%s: got\n%s\nwant\n%s", c.name, got, c.want)
		}
	}
}

// twice is a policy that includes a text from two files.
func twice(src string) files {
	return files{"p.toml": "include = ['a.toml', 'b.toml']\n[hosts.h]", "a.toml": src, "b.toml": src}
}

func TestUnreadable(t *testing.T) {
	for name, want := range map[string]string{
		"no.toml": "no.toml: cannot be read: file does not exist",
		"dir":     "dir: cannot be read: invalid argument",
	} {
		_, err := files{"dir/x": ""}.load(t, name)
		if err == nil || err.Error() != want {
			t.Errorf("%s: got %v, want %s", name, err, want)
		}
	}
}

// TestOwnRolesAndServices holds what a policy may add to the catalog, and that the catalog itself does not change.
func TestOwnRolesAndServices(t *testing.T) {
	const own = `
		[roles.intranet]
		title = "Intranet portal"
		includes = ["iis-web"]
		services = ["PortalApi"]
		audience = { clients = ["any"], management = ["none"] }
		[services.PortalApi]
		endpoints = [{ app = "HTTPS", tcp = "8443", audience = "clients" }]
		[hosts.web1]
		roles = ["intranet"]
		services = ["portalapi"]`
	p := files{"p.toml": own}.good(t)
	if _, known := p.Catalog.Role("intranet"); !known || len(p.Roles["intranet"].Settings.Audience.Lists()) != 2 {
		t.Errorf("got %+v", p.Roles)
	}
	if s, known := p.Catalog.Service("PORTALAPI"); !known || s.Endpoints[0].Port() != "tcp/8443" {
		t.Errorf("got %+v", s)
	}
	fresh := files{"p.toml": "roles = ['iis-web']"}.good(t)
	_, role := fresh.Catalog.Role("intranet")
	if _, service := fresh.Catalog.Service("PortalApi"); role || service {
		t.Error("one policy's entries are in the catalog of another")
	}
	check(t, []mistake{
		{"[roles.file-server]\ntitle = 'x'\nincludes = ['iis-web']\n[hosts.a]", `2:9: the catalog's role file-server may be given an audience and nothing else
3:12: the catalog's role file-server may be given an audience and nothing else`},
		{"[roles.r]\nincludes = ['s']\n[roles.s]\nincludes = ['r']\n[hosts.a]", `1:8: role r includes itself: r > s > r`},
		{"[roles.r]\nincludes = ['r']\n[hosts.a]", `1:8: role r includes itself: r > r`},
		{"[roles.r]\nincludes = ['fileserver']\nservices = ['DSN']\nfeatures = ['netbois']\n[hosts.a]", `2:13: unknown role "fileserver"
3:13: unknown service "DSN"
4:13: unknown feature "netbois"`},
		{"[roles.r]\nservices = [{ only = ['tcp/53'] }]\n[hosts.a]", `2:13: unknown service ""`},
		{"[roles.same]\nincludes = ['file-server']\n[hosts.a]", `1:8: "same" is a reserved word: @same`},
		{"[roles.'a b']\n[hosts.a]", `1:8: role name "a b" holds a character that is not a letter, digit, dot, underscore or hyphen`},
		{"[services.dns]\nendpoints = []\n[hosts.a]", `1:11: the catalog has a service DNS already`},
		{"[services.s]\n[hosts.a]", `1:11: service s has no endpoints`},
		{"[services.'s;']\n[hosts.a]", `1:11: service name "s;" holds a character that is not a letter, digit, dot, underscore or hyphen`},
		{"[services.s]\nendpoints = [{ app = 'A', tcp = '0', audience = 'all', reach = 'far', icmp = '1' }]\n[hosts.a]", `2:14: 2 kinds of traffic are named, there must be one
2:49: unknown audience "all"
2:64: unknown reach "far"`},
		{"[services.s]\nendpoints = [{ app = 'A', tcp = 'dynamic', rpc = 'dynamic', audience = 'clients' }]\n[hosts.a]",
			`2:14: service s has a dynamic RPC endpoint that nobody can find without the endpoint mapper`},
	})
}

// goType matches what Go prints of its own types, values and failures.
var goType = regexp.MustCompile(`map\[|interface \{|\[\]any|\[\]string|\*policy\.|\*strict\.|\*catalog\.|strict\.|ruleset\.|int64|float64|goroutine |<nil>|%!|\(nil\)|0x[0-9a-f]{6,}|runtime error`)

// FuzzLoad feeds a policy in two files: Load must come back, with a policy or with mistakes that have a place, and never
// speak of Go.
func FuzzLoad(f *testing.F) {
	f.Add(everything, "[networks]\nlab = ['10.9.0.0/16']\n")
	f.Add("roles = ['domain-controller']\nrpc = { mode = 'static', ports = { LSASS = 38901 } }", "")
	f.Add("include = ['b.toml']\n[hosts]\na = 1\nb = { roles = 1, os = 2, allow = 3, audience = 4, rpc = 5, linux = 6, ipsec = [7] }", "networks = 8\n[groups.g]\nhosts = [9, []]")
	f.Add("include = ['*.toml']\n[audience]\nclients = [['x'], {}]\n[[deny]]\ntcp = {}\n[lint]\nRW001 = []", "[services.s]\nendpoints = [1, { tcp = 1, protocol = 'x' }]\npins = ['']\n[roles.r]\nservices = [{ name = 1, only = [2] }]")
	f.Fuzz(func(t *testing.T, a, b string) {
		p, err := files{"p.toml": a, "b.toml": b}.load(t, "p.toml")
		if (p == nil) != (err != nil) {
			t.Fatalf("policy %v and error %v", p, err)
		}
		if err == nil {
			for _, h := range p.Hosts {
				if !IsHostName(h.Name) {
					t.Errorf("host name %q", h.Name)
				}
				_, _ = p.OS(h), ruleSettings(p, h)
			}
			return
		}
		list, ok := err.(interface{ Unwrap() []error })
		if !ok {
			t.Fatalf("not a list of mistakes: %v", err)
		}
		for _, x := range list.Unwrap() {
			mistake, ok := errors.AsType[*diag.Diagnostic](x)
			if !ok || mistake.Pos.File == "" {
				t.Fatalf("a mistake without a place: %v", x)
			}
			// The admin's own words stand in quotes and may say anything.
			if said := regexp.MustCompile(`"(\\.|[^"\\])*"`).ReplaceAllString(x.Error(), ""); goType.MatchString(said) && !goType.MatchString(a+b) {
				t.Errorf("got %s", x)
			}
		}
	})
}

// TestEndpointOfBoth holds that a row with tcp and udp is an endpoint of each.
func TestEndpointOfBoth(t *testing.T) {
	p := files{"p.toml": `
services.OwnDns = { endpoints = [{ app = "DNS", tcp = 53, udp = [53, "5300-5310"], audience = "clients", note = "n" }] }
[hosts.a]
services = ["OwnDns"]`}.good(t)
	s, _ := p.Catalog.Service("OwnDns")
	if len(s.Endpoints) != 2 || s.Endpoints[0].Port() != "tcp/53" || s.Endpoints[1].Port() != "udp/53,5300-5310" || s.Endpoints[1].Note != "n" {
		t.Errorf("got %+v", s.Endpoints)
	}
	check(t, []mistake{
		{"services.S = { endpoints = [{ app = 'A', tcp = 135, udp = 135, audience = 'clients', rpc = 'mapper' }] }\n[hosts.a]", `1:92: the endpoint mapper is tcp 135`},
		{"services.S = { endpoints = [{ app = 'A', tcp = 1, udp = 1, audience = 'clients', decrypted = true }] }\n[hosts.a]", `1:94: decrypted goes with one port or range of udp`},
	})
}
