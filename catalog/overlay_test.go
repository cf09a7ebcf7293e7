package catalog_test

import (
	"fmt"
	"strings"
	"testing"

	"rolewall/catalog"
	"rolewall/diag"
	"rolewall/ruleset"
)

// site is the catalog of a site: a service with all that a row can say, a feature, a document, a listener, a role that
// takes in one of the catalog's, and another service in the place of one of the catalog's.
const site = `
[sources.BADGE-GUIDE]
title = "Installation guide of the badge system"
where = "intranet"

[features.badge-sync]
title = "Doors that fetch badges by themselves"

[listeners.BadgeServer]
owners = [ { program = 'D:\Badge\server.exe', service = "BadgeServer", since = "windows-2016", source = "BADGE-GUIDE" } ]

[services.BadgeServer]
title = "Badge server"
endpoints = [
  { app = "Doors",   tcp = "7001",       audience = "clients",    listener = "BadgeServer", source = "BADGE-GUIDE" },
  { app = "Sync",    udp = "7002-7003",  audience = "peers",      feature = "badge-sync",   source = "BADGE-GUIDE" },
  { app = "Console", tcp = "135",        audience = "management", rpc = "mapper",  listener = "RpcSs", source = "BADGE-GUIDE" },
  { app = "Console", tcp = "dynamic",    audience = "management", rpc = "dynamic", source = "BADGE-GUIDE" },
]

[roles.badge-server]
title    = "Badge server"
family   = "Site"
includes = ["iis-web"]
services = ["BadgeServer"]
features = ["badge-sync"]
source   = "BADGE-GUIDE"

[services.HealthService]
title = "Our monitoring"
endpoints = [ { app = "Agents", tcp = "10050", audience = "clients", source = "BADGE-GUIDE" } ]
`

func overlay(t *testing.T, text string) (*catalog.Catalog, error) {
	t.Helper()
	errs := &diag.List{}
	c := defaultCatalog(t).Overlay([]catalog.File{{Name: "site.toml", Src: []byte(text)}}, errs)
	return c, errs.Err()
}

// TestRoleWithoutGo adds a role with a service to the catalog by a file, and resolves and guards a host with it.
func TestRoleWithoutGo(t *testing.T) {
	c, err := overlay(t, site)
	if err != nil {
		t.Fatal(err)
	}
	f := newFleet(`os = "windows-2022"`, threeAudiences)
	f.host("badge", `roles = ["badge-server"]`, `services = ["HealthService"]`)
	rs := f.resolve(t, c)["badge"]
	for _, open := range []struct {
		protocol ruleset.Protocol
		port     uint16
		to       ruleset.Audience
	}{
		{ruleset.TCP, 7001, ruleset.Clients}, {ruleset.UDP, 7002, ruleset.Peers}, {ruleset.UDP, 7003, ruleset.Peers},
		{ruleset.TCP, 135, ruleset.Management}, {ruleset.TCP, 49152, ruleset.Management}, {ruleset.TCP, 80, ruleset.Clients}, {ruleset.TCP, 10050, ruleset.Clients},
	} {
		for who, addresses := range sources {
			want := who == open.to || open.to == ruleset.Clients
			if got := rs.Allows(ruleset.Packet{Protocol: open.protocol, Port: open.port, Remote: addresses[0]}); got != want {
				t.Errorf("%s %d is open to %s: %t", open.protocol, open.port, who, got)
			}
		}
	}
	if rs.Allows(ruleset.Packet{Protocol: ruleset.TCP, Port: 5723, Remote: sources[ruleset.Management][0]}) {
		t.Error("the service that was replaced still opens its port")
	}
	for _, r := range rs.Inbound {
		if r.What() == "tcp 7001" && r.Listener != (ruleset.Listener{Program: `D:\Badge\server.exe`, Service: "BadgeServer"}) {
			t.Errorf("tcp 7001 is bound to %+v", r.Listener)
		}
	}
}

// TestOverlaySaysWhatItReplaced holds that an entry in the place of another says where that one is, that the
// catalog itself stays as it is, and that other entries are shared.
func TestOverlaySaysWhatItReplaced(t *testing.T) {
	base := defaultCatalog(t)
	c, err := overlay(t, site)
	if err != nil {
		t.Fatal(err)
	}
	s, _ := c.Service("HealthService")
	if !strings.Contains(s.Replaces, "services-monitoring.toml") || s.Location.File() != "site.toml" {
		t.Errorf("HealthService of %s replaces %q", s.Location.File(), s.Replaces)
	}
	if own, _ := c.Service("BadgeServer"); own.Replaces != "" {
		t.Errorf("BadgeServer replaces %q", own.Replaces)
	}
	if old, _ := base.Service("HealthService"); old.Title == s.Title || old.Replaces != "" {
		t.Errorf("the catalog itself now says %+v", old)
	}
	if _, known := base.Role("badge-server"); known {
		t.Error("the catalog itself now has the role badge-server")
	}
}

// TestOverlayMistakes holds that the files of a site are read as strictly as the catalog, all mistakes at once.
func TestOverlayMistakes(t *testing.T) {
	_, err := overlay(t, `
[services.BadgeServer]
title = "Badge server"
endpoints = [
  { app = "Doors", tcp = "7001", audience = "clints", source = "NO-SUCH" },
  { app = "Sync",  udp = "7002", audience = "peers", feature = "badge-sink", source = "DSI-DC" },
]
[roles.badge-server]
title = "Badge server"
services = ["BagdeServer"]
includes = ["badge-server"]
colour = "red"
`)
	if err == nil {
		t.Fatal("no mistake was found")
	}
	for _, want := range []string{`unknown audience "clints"`, `unknown source "NO-SUCH"`, `unknown feature "badge-sink"`, `unknown service "BagdeServer"`,
		"includes itself: badge-server > badge-server", "colour", "site.toml:"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the mistakes do not name %s:\n%v", want, err)
		}
	}
}

// TestRoleNamesRows holds that a role can take single rows of a service, and none that the service lacks.
func TestRoleNamesRows(t *testing.T) {
	for port, want := range map[string]string{"tcp/7001": "", "tcp/7002": "service BadgeServer has no row tcp/7002"} {
		_, err := overlay(t, `
[services.BadgeServer]
title = "Badge server"
endpoints = [{ app = "Doors", tcp = "7001", audience = "clients", source = "DSI-DC" }]
[roles.badge-server]
title = "Badge server"
services = [{ name = "BadgeServer", only = ["`+port+`"] }]
source = "DSI-DC"
`)
		if got := fmt.Sprint(err); (err == nil) != (want == "") || !strings.Contains(got, want) {
			t.Errorf("only %s: %v, want %q", port, err, want)
		}
	}
}
