package compare

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"rolewall/ruleset"
)

// parseRule reads "PORTS from SOURCES [at PROGRAM|SERVICE] [for SERVICE,...]": "tcp/80 from office=10.0.0.0/8 at System for W3SVC".
// Ports are as Traffic.String writes them, ICMP codes behind a dot, "tcp/49152-65535:dynamic" is dynamic RPC,
// "udp/1701:ipsec" only what comes out of a tunnel. Without "for" it is an exception, "because"
// of a word. "as clients=a,b" are the networks of its audience, "via a,b" the
// roles between.
func parseRule(t *testing.T, text string) *ruleset.Rule {
	t.Helper()
	words := strings.Fields(text)
	traffic, kind, _ := strings.Cut(words[0], ":")
	r := &ruleset.Rule{RPC: ruleset.RPCKind(kind)}
	if kind == "ipsec" {
		r.RPC, r.IPsecOnly = ruleset.NoRPC, true
	}
	name, numbers, _ := strings.Cut(traffic, "/")
	var err error
	if r.Protocol, err = ruleset.ParseProtocol(name); err != nil {
		t.Fatal(err)
	}
	switch {
	case r.Protocol.HasPorts():
		if r.Ports, err = ruleset.ParsePorts(numbers); err != nil {
			t.Fatal(err)
		}
	case r.Protocol.HasTypes():
		for typ := range strings.SplitSeq(numbers, ",") {
			x, err := ruleset.ParseICMPType(strings.ReplaceAll(typ, ".", ":"))
			if err != nil {
				t.Fatal(err)
			}
			r.ICMP = append(r.ICMP, x)
		}
	}
	services, reason, audience := "", "test", ruleset.Clients
	var networks, via []string
	for i := 1; i+1 < len(words); i += 2 {
		switch words[i] {
		case "from":
			r.Remote = parseSenders(words[i+1])
		case "at":
			r.Listener.Program, r.Listener.Service, _ = strings.Cut(words[i+1], "|")
		case "on":
			r.Interfaces = strings.Split(words[i+1], ",")
		case "from-port":
			if r.FromPorts, err = ruleset.ParsePorts(words[i+1]); err != nil {
				t.Fatal(err)
			}
		case "at-most":
			if r.Limit, err = ruleset.ParseLimit(words[i+1]); err != nil {
				t.Fatal(err)
			}
		case "for":
			services = words[i+1]
		case "as":
			who, list, _ := strings.Cut(words[i+1], "=")
			audience, networks = ruleset.Audience(who), strings.Split(list, ",")
		case "via":
			via = strings.Split(words[i+1], ",")
		case "because":
			reason = words[i+1]
		}
	}
	for s := range strings.SplitSeq(services, ",") {
		x := ruleset.Reason{Service: s, Role: "role-of-" + s, Via: via, App: name, Audience: audience, Networks: networks}
		if s == "" {
			x = ruleset.Reason{Allow: &ruleset.Allow{Reason: reason}, At: "file"}
		}
		r.Reasons = append(r.Reasons, x)
	}
	return r
}

// parseSenders reads "any" or "name=prefix,prefix+name=prefix".
func parseSenders(text string) ruleset.Sources {
	if text == "any" {
		return ruleset.Anyone()
	}
	var sets []ruleset.AddressSet
	for part := range strings.SplitSeq(text, "+") {
		name, list, named := strings.Cut(part, "=")
		if !named {
			list = name
		}
		set := ruleset.AddressSet{Name: name}
		for p := range strings.SplitSeq(list, ",") {
			set.Prefixes = append(set.Prefixes, netip.MustParsePrefix(p))
		}
		sets = append(sets, set)
	}
	return ruleset.NewSources(sets...)
}

// parseSet reads one rule a line.
func parseSet(t *testing.T, text string) *ruleset.RuleSet {
	t.Helper()
	rs := &ruleset.RuleSet{OS: "linux", Families: ruleset.Families{IPv4: true, IPv6: true}}
	var rules []*ruleset.Rule
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			rules = append(rules, parseRule(t, line))
		}
	}
	rs.Inbound = ruleset.Merge(rules)
	return rs
}

// tell writes a change in one line, without reasons and IDs.
func tell(c Change) string {
	text := fmt.Sprintf("%s: %s %s %s -> %s +%s -%s", strings.Join(c.Services, ","), c.Kind, c.Traffic, names(c.Before), names(c.After),
		prefixes(c.Added), prefixes(c.Removed))
	if !slices.Equal(c.Bindings[0], c.Bindings[1]) && len(c.Bindings[0]) > 0 && len(c.Bindings[1]) > 0 {
		text += fmt.Sprint(" ", programs(c.Bindings[0]), " -> ", programs(c.Bindings[1]))
	}
	if c.Renamed {
		text += " renamed"
	}
	if len(c.StillOpen) > 0 {
		text += " still " + strings.Join(c.StillOpen, " ")
	}
	return text
}

func names(w Addresses) string {
	return strings.Join(w.Names, ",")
}

func prefixes(w Addresses) string {
	var out []string
	for _, p := range w.Prefixes {
		out = append(out, p.String())
	}
	return strings.Join(out, ",")
}

func programs(bindings []Binding) string {
	var out []string
	for _, b := range bindings {
		name := b.Program
		if b == (Binding{}) {
			name = "*"
		}
		if b.Service != "" {
			name += "|" + b.Service
		}
		if b.Only != "" {
			name += " " + b.Only
		}
		out = append(out, name)
	}
	return strings.Join(out, ",")
}

func TestSets(t *testing.T) {
	for _, c := range []struct{ name, before, after, want string }{
		{"nothing", "tcp/80 from any for W3SVC", "tcp/80 from any for W3SVC", ""},
		{"opened", "", "tcp/80 from a=10.0.0.0/8 for W3SVC",
			"W3SVC: opened tcp/80  -> a +10.0.0.0/8 -"},
		{"closed", "udp/53 from any for DNS", "",
			"DNS: closed udp/53 any ->  + -0.0.0.0/0,::/0"},
		{"widened to anyone", "tcp/80 from a=10.0.0.0/8 for W3SVC", "tcp/80 from any for W3SVC",
			"W3SVC: widened tcp/80 a -> any +0.0.0.0/5,8.0.0.0/7,11.0.0.0/8,12.0.0.0/6,16.0.0.0/4,32.0.0.0/3,64.0.0.0/2,128.0.0.0/1,::/0 -"},
		{"widened", "tcp/80 from a=10.0.0.0/8 for W3SVC", "tcp/80 from a=10.0.0.0/8+b=192.0.2.0/24 for W3SVC",
			"W3SVC: widened tcp/80 a -> a,b +192.0.2.0/24 -"},
		{"narrowed in place", "tcp/80 from a=10.0.0.0/8 for W3SVC", "tcp/80 from a=10.0.0.0/9 for W3SVC",
			"W3SVC: narrowed tcp/80 a -> a + -10.128.0.0/9"},
		{"moved", "tcp/80 from a=10.0.0.0/8 for W3SVC", "tcp/80 from b=11.0.0.0/8 for W3SVC",
			"W3SVC: moved tcp/80 a -> b +11.0.0.0/8 -10.0.0.0/8"},
		{"halves of a prefix are the prefix", "tcp/80 from a=10.0.0.0/8 for W3SVC", "tcp/80 from a=10.0.0.0/9,10.128.0.0/9 for W3SVC", ""},
		{"split into rules by sources", "tcp/80 from 10.0.0.0/9+10.128.0.0/9", "tcp/80 from 10.0.0.0/9\ntcp/80 from 10.128.0.0/9", ""},
		{"split into rules by ports", "tcp/80-90 from any", "tcp/80-84 from any\ntcp/85-90 from any", ""},
		{"overlapping ranges", "tcp/80-90 from any", "tcp/80-88 from any\ntcp/84-90 from any", ""},
		{"a range grows", "tcp/80-90 from any", "tcp/80-95 from any",
			": opened tcp/91-95  -> any +0.0.0.0/0,::/0 -"},
		{"a range moves", "tcp/80-90 from any", "tcp/85-95 from any",
			": opened tcp/91-95  -> any +0.0.0.0/0,::/0 -\n: closed tcp/80-84 any ->  + -0.0.0.0/0,::/0"},
		{"services come before exceptions", "", "tcp/80 from any\ntcp/81 from any for W3SVC",
			"W3SVC: opened tcp/81  -> any +0.0.0.0/0,::/0 -\n: opened tcp/80  -> any +0.0.0.0/0,::/0 -"},
		{"equal changes of a rule's ports are one", "tcp/80,443 from a=10.0.0.0/8", "tcp/80,443 from b=10.0.0.0/9",
			": narrowed tcp/80,443 a -> b + -10.128.0.0/9"},
		{"the port was open to others", "tcp/80 from a=10.0.0.0/8 for W3SVC", "tcp/80 from a=10.0.0.0/8 for W3SVC\ntcp/80 from b=11.0.0.0/8",
			": widened tcp/80 a -> a,b +11.0.0.0/8 -"},
		{"the port is open already", "tcp/80 from any for W3SVC", "tcp/80 from any for W3SVC\ntcp/80 from b=11.0.0.0/8",
			": reasons tcp/80 any -> any + -"},
		{"icmp types and codes", "icmp/3 from any", "icmp/3.4 from any",
			": closed icmp/3:0-3,3:5-255 any ->  + -0.0.0.0/0"},
		{"a single code of two types", "icmp/3.0,3.1,4.2,5 from any", "", ": closed icmp/3:0-1,4:2,5 any ->  + -0.0.0.0/0"},
		{"all codes are the type", "icmp/8 from any\nicmp/8.0 from any", "icmp/8 from any", ""},
		{"icmp of one family", "", "icmp/8 from any\nicmpv6/128 from any",
			": opened icmp/8  -> any +0.0.0.0/0 -\n: opened icmpv6/128  -> any +::/0 -"},
		{"protocols without numbers", "gre from any", "esp from any",
			": opened esp  -> any +0.0.0.0/0,::/0 -\n: closed gre any ->  + -0.0.0.0/0,::/0"},
		{"every protocol", "", "any from 10.9.9.9/32",
			": opened any  -> 10.9.9.9/32 +10.9.9.9/32 -"},
		{"every protocol holds the port already", "any from 10.0.0.0/8", "any from 10.0.0.0/8\ntcp/80 from 10.9.9.9/32 for W3SVC",
			"W3SVC: reasons tcp/80 10.0.0.0/8 -> 10.0.0.0/8,10.9.9.9/32 + -"},
		{"every protocol held the port", "any from 10.0.0.0/8\ntcp/80 from b=10.9.9.9/32 for W3SVC", "tcp/80 from b=10.9.9.9/32 for W3SVC",
			": closed any 10.0.0.0/8 ->  + -10.0.0.0/8 still tcp/80"},
		{"every protocol held part of the sources", "any from 10.0.0.0/8", "any from 10.0.0.0/8\ntcp/80 from b=10.0.0.0/8,11.0.0.0/8 for W3SVC",
			"W3SVC: widened tcp/80 10.0.0.0/8 -> 10.0.0.0/8,b +11.0.0.0/8 -"},
		{"another program", "tcp/80 from any at a.exe for W3SVC", "tcp/80 from any at System for W3SVC",
			"W3SVC: listener tcp/80 any -> any + - a.exe -> System"},
		{"another program, before it in the alphabet", "tcp/80 from any at z.exe for W3SVC", "tcp/80 from any at a.exe for W3SVC",
			"W3SVC: listener tcp/80 any -> any + - z.exe -> a.exe"},
		{"one program less, and more sources for the other", "tcp/80 from a=10.0.0.0/8 at a.exe for W\ntcp/80 from a=10.0.0.0/8 at b.exe for W", "tcp/80 from a=10.0.0.0/8+b=11.0.0.0/8 at b.exe for W",
			"W: widened tcp/80 a -> a,b +11.0.0.0/8 -\nW: closed tcp/80 a ->  + -10.0.0.0/8"},
		{"one program more, and more sources for the other", "tcp/80 from a=10.0.0.0/8 at b.exe for W", "tcp/80 from a=10.0.0.0/8 at a.exe for W\ntcp/80 from a=10.0.0.0/8+b=11.0.0.0/8 at b.exe for W",
			"W: opened tcp/80  -> a +10.0.0.0/8 -\nW: widened tcp/80 a -> a,b +11.0.0.0/8 -"},
		{"two programs for the same sources", "", "tcp/80 from a=10.0.0.0/8 at a.exe for A\ntcp/80 from a=10.0.0.0/8 at b.exe for B",
			"A: opened tcp/80  -> a +10.0.0.0/8 -\nB: opened tcp/80  -> a +10.0.0.0/8 -"},
		{"two programs for different sources", "", "tcp/80 from a=10.0.0.0/8 at a.exe for A\ntcp/80 from b=11.0.0.0/8 at b.exe for B",
			"A: opened tcp/80  -> a +10.0.0.0/8 -\nB: opened tcp/80  -> b +11.0.0.0/8 -"},
		{"an exception beside two programs", "tcp/80 from a=10.0.0.0/8 at a.exe for A\ntcp/80 from c=12.0.0.0/8 at b.exe for B", "tcp/80 from a=10.0.0.0/8 at a.exe for A\ntcp/80 from c=12.0.0.0/8 at b.exe for B\ntcp/80 from b=11.0.0.0/8",
			": widened tcp/80 a,c -> a,b,c +11.0.0.0/8 - a.exe,b.exe -> *,a.exe,b.exe"},
		{"more sources for one service, another name for the other", "tcp/80 from a=10.0.0.0/8 for W\ntcp/80 from c=12.0.0.0/8 for V", "tcp/80 from a=10.0.0.0/8+b=11.0.0.0/8 for W\ntcp/80 from d=12.0.0.0/8 for V",
			"W: widened tcp/80 a,c -> a,b,d +11.0.0.0/8 -"},
		{"another name and another of two services", "tcp/80 from office=10.0.0.0/8 for A,C", "tcp/80 from hq=10.0.0.0/8 for B,C",
			"A,B: reasons tcp/80 office -> hq + - renamed"},
		{"case of a program", "tcp/80 from any at A.exe for W3SVC", "tcp/80 from any at a.EXE for W3SVC", ""},
		{"another program and more sources", "tcp/80 from a=10.0.0.0/8 at a.exe for W3SVC", "tcp/80 from any at System for W3SVC",
			"W3SVC: widened tcp/80 a -> any +0.0.0.0/5,8.0.0.0/7,11.0.0.0/8,12.0.0.0/6,16.0.0.0/4,32.0.0.0/3,64.0.0.0/2,128.0.0.0/1,::/0 - a.exe -> System"},
		{"any program becomes one", "tcp/80 from any for W3SVC", "tcp/80 from any at System for W3SVC",
			"W3SVC: listener tcp/80 any -> any + - * -> System"},
		{"one program becomes any", "tcp/80 from any at System for W3SVC", "tcp/80 from any at System for W3SVC\ntcp/80 from any",
			": listener tcp/80 any -> any + - System -> *,System"},
		{"an exception beside a bound rule", "tcp/80 from a=10.0.0.0/8 at System for W3SVC", "tcp/80 from a=10.0.0.0/8 at System for W3SVC\ntcp/80 from b=11.0.0.0/8",
			": widened tcp/80 a -> a,b +11.0.0.0/8 - System -> *,System"},
		{"services that share a range", "tcp/49152-65535:dynamic from any at lsass for LSASS", "tcp/49152-65535:dynamic from any at lsass for LSASS\ntcp/49152-65535:dynamic from any at spoolsv for Spooler",
			"Spooler: opened tcp/49152-65535  -> any +0.0.0.0/0,::/0 -"},
		{"one service goes, another comes", "tcp/49152-65535:dynamic from any at dfsr for DFSR", "tcp/49152-65535:dynamic from any at spoolsv for Spooler",
			"DFSR: closed tcp/49152-65535 any ->  + -0.0.0.0/0,::/0\nSpooler: opened tcp/49152-65535  -> any +0.0.0.0/0,::/0 -"},
		{"RPC ports become plain ones", "tcp/50000-50009:dynamic from any at lsass for LSASS", "tcp/50000-50009 from any at lsass for LSASS",
			"LSASS: listener tcp/50000-50009 any -> any + - lsass -> lsass"},
		{"RPC ports beside plain ones", "tcp/50000-50009 from any at lsass for LSASS", "tcp/50000-50009 from any at lsass for LSASS\ntcp/50000-50009:dynamic from any at lsass for KDC",
			"KDC: reasons tcp/50000-50009 any -> any + - lsass -> lsass,lsass"},
		{"bare packets beside those of a tunnel", "udp/1701:ipsec from any for L2TP", "udp/1701 from any for L2TP",
			"L2TP: listener udp/1701 any -> any + -  -> *"},
		{"bare packets of a few", "udp/1701:ipsec from any for L2TP", "udp/1701:ipsec from any for L2TP\nudp/1701 from a=10.0.0.0/8",
			": listener udp/1701 any -> a,any + -  -> *,"},
		{"opened on an interface", "", "udp/53 from any on virbr0 for DNS", "DNS: opened udp/53  -> any +0.0.0.0/0,::/0 -"},
		{"open everywhere already", "udp/53 from any for DNS", "udp/53 from any for DNS\nudp/53 from a=10.0.0.0/8 on virbr0",
			": reasons udp/53 any -> a,any + - * -> *, only on virbr0"},
		{"from one interface to all", "udp/53 from any on virbr0 for DNS", "udp/53 from any for DNS",
			"DNS: widened udp/53  -> any +0.0.0.0/0,::/0 -  only on virbr0 -> *"},
		{"from all interfaces to one", "udp/53 from any for DNS", "udp/53 from any on virbr0 for DNS",
			"DNS: narrowed udp/53 any ->  + -0.0.0.0/0,::/0 * ->  only on virbr0"},
		{"to another interface", "udp/53 from any on virbr0 for DNS", "udp/53 from any on cni0 for DNS",
			"DNS: listener udp/53 any -> any + -  only on virbr0 ->  only on cni0"},
		{"more sources on one interface", "udp/53 from a=10.0.0.0/8 on virbr0", "udp/53 from a=10.0.0.0/8+b=11.0.0.0/8 on virbr0",
			": widened udp/53 a -> a,b +11.0.0.0/8 -"},
		{"another program on one interface", "udp/53 from any at a.exe on virbr0 for A", "udp/53 from any at a.exe on virbr0 for A\nudp/53 from any at b.exe on virbr0 for B",
			"B: opened udp/53  -> any +0.0.0.0/0,::/0 -"},
		{"another program on all interfaces", "udp/53 from any at a.exe on virbr0 for A", "udp/53 from any at a.exe on virbr0 for A\nudp/53 from any at b.exe for B",
			"B: opened udp/53  -> any +0.0.0.0/0,::/0 -"},
		{"another service of one program", "tcp/80 from any at svchost.exe|A for W3SVC", "tcp/80 from any at svchost.exe|B for W3SVC",
			"W3SVC: listener tcp/80 any -> any + - svchost.exe|A -> svchost.exe|B"},
		{"case of a service", "tcp/80 from any at svchost.exe|A for W3SVC", "tcp/80 from any at svchost.exe|a for W3SVC", ""},
		{"every service of one program", "tcp/80 from any at svchost.exe|A for W3SVC", "tcp/80 from any at svchost.exe for W3SVC",
			"W3SVC: listener tcp/80 any -> any + - svchost.exe|A -> svchost.exe"},
		{"a service that its program has already", "tcp/80 from any at svchost.exe for W3SVC", "tcp/80 from any at svchost.exe for W3SVC\ntcp/80 from any at svchost.exe|A for B",
			"B: reasons tcp/80 any -> any + - svchost.exe -> svchost.exe,svchost.exe|A"},
		{"a faster limit", "tcp/22 from any at-most 1/hour for ssh", "tcp/22 from any at-most 9/hour for ssh",
			"ssh: listener tcp/22 any -> any + -  at most 1/hour ->  at most 9/hour"},
		{"no limit any more", "tcp/22 from any at-most 1/hour\ntcp/22 from a=10.0.0.0/8", "tcp/22 from any",
			": widened tcp/22 a -> any +0.0.0.0/5,8.0.0.0/7,11.0.0.0/8,12.0.0.0/6,16.0.0.0/4,32.0.0.0/3,64.0.0.0/2,128.0.0.0/1,::/0 - *, at most 1/hour -> *"},
		{"a further reason", "tcp/135 from any at rpcss for LSASS", "tcp/135 from any at rpcss for LSASS,Spooler",
			"Spooler: reasons tcp/135 any -> any + -"},
		{"another name for the same network", "tcp/80 from office=10.0.0.0/8 for W3SVC", "tcp/80 from hq=10.0.0.0/8 for W3SVC",
			"W3SVC: reasons tcp/80 office -> hq + - renamed"},
		{"a rule folded into a wider one", "tcp/80 from a=10.0.0.0/8 for W3SVC\ntcp/80 from any", "tcp/80 from any",
			"W3SVC: reasons tcp/80 any -> any + -"},
		{"names that stay, by way of every protocol", "tcp/22 from office=10.0.0.0/8\ntcp/1-65535 from lab=192.168.0.0/16 for S", "tcp/22 from office=10.0.0.0/8\nany from lab=192.168.0.0/16 for S",
			"S: opened any  -> lab +192.168.0.0/16 -\nS: reasons tcp/1-21,23-65535 lab -> lab + -\nS: reasons tcp/22 lab,office -> lab,office + -"},
		{"only what an exception adds is gone", "tcp/80 from a=10.0.0.0/8 at System for W3SVC\ntcp/80 from any", "tcp/80 from a=10.0.0.0/8 at System for W3SVC",
			": narrowed tcp/80 a,any -> a + -0.0.0.0/5,8.0.0.0/7,11.0.0.0/8,12.0.0.0/6,16.0.0.0/4,32.0.0.0/3,64.0.0.0/2,128.0.0.0/1,::/0 *,System -> System"},
	} {
		t.Run(c.name, func(t *testing.T) {
			changes, facts := mustSets(t, parseSet(t, c.before), parseSet(t, c.after))
			if len(facts) > 0 {
				t.Errorf("facts %v", facts)
			}
			var got []string
			for _, x := range changes {
				got = append(got, tell(x))
				if x.Renamed && slices.Equal(x.Before.Names, x.After.Names) {
					t.Errorf("renamed from %v to the same", x.Before.Names)
				}
			}
			text := strings.Join(got, "\n")
			if text != c.want {
				t.Errorf("got\n%s\nwant\n%s", text, c.want)
			}
		})
	}
}

// mustSets compares two rule sets that have few differences.
func mustSets(t *testing.T, before, after *ruleset.RuleSet) ([]Change, []Fact) {
	t.Helper()
	changes, facts, err := Sets(before, after)
	if err != nil {
		t.Fatal(err)
	}
	return changes, facts
}

// mustHosts compares two lists of hosts that have few differences.
func mustHosts(t *testing.T, before, after []Host) *Report {
	t.Helper()
	return mustSides(t, Side{Hosts: before}, Side{Hosts: after})
}

// mustSides compares two sides that have few differences.
func mustSides(t *testing.T, before, after Side) *Report {
	t.Helper()
	r, err := Sides(before, after)
	if err != nil {
		t.Fatal(err)
	}
	return r
}
