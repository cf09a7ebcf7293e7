package lint

import (
	"net/netip"
	"strings"
	"testing"

	"rolewall/diag"
	"rolewall/generators/target"
	"rolewall/lint/codes"
	"rolewall/ruleset"
)

// TestDeny holds what a [[deny]] forbids on a file server for 10.20.0.0/16 and fd00:20::/48, with admins in 10.3.0.0/24
// and fd00:3::/64.
func TestDeny(t *testing.T) {
	const forbidden = ", which is forbidden: "
	for _, c := range []struct{ name, deny, want string }{
		{"nobody at all", `tcp = "445"` + "\n" + `from = ["any"]`, "tcp/445 is open to 10.20.0.0/16, 10.3.0.0/24, fd00:20::/48, fd00:3::/64" + forbidden},
		{"outside all sources", `tcp = "445"` + "\n" + `outside = ["10.0.0.0/8", "fd00::/16"]`, ""},
		{"outside the clients", `tcp = "445"` + "\n" + `outside = ["10.20.0.0/16", "fd00:20::/48"]`, "tcp/445 is open to 10.3.0.0/24, fd00:3::/64" + forbidden},
		{"outside half of the clients", `tcp = "445"` + "\n" + `outside = ["10.20.0.0/17", "10.3.0.0/24", "fd00::/16"]`, "tcp/445 is open to 10.20.0.0/16" + forbidden},
		{"outside both halves", `tcp = "445"` + "\n" + `outside = ["10.20.0.0/17", "10.20.128.0/17", "10.3.0.0/24", "fd00::/16"]`, ""},
		{"from a part", `tcp = "445"` + "\n" + `from = ["10.20.30.0/24"]`, "tcp/445 is open to 10.20.0.0/16" + forbidden},
		{"from a network that holds a part", `tcp = "445"` + "\n" + `from = ["10.16.0.0/12"]`, "tcp/445 is open to 10.20.0.0/16" + forbidden},
		{"from strangers", `tcp = "445"` + "\n" + `from = ["10.66.0.0/16"]`, ""},
		{"from a part, outside a part of it", `tcp = "445"` + "\n" + `from = ["10.20.30.0/24"]` + "\n" + `outside = ["10.20.30.0/25"]`, "tcp/445 is open to 10.20.0.0/16" + forbidden},
		{"from a part, outside all of it", `tcp = "445"` + "\n" + `from = ["10.20.30.0/24"]` + "\n" + `outside = ["10.20.0.0/16"]`, ""},
		{"from a part, outside just that", `tcp = "445"` + "\n" + `from = ["10.20.30.0/24"]` + "\n" + `outside = ["10.20.30.0/24"]`, ""},
		{"from a network that holds a part, outside that part", `tcp = "445"` + "\n" + `from = ["10.16.0.0/12"]` + "\n" + `outside = ["10.20.0.0/16"]`, ""},
		{"a closed port", `tcp = "446"` + "\n" + `from = ["any"]`, ""},
		{"a range that holds the port", `tcp = "440-450"` + "\n" + `from = ["10.20.0.0/16"]`, "tcp/445 is open to 10.20.0.0/16" + forbidden},
		{"another protocol", `udp = "445"` + "\n" + `from = ["any"]`, ""},
		{"every protocol", `protocol = "any"` + "\n" + `from = ["10.20.0.0/16"]`, "tcp/445 is open to 10.20.0.0/16" + forbidden},
		{"any port", `tcp = "any"` + "\n" + `from = ["10.20.0.0/16"]`, "tcp/445 is open to 10.20.0.0/16" + forbidden},
		{"ICMP", `icmp = "8"` + "\n" + `from = ["10.20.0.0/16"]`, "icmp/8 is open to 10.20.0.0/16" + forbidden},
		{"this host", `tcp = "445"` + "\n" + `from = ["any"]` + "\n" + `hosts = ["HO*"]`, "tcp/445 is open to"},
		{"this role", `tcp = "445"` + "\n" + `from = ["any"]` + "\n" + `hosts = ["@file-server"]`, "tcp/445 is open to"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, f := range lintText(t, files+people+"[[deny]]\nreason = \"so it is\"\nowner = \"security\"\n"+c.deny+"\n") {
				if f.Code == "RW036" { // rules of others stay
					continue
				}
				if f.Code != denyCode {
					t.Errorf("%s: %s", f.Code, f.What)
					continue
				}
				got = append(got, f.What)
				if f.Level != codes.Error || len(f.Because) == 0 || len(f.See) != 1 {
					t.Errorf("%+v", f)
				}
			}
			all := strings.Join(got, "\n")
			if (c.want == "") != (all == "") || !strings.Contains(all, c.want) {
				t.Errorf("found %q, not %q", all, c.want)
			}
		})
	}
}

// TestDenyException holds that a deny sees exceptions, and says where they are.
func TestDenyException(t *testing.T) {
	found := lintText(t, web+people+"[[allow]]\nprotocol = \"any\"\nfrom = [\"10.9.9.9\"]\n"+paid+"[[deny]]\ntcp = \"445\"\noutside = [\"10.3.0.0/24\"]\nreason = \"r\"\n")
	for _, f := range found {
		if f.Code == denyCode {
			if f.What != "any is open to 10.9.9.9, which is forbidden: r" || f.Pos.Line != 8 {
				t.Errorf("%+v", f)
			}
			return
		}
	}
	t.Errorf("not found: %+v", found)
}

// TestDenyAnyone holds that what is open to anyone is open to the sources that a deny forbids.
func TestDenyAnyone(t *testing.T) {
	const open = "os = \"linux\"\nroles = [\"linux-web\", \"ssh-managed\"]\n[audience]\nclients = [\"any\"]\nmanagement = [\"10.3.0.0/24\", \"fd00:3::/64\"]\n"
	for deny, want := range map[string]string{
		"from = [\"10.66.0.0/16\"]\n":                               "tcp/443 is open to anyone, and so 10.66.0.0/16, which",
		"outside = [\"10.66.0.0/16\"]\n":                            "tcp/443 is open to anyone, which",
		"from = [\"10.66.1.0/24\"]\noutside = [\"10.66.0.0/16\"]\n": "",
	} {
		var got []string
		for _, f := range lintText(t, open+"[[deny]]\ntcp = \"443\"\nreason = \"r\"\n"+deny) {
			got = append(got, f.What)
		}
		all := strings.Join(got, "\n")
		if (want == "") != (all == "") || !strings.Contains(all, want) {
			t.Errorf("%s: found %q, not %q", deny, all, want)
		}
	}
}

// TestDenyFamilies holds that what a host does not speak is not open on it, and need not be allowed.
func TestDenyFamilies(t *testing.T) {
	const (
		v4   = "families = [\"ipv4\"]\n"
		both = "families = [\"ipv4\", \"ipv6\"]\n"
		open = "tcp/443 is open to anyone"
	)
	for _, c := range []struct{ name, families, deny, want string }{
		{"from another family", v4, `from = ["fd00::/8"]`, ""},
		{"from both families", v4, `from = ["fd00::/8", "10.66.0.0/16"]`, open + ", and so 10.66.0.0/16, which"},
		{"from both families, which are spoken", both, `from = ["fd00::/8", "10.66.0.0/16"]`, open + ", and so 10.66.0.0/16, fd00::/8, which"},
		{"outside, but for another family", v4, "from = [\"fd00::/8\", \"10.66.0.0/16\"]\noutside = [\"10.66.0.0/16\"]", ""},
		{"outside, but for a family that is spoken", both, "from = [\"fd00::/8\", \"10.66.0.0/16\"]\noutside = [\"10.66.0.0/16\"]", open},
		{"outside a part", v4, `outside = ["10.66.0.0/16"]`, open + ", which"},
		{"outside another family", v4, `outside = ["fd00::/8"]`, open + ", which"},
	} {
		t.Run(c.name, func(t *testing.T) {
			policy := "os = \"linux\"\nroles = [\"linux-web\"]\n" + c.families + "[audience]\nclients = [\"any\"]\nmanagement = [\"any\"]\n"
			all := denySays(t, policy+"[[deny]]\ntcp = \"443\"\nreason = \"r\"\n"+c.deny+"\n")
			if (c.want == "") != (all == "") || !strings.HasPrefix(all, c.want) {
				t.Errorf("found %q, not %q", all, c.want)
			}
		})
	}
}

// TestDenyFamiliesPlace holds that a deny points to the list that allows what it forbids, not to one of a family that
// the host does not speak.
func TestDenyFamiliesPlace(t *testing.T) {
	const policy = files + "families = [\"ipv4\"]\n[audience]\npeers = [\"none\"]\nclients = [\"10.20.0.0/16\", \"fd00:20::/48\"]\nmanagement = [\"10.3.0.0/24\"]\n"
	management := strings.Count(policy, "\n")
	found := false
	for _, f := range lintText(t, policy+"[[deny]]\ntcp = \"445\"\noutside = [\"10.20.0.0/16\"]\nreason = \"r\"\n") {
		if f.Code == denyCode {
			found = true
			if f.Pos.Line != management || !strings.Contains(f.What, "is open to 10.3.0.0/24, which") {
				t.Errorf("line %d, not %d: %s", f.Pos.Line, management, f.What)
			}
		}
	}
	if !found {
		t.Error("nothing found")
	}
}

// denySays is what denies say of the policy.
func denySays(t *testing.T, policy string) string {
	t.Helper()
	var out []string
	for _, f := range lintText(t, policy) {
		if f.Code == denyCode {
			out = append(out, f.What)
		}
	}
	return strings.Join(out, "\n")
}

// TestDenyIdle holds the message about a [[deny]] that closes nothing.
func TestDenyIdle(t *testing.T) {
	const (
		always = "changes nothing: nftables allows it on every host"
		ping   = "nftables allows icmp/8 from anyone beside the rules (echo requests), which is forbidden: r"
	)
	for _, c := range []struct{ name, policy, deny, want string }{
		{"no such host", files, "tcp = \"445\"\nhosts = [\"wbe*\", \"@dns-server\"]", "RW027 the [[deny]] for tcp/445 changes nothing: no host is wbe* or @dns-server"},
		{"ping", web, `icmp = "8"`, "RW026 " + ping},
		{"ping, one code", web, `icmp = "8:0"`, "RW026 nftables allows icmp/8:0 from anyone"},
		{"ping is off", web + "linux = { ping = false }\n", `icmp = "8"`, ""},
		{"ping on other hosts", web, "icmp = \"8\"\nhosts = [\"wbe*\"]", "RW027 the [[deny]] for icmp/8 changes nothing: no host is wbe*"},
		{"ping over IPv6", web, `icmpv6 = "128"`, "RW026 nftables allows icmpv6/128 from anyone"},
		{"ping over a family that the host lacks", web + "families = [\"ipv4\"]\n", `icmpv6 = "128"`, ""},
		{"errors", web, `icmp = "3:4"`, "RW027 the [[deny]] for icmp/3:4 " + always + " (ICMP errors)"},
		{"IGMP", web, `protocol = 2`, "RW027 the [[deny]] for protocol/2 " + always + " (IGMP)"},
		{"another type", web, `icmp = "5"`, ""},
		{"every protocol", web, `protocol = "any"`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, f := range lintText(t, c.policy+people+"[[deny]]\nfrom = [\"10.66.0.0/16\", \"fd00:66::/64\"]\nreason = \"r\"\n"+c.deny+"\n") {
				if f.Code == "RW026" || f.Code == "RW027" {
					got = append(got, f.Code+" "+f.What)
				}
			}
			all := strings.Join(got, "\n")
			if (c.want == "") != (all == "") || !strings.HasPrefix(all, c.want) || len(got) > 1 {
				t.Errorf("found %q, not %q", all, c.want)
			}
		})
	}
}

// TestDenyOpenings holds what a [[deny]] forbids of what scripts allow beside the rules.
func TestDenyOpenings(t *testing.T) {
	opening := func(c target.Cause, traffic string, from ruleset.Sources) target.Opening {
		o := target.NewOpening(c, "eth1 is left alone", target.NewBaselineRule("", traffic, from).Traffic, from, ruleset.Families{IPv4: true, IPv6: true})
		o.Setting = "filter eth1"
		return o
	}
	office := ruleset.NewSources(ruleset.AddressSet{Name: "office", Prefixes: ruleset.Prefixes{netip.MustParsePrefix("10.20.0.0/16")}})
	words := opening(target.Others, "tcp/1-65535", ruleset.Anyone())
	words.TextOnly = true
	for _, c := range []struct {
		name, deny string
		opening    target.Opening
		want       string
	}{
		{"interfaces that are left alone", `tcp = "445"`, opening(target.Interfaces, "tcp/1-65535", ruleset.Anyone()),
			"nftables allows tcp/445 from anyone, and so 10.66.0.0/16 beside the rules (eth1 is left alone), which is forbidden: r"},
		{"other ports", `tcp = "445"`, opening(target.Interfaces, "tcp/1-444", ruleset.Anyone()), ""},
		{"other sources", `tcp = "445"`, opening(target.Mirror, "tcp/1-65535", office), ""},
		{"words alone", `tcp = "445"`, words, ""},
		{"the baseline, which has a finding of its own", `icmp = "8"`, opening(target.Baseline, "icmp/8", ruleset.Anyone()),
			"nftables allows icmp/8 from anyone beside the rules (echo requests), which is forbidden: r"},
		{"a mirror, which is no baseline", `icmp = "8"`, opening(target.Mirror, "icmp/8", ruleset.Anyone()),
			"nftables allows icmp/8 from any beside the rules (eth1 is left alone), which is forbidden: r"},
		{"a baseline for some", `icmp = "8"`, opening(target.Baseline, "icmp/8", office), ""},
		{"another baseline", `icmp = "8"`, opening(target.Baseline, "icmp/13", ruleset.Anyone()), ""},
	} {
		policy := web + people + "[[deny]]\nfrom = [\"10.66.0.0/16\"]\nreason = \"r\"\n" + c.deny + "\n"
		errs := &diag.List{}
		l := load(t, policy, errs)
		l = New(l.p, l.r, l.day, errs)
		for _, h := range l.p.Hosts {
			l.Host(h, l.r.Resolve(h, errs), []Target{{Name: "nftables", Openings: []target.Opening{c.opening}}})
		}
		var got []string
		for _, f := range l.Findings() {
			if f.Code == denyCode {
				got = append(got, f.What)
			}
		}
		if all := strings.Join(got, "\n"); all != c.want {
			t.Errorf("%s: found %q, want %q", c.name, all, c.want)
		}
	}
}

// TestManyDenies holds that few of the denies that forbid one exception are named, with the number of the rest.
func TestManyDenies(t *testing.T) {
	for more, want := range map[int]string{0: "", 1: "tcp/445 is forbidden by 1 more denies, which are not named", 3: "tcp/445 is forbidden by 3 more denies, which are not named"} {
		text := files + people
		for i := range fewDenies + more {
			text += "[[deny]]\nreason = \"so it is" + strings.Repeat("!", i) + "\"\nowner = \"security\"\ntcp = \"445\"\nfrom = [\"any\"]\n"
		}
		named, rest := 0, ""
		for _, f := range lintText(t, text) {
			switch {
			case f.Code != denyCode:
			case strings.Contains(f.What, "which is forbidden: so it is"):
				named++
			default:
				rest = f.What
			}
		}
		if named != fewDenies || rest != want {
			t.Errorf("%d are named, and %q", named, rest)
		}
	}
}
