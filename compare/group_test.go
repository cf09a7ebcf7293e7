package compare

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"rolewall/ruleset"
)

// TestHosts: equal changes of several hosts are one, hosts of one side only are listed apart, and the order of hosts and
// of comparisons does not matter.
func TestHosts(t *testing.T) {
	old, new := parseSet(t, "tcp/80 from any for W3SVC\ntcp/22 from a=10.0.0.0/8 for sshd"), parseSet(t, "tcp/80 from any for W3SVC\ntcp/22 from a=10.0.0.0/9 for sshd")
	own := parseSet(t, "tcp/80 from any for W3SVC\ntcp/22 from a=10.0.0.0/9 for sshd\ntcp/99 from any")
	before := []Host{{Name: "a", Set: old}, {Name: "b", Set: old}, {Name: "c", Set: parseSet(t, "tcp/80 from any for W3SVC\ntcp/22 from a=10.0.0.0/8 for sshd")}, {Name: "d", Set: old}, {Name: "gone", Set: new}}
	after := []Host{{Name: "a", Set: own}, {Name: "b", Set: new}, {Name: "c", Set: new}, {Name: "d", Set: old}, {Name: "new1", Set: new}, {Name: "new2", Set: new}, {Name: "new3", Set: own}}
	want := `compared 4
new1 new 2 1
new2 new 2 1
new3 new 3 2
gone gone 2 1
a b c sshd: narrowed tcp/22 a -> a + -10.128.0.0/9
a : opened tcp/99  -> any +0.0.0.0/0,::/0 -
new1 new2 new3 sshd: opened tcp/22  -> a +10.0.0.0/9 -
new1 new2 new3 W3SVC: opened tcp/80  -> any +0.0.0.0/0,::/0 -
new3 : opened tcp/99  -> any +0.0.0.0/0,::/0 -
`
	for range 20 {
		rand.Shuffle(len(before), reflect.Swapper(before))
		rand.Shuffle(len(after), reflect.Swapper(after))
		if got := tellReport(mustHosts(t, before, after)); got != want {
			t.Fatalf("got\n%s\nwant\n%s", got, want)
		}
	}
	if r := mustHosts(t, before, before); !r.None() || r.Compared != 5 {
		t.Errorf("a list differs from itself: %+v", r)
	}
}

func tellReport(r *Report) string {
	var b strings.Builder
	fmt.Fprintf(&b, "compared %d\n", r.Compared)
	for _, p := range r.New {
		fmt.Fprintln(&b, p.Name, "new", p.Opens, p.Anyones)
	}
	for _, p := range r.Gone {
		fmt.Fprintln(&b, p.Name, "gone", p.Opens, p.Anyones)
	}
	for _, c := range r.Changes {
		fmt.Fprintln(&b, strings.Join(c.Hosts, " "), tell(c))
	}
	for _, f := range r.Facts {
		fmt.Fprintf(&b, "%s %s %q %q\n", strings.Join(f.Hosts, " "), f.Name, f.Before, f.After)
	}
	return b.String()
}

func TestFacts(t *testing.T) {
	yes := 3
	before, after := parseSet(t, ""), parseSet(t, "")
	before.Roles, after.Roles = []string{"a", "b"}, []string{"b", "c"}
	before.Features, after.Features = nil, []string{"ldaps"}
	before.OS, after.OS = ruleset.Windows2019, ruleset.Windows2022
	after.Families = ruleset.Families{IPv4: true}
	before.RPC = ruleset.RPC{Mode: ruleset.RPCDynamic, Ranges: []ruleset.PortRange{{First: 49152, Last: 65535}}, Pins: []ruleset.Pin{{Service: "x"}}}
	after.RPC = ruleset.RPC{Mode: ruleset.RPCClosed}
	before.Settings.Linux.Log, before.Settings.Advfirewall.Profile = true, []string{"domain"}
	after.Settings.IPsec.DefaultExempt, after.Settings.Advfirewall.Profile = &yes, []string{"domain", "private"}
	before.Warnings, after.Warnings = []string{"w1", "w2"}, []string{"w2", "w3"}
	before.Settings.Linux.NoPing, after.Settings.Linux.NoFTPHelper = true, true
	after.Notes = []string{"n"}
	got := tellReport(mustHosts(t, []Host{{Name: "H", Set: before}}, []Host{{Name: "h", Set: after}}))
	want := `compared 1
h os "windows-2019" "windows-2022"
h role "" "c"
h role "a" ""
h feature "" "ldaps"
h families "ipv4, ipv6" "ipv4"
h rpc "dynamic 49152-65535" "closed"
h rpc pin "x 0" ""
h setting advfirewall.profile "[\"domain\"]" "[\"domain\",\"private\"]"
h setting ipsec.default_exempt "" "3"
h setting linux.ftp_helper "" "false"
h setting linux.log "true" ""
h setting linux.ping "false" ""
h warning "" "w3"
h warning "w1" ""
h note "" "n"
h renamed "H" "h"
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestFamilies: the families of a host decide which sources a rule allows.
func TestFamilies(t *testing.T) {
	before, after := parseSet(t, "tcp/80 from any for W3SVC\ntcp/81 from a=10.0.0.0/8,fd00::/16 for W3SVC\ntcp/82 from 10.0.0.0/8"), parseSet(t, "tcp/80 from any for W3SVC\ntcp/81 from a=10.0.0.0/8,fd00::/16 for W3SVC\ntcp/82 from 10.0.0.0/8")
	after.Families = ruleset.Families{IPv4: true}
	changes, _ := mustSets(t, before, after)
	want := "W3SVC: narrowed tcp/80 any -> any + -::/0\nW3SVC: narrowed tcp/81 a -> a + -fd00::/16"
	if got := tellAll(changes); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	back, _ := mustSets(t, after, before)
	if len(back) != 2 || !back[0].ToAnyone() || back[1].ToAnyone() || changes[0].ToAnyone() {
		t.Errorf("to anyone: %+v", back)
	}
}

// TestOutbound: what a stateless filter lets out is compared for itself.
func TestOutbound(t *testing.T) {
	before, after := parseSet(t, "tcp/80 from a=10.0.0.0/8"), parseSet(t, "tcp/80 from a=10.0.0.0/8\ntcp/81 from a=10.0.0.0/8")
	before.Outbound = parseSet(t, "tcp/53 from a=10.0.0.0/8").Inbound
	after.Outbound = parseSet(t, "tcp/53 from a=10.0.0.0/9").Inbound
	changes, _ := mustSets(t, before, after)
	if len(changes) != 2 || changes[0].Outbound || !changes[1].Outbound || changes[1].Kind != Narrowed {
		t.Errorf("got %+v", changes)
	}
}

// TestHostsOfOneSet: hosts that had different rules and have the same ones now differ each in its own way.
func TestHostsOfOneSet(t *testing.T) {
	now := parseSet(t, "tcp/80 from any")
	r := mustHosts(t, []Host{{Name: "a", Set: parseSet(t, "")}, {Name: "b", Set: parseSet(t, "tcp/80 from a=10.0.0.0/8")}}, []Host{{Name: "a", Set: now}, {Name: "b", Set: now}, {Name: "c", Set: now}})
	var got []string
	for _, c := range r.Changes {
		got = append(got, fmt.Sprint(c.Hosts, " ", c.NewHost, " ", c.Kind))
	}
	if text := strings.Join(got, ", "); text != "[a] false opened, [b] false widened, [c] true opened" {
		t.Errorf("got %s", text)
	}
}

// TestNone: a report is empty only where all of its lists are.
func TestNone(t *testing.T) {
	host, change, fact := []Presence{{}}, []Change{{Kind: Reasons}}, []Fact{{}}
	for _, c := range []struct {
		report Report
		want   bool
	}{
		{Report{Compared: 1}, true}, {Report{New: host}, false}, {Report{Gone: host}, false}, {Report{Changes: change}, false}, {Report{Facts: fact}, false},
		{Report{New: host, Gone: host}, false}, {Report{New: host, Changes: change}, false}, {Report{Changes: change, Facts: fact}, false},
	} {
		if got := c.report.None(); got != c.want {
			t.Errorf("%+v: %t", c.report, got)
		}
	}
}

// TestForgetReasons: what is open stays in the report, and why it is open goes.
func TestForgetReasons(t *testing.T) {
	r := mustHosts(t, []Host{{Name: "a", Set: parseSet(t, "tcp/80 from any for W\ntcp/81 from any")}}, []Host{{Name: "a", Set: parseSet(t, "tcp/80 from any for V\ntcp/82 from any")}})
	r.ForgetReasons()
	if got := tellAll(r.Changes); got != ": opened tcp/82  -> any +0.0.0.0/0,::/0 -\n: closed tcp/81 any ->  + -0.0.0.0/0,::/0" {
		t.Errorf("got\n%s", got)
	}
	for _, c := range r.Changes {
		if len(c.Causes)+len(r.Causes) > 0 {
			t.Errorf("%s has causes", tell(c))
		}
	}
}

// TestBeside: what scripts allow beside their rules is compared in both families, and apart from the rules.
func TestBeside(t *testing.T) {
	rules := func(text string) []*ruleset.Rule { return parseSet(t, text).Inbound }
	set := parseSet(t, "tcp/80 from a=10.0.0.0/8")
	set.Families = ruleset.Families{IPv4: true}
	r := mustHosts(t, []Host{{Name: "a", Set: set, Beside: rules("icmp/8 from any\nany from any on eth1")}}, []Host{{Name: "a", Set: set, Beside: rules("icmpv6/128 from any\nany from any on eth1")}})
	want := ": opened icmpv6/128  -> any +::/0 -\n: closed icmp/8 any ->  + -0.0.0.0/0"
	if got := tellAll(r.Changes); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	for _, c := range r.Changes {
		if !c.Beside || len(c.Causes) > 0 || len(c.Rules[0])+len(c.Rules[1]) > 0 {
			t.Errorf("%+v", c)
		}
	}
}

func tellAll(changes []Change) string {
	var out []string
	for _, c := range changes {
		out = append(out, tell(c))
	}
	return strings.Join(out, "\n")
}

// TestKey holds the key of a change to what fmt writes of it: reports order changes by it.
func TestKey(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		changes, _ := mustSets(t, parseSet(t, randomText(r, true)), parseSet(t, randomText(r, true)))
		for _, c := range changes {
			c.Before.Names = []string{"a", "b"}
			want := fmt.Sprintf("%s|%t|%t|%d|%v|%v|%v|%v|%s|%v|%v", c.Kind, c.Outbound, c.Renamed, c.Protocol, c.Before, c.After, c.Bindings, c.Rules, reasonsByFmt(c.Reasons), c.Added, c.Removed)
			if got := string(c.appendKey(nil)); got != want {
				t.Fatalf("got %s, want %s", got, want)
			}
		}
	}
}

// reasonsByFmt writes reasons as appendReasons does.
func reasonsByFmt(sides [2][]ruleset.Reason) string {
	var b strings.Builder
	for _, list := range sides {
		for _, r := range list {
			fmt.Fprintf(&b, "%q %q %q %q %q %q %q %q %q", r.Role, r.Via, r.Service, r.App, r.Audience, r.Networks, r.Feature, r.Source, r.At)
			if r.Allow != nil {
				fmt.Fprintf(&b, "%q", *r.Allow)
			}
			b.WriteByte('\n')
		}
		b.WriteByte('\f')
	}
	return b.String()
}
