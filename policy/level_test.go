package policy

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"rolewall/ruleset"
	"rolewall/tomldoc"
)

// everything is a policy with every kind of thing in it; it includes b.toml.
const everything = `
include = ["b.toml"]
os      = "windows-2022"
targets = ["advfirewall"]
[networks]
office  = ["10.20.0.0/16", "fd00:20::/48"]
admins  = ["10.3.0.0/24"]
branch  = ["office", "10.30.0.0/16"]
[audience]
clients    = ["office"]
peers      = ["@same"]
management = ["admins"]
[rpc]
mode  = "range"
range = "50000-50199"
[roles.intranet]
title    = "Intranet portal"
includes = ["iis-web"]
services = ["PortalApi"]
[services.PortalApi]
title     = "Portal API"
endpoints = [{ app = "HTTPS", tcp = "8443", audience = "clients" }]
[groups.web]
hosts = ["web1", "web2"]
roles = ["intranet"]
[groups.web.linux]
interfaces = ["eth0", "bond*"]
ping = false
[hosts.web1]
addresses = ["10.1.0.20"]
[hosts.web2]
addresses = ["10.1.0.21"]
[hosts.dc1]
os        = "windows-2022"
addresses = ["10.1.0.10", "fd00:1::10"]
roles     = ["domain-controller", "dns-server"]
services  = ["SNMP"]
features  = ["netbios"]
without   = ["global-catalog"]
rpc       = { mode = "static", fallback = "dynamic", ports = { LSASS = 38901, Netlogon = 38902, DFSR = 5722 } }
[[hosts.dc1.allow]]
tcp     = "8834"
from    = ["admins"]
reason  = "vulnerability scanner"
owner   = "secops"
expires = 2027-03-31
[[hosts.dc1.ipsec.outbound]]
udp    = "53"
to     = ["@dns-server"]
reason = "name resolution"
`

func TestEverything(t *testing.T) {
	p := files{"p.toml": everything, "b.toml": ""}.good(t)
	if len(p.Hosts) != 3 || len(p.Networks) != 3 || len(p.Hosts[0].Exceptions) != 1 {
		t.Errorf("got %+v", p)
	}
}

// keys lists every key of a policy with two texts, one with the key and one that differs in the key alone. Each of the
// two is a policy with another meaning, or a mistake.
var keys = map[string][]struct{ key, with, without string }{
	"level": { // of a file, a group and a host
		{"os", `os = "windows-2019"`, ``},
		{"targets", `targets = ["nftables"]`, ``},
		{"families", `families = ["ipv4"]`, ``},
		{"access", `access = "console"`, ``},
		{"features", `features = ["netbios"]`, ``},
		{"without", `without = ["netbios"]`, ``},
		{"audience", `audience = { clients = ["office"] }`, ``},
		{"rpc", `rpc = { mode = "closed" }`, ``},
		{"programs", `programs = { RDMS = { service = "RDMS" } }`, ``},
		{"allow", `allow = [{ tcp = "1", from = ["any"], reason = "r" }]`, ``},
		{"advfirewall", `advfirewall = { profile = ["domain"] }`, ``},
		{"gpo", `gpo = { profiles = "keep" }`, ``},
		{"ipsec", `ipsec = { icmp = "all-types" }`, ``},
		{"linux", `linux = { log = true }`, ``},
	},
	"file": {
		{"include", `include = ["b.toml"]`, ``},
		{"catalog", `catalog = "own"`, ``},
		{"templates", `templates = "own"`, ``},
		{"networks", `networks = { lab = ["10.9.0.0/16"] }`, ``},
		{"roles", `roles = { r = { includes = ["file-server"] } }`, ``},
		{"services", `services = { s = { endpoints = [{ app = "A", tcp = "1", audience = "clients" }] } }`, ``},
		{"own", `own = { roles = { r = { includes = ["file-server"] } } }`, ``},
		{"groups", `groups = { k = { hosts = ["h"], roles = ["file-server"] } }`, ``},
		{"hosts", `hosts = { h = {}, g = {}, i = {} }`, `hosts = { h = {}, g = {} }`},
		{"lint", `lint = { RW001 = { level = "off", reason = "r" } }`, ``},
		{"require", `require = [{ tcp = "1", from = ["any"], reason = "r" }]`, ``},
		{"deny", `deny = [{ tcp = "1", from = ["any"], reason = "r" }]`, ``},
		{"ignore", `ignore = [{ tcp = "1", reason = "r", expires = 2027-01-01 }]`, ``},
	},
	"own": {
		{"roles", `own = { roles = { r = { includes = ["file-server"] } } }`, ``},
		{"services", `own = { services = { s = { endpoints = [{ app = "A", tcp = "1", audience = "clients" }] } } }`, ``},
	},
	"group": {
		{"hosts", `hosts = ["h"]`, `hosts = ["g"]`},
		{"roles", `roles = ["file-server"]`, ``},
		{"services", `services = ["DNS"]`, ``},
	},
	"host": {
		{"groups", `groups = ["x"]`, ``},
		{"addresses", `addresses = ["10.1.0.1"]`, ``},
		{"roles", `roles = ["file-server"]`, ``},
		{"services", `services = ["DNS"]`, ``},
	},
	"audience": {
		{"clients", `audience = { clients = ["office"] }`, `audience = {}`},
		{"peers", `audience = { peers = ["office"] }`, `audience = {}`},
		{"management", `audience = { management = ["office"] }`, `audience = {}`},
		{"roles", `audience = { roles = { file-server = { clients = ["office"] } } }`, `audience = {}`},
	},
	"rpc": {
		{"mode", `rpc = { mode = "closed" }`, `rpc = {}`},
		{"range", `rpc = { mode = "range", range = "50000-50199" }`, `rpc = { mode = "range", range = "50000-50299" }`},
		{"fallback", `rpc = { mode = "static", ports = { LSASS = 1 }, fallback = "closed" }`, `rpc = { mode = "static", ports = { LSASS = 1 } }`},
		{"ports", `rpc = { mode = "static", ports = { LSASS = 1 } }`, `rpc = { mode = "static", ports = { LSASS = 2 } }`},
		{"mixed", `rpc = { mixed = true, reason = "r" }`, `rpc = { reason = "r" }`},
		{"reason", `rpc = { mixed = true, reason = "r" }`, `rpc = { mixed = true }`},
	},
	"programs.*": {
		{"program", `programs = { RDMS = { program = "C:\\\\a.exe" } }`, `programs = { RDMS = { program = "C:\\\\b.exe" } }`},
		{"service", `programs = { RDMS = { service = "RDMS" } }`, `programs = { RDMS = { service = "Other" } }`},
	},
	"allow": {
		{"tcp", `allow = [{ tcp = "1", from = ["any"], reason = "r" }]`, `allow = [{ tcp = "2", from = ["any"], reason = "r" }]`},
		{"udp", `allow = [{ udp = "1", from = ["any"], reason = "r" }]`, `allow = [{ tcp = "1", from = ["any"], reason = "r" }]`},
		{"icmp", `allow = [{ icmp = "8", from = ["any"], reason = "r" }]`, `allow = [{ icmp = "8:0", from = ["any"], reason = "r" }]`},
		{"icmpv6", `allow = [{ icmpv6 = "8", from = ["any"], reason = "r" }]`, `allow = [{ icmp = "8", from = ["any"], reason = "r" }]`},
		{"protocol", `allow = [{ protocol = "any", from = ["office"], reason = "r" }]`, `allow = [{ protocol = 47, from = ["office"], reason = "r" }]`},
		{"from", `allow = [{ tcp = "1", from = ["any"], reason = "r" }]`, `allow = [{ tcp = "1", reason = "r" }]`},
		{"reason", `allow = [{ tcp = "1", from = ["any"], reason = "r" }]`, `allow = [{ tcp = "1", from = ["any"], reason = "s" }]`},
		{"owner", `allow = [{ tcp = "1", from = ["any"], reason = "r", owner = "o" }]`, `allow = [{ tcp = "1", from = ["any"], reason = "r" }]`},
		{"expires", `allow = [{ tcp = "1", from = ["any"], reason = "r", expires = 2027-03-31 }]`, `allow = [{ tcp = "1", from = ["any"], reason = "r" }]`},
		{"from_port", `allow = [{ udp = "any", from_port = 3702, from = ["any"], reason = "r" }]`, `allow = [{ udp = "any", from = ["any"], reason = "r" }]`},
		{"interfaces", `allow = [{ tcp = "1", interfaces = ["virbr*"], from = ["any"], reason = "r" }]`, `allow = [{ tcp = "1", from = ["any"], reason = "r" }]`},
		{"limit", `allow = [{ tcp = "1", limit = "10/minute", from = ["any"], reason = "r" }]`, `allow = [{ tcp = "1", from = ["any"], reason = "r" }]`},
		{"rpc", `allow = [{ tcp = "135", rpc = "mapper", from = ["any"], reason = "r" }]`, `allow = [{ tcp = "135", from = ["any"], reason = "r" }]`},
	},
	"advfirewall": {
		{"profile", `advfirewall = { profile = ["domain"] }`, `advfirewall = {}`},
		{"outbound", `advfirewall = { outbound = "block" }`, `advfirewall = {}`},
		{"log_dropped", `advfirewall = { log_dropped = true }`, `advfirewall = {}`},
		{"other_rules", `advfirewall = { other_rules = "disable" }`, `advfirewall = {}`},
	},
	"gpo": {
		{"profiles", `gpo = { profiles = "keep" }`, `gpo = {}`},
		{"log_size", `gpo = { log_size = 4096 }`, `gpo = {}`},
	},
	"ipsec": {
		{"icmp", `ipsec = { icmp = "all-types" }`, `ipsec = {}`},
		{"default_exempt", `ipsec = { default_exempt = 0 }`, `ipsec = {}`},
		{"outbound", `ipsec = { outbound = [{ udp = "53", to = ["any"], reason = "r" }] }`, `ipsec = {}`},
	},
	"ipsec.outbound": {
		{"tcp", `ipsec = { outbound = [{ tcp = "53", to = ["any"], reason = "r" }] }`, `ipsec = { outbound = [{ tcp = "54", to = ["any"], reason = "r" }] }`},
		{"udp", `ipsec = { outbound = [{ udp = "53", to = ["any"], reason = "r" }] }`, `ipsec = { outbound = [{ tcp = "53", to = ["any"], reason = "r" }] }`},
		{"icmp", `ipsec = { outbound = [{ icmp = "8", to = ["any"], reason = "r" }] }`, `ipsec = { outbound = [{ icmp = "0", to = ["any"], reason = "r" }] }`},
		{"icmpv6", `ipsec = { outbound = [{ icmpv6 = "8", to = ["any"], reason = "r" }] }`, `ipsec = { outbound = [{ icmp = "8", to = ["any"], reason = "r" }] }`},
		{"protocol", `ipsec = { outbound = [{ protocol = "any", to = ["office"], reason = "r" }] }`, `ipsec = { outbound = [{ protocol = 47, to = ["office"], reason = "r" }] }`},
		{"to", `ipsec = { outbound = [{ tcp = "53", to = ["any"], reason = "r" }] }`, `ipsec = { outbound = [{ tcp = "53", to = ["office"], reason = "r" }] }`},
		{"reason", `ipsec = { outbound = [{ tcp = "53", to = ["any"], reason = "r" }] }`, `ipsec = { outbound = [{ tcp = "53", to = ["any"], reason = "s" }] }`},
	},
	"linux": {
		{"log", `linux = { log = true }`, `linux = {}`},
		{"reject", `linux = { reject = true }`, `linux = {}`},
		{"interfaces", `linux = { interfaces = ["eth0"] }`, `linux = {}`},
		{"ping", `linux = { ping = false }`, `linux = {}`},
		{"counters", `linux = { counters = true }`, `linux = {}`},
		{"invalid", `linux = { invalid = "pass" }`, `linux = {}`},
		{"ftp_helper", `linux = { ftp_helper = false }`, `linux = {}`},
		{"audit_until", `linux = { audit_until = 2027-03-31 }`, `linux = {}`},
	},
}

// at puts a text at the level called where of a policy with the hosts h and g in the group g.
func at(where, text string) files {
	group, host := "", ""
	if where != "file" && strings.HasPrefix(text, "audience =") { // which may speak of a role
		text = "roles = ['file-server']\n" + text
	}
	switch where {
	case "group":
		group = text + "\n"
	case "host":
		host = text + "\n"
	}
	if !strings.HasPrefix(group, "hosts =") {
		group += "hosts = ['h', 'g']\n"
	}
	src := ""
	if where == "file" {
		src = text + "\n"
	}
	for word, table := range map[string]string{
		"networks": "[networks]\noffice = ['10.0.0.0/8']\n",
		"groups":   "[groups.x]\nhosts = ['g']\n[groups.g]\n" + group,
		"hosts":    "[hosts.g]\n[hosts.h]\n" + host,
	} {
		if !strings.HasPrefix(src, word+" =") { // the text is the table
			src += table
		}
	}
	return files{
		"p.toml":       src,
		"b.toml":       "[hosts.j]\nroles = ['file-server']",
		"own/own.tmpl": "",
		"own/own.toml": "[roles.own]\ntitle = 'x'\nsource = 'x'\nincludes = ['file-server']",
	}
}

// levels are where a table of keys may appear.
func levels(table string) []string {
	if slices.Contains([]string{"file", "group", "host"}, table) {
		return []string{table}
	}
	if table == "own" {
		return []string{"file"}
	}
	return []string{"file", "group", "host"}
}

// TestEveryKeyTakesEffect holds that no word of a policy is read and then forgotten.
func TestEveryKeyTakesEffect(t *testing.T) {
	for table, list := range keys {
		for _, where := range levels(table) {
			for _, k := range list {
				t.Run(where+"/"+table+"/"+k.key, func(t *testing.T) {
					with, without := effect(t, at(where, k.with)), effect(t, at(where, k.without))
					if strings.HasPrefix(with, "mistake") {
						t.Errorf("%s: %s", k.with, with)
					}
					if with == without {
						t.Errorf("%s\nsays no more than %q:\n%s", k.with, k.without, with)
					}
				})
			}
		}
	}
}

// TestEveryKeyIsListed holds the table above against the keys that the reader knows.
func TestEveryKeyIsListed(t *testing.T) {
	known := func(where, format string) []string {
		p, err := at(where, fmt.Sprintf(format, "xyzzyxyzzyxyzzy = 1")).load(t, "p.toml")
		if p != nil || err == nil {
			t.Fatalf("%s takes any key", where)
		}
		_, list, found := strings.Cut(err.Error(), "unknown key \"xyzzyxyzzyxyzzy\"\n  hint: keys here: ")
		if !found {
			t.Fatalf("%s: %v", where, err)
		}
		list, _, _ = strings.Cut(list, "\n")
		return strings.Split(list, ", ")
	}
	listed := func(tables ...string) []string {
		var out []string
		for _, table := range tables {
			for _, k := range keys[table] {
				out = append(out, k.key)
			}
		}
		slices.Sort(out)
		return slices.Compact(out)
	}
	for _, c := range []struct {
		where, format string
		tables        []string
	}{
		{"file", "%s", []string{"file", "level"}},
		{"group", "%s", []string{"group", "level"}},
		{"host", "%s", []string{"host", "level"}},
		{"host", "audience = { %s }", []string{"audience"}},
		{"host", "rpc = { %s }", []string{"rpc"}},
		{"host", "allow = [{ protocol = 47, %s }]", []string{"allow"}},
		{"host", "advfirewall = { %s }", []string{"advfirewall"}},
		{"host", "gpo = { %s }", []string{"gpo"}},
		{"host", "ipsec = { %s }", []string{"ipsec"}},
		{"host", "ipsec = { outbound = [{ protocol = 47, %s }] }", []string{"ipsec.outbound"}},
		{"host", "linux = { %s }", []string{"linux"}},
	} {
		if got, want := known(c.where, c.format), listed(c.tables...); !slices.Equal(got, want) {
			t.Errorf("%s of a %s: the reader knows %s, the table lists %s", c.tables, c.where, got, want)
		}
	}
}

// TestEveryKeyIsChecked holds that values of a wrong kind are mistakes at every key, told without Go's words.
func TestEveryKeyIsChecked(t *testing.T) {
	for table, list := range keys {
		for _, k := range list {
			for _, value := range []string{`7000`, `"zzz zzz"`, `1979-05-27`, `7.5`, `[7]`, `[[]]`, `[]`, `{ zzz = 7 }`, `[{ zzz = 7 }]`} {
				where := levels(table)[0]
				text := swap(k.with, k.key, value)
				if slices.Contains(fine(table, k.key), value) {
					continue
				}
				err := at(where, text).mistakes(t)
				if err == "" {
					t.Errorf("%s: no mistake", text)
				}
				if goType.MatchString(err) {
					t.Errorf("%s: got\n%s", text, err)
				}
			}
		}
	}
}

// fine lists the values that a key takes after all: free text, a date, and lists that may be empty.
func fine(table, key string) []string {
	switch key {
	case "reason", "owner":
		return []string{`"zzz zzz"`}
	case "tcp", "udp", "from_port":
		return []string{`7000`, `[7]`}
	case "audit_until":
		return []string{`1979-05-27`}
	case "log_size":
		return []string{`7000`}
	case "expires":
		return []string{`1979-05-27`}
	case "features", "without", "roles", "services", "addresses", "include", "allow", "deny", "require", "ignore":
		return []string{`[]`}
	case "groups":
		if table == "host" {
			return []string{`[]`}
		}
	case "outbound":
		if table == "ipsec" {
			return []string{`[]`}
		}
	}
	return nil
}

// swap gives key another value in a text of the table.
func swap(text, key, value string) string {
	i := strings.Index(text, key+" = ")
	rest := text[i+len(key)+3:]
	end, depth := len(rest), 0
	for j, r := range rest {
		if depth == 0 && (r == ',' || r == '}' || r == ']') || depth == 0 && r == ' ' && strings.HasPrefix(rest[j:], " }") {
			end = j
			break
		}
		switch r {
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		}
	}
	return text[:i+len(key)+3] + value + rest[end:]
}

// effect writes down all that a policy says, so that two policies can be compared.
func effect(t *testing.T, f files) string {
	p, err := f.load(t, "p.toml")
	if err != nil {
		return "mistake: " + err.Error()
	}
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(p.Roles)) {
		fmt.Fprintln(&b, name)
		describeSettings(&b, &p.Roles[name].Settings)
	}
	fmt.Fprintln(&b, p.Networks, p.Catalog.RoleNames(), p.Catalog.ServiceNames(), len(p.Lint.Switches), len(p.Lint.Denies), len(p.Lint.Requires), len(p.Ignores), len(p.Templates))
	for _, h := range p.Hosts {
		settings, err := json.Marshal(ruleSettings(p, h))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(&b, h.Name, h.Addresses, p.OS(h), string(settings))
		for _, l := range p.Levels(h) {
			fmt.Fprintln(&b, l.Roles.Values(), l.Services.Values(), l.Features.Values(), l.Without.Values())
			for _, x := range l.withRoleAudiences() {
				fmt.Fprintln(&b, x.Name)
				describeSettings(&b, &x.Settings)
			}
			for _, a := range l.Exceptions {
				fmt.Fprintln(&b, a.Traffic.String(), a.RPC, a.From.List.Values(), a.Only(), a.Terms, a.Level)
			}
		}
	}
	return b.String()
}

// ruleSettings are the options of targets on a host.
func ruleSettings(p *Policy, h *Host) ruleset.Settings {
	s := p.Effective(h)
	return s.ForTargets()
}

// describeSettings writes the settings of a level, a line each.
func describeSettings(b *strings.Builder, s *Settings) {
	for _, x := range settingFields {
		if _, given := x.location(s); given {
			fmt.Fprintln(b, x.Name(), describe(x.settingAccess.(interface{ get(*Settings) any }).get(s)))
		}
	}
}

func describe(v any) string {
	switch v := v.(type) {
	case *tomldoc.List:
		return fmt.Sprint(v.Values())
	case SourceList:
		return fmt.Sprint(v.List.Values())
	case *RPC:
		text := string(v.Mode)
		if v.Fallback != "" {
			text += " or " + v.Fallback
		}
		if v.Mixed {
			text += " mixed"
		}
		if v.Range != nil {
			text += " " + v.Range.String()
		}
		for _, p := range v.Pins {
			text += fmt.Sprintf(" %s=%d", p.Service.Value, p.Port)
		}
		return text
	case []Outbound:
		text := ""
		for _, o := range v {
			text += fmt.Sprint(o.Traffic.String(), o.To.List.Values(), o.Reason)
		}
		return text
	}
	return fmt.Sprint(v)
}

// TestLevels holds which level wins: the host, then its groups, then the file; a scalar of two groups is a mistake.
func TestLevels(t *testing.T) {
	p := files{"p.toml": `
		os = "windows-2012"
		access = "console"
		linux = { log = true, reject = true }
		[audience]
		clients = ["10.0.0.0/8"]
		management = ["10.3.0.0/24"]
		[groups.a]
		hosts = ["H1", "h2"]
		os = "windows-2016"
		features = ["netbios"]
		linux = { log = false }
		audience = { clients = ["10.1.0.0/16"] }
		[groups.b]
		hosts = ["h1"]
		features = ["ldaps"]
		audience = { peers = ["none"] }
		[hosts.h1]
		os = "windows-2019"
		[hosts.h2]
		audience = { clients = ["any"] }
		[hosts.h3]`}.good(t)
	for _, c := range []struct{ host, os, clients, peers, management, log string }{
		{"h1", "windows-2019", "[10.1.0.0/16]", "[none]", "[10.3.0.0/24]", "false"},
		{"h2", "windows-2016", "[any]", "[]", "[10.3.0.0/24]", "false"},
		{"h3", "windows-2012", "[10.0.0.0/8]", "[]", "[10.3.0.0/24]", "true"},
	} {
		h, known := p.Host(c.host)
		if !known {
			t.Fatal(c.host)
		}
		s := p.Effective(h)
		got := fmt.Sprintln(s.Edition(), s.Audience.Clients.Get().List.Values(), s.Audience.Peers.Get().List.Values(), s.Audience.Management.Get().List.Values(),
			s.Linux.Log.Get(), s.Linux.Reject.Get())
		if want := fmt.Sprintln(c.os, c.clients, c.peers, c.management, c.log, true); got != want || p.OS(h) != s.Edition() {
			t.Errorf("%s: got %s, want %s", c.host, got, want)
		}
	}
	if h1, _ := p.Host("h1"); len(h1.Groups) != 2 || h1.Groups[0].Name != "groups.a" {
		t.Errorf("groups of h1: %v", h1.Groups)
	}
	if fresh := (files{"p.toml": "[hosts.a]"}).good(t); fresh.OS(fresh.Hosts[0]) != ruleset.DefaultOS {
		t.Error("the default edition is another")
	}
	check(t, []mistake{
		{"[groups.a]\nhosts = ['h']\nos = 'linux'\n[groups.b]\nhosts = ['h']\nos = 'linux'\n[hosts.h]", `6:1: groups.b and groups.a (at p.toml:3:1) both say os for host h`},
		{"[groups.a]\nhosts = ['h']\nos = 'linux'\n[groups.b]\nhosts = ['h']\nos = 'linux'\n[hosts.h]\nos = 'linux'", ""},
		{"[groups.a]\nhosts = ['h']\naudience = { clients = ['any'] }\n[groups.b]\nhosts = ['h']\naudience = { clients = ['any'], peers = ['any'] }\n[hosts.h]",
			`6:14: groups.b and groups.a (at p.toml:3:14) both say audience.clients for host h`},
		{"[groups.a]\nhosts = ['h', 'H', 'hh']\nos = 'linux'\n[hosts.h]", "2:15: host h appears twice in groups.a\n2:20: unknown host \"hh\""},
		{"[groups.a]\n[hosts.h]", `1:9: group a has no hosts`},
		{"[groups.a]\nhosts = ['h']\naddresses = ['10.0.0.1']\n[hosts.h]", `3:1: unknown key "addresses"`},
	})
}

// TestSourceLists holds what may appear in a list of sources.
func TestSourceLists(t *testing.T) {
	check(t, []mistake{
		{"roles = ['file-server']\naudience = { clients = ['any'], peers = ['@same'], management = ['none'] }", ""},
		{"roles = ['file-server']\naudience = { clients = ['10.1.2.3', 'fd00::1', 'fd00::/8', '@file-server'] }", ""},
		{"roles = ['file-server']\naudience = { clients = ['any', '10.0.0.0/8'], management = ['10.0.0.0/8', 'none'] }", `2:25: "any" must stand alone
2:75: "none" must stand alone`},
		{"roles = ['file-server']\naudience = { clients = [], peers = ['offfice'], management = ['@file-srever'] }\n[networks]\noffice = ['10.0.0.0/8']", `2:24: clients is empty
2:37: unknown network "offfice"
2:63: unknown role "file-srever"`},
		{"roles = ['file-server']\naudience = { clients = ['10.0.0.1/8', '10.0.0.0/33', '0.0.0.0/0', '::/0', '::ffff:10.0.0.1', 'fe80::1%eth0', ''] }", `2:25: prefix 10.0.0.1/8 has host bits set
2:39: "10.0.0.0/33" is not a prefix
2:54: prefix 0.0.0.0/0 is everyone
2:67: prefix ::/0 is everyone
2:75: address ::ffff:10.0.0.1 cannot be a source
2:94: address fe80::1%eth0 cannot be a source
2:110: unknown network ""`},
		{"roles = ['file-server']\naudience = { clients = ['::ffff:10.0.0.0/104', 'ANY', '@', '@any'] }", `2:25: prefix ::ffff:10.0.0.0/104 cannot be a source
2:48: unknown network "ANY"
2:55: unknown role ""
2:60: unknown role "any"`},
	})
}

// get returns the value of a setting that is given.
func (a access[T]) get(s *Settings) any { return (*a.in(s)).Value }

// TestNamesOfSources holds the message about a name that is not a network.
func TestNamesOfSources(t *testing.T) {
	from := func(name string) string {
		return "[networks]\noffice = ['10.0.0.0/8']\n[hosts.web1]\n[hosts.iis-web]\n[hosts.a]\nallow = [{ tcp = 1, from = ['" + name + "'], reason = 'r' }]"
	}
	for name, want := range map[string]string{
		"@web1":           ``,
		"@WEB1":           ``,
		"@dns-server":     ``,
		"@iis-web":        `@iis-web is a role, and a host at p.toml:4:8; write the addresses of the host, or give it another name`,
		"@web*":           `@web* is a pattern, and sources are single hosts or roles; name each host: "@web1", "@web2"`,
		"@web2":           `unknown role "web2"; "@" is for roles and hosts; for a network write "web2", and its addresses in [networks]: web2 = ["10.0.0.0/8"]`,
		"@office":         `unknown role "office"; write "office": it is a network, and "@" is for roles and hosts`,
		"@of fice":        `unknown role "of fice"`,
		"admins":          `unknown network "admins"; name its addresses: [networks] admins = ["10.0.0.0/8"]`,
		"ANY":             `unknown network "ANY"; write "any"`,
		"@DC":             `unknown role "DC"; write "@domain-controller"`,
		"web1":            `"web1" is a host, not a network; write "@web1"`,
		"dns-server":      `"dns-server" is a role, not a network; write "@dns-server"`,
		"offce":           `unknown network "offce"; did you mean "office"?`,
		"mon.example.com": `unknown network "mon.example.com"; a script holds addresses: write those that the name has, or "@host" for a host of this policy`,
		"10.0.0":          `unknown network "10.0.0"`,
		"10.1.2.3/16":     `prefix 10.1.2.3/16 has host bits set; write 10.1.0.0/16, or 10.1.2.3 for the one address`,
	} {
		got := files{"p.toml": from(name)}.hints(t)
		if got = strings.TrimPrefix(got, "p.toml:6:29: "); got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
	for address, want := range map[string]string{
		"web1.example.com": `"web1.example.com" is not an address of a host; a script holds addresses, not names: write those that the name has, 10.1.0.10 or fd00:1::10`,
		"localhost":        `"localhost" is not an address of a host; a script holds addresses, not names: write those that the name has, 10.1.0.10 or fd00:1::10`,
		"10.1.0.10/24":     `"10.1.0.10/24" is not an address of a host; write "10.1.0.10"; prefixes belong in [networks]`,
		"10.1.0":           `"10.1.0" is not an address of a host; addresses are single addresses of the host, 10.1.0.10 or fd00:1::10`,
		"224.0.0.1":        `"224.0.0.1" is not an address of a host; addresses are single addresses of the host, 10.1.0.10 or fd00:1::10`,
	} {
		got := files{"p.toml": "[hosts.a]\naddresses = ['" + address + "']"}.hints(t)
		if got = strings.TrimPrefix(got, "p.toml:2:14: "); got != want {
			t.Errorf("%s: got %s, want %s", address, got, want)
		}
	}
}

// hints loads a policy and returns its one mistake with its hint, "" for none.
func (f files) hints(t *testing.T) string {
	t.Helper()
	_, err := f.load(t, "p.toml")
	if err == nil {
		return ""
	}
	return strings.ReplaceAll(err.Error(), "\n  hint: ", "; ")
}
