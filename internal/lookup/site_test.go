package lookup_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"rolewall/internal/lookup"
	"rolewall/internal/workspace"
	"rolewall/ruleset"
)

const site = `
[sources.SITE]
title = "our wiki"
where = "wiki"
[features.portal-admin]
title = "Administration of the portal"
[services.Portal]
title = "Customer portal"
endpoints = [
  { app = "HTTPS", tcp = "9443", audience = "clients", source = "SITE", note = "behind the balancer" },
  { app = "Console", tcp = "9444", audience = "management", feature = "portal-admin", since = "windows-2016", platform = "windows", source = "SITE" },
  { app = "Discovery", udp = "9445", audience = "clients", reach = "link", source = "SITE" },
]
[services.PortalAgent]
title = "Agent of the portal"
endpoints = [{ app = "Agent", tcp = "9450", audience = "peers", source = "SITE" }, { app = "Old agent", tcp = "9451", audience = "peers", source = "SITE" }]
[roles.portal-base]
title    = "Base of the portal"
family   = "Web"
services = [{ name = "PortalAgent", only = ["tcp/9450"], since = "windows-2022" }]
source   = "SITE"
[roles.portal]
title    = "Customer portal"
family   = "Web"
includes = ["portal-base"]
services = ["Portal"]
optional = ["PortalAgent"]
features = ["portal-admin"]
source   = "SITE"
`

// TestSite compares entries of a small catalog whole: a role with conditions on a service, one that includes it, for all
// editions and for one, a service, a feature and a port.
func TestSite(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "site.toml"), []byte(site), 0o600); err != nil {
		t.Fatal(err)
	}
	cat, err := workspace.Catalog(workspace.NewFiles(nil), dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		os   ruleset.OS
		want string
	}{
		{"portal-base", "", `role portal-base includes [] services [PortalAgent (only tcp/9450; windows-2022 on, linux)] features [] optional [] used by [portal] optional in [] [{SITE our wiki wiki}]
 tcp/9450 PortalAgent peers   all SITE
`},
		{"portal", ruleset.Windows2003, `role portal includes [portal-base] services [Portal] features [portal-admin] optional [PortalAgent] used by [] optional in [] [{SITE our wiki wiki}]
 tcp/9443 Portal clients   all SITE
 udp/9445 Portal clients link  all SITE
service Portal includes [] services [] features [] optional [] used by [portal] optional in [] [{SITE our wiki wiki}]
 tcp/9443 Portal clients   all SITE
 udp/9445 Portal clients link  all SITE
`},
		{"portal", ruleset.Windows2025, `role portal includes [portal-base] services [Portal] features [portal-admin] optional [PortalAgent] used by [] optional in [] [{SITE our wiki wiki}]
 tcp/9443 Portal clients   all SITE
 tcp/9444 Portal management  portal-admin windows-2016 on SITE
 udp/9445 Portal clients link  all SITE
 tcp/9450 PortalAgent peers   all SITE
service Portal includes [] services [] features [] optional [] used by [portal] optional in [] [{SITE our wiki wiki}]
 tcp/9443 Portal clients   all SITE
 tcp/9444 Portal management  portal-admin windows-2016 on SITE
 udp/9445 Portal clients link  all SITE
`},
		{"PORTALAGENT", ruleset.Linux, `service PortalAgent includes [] services [] features [] optional [] used by [portal-base] optional in [portal] [{SITE our wiki wiki}]
 tcp/9450 PortalAgent peers   all SITE
 tcp/9451 PortalAgent peers   all SITE
`},
		{"portal-admin", "", `feature portal-admin includes [] services [] features [] optional [] used by [portal] optional in [] [{SITE our wiki wiki}]
 tcp/9444 Portal management  portal-admin windows-2016 on SITE
`},
		{"tcp/9450", ruleset.Linux, `port tcp/9450 includes [] services [] features [] optional [] used by [portal portal-base] optional in [] [{SITE our wiki wiki}]
 tcp/9450 PortalAgent peers   all SITE
`},
	} {
		f := lookup.Finder{Catalog: cat, OS: c.os}
		found, err := f.Find(c.name)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, e := range found {
			got += fmt.Sprintln(e.Kind, e.Name, "includes", e.Includes, "services", e.Services, "features", e.Features, "optional", e.Optional,
				"used by", e.UsedBy, "optional in", e.OptionalIn, e.Sources)
			for _, r := range e.Rows {
				got += fmt.Sprintln("", r.Port, r.Service, r.Audience, r.Reach, r.Feature, lookup.EditionRange(r.Editions), r.Source)
			}
		}
		if got != c.want {
			t.Errorf("%s on %q is\n%s", c.name, c.os, got)
		}
	}
}
