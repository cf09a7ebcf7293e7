package ruleset

import (
	"math/rand/v2"
	"net/netip"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The pools are small, so that random requests often meet.
var (
	poolPorts = []Ports{{{135, 135}}, {{445, 445}}, {{80, 80}, {443, 443}}, {{49152, 65535}}, {{65535, 65535}}}
	poolFrom  = []Sources{
		Anyone(), from("10.0.0.0/8"), NewSources(named("office", "10.0.0.0/8")), NewSources(named("lab", "10.1.0.0/16")),
		NewSources(named("a", "10.1.0.0/17"), named("b", "10.1.128.0/17")), NewSources(named("six", "fd00::/8")),
		NewSources(named("both", "10.1.2.0/24 fd00:1::/32")),
	}
	poolListeners = []Listener{{}, {Program: "System"}, {"svchost.exe", "RpcSs"}, {"SVCHOST.exe", "rpcss"}}
	poolSources   = []string{"10.0.0.1", "10.1.0.1", "10.1.2.3", "10.1.200.1", "192.0.2.1", "fd00:1::1", "fd00:2::1", "2001:db8::1"}
)

func pick[T any](rng *rand.Rand, pool []T) T { return pool[rng.IntN(len(pool))] }

// randomRequests are rules as a resolver asks for them.
func randomRequests(rng *rand.Rand) []*Rule {
	var out []*Rule
	for i := range rng.IntN(20) {
		r := &Rule{
			Traffic: Traffic{Protocol: pick(rng, []Protocol{TCP, TCP, TCP, UDP, ICMP, ICMPv6, GRE, AnyProtocol})}, Remote: pick(rng, poolFrom),
			Listener: pick(rng, poolListeners), Reasons: []Reason{{Role: "role", Service: "service " + strconv.Itoa(i/2), Networks: []string{"n"}}},
		}
		if rng.IntN(4) == 0 { // more than one, unsorted or twice
			r.Reasons = append(r.Reasons, Reason{Role: "role", Service: "service " + strconv.Itoa(rng.IntN(10)), Networks: []string{"n"}})
		}
		switch {
		case r.Protocol.HasPorts():
			r.Ports = pick(rng, poolPorts)
			r.RPC = pick(rng, []RPCKind{NoRPC, NoRPC, EndpointMapper})
		case r.Protocol.HasTypes():
			r.ICMP = []ICMPType{{Type: pick(rng, []uint8{8, 128})}}
		}
		out = append(out, r)
	}
	return out
}

// randomly runs a property on many sets of requests.
func randomly(t *testing.T, property func(t *testing.T, rng *rand.Rand, requests []*Rule)) {
	for seed := range uint64(200) {
		rng := rand.New(rand.NewPCG(seed, 0))
		requests := randomRequests(rng)
		if property(t, rng, requests); t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

// Alike says what channels say.
func TestAlike(t *testing.T) {
	randomly(t, func(t *testing.T, rng *rand.Rand, requests []*Rule) {
		for _, r := range requests {
			r.IPsecOnly, r.Direction = rng.IntN(2) == 0, Direction(rng.IntN(2))
			s := pick(rng, requests)
			if got, want := r.Alike(s), r.channel() == s.channel() && r.Direction == s.Direction; got != want {
				t.Errorf("%+v and %+v: alike is %t", r, s, got)
			}
		}
	})
}

func TestMergeIgnoresOrder(t *testing.T) {
	randomly(t, func(t *testing.T, rng *rand.Rand, requests []*Rule) {
		want := Merge(requests)
		rng.Shuffle(len(requests), func(i, j int) { requests[i], requests[j] = requests[j], requests[i] })
		if got := Merge(requests); !reflect.DeepEqual(got, want) {
			t.Errorf("got\n%s\nwant\n%s", lines(got), lines(want))
		}
	})
}

func TestMergeTwiceIsMergeOnce(t *testing.T) {
	randomly(t, func(t *testing.T, _ *rand.Rand, requests []*Rule) {
		once := Merge(requests)
		if twice := Merge(once); !reflect.DeepEqual(twice, once) {
			t.Errorf("got\n%s\nwant\n%s", lines(twice), lines(once))
		}
		united := WithoutListeners(once)
		if twice := WithoutListeners(united); !reflect.DeepEqual(twice, united) {
			t.Errorf("without listeners: got\n%s\nwant\n%s", lines(twice), lines(united))
		}
	})
}

// TestMergeKeepsReasons holds that each request ends in a rule of its kind that lets its sources in and names its
// reason, and that no rule has a reason nobody gave.
func TestMergeKeepsReasons(t *testing.T) {
	randomly(t, func(t *testing.T, _ *rand.Rand, requests []*Rule) {
		rules := Merge(requests)
		answers := func(r, q *Rule) bool { return r.channel() == q.channel() && r.Remote.Contains(q.Remote) }
		gives := func(r *Rule, x Reason) bool {
			return slices.ContainsFunc(r.Reasons, func(y Reason) bool { return x.Compare(y) == 0 })
		}
		for _, q := range requests {
			if !slices.ContainsFunc(rules, func(r *Rule) bool { return answers(r, q) && gives(r, q.Reasons[0]) }) {
				t.Errorf("%s from %s (%s) is lost", q.What(), q.Remote.Key(), q.Reasons[0].Service)
			}
		}
		for _, r := range rules {
			if !slices.IsSortedFunc(r.Reasons, Reason.Compare) || len(slices.CompactFunc(slices.Clone(r.Reasons), func(a, b Reason) bool { return a.Compare(b) == 0 })) < len(r.Reasons) {
				t.Errorf("reasons are not sorted, or one stands there twice: %v", r.Reasons)
			}
			for _, x := range r.Reasons {
				if !slices.ContainsFunc(requests, func(q *Rule) bool { return answers(r, q) && gives(q, x) }) {
					t.Errorf("%s from %s has the reason %s of nobody", r.What(), r.Remote.Key(), x.Service)
				}
			}
		}
	})
}

// TestMergeOpensTheSame holds that merging, and uniting listeners, open neither more nor less.
func TestMergeOpensTheSame(t *testing.T) {
	randomly(t, func(t *testing.T, rng *rand.Rand, requests []*Rule) {
		families := pick(rng, []Families{{IPv4: true}, {IPv6: true}, {IPv4: true, IPv6: true}})
		before := openings(requests, families)
		if after := openings(Merge(requests), families); after != before {
			t.Errorf("merged: got\n%s\nwant\n%s", after, before)
		}
		if after := openings(WithoutListeners(Merge(requests)), families); after != before {
			t.Errorf("without listeners: got\n%s\nwant\n%s", after, before)
		}
	})
}

// openings lists all that rules allow, of what the pools can distinguish.
func openings(rules []*Rule, families Families) string {
	rs := &RuleSet{Inbound: rules, Families: families}
	var open []string
	for _, source := range poolSources {
		src := netip.MustParseAddr(source)
		for _, p := range []Protocol{TCP, UDP} {
			for _, port := range []uint16{1, 80, 135, 136, 443, 445, 49152, 65534, 65535} {
				if rs.Allows(Packet{Protocol: p, Port: port, Remote: src}) {
					open = append(open, source+" "+p.String()+" "+strconv.Itoa(int(port)))
				}
			}
		}
		if rs.Allows(Packet{Protocol: GRE, Remote: src}) {
			open = append(open, source+" gre")
		}
		for _, typ := range []uint8{0, 8, 128} {
			if rs.Allows(Packet{Protocol: icmpOf(src), Type: typ, Remote: src}) {
				open = append(open, source+" icmp "+strconv.Itoa(int(typ)))
			}
		}
	}
	return strings.Join(open, "\n")
}

// TestIDs holds that IDs are those of the identity, differ within a rule set, and live on in MergedFrom.
func TestIDs(t *testing.T) {
	randomly(t, func(t *testing.T, _ *rand.Rand, requests []*Rule) {
		rules := Merge(requests)
		if got := Merge(Identified(slices.Clone(requests))); !reflect.DeepEqual(got, rules) {
			t.Errorf("of requests with IDs\n%s\nwithout\n%s", lines(got), lines(rules))
		}
		var ids, united []string
		for _, r := range rules {
			if r.ID != r.id() || len(r.ID) != 32 || !slices.Equal(r.IDs(), []string{r.ID}) {
				t.Errorf("rule %+v", r)
			}
			ids = append(ids, r.ID)
		}
		for _, r := range WithoutListeners(rules) {
			if !r.Listener.IsZero() || r.ID != "" {
				t.Errorf("rule %+v", r)
			}
			united = append(united, r.IDs()...)
		}
		slices.Sort(ids)
		slices.Sort(united)
		if n := len(slices.Compact(slices.Clone(ids))); n != len(ids) || !slices.Equal(slices.Compact(united), ids) {
			t.Errorf("IDs %v, of which %d differ; after uniting %v", ids, n, united)
		}
	})
}

func TestMerge(t *testing.T) {
	tcp := func(service string, sources Sources, ports ...PortRange) *Rule {
		return &Rule{Traffic: Traffic{Protocol: TCP, Ports: NewPorts(ports...)}, Remote: sources, Reasons: []Reason{{Service: service, Networks: sources.Names()}}}
	}
	with := func(r *Rule, change func(*Rule)) *Rule {
		change(r)
		return r
	}
	office, lab := NewSources(named("office", "10.0.0.0/8")), NewSources(named("lab", "10.1.0.0/16"))
	smb, http := PortRange{445, 445}, PortRange{80, 80}
	for _, c := range []struct {
		name     string
		requests []*Rule
		want     string
	}{
		{"nothing", nil, ""},
		{"equal", []*Rule{tcp("B", office, smb), tcp("A", office, smb), tcp("A", office, smb)}, `
			tcp 445 from office: A(office) B(office)`},
		{"inside", []*Rule{tcp("B", lab, smb), tcp("A", office, smb)}, `
			tcp 445 from office: A(office) B(lab)`},
		{"anyone holds all", []*Rule{tcp("B", lab, smb), tcp("A", Anyone(), smb), tcp("C", office, smb)}, `
			tcp 445 from any: A(any) B(lab) C(office)`},
		{"a chain of three", []*Rule{tcp("A", NewSources(named("desk", "10.1.1.0/24")), smb), tcp("B", lab, smb), tcp("C", office, smb)}, `
			tcp 445 from office: A(desk) B(lab) C(office)`},
		{"inside two that only overlap", []*Rule{tcp("A", office.Union(from("fd00::/8")), smb), tcp("B", office.Union(from("fe80::/10")), smb), tcp("C", lab, smb)}, `
			tcp 445 from office,test: A(office,test) C(lab)
			tcp 445 from office,test: B(office,test) C(lab)`},
		{"equal addresses of two names", []*Rule{tcp("A", office, smb), tcp("B", NewSources(named("hq", "10.0.0.0/9 10.128.0.0/9")), smb)}, `
			tcp 445 from hq,office: A(office) B(hq)`},
		{"ports of two rows", []*Rule{tcp("A", office, http), tcp("B", office, smb), tcp("C", office, http, smb), tcp("D", office, PortRange{81, 81})}, `
			tcp 80 from office: A(office)
			tcp 80,445 from office: C(office)
			tcp 81 from office: D(office)
			tcp 445 from office: B(office)`},
		{"protocols", []*Rule{tcp("A", office, smb), with(tcp("B", office, smb), func(r *Rule) { r.Protocol = UDP })}, `
			tcp 445 from office: A(office)
			udp 445 from office: B(office)`},
		{"RPC kinds", []*Rule{tcp("A", office, smb), with(tcp("B", office, smb), func(r *Rule) { r.RPC = Static })}, `
			tcp 445 from office: A(office)
			tcp 445 from office static: B(office)`},
		{"listeners", []*Rule{tcp("A", office, smb), with(tcp("B", lab, smb), func(r *Rule) { r.Listener.Program = "System" })}, `
			tcp 445 from office: A(office)
			tcp 445 from lab by System: B(lab)`},
		{"one listener in two spellings", []*Rule{
			with(tcp("A", office, smb), func(r *Rule) { r.Listener = Listener{"lsass.exe", "ntds"} }),
			with(tcp("B", office, smb), func(r *Rule) { r.Listener = Listener{"LSASS.exe", "NTDS"} })}, `
			tcp 445 from office by LSASS.exe NTDS: A(office) B(office)`},
		{"ICMP types", []*Rule{
			{Traffic: Traffic{Protocol: ICMP, ICMP: []ICMPType{{Type: 8}}}, Remote: office, Reasons: []Reason{{Service: "A"}}},
			{Traffic: Traffic{Protocol: ICMP, ICMP: []ICMPType{{Type: 8, HasCode: true}}}, Remote: office, Reasons: []Reason{{Service: "B"}}}}, `
			icmp 8 from office: A()
			icmp 8:0 from office: B()`},
	} {
		t.Run(c.name, func(t *testing.T) {
			want := strings.ReplaceAll(strings.TrimSpace(c.want), "\t", "")
			if got := lines(Merge(c.requests)); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// lines writes one line a rule.
func lines(rules []*Rule) string {
	out := make([]string, len(rules))
	for i, r := range rules {
		out[i] = line(r)
	}
	return strings.Join(out, "\n")
}

func line(r *Rule) string {
	text := r.What() + " from " + strings.Join(r.Remote.Names(), ",")
	if r.RPC != NoRPC {
		text += " " + string(r.RPC)
	}
	if !r.Listener.IsZero() {
		text += " by " + strings.TrimSpace(r.Listener.Program+" "+r.Listener.Service)
	}
	text += ":"
	for _, x := range r.Reasons {
		text += " " + x.Service + "(" + strings.Join(x.Networks, ",") + ")"
	}
	return text
}
