package catalog_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"rolewall/catalog"
	"rolewall/ruleset"
)

// runs lists the services of a role on an edition, through its includes.
func runs(c *catalog.Catalog, role string, os ruleset.OS) map[string]bool {
	r, known := c.Role(role)
	if !known || !r.Has(os) {
		return nil
	}
	out := map[string]bool{}
	for _, ref := range r.Services {
		if s, known := c.Service(ref.Name.Value); known && ref.Has(os) && s.Has(os) {
			out[s.Name] = true
		}
	}
	for _, include := range r.Includes {
		maps.Copy(out, runs(c, include.Value, os))
	}
	return out
}

// optional lists the services of an edition that a host with the role may add.
func optional(c *catalog.Catalog, role string, os ruleset.OS) map[string]bool {
	out := map[string]bool{}
	r, _ := c.Role(role)
	for _, name := range r.Optional {
		if s, known := c.Service(name.Value); known && s.Has(os) {
			out[s.Name] = true
		}
	}
	return out
}

// TestRoles compares the roles with the facts: editions, services and optional services on every Windows.
func TestRoles(t *testing.T) {
	c := defaultCatalog(t)
	rows := table(t, "roles.tsv")
	if len(rows) != 87 {
		t.Errorf("%d roles, not 87", len(rows))
	}
	byName := map[string]row{}
	for _, r := range rows {
		byName[r["role"]] = r
	}
	ds := differences{}
	for name, r := range byName {
		for _, os := range windows() {
			has := func(is bool) string { return map[bool]string{true: "exists", false: "absent"}[is] }
			role, known := c.Role(name)
			ds.compare(difference{table: "roles", name: name}, os, has(r.within(os)), has(known && role.Has(os)))
			if !known || !role.Has(os) {
				continue
			}
			want, got := factRuns(byName, name, os), runs(c, name, os)
			wantOptional, gotOptional := factOptional(c, r, os), optional(c, name, os)
			for _, s := range slices.Sorted(maps.Keys(union(want, got, wantOptional, gotOptional))) {
				part := func(runs, optional map[string]bool) string {
					switch {
					case runs[s]:
						return "runs"
					case optional[s]:
						return "optional"
					}
					return "absent"
				}
				ds.compare(difference{table: "roles", name: name, app: s}, os, part(want, wantOptional), part(got, gotOptional))
			}
		}
	}
	ds.check(t, "roles")
}

func factRuns(roles map[string]row, name string, os ruleset.OS) map[string]bool {
	r := roles[name]
	out := map[string]bool{}
	column := "new"
	if old(os) {
		column = "old"
	}
	for _, s := range r.list(column) {
		out[s] = true
	}
	for _, include := range r.list("includes") {
		maps.Copy(out, factRuns(roles, include, os))
	}
	return out
}

func factOptional(c *catalog.Catalog, r row, os ruleset.OS) map[string]bool {
	out := map[string]bool{}
	for _, name := range r.list("optional") {
		if s, known := c.Service(name); known && s.Has(os) {
			out[name] = true
		}
	}
	return out
}

func union(sets ...map[string]bool) map[string]bool {
	out := map[string]bool{}
	for _, s := range sets {
		maps.Copy(out, s)
	}
	return out
}

// TestLinuxRoles holds that the kinds of Linux hosts that people ask for have a role, and what it opens.
func TestLinuxRoles(t *testing.T) {
	c := defaultCatalog(t)
	for role, ports := range map[string]string{
		"ssh-managed":             "tcp/22",
		"linux-web":               "tcp/80 tcp/443",
		"linux-mail":              "tcp/25 tcp/465 tcp/587 tcp/993",
		"linux-dns":               "udp/53 tcp/53",
		"linux-ntp":               "udp/123",
		"linux-dhcp":              "udp/67",
		"linux-nfs":               "tcp/2049",
		"linux-file-server":       "tcp/445",
		"linux-domain-controller": "tcp/53 udp/53 tcp/88 udp/88 tcp/135 tcp/dynamic tcp/389 udp/389 tcp/445 tcp/464 udp/464 udp/123",
		"linux-ldap":              "tcp/389",
		"linux-kerberos":          "tcp/88 udp/88 tcp/464 udp/464 tcp/749",
		"linux-postgres":          "tcp/5432",
		"linux-mysql":             "tcp/3306",
		"linux-redis":             "tcp/6379",
		"linux-node-exporter":     "tcp/9100",
		"linux-wireguard":         "udp/51820",
		"linux-openvpn":           "udp/1194",
		"linux-syslog":            "udp/514",
		"linux-snmp":              "udp/161",
	} {
		want := map[string]bool{}
		for port := range strings.FieldsSeq(ports) {
			want[port] = true
		}
		got := map[string]bool{}
		for name := range runs(c, role, ruleset.Linux) {
			s, _ := c.Service(name)
			for i := range s.Endpoints {
				e := &s.Endpoints[i]
				if e.Has(ruleset.Linux) && e.Never == "" && (e.Feature == "" || roleTurnsOn(c, role, e.Feature)) {
					got[e.Port()] = true
				}
			}
		}
		if !maps.Equal(got, want) {
			t.Errorf("%s opens %v, not %v", role, slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)))
		}
	}
}

func roleTurnsOn(c *catalog.Catalog, role, feature string) bool {
	r, _ := c.Role(role)
	for _, f := range r.Features {
		if f.Value == feature {
			return true
		}
	}
	return false
}
