package catalog_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"rolewall/ruleset"
)

// TestDefaults compares what roles open by default with the predefined rules that Windows enables with them: each row of the
// table is open or closed as it says, where the two differ there is a reason, and a role of the table opens nothing else.
func TestDefaults(t *testing.T) {
	c := defaultCatalog(t)
	rows := table(t, "../defaults.tsv")
	fleets := map[string]*fleet{}
	for _, r := range rows {
		if fleets[r["os"]] == nil {
			fleets[r["os"]] = newFleet(fmt.Sprintf("os = %q", r["os"]))
		}
		if f := fleets[r["os"]]; !slices.Contains(f.names, r["role"]) {
			f.host(r["role"], fmt.Sprintf("roles = [%q]", r["role"]))
		}
	}
	for os, f := range fleets {
		for role, rs := range f.resolve(t, c) {
			compareDefaults(t, role, rs, slices.DeleteFunc(slices.Clone(rows), func(r row) bool { return r["os"] != os || r["role"] != role }))
		}
	}
}

func compareDefaults(t *testing.T, role string, rs *ruleset.RuleSet, rows []row) {
	told := map[*ruleset.Rule]bool{}
	for _, r := range rows {
		i := slices.IndexFunc(rs.Inbound, func(x *ruleset.Rule) bool { return r.opens(x) })
		if open := i >= 0; open != (r["decision"] == "open") {
			t.Errorf("%s: %s %s %s is open: %t", role, r["port"], r["program"], r["service"], open)
		} else if open {
			told[rs.Inbound[i]] = true
		}
		if differs := (r["rule"] == "-") != (r["decision"] == "closed"); differs != (r["reason"] != "") {
			t.Errorf("%s: %s %s differs from Windows: %t, and gives the reason %q", role, r["rule"], r["port"], differs, r["reason"])
		}
	}
	for _, x := range rs.Inbound {
		if !told[x] {
			t.Errorf("%s opens %s for %s, of which the table says nothing", role, x.Traffic, owner(x.Listener))
		}
	}
}

// opens reports whether a rule opens the port of a row to the program and service of the row.
func (r row) opens(x *ruleset.Rule) bool {
	program := strings.ToLower(x.Listener.Program)
	program = program[strings.LastIndexByte(program, '\\')+1:]
	if program != strings.TrimPrefix(r["program"], "-") || strings.ToLower(x.Listener.Service) != strings.TrimPrefix(r["service"], "-") {
		return false
	}
	protocol, ports, _ := strings.Cut(r["port"], "/")
	if ports == "dynamic" {
		return x.Protocol.String() == protocol && x.Ports.String() == "49152-65535"
	}
	want, err := ruleset.ParseTraffic(r["port"])
	return err == nil && x.Contains(want)
}
