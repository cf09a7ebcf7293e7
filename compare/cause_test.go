package compare

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"rolewall/ruleset"
)

// causesText writes the causes and the indexes that each change names.
func causesText(r *Report) string {
	var b strings.Builder
	for _, x := range r.Causes {
		names := fmt.Sprint(x.Names)
		if x.Kind == ExceptionEdit {
			names += " " + allowReason(x.Allow[0]) + ">" + allowReason(x.Allow[1])
		}
		fmt.Fprintf(&b, "%s %s +%v -%v %v>%v %s on %v\n", x.Kind, names, x.Added, x.Removed, x.Before, x.After, x.Verb, x.Hosts)
	}
	for _, c := range r.Changes {
		fmt.Fprintf(&b, "%s %s %v\n", c.Kind, c.Traffic, c.Causes)
	}
	return b.String()
}

func allowReason(a *ruleset.Allow) string {
	if a == nil {
		return ""
	}
	return a.Reason
}

// TestCauses finds the edit of the policy behind changes.
func TestCauses(t *testing.T) {
	for _, c := range []struct{ name, old, new, want string }{
		{
			"a network, and one that holds it",
			"tcp/80 from office=10.0.0.0/16 for W\ntcp/81 from company=10.0.0.0/16,10.9.0.0/16 for W",
			"tcp/80 from office=10.0.0.0/15 for W\ntcp/81 from company=10.0.0.0/15,10.9.0.0/16 for W",
			"network [company office] +[10.1.0.0/16] -[] []>[]  on [a]\nwidened tcp/80 [0]\nwidened tcp/81 [0]\n",
		},
		{
			"two networks of one rule",
			"tcp/80 from x=10.0.0.0/16+y=10.4.0.0/16 for W",
			"tcp/80 from x=10.0.0.0/15+y=10.4.0.0/17 for W",
			"network [x] +[10.1.0.0/16] -[] []>[]  on [a]\nnetwork [y] +[] -[10.4.128.0/17] []>[]  on [a]\nmoved tcp/80 [0 1]\n",
		},
		{
			"hosts of a role",
			"tcp/80 from @web=10.0.0.1/32 for W", "tcp/80 from @web=10.0.0.1/32,10.0.0.7/32 for W",
			"members [@web] +[10.0.0.7/32] -[] []>[]  on [a]\nwidened tcp/80 [0]\n",
		},
		{
			"a renumbered site",
			"tcp/80 from @web=10.1.0.5/32,fd00:1::5/128 for W\ntcp/81 from site=10.1.0.0/16 for W",
			"tcp/80 from @web=10.9.0.5/32,fd00:9::5/128 for W\ntcp/81 from site=10.9.0.0/16 for W",
			"renumbered [@web site] +[10.9.0.0/16 fd00:9::5/128] -[10.1.0.0/16 fd00:1::5/128] []>[]  on [a]\nmoved tcp/80 [0]\nmoved tcp/81 [0]\n",
		},
		{
			"a renumbered site of IPv6",
			"tcp/80 from site=fd00:1::/64 for W", "tcp/80 from site=fd00:9::/64 for W",
			"renumbered [site] +[fd00:9::/64] -[fd00:1::/64] []>[]  on [a]\nmoved tcp/80 [0]\n",
		},
		{
			"a network of another size",
			"tcp/80 from site=10.1.0.0/16 for W", "tcp/80 from site=10.9.0.0/17 for W",
			"network [site] +[10.9.0.0/17] -[10.1.0.0/16] []>[]  on [a]\nmoved tcp/80 [0]\n",
		},
		{
			"a network that becomes two",
			"tcp/80 from site=10.1.0.0/16 for W", "tcp/80 from site=10.9.0.0/16,10.99.0.0/16 for W",
			"network [site] +[10.9.0.0/16 10.99.0.0/16] -[10.1.0.0/16] []>[]  on [a]\nmoved tcp/80 [0]\n",
		},
		{
			"an exception",
			"tcp/80 from x=10.0.0.0/16 for W", "tcp/80 from x=10.0.0.0/16 for W\ntcp/90 from y=10.4.0.0/16",
			"exception [file] >test +[] -[] []>[]  on [a]\nopened tcp/90 [0]\n",
		},
		{
			"a role that brings something else",
			"tcp/80 from x=10.0.0.0/16 for W", "tcp/80 from x=10.0.0.0/16 for W\ntcp/90 from x=10.0.0.0/16 for V",
			"role [role-of-V] +[] -[] []>[] edited on [a]\nopened tcp/90 [0]\n",
		},
		{
			"one of two networks that are edited",
			"tcp/80 from x=10.0.0.0/16+y=10.1.0.0/16 for W",
			"tcp/80 from x=10.0.0.0/14+y=10.1.0.0/17 for W",
			"network [x] +[10.1.0.0/16 10.2.0.0/15] -[] []>[]  on [a]\nwidened tcp/80 [0]\n",
		},
		{
			"networks of other rules",
			"tcp/80 from x=10.0.0.0/16 for W\ntcp/81 from y=10.9.0.0/16 for W",
			"tcp/80 from x=10.0.0.0/15 for W\ntcp/81 from y=10.9.0.0/16,10.1.0.0/17 for W",
			"network [x] +[10.1.0.0/16] -[] []>[]  on [a]\nnetwork [y] +[10.1.0.0/17] -[] []>[]  on [a]\nwidened tcp/80 [0]\nwidened tcp/81 [1]\n",
		},
		{
			"a network, and an exception inside it",
			"tcp/80 from x=10.0.0.0/16 for W",
			"tcp/80 from x=10.0.0.0/15 for W\ntcp/80 from y=10.1.0.0/17",
			"network [x] +[10.1.0.0/16] -[] []>[]  on [a]\nwidened tcp/80 [0]\n",
		},
		{
			"an exception with another reason",
			"tcp/90 from x=10.0.0.0/16 because r",
			"tcp/90 from x=10.0.0.0/16 because s",
			"exception [file] r> +[] -[] []>[]  on [a]\nexception [file] >s +[] -[] []>[]  on [a]\nreasons tcp/90 [0 1]\n",
		},
		{
			"other names for an audience",
			"tcp/22 from admins=10.3.0.0/24 as management=admins for S\ntcp/80 from admins=10.3.0.0/24+x=10.0.0.0/16 as clients=x for W",
			"tcp/22 from ops=10.3.0.0/24 as management=ops for S\ntcp/80 from ops=10.3.0.0/24+x=10.0.0.0/16 as clients=x for W",
			"audience [management] +[] -[] [admins]>[ops]  on [a]\nreasons tcp/22 [0]\nreasons tcp/80 [0]\n",
		},
		{
			"other names for an audience, and more of them",
			"tcp/22 from admins=10.3.0.0/24 as management=admins for S\ntcp/80 from admins=10.3.0.0/24+x=10.0.0.0/16 as clients=x for W",
			"tcp/22 from ops=10.3.0.0/24 as management=ops for S\ntcp/80 from ops=10.3.0.0/24+y=10.0.0.0/16 as clients=x for W",
			"audience [management] +[] -[] [admins]>[ops]  on [a]\nreasons tcp/22 [0]\nreasons tcp/80 []\n",
		},
		{
			"a name less",
			"tcp/22 from admins=10.3.0.0/24 as management=admins for S\ntcp/80 from admins=10.3.0.0/24+x=10.0.0.0/16+y=10.0.0.0/17 as clients=x for W",
			"tcp/22 from ops=10.3.0.0/24 as management=ops for S\ntcp/80 from ops=10.3.0.0/24+x=10.0.0.0/16 as clients=x for W",
			"audience [management] +[] -[] [admins]>[ops]  on [a]\nreasons tcp/22 [0]\nreasons tcp/80 []\n",
		},
		{
			"an audience of anyone",
			"tcp/22 from admins=10.3.0.0/24 as management=admins for S\ntcp/80 from admins=10.3.0.0/24+x=10.0.0.0/16 as clients=x for W",
			"tcp/22 from any as management=any for S\ntcp/80 from any as clients=x for W",
			"audience [management] +[] -[] [admins]>[any]  on [a]\nwidened tcp/22 [0]\nwidened tcp/80 [0]\n",
		},
		{
			"a network that explains a part alone",
			"tcp/80 from x=10.0.0.0/16 for W", "tcp/80 from x=10.0.0.0/15+y=10.8.0.0/16 for W",
			"widened tcp/80 []\n",
		},
	} {
		r := mustHosts(t, []Host{{Name: "a", Set: parseSet(t, c.old)}}, []Host{{Name: "a", Set: parseSet(t, c.new)}})
		if got := causesText(r); got != c.want {
			t.Errorf("%s:\n%swant\n%s", c.name, got, c.want)
		}
	}
}

// TestCausesNewHost: a new host has no cause, whatever edit would bring the same addresses.
func TestCausesNewHost(t *testing.T) {
	before := []Host{{Name: "a", Set: parseSet(t, "tcp/80 from x=10.0.0.0/16 for W")}}
	now := parseSet(t, "tcp/80 from x=10.8.0.0/16,fd00::/64 for W")
	after := []Host{{Name: "a", Set: now}, {Name: "b", Set: now}}
	want := "network [x] +[10.8.0.0/16 fd00::/64] -[10.0.0.0/16] []>[]  on [a]\nmoved tcp/80 [0]\nopened tcp/80 []\n"
	if got := causesText(mustHosts(t, before, after)); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

// TestCausesFamily: a network that moves to a family which the host does not speak is the cause of a closed port, though the
// rules do not name it any more.
func TestCausesFamily(t *testing.T) {
	side := func(prefix, rules string) Side {
		return Side{Hosts: []Host{{Name: "a", Set: parseSet(t, rules)}}, Networks: map[string][]netip.Prefix{"x": {netip.MustParsePrefix(prefix)}}}
	}
	want := "network [x] +[fd00::/64] -[10.0.0.0/16] []>[]  on [a]\nclosed tcp/80 [0]\n"
	if got := causesText(mustSides(t, side("10.0.0.0/16", "tcp/80 from x=10.0.0.0/16 for W"), side("fd00::/64", ""))); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

// TestCausesCatalog: another catalog is the cause where roles of the catalog bring something else, through others or not, and
// none of them is the policy's own.
func TestCausesCatalog(t *testing.T) {
	const catalog, role = "catalog [] +[] -[] [1.0]>[2.0]  on [a]\nopened tcp/90 [0]\n", "role [role-of-V] +[] -[] []>[] edited on [a]\nopened tcp/90 [0]\n"
	for _, c := range []struct{ name, rule, own, want string }{
		{"a role", "tcp/90 from any for V", "", catalog},
		{"a role through others", "tcp/90 from any for V via b,c", "", catalog},
		{"a role of the policy", "tcp/90 from any for V", "role role-of-V", role},
		{"a service of the policy", "tcp/90 from any for V via b", "service V", role},
		{"an exception", "tcp/90 from any", "", "exception [file] >test +[] -[] []>[]  on [a]\nopened tcp/90 [0]\n"},
	} {
		own := map[string]Written{c.own: {Own: true}}
		before := Side{Hosts: []Host{{Name: "a", Set: parseSet(t, "")}}, Catalog: Catalog{"x", "1.0"}, Definitions: own}
		after := Side{Hosts: []Host{{Name: "a", Set: parseSet(t, c.rule)}}, Catalog: Catalog{"y", "2.0"}, Definitions: own}
		if got := causesText(mustSides(t, before, after)); got != c.want {
			t.Errorf("%s: got\n%swant\n%s", c.name, got, c.want)
		}
	}
}

// TestCausesDefinition: what a site defines itself is the cause where it is edited for each reason that differs.
func TestCausesDefinition(t *testing.T) {
	written := func(text string, names ...string) map[string]Written {
		out := map[string]Written{}
		for i, name := range names {
			out[name] = Written{Text: text, Own: true, At: Line{"p.toml", i + 1}}
		}
		return out
	}
	const role = "role [role-of-V] +[] -[] []>[] edited on [a]\nopened tcp/90 [0]\n"
	for _, c := range []struct{ name, rules, edited, want string }{
		{"the service", "tcp/90 from any for V", "service V", "definition [service V] +[] -[] []>[]  on [a]\nopened tcp/90 [0]\n"},
		{"the role", "tcp/90 from any for V", "role role-of-V", "definition [role role-of-V] +[] -[] []>[]  on [a]\nopened tcp/90 [0]\n"},
		{"a role between", "tcp/90 from any for V via b,c", "role c", "definition [role c] +[] -[] []>[]  on [a]\nopened tcp/90 [0]\n"},
		{"another service", "tcp/90 from any for V", "service W", role},
		{"one of two services", "tcp/90 from any for V,W", "service V", "opened tcp/90 []\n"},
		{"an exception", "tcp/90 from any", "service V", "exception [file] >test +[] -[] []>[]  on [a]\nopened tcp/90 [0]\n"},
	} {
		before := Side{Hosts: []Host{{Name: "a", Set: parseSet(t, "")}}, Definitions: written("old", c.edited, "role x")}
		after := Side{Hosts: []Host{{Name: "a", Set: parseSet(t, c.rules)}}, Definitions: written("new", c.edited)}
		after.Definitions["role x"] = before.Definitions["role x"]
		if got := causesText(mustSides(t, before, after)); got != c.want {
			t.Errorf("%s: got\n%swant\n%s", c.name, got, c.want)
		}
	}
}

// TestCausesPlaces: edits of networks stand where a network is written otherwise, or where it is written at all if one side alone
// is a policy.
func TestCausesPlaces(t *testing.T) {
	side := func(rules string, written map[string]Written) Side {
		return Side{Hosts: []Host{{Name: "a", Set: parseSet(t, rules)}}, Written: written}
	}
	at := func(text string, line int) Written { return Written{Text: text, At: Line{"p.toml", line}} }
	const old, wider, moved = "tcp/80 from x=10.0.0.0/16 for W", "tcp/80 from x=10.0.0.0/15 for W", "tcp/80 from x=10.8.0.0/16 for W"
	for _, c := range []struct {
		name, now     string
		before, after map[string]Written
		want          string
	}{
		{"wider", wider, map[string]Written{"x": at("a", 1), "y": at("c", 2)}, map[string]Written{"x": at("b", 3), "y": at("c", 4)}, "[p.toml:3]"},
		{"renumbered", moved, map[string]Written{"x": at("a", 1)}, map[string]Written{"x": at("b", 3)}, "[p.toml:3]"},
		{"written as before", wider, map[string]Written{"x": at("a", 1)}, map[string]Written{"x": at("a", 3)}, "[]"},
		{"no policy before", wider, nil, map[string]Written{"x": at("b", 3)}, "[p.toml:3]"},
		{"no policy after", wider, map[string]Written{"x": at("a", 1)}, nil, "[p.toml:1]"},
		{"no policies", wider, nil, nil, "[]"},
		{"gone", wider, map[string]Written{"x": at("a", 1)}, map[string]Written{}, "[p.toml:1]"},
	} {
		r := mustSides(t, side(old, c.before), side(c.now, c.after))
		if got := fmt.Sprint(r.Causes[0].At); len(r.Causes) != 1 || got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestSupernets(t *testing.T) {
	for list, want := range map[string]string{
		"10.1.0.0/16":                     "[10.1.0.0/16]",
		"10.1.0.5/32 10.1.0.9/32":         "[10.1.0.0/28]",
		"10.1.0.0/16 10.1.2.0/24":         "[10.1.0.0/16]",
		"10.1.0.0/16 fd00:1::5/128":       "[10.1.0.0/16 fd00:1::5/128]",
		"fd00:1::/64 fd00:1:0:1::/64":     "[fd00:1::/63]",
		"0.0.0.0/1 192.0.2.1/32 8000::/1": "[0.0.0.0/0 8000::/1]",
	} {
		var prefixes []netip.Prefix
		for p := range strings.FieldsSeq(list) {
			prefixes = append(prefixes, netip.MustParsePrefix(p))
		}
		if got := fmt.Sprint(Supernets(ruleset.NewPrefixes(prefixes...))); got != want {
			t.Errorf("%s: %s, not %s", list, got, want)
		}
	}
}

// TestRenamed matches hosts by their addresses.
func TestRenamed(t *testing.T) {
	set := parseSet(t, "tcp/80 from x=10.0.0.0/16")
	set.Inbound[0].Reasons[0].At = "hosts.old"
	moved := parseSet(t, "tcp/80 from x=10.0.0.0/16")
	moved.Inbound[0].Reasons[0].At = "hosts.new"
	host := func(name, address string, set *ruleset.RuleSet) Host {
		h := Host{Name: name, Set: set}
		if address != "" {
			h.Addresses = []netip.Addr{netip.MustParseAddr(address)}
		}
		return h
	}
	for _, c := range []struct {
		name          string
		before, after []Host
		want          string
	}{
		{"renamed", []Host{host("old", "10.0.0.1", set)}, []Host{host("new", "10.0.0.1", moved)}, "[] [] [] [{[new] renamed old new}]"},
		{"other addresses", []Host{host("old", "10.0.0.1", set)}, []Host{host("new", "10.0.0.2", set)}, "new gone"},
		{"no addresses", []Host{host("old", "", set)}, []Host{host("new", "", set)}, "new gone"},
		{"two could be it", []Host{host("old", "10.0.0.1", set)}, []Host{host("new", "10.0.0.1", set), host("new2", "10.0.0.1", set)}, "new gone"},
		{"the name stays, too", []Host{host("old", "10.0.0.1", set)}, []Host{host("old", "10.0.0.1", set), host("new", "10.0.0.1", set)}, "new"},
		{"two hosts change places", []Host{host("a", "10.0.0.1", set), host("b", "10.0.0.2", set)}, []Host{host("a", "10.0.0.2", set), host("b", "10.0.0.1", set)}, ""},
	} {
		r := mustHosts(t, c.before, c.after)
		got := fmt.Sprint(r.New, r.Gone, r.Changes, r.Facts)
		if c.name != "renamed" {
			got = ""
			if len(r.New) > 0 {
				got = "new"
			}
			if len(r.Gone) > 0 {
				got += " gone"
			}
			if len(r.Facts) > 0 {
				got += " renamed"
			}
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	if set.Inbound[0].Reasons[0].At != "hosts.old" {
		t.Error("the rule set of the caller changed")
	}
}
