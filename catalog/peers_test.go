package catalog_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"rolewall/catalog"
	"rolewall/ruleset"
)

// TestLinuxPeers compares the catalog with the service lists of other firewall tools. testdata/catalog/linux-peers.tsv has
// a row for each of their entries: the services of ours that open its ports, the ports that stay closed, and the reason
// where any do.
func TestLinuxPeers(t *testing.T) {
	c := defaultCatalog(t)
	count := map[string]int{}
	for _, r := range table(t, "linux-peers.tsv") {
		count[r["list"]]++
		name := r["list"] + " " + r["name"]
		if (r["services"] == "" || r["closed"] != "") != (r["reason"] != "") {
			t.Errorf("%s: a reason stands beside closed ports, and nowhere else", name)
		}
		if r["services"] == "" {
			continue
		}
		var services []*catalog.Service
		for s := range strings.SplitSeq(r["services"], ",") {
			service, known := c.Service(s)
			if !known {
				t.Fatalf("%s: unknown service %q", name, s)
			}
			services = append(services, service)
		}
		closed := strings.Fields(r["closed"])
		for _, port := range strings.Fields(r["ports"]) {
			open := opens(t, services, port)
			if isClosed := slices.Contains(closed, port); open == isClosed {
				t.Errorf("%s: %s: open %t, closed by the table %t", name, port, open, isClosed)
			}
		}
	}
	if count["firewalld"] != 221 || count["shorewall"] != 147 {
		t.Errorf("rows: %v", count)
	}
}

// opens reports whether one of the services has an endpoint, on or behind a feature, that holds the traffic.
func opens(t *testing.T, services []*catalog.Service, traffic string) bool {
	t.Helper()
	protocol, ports, _ := strings.Cut(traffic, "/")
	for _, s := range services {
		for _, e := range s.Endpoints {
			switch {
			case e.Never != "" || !e.Has(ruleset.Linux):
			case protocol == "protocol":
				if strconv.Itoa(int(e.Protocol)) == ports {
					return true
				}
			case e.Protocol.String() == protocol:
				want, err := ruleset.ParsePorts(ports)
				if err != nil {
					t.Fatal(err)
				}
				have := e.Ports
				if e.OwnRange {
					have = ruleset.Ports{{First: 49152, Last: 65535}}
				}
				if have.Contains(want) {
					return true
				}
			}
		}
	}
	return false
}
