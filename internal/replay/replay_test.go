package replay

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"rolewall/internal/workspace"
	"rolewall/readers/flowlog"
)

const office = `
networks = { admins = ["10.3.0.0/24"], office = ["10.20.0.0/16"] }
os       = "linux"
[hosts.web1]
addresses = ["10.1.0.10", "fd00::10"]
roles     = ["ssh-managed", "linux-web"]
audience  = { clients = ["office"], management = ["admins"] }
`

// openPolicy reads a policy that a test has as text.
func openPolicy(t testing.TB, text string) *workspace.Workspace {
	t.Helper()
	w, err := workspace.Open(context.Background(), workspace.NewFiles(strings.NewReader(text)), "-", workspace.Options{AsOf: "2026-11-30"})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// run replays logs, each with its format recognised.
func run(t testing.TB, policy string, hosts []string, o Options, logs ...string) (*Result, error) {
	t.Helper()
	w := openPolicy(t, policy)
	sel, err := w.Select(nil, hosts, workspace.Shard{})
	if err != nil {
		t.Fatal(err)
	}
	p, err := New(w, sel, o)
	if err != nil {
		return nil, err
	}
	for i, log := range logs {
		f, known := flowlog.Detect([]byte(log))
		if !known {
			t.Fatalf("no format: %s", log)
		}
		n, err := flowlog.Read(context.Background(), fmt.Sprintf("log%d", i), strings.NewReader(log), f, flowlog.Options{Now: time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)}, p.Add)
		if err != nil {
			t.Fatal(err)
		}
		p.Log(f.Name, n)
	}
	return p.Result()
}

// lines are the rows of a result in short.
func lines(r *Result) string {
	var b strings.Builder
	for i := range r.Rows {
		x := &r.Rows[i]
		from := "others"
		if x.From.IsValid() {
			from = x.From.String()
		}
		if x.AnyPort {
			from += " some"
		}
		fmt.Fprintf(&b, "%s %s %s %s%s x%d", x.Kind, x.Host, from, x.Traffic, map[bool]string{true: " on " + x.Interface}[x.Interface != ""], x.Count)
		if x.ByPort {
			b.WriteString(" byport")
		}
		b.WriteString("\n")
	}
	return b.String()
}

const csvHead = "src,dst,proto,dport,sport,count,action,answered\n"

// TestVerdicts holds what becomes of each kind of record.
func TestVerdicts(t *testing.T) {
	for name, c := range map[string]struct{ policy, log, want string }{
		"answered":                  {office, csvHead + "10.9.0.1,10.1.0.10,tcp,5432,40000,3,,yes\n", "cut web1 10.9.0.0/24 tcp/5432 x3\n"},
		"let in":                    {office, csvHead + "10.9.0.1,10.1.0.10,tcp,5432,40000,3,allow,\n", "cut web1 10.9.0.0/24 tcp/5432 x3\n"},
		"tried":                     {office, csvHead + "10.9.0.1,10.1.0.10,tcp,5432,40000,3,,no\n", "tried web1 10.9.0.0/24 tcp/5432 x3\n"},
		"unknown":                   {office, csvHead + "10.9.0.1,10.1.0.10,tcp,5432,40000,3,,\n", "tried web1 10.9.0.0/24 tcp/5432 x3\n"},
		"stays closed":              {office, csvHead + "10.9.0.1,10.1.0.10,tcp,5432,40000,3,drop,\n", ""},
		"would open":                {office, csvHead + "10.20.0.1,10.1.0.10,tcp,443,40000,3,drop,\n", "would_open web1 10.20.0.0/16 tcp/443 x3\n"},
		"passes":                    {office, csvHead + "10.20.0.1,10.1.0.10,tcp,443,40000,3,allow,\n", ""},
		"open to others only":       {office, csvHead + "10.20.0.1,10.1.0.10,tcp,22,40000,3,allow,\n", "cut web1 10.20.0.0/16 tcp/22 x3\n"},
		"baseline":                  {office, csvHead + "10.9.0.1,10.1.0.10,icmp,0,0,3,allow,\n", ""},
		"dropped and answered":      {office, csvHead + "10.9.0.1,10.1.0.10,tcp,1,1,1,drop,\n10.9.0.1,10.1.0.10,tcp,1,2,1,,yes\n", "cut web1 10.9.0.0/24 tcp/1 x2\n"},
		"outbound":                  {office, csvHead + "10.1.0.10,10.9.0.1,tcp,25,40000,3,allow,yes\n", ""},
		"IPv6":                      {office, csvHead + "fd01::1,fd00::10,udp,161,1,1,,yes\n", "cut web1 fd01::/64 udp/161 x1\n"},
		"a family not spoken":       {office + "families = [\"ipv4\"]\n", csvHead + "fd01::1,fd00::10,tcp,22,1,1,,yes\n", "cut web1 fd01::/64 tcp/22 x1\n"},
		"an interface unknown":      {office + "linux = { interfaces = [\"eth0\"] }\n", csvHead + "10.9.0.1,10.1.0.10,tcp,5432,4,3,allow,\n", "cannot_tell web1 10.9.0.0/24 tcp/5432 x3\n"},
		"an interface governed":     {office + "linux = { interfaces = [\"eth0\"] }\n", kernel("eth0", "10.9.0.1", "accept", "TCP", 4, 5432, "SYN"), "cut web1 10.9.0.0/24 tcp/5432 on eth0 x1\n"},
		"an interface not governed": {office + "linux = { interfaces = [\"eth0\"] }\n", kernel("eth1", "10.9.0.1", "accept", "TCP", 4, 5432, "SYN"), ""},
		"a source port unknown":     {office + allow(`udp = "40000-50000"`, `from_port = 1900`), csvHead + "10.9.0.1,10.1.0.10,udp,45000,,3,allow,\n", "cannot_tell web1 10.9.0.0/24 udp/45000 x3\n"},
		"a source port right":       {office + allow(`udp = "40000-50000"`, `from_port = 1900`), csvHead + "10.9.0.1,10.1.0.10,udp,45000,1900,3,allow,\n", ""},
		"a source port wrong":       {office + allow(`udp = "40000-50000"`, `from_port = 1900`), csvHead + "10.9.0.1,10.1.0.10,udp,45000,1901,3,allow,\n", "cut web1 10.9.0.0/24 udp/45000 x3\n"},
		"a limit":                   {office + allow(`tcp = 4000`, `limit = "10/minute"`), csvHead + "10.9.0.1,10.1.0.10,tcp,4000,1,3,allow,\n", "cannot_tell web1 10.9.0.0/24 tcp/4000 x3\n"},
		"passed on":                 {office, "tcp 6 431999 ESTABLISHED src=1.2.3.4 dst=10.1.0.10 sport=5 dport=8080 src=172.17.0.2 dst=1.2.3.4 sport=80 dport=5 [ASSURED] mark=0 use=1\n", "cannot_tell web1 1.2.3.0/24 tcp/8080 x1\n"},
		"a changed port":            {office, "tcp 6 431999 ESTABLISHED src=10.20.0.4 dst=10.1.0.10 sport=5 dport=8443 src=10.1.0.10 dst=10.20.0.4 sport=443 dport=5 [ASSURED] mark=0 use=1\n", ""},
		"a late packet":             {office, kernel("eth0", "10.9.0.1", "accept", "TCP", 4, 5432, "ACK FIN"), ""},
		"a broadcast":               {office, strings.ReplaceAll(kernel("eth0", "10.9.0.1", "accept", "UDP", 4, 137, ""), "DST=10.1.0.10", "DST=10.1.0.255") + kernel("eth0", "10.9.0.1", "accept", "TCP", 4, 4, "SYN"), "cut web1 10.9.0.0/24 tcp/4 x1\n"},
		"no direction":              {office, "2 1 eni-1 10.9.0.1 10.1.0.10 40000 5432 6 1 40 1796014503 1796014504 ACCEPT OK\n", ""},
		"a port of the policy":      {office, "2 1 eni-1 10.9.0.1 10.1.0.10 40000 443 6 1 40 1796014503 1796014504 ACCEPT OK\n2 1 eni-1 10.1.0.10 10.9.0.1 443 40000 6 1 40 1796014503 1796014504 ACCEPT OK\n", "cut web1 10.9.0.0/24 tcp/443 x1 byport\n"},
	} {
		t.Run(name, func(t *testing.T) {
			log := c.log
			if name == "baseline" {
				log = "src,dst,proto,type,action\n10.9.0.1,10.1.0.10,icmp,8,allow\n"
			}
			r, err := run(t, c.policy, nil, Options{}, log)
			if err != nil {
				t.Fatal(err)
			}
			if got := lines(r); got != c.want {
				t.Errorf("got %swant %s%+v", got, c.want, r.Counts)
			}
			if r.WouldCut() != strings.HasPrefix(c.want, "cut") {
				t.Error("the exit code")
			}
		})
	}
}

func allow(traffic, only string) string {
	return "[[hosts.web1.allow]]\n" + traffic + "\n" + only + "\nfrom = [\"any\"]\nreason = \"a test of it\"\n"
}

func kernel(iface, src, prefix, proto string, sport, dport int, flags string) string {
	return fmt.Sprintf("Nov 30 04:55:03 h kernel: %s IN=%s OUT= SRC=%s DST=10.1.0.10 LEN=60 PROTO=%s SPT=%d DPT=%d WINDOW=1 RES=0x00 %s URGP=0\n", prefix, iface, src, proto, sport, dport, flags)
}

// TestOwnAddresses holds whose traffic a log is without addresses in the policy.
func TestOwnAddresses(t *testing.T) {
	bare := strings.Replace(office, `addresses = ["10.1.0.10", "fd00::10"]`, "", 1)
	log := kernel("eth0", "10.9.0.1", "accept", "TCP", 4, 5432, "SYN")
	if _, err := run(t, bare, nil, Options{}, log); err == nil || !strings.Contains(err.Error(), "no host of the policy has addresses") {
		t.Error(err)
	}
	r, err := run(t, bare, []string{"web1"}, Options{}, log)
	if err != nil || lines(r) != "cut web1 10.9.0.0/24 tcp/5432 x1\n" {
		t.Error(err, lines(r))
	}
	if _, err := run(t, bare, []string{"web1"}, Options{}, csvHead+"10.9.0.1,10.1.0.10,tcp,22,1,1,,yes\n"); err == nil {
		t.Error("a CSV tells of no host whose traffic it is, and that is no mistake")
	}
	if _, err := run(t, office, nil, Options{}, csvHead+"10.9.0.1,10.9.0.10,tcp,22,1,1,,yes\n"); err == nil {
		t.Error("nothing is of the host, and that is no mistake")
	}
}

// TestFolding holds that verdicts stay exact when sources are folded, and that what is folded is counted.
func TestFolding(t *testing.T) {
	var lines []string
	total := uint64(0)
	for i := range 3000 {
		lines = append(lines, fmt.Sprintf("10.3.%d.%d,10.1.0.10,tcp,22,1,1,,yes\n", i/250, i%250)) // half of 10.3.0.0/24 alone is let in
		total++
	}
	for i := range 3000 {
		lines = append(lines, fmt.Sprintf("10.%d.%d.9,10.1.0.10,tcp,%d,1,1,,yes\n", i%200, i/200, 1000+i))
		total++
	}
	for _, flows := range []int{100, 1000, 10_000} {
		slices.Reverse(lines) // so that any of them are folded
		r, err := run(t, strings.Replace(office, "10.3.0.0/24", "10.3.0.0/25", 1), nil, Options{Flows: flows}, csvHead+strings.Join(lines, ""))
		if err != nil {
			t.Fatal(err)
		}
		sum := uint64(0)
		for i := range r.Rows {
			if r.Rows[i].Kind != Cut {
				t.Errorf("%d: %+v", flows, r.Rows[i])
			}
			sum += r.Rows[i].Count
		}
		if r.Passes != 128 || sum != total-128 {
			t.Errorf("%d flows: %d pass, %d are cut of %d", flows, r.Passes, sum, total)
		}
		if folded := r.Networks+r.Others > 0; folded != (flows < 6000) {
			t.Errorf("%d flows: folded %d and %d", flows, r.Networks, r.Others)
		}
	}
}

// TestPartial holds where an opening that nobody used counts as never used.
func TestPartial(t *testing.T) {
	pf := "#Version: 1.5\n#Fields: date time action protocol src-ip dst-ip src-port dst-port size tcpflags tcpsyn tcpack tcpwin icmptype icmpcode info path\n"
	for name, c := range map[string]struct {
		log  string
		want string
	}{
		"complete":  {pf + "2026-11-30 04:55:03 ALLOW TCP 10.20.0.1 10.1.0.10 4 443 0 - - - - - - - RECEIVE\n", ""},
		"drops":     {pf + "2026-11-30 04:55:03 DROP TCP 10.20.0.1 10.1.0.10 4 443 0 S - - - - - - RECEIVE\n", "nothing but what was dropped"},
		"gaps":      {pf + "2026-11-30 04:55:03 ALLOW TCP 10.20.0.1 10.1.0.10 4 443 0 - - - - - - - RECEIVE\n2026-11-30 04:55:03 INFO-EVENTS-LOST - - - - - - - - - - - - 12 -\n", "entries are missing"},
		"snapshot":  {"tcp 6 431999 ESTABLISHED src=10.20.0.4 dst=10.1.0.10 sport=5 dport=443 src=10.1.0.10 dst=10.20.0.4 sport=443 dport=5 [ASSURED] mark=0 use=1\n", "snapshot"},
		"LOG lines": {kernel("eth0", "10.20.0.1", "accept", "TCP", 4, 443, "SYN"), "LOG lines"},
	} {
		r, err := run(t, office, nil, Options{}, c.log)
		if err != nil {
			t.Fatal(name, err)
		}
		if got := strings.Join(r.Partial, "; "); (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
			t.Errorf("%s: %q", name, got)
		}
		if len(r.Unused) != 2 || r.Unused[0].Traffic.String() != "tcp/22" || r.Unused[1].Traffic.String() != "tcp/80" {
			t.Errorf("%s: unused %+v", name, r.Unused)
		}
	}
}

// TestRemedy holds that what a row proposes opens what was cut, and nothing to anybody else.
func TestRemedy(t *testing.T) {
	log := csvHead + "10.9.0.1,10.1.0.10,tcp,5432,40000,3,,yes\nfd01::1,fd00::10,udp,161,1,1,,yes\n10.9.0.1,10.1.0.10,gre,,,1,,yes\n10.20.0.9,10.1.0.10,tcp,22,1,1,,yes\n"
	log += "10.9.0.3,10.1.0.10,tcp,5432,40000,1,,yes\n"
	r, err := run(t, office, nil, Options{}, log)
	if err != nil || len(r.Rows) != 4 {
		t.Fatal(err, lines(r))
	}
	policy := office
	for i := range r.Rows {
		policy += r.Rows[i].Remedy.Paste + "\n"
	}
	again, err := run(t, policy, nil, Options{}, log, csvHead+"10.9.0.2,10.1.0.10,tcp,5432,40000,3,,yes\n")
	if err != nil || lines(again) != "cut web1 10.9.0.0/24 tcp/5432 x3\n" {
		t.Errorf("%v %s\n%s", err, lines(again), policy)
	}
}

// TestOrder holds that neither the order of lines nor that of logs changes anything.
func TestOrder(t *testing.T) {
	a := csvHead + "10.9.0.1,10.1.0.10,tcp,5432,40000,3,,yes\n10.9.0.1,10.1.0.10,tcp,1,40000,3,drop,\n"
	b := csvHead + "10.9.0.1,10.1.0.10,tcp,1,40000,3,,yes\n10.9.1.1,10.1.0.10,tcp,5432,40000,3,,\n"
	x, err1 := run(t, office, nil, Options{}, a, b)
	y, err2 := run(t, office, nil, Options{}, b, a)
	if err1 != nil || err2 != nil || lines(x) != lines(y) {
		t.Errorf("%v %v\n%s\n%s", err1, err2, lines(x), lines(y))
	}
}

// TestSince holds what --since, --until and --min-count leave out.
func TestSince(t *testing.T) {
	log := "time,src,dst,proto,dport,answered\n"
	for day := 1; day <= 5; day++ {
		log += fmt.Sprintf("2026-11-%02d 12:00:00,10.9.0.1,10.1.0.10,tcp,%d,yes\n", day, day)
	}
	log += "2026-11-04 13:00:00,10.9.0.1,10.1.0.10,tcp,4,yes\n"
	day := func(d int) time.Time { return time.Date(2026, 11, d, 0, 0, 0, 0, time.UTC) }
	r, err := run(t, office, nil, Options{Since: day(2), Until: day(5), MinCount: 2}, log)
	if err != nil || lines(r) != "cut web1 10.9.0.0/24 tcp/4 x2\n" || r.Below != 2 || r.Counts.Outside != 2 {
		t.Errorf("%v %s %+v", err, lines(r), r.Counts)
	}
}
