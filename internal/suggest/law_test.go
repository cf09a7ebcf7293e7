package suggest

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"rolewall/diag"
	"rolewall/readers"
	"rolewall/readers/flowlog"
	"rolewall/readers/sockets"
	"rolewall/ruleset"
	"rolewall/tomldoc"
)

const office = `*filter
:INPUT DROP [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -p tcp -s 10.0.0.0/8 --dport 22 -j ACCEPT
-A INPUT -p tcp --dport 80 -j ACCEPT
-A INPUT -p tcp -s 10.0.0.0/8 --dport 9100 -j ACCEPT
-A INPUT -p tcp -s 10.0.0.0/8 --dport 7777 -j ACCEPT
COMMIT
`

const listening = `tcp LISTEN 0 9 10.1.0.10:22 0.0.0.0:* users:(("sshd",pid=1,fd=3))
tcp LISTEN 0 9 0.0.0.0:80 0.0.0.0:* users:(("nginx",pid=2,fd=3))
tcp LISTEN 0 9 0.0.0.0:443 0.0.0.0:* users:(("nginx",pid=2,fd=4))
tcp LISTEN 0 9 0.0.0.0:9100 0.0.0.0:* users:(("mydaemon",pid=3,fd=3))
tcp LISTEN 0 9 127.0.0.1:5432 0.0.0.0:* users:(("postgres",pid=4,fd=3))
udp UNCONN 0 0 0.0.0.0:40000 0.0.0.0:* users:(("chronyd",pid=5,fd=3))
`

func officeHost(t testing.TB, name, address string) *readers.Host {
	return read(t, name, readers.File{Name: name + "/iptables-save.txt", Data: []byte(office)},
		readers.File{Name: name + "/sockets.txt", Data: []byte(strings.ReplaceAll(listening, "10.1.0.10", address))})
}

// TestOffice tells what is written for a host in words.
func TestOffice(t *testing.T) {
	h := officeHost(t, "web1", "10.1.0.10")
	s := New(builtIn(t), []*readers.Host{h}, Options{Day: day, MaxPrefixes: 1}, &diag.List{})
	seen := func(src, dst string, port uint16, r flowlog.Record) {
		r.Src, r.Dst, r.DstPort, r.Protocol, r.Count = netip.MustParseAddr(src), netip.MustParseAddr(dst), port, ruleset.TCP, 3
		s.Add(&r, "")
	}
	answered := flowlog.Record{Began: true, Answer: flowlog.Answered, Verdict: flowlog.Allowed}
	seen("10.3.0.5", "10.1.0.10", 22, answered)
	seen("10.3.0.7", "10.1.0.10", 22, answered)
	seen("10.3.0.9", "10.1.0.10", 22, flowlog.Record{Began: true, Answer: flowlog.Unanswered})
	seen("10.9.0.9", "10.1.0.10", 22, flowlog.Record{Began: true, Verdict: flowlog.Dropped})
	seen("203.0.113.9", "10.1.0.10", 22, answered) // whom no rule lets in
	seen("10.3.0.5", "10.1.0.99", 22, answered)    // another host
	out, err := s.Policy(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	text := string(out)
	for _, want := range []string{
		`"ssh-managed",`, `management = ["net-10-3-0-4-30"]`, `net-10-3-0-4-30 = ["10.3.0.4/30"]`, "seen 9 times from 3 addresses",
		`"linux-web-tcp-80",`, `services = [{ name = "httpd", only = ["tcp/80"] }]`,
		"low: mydaemon listens on tcp/9100 (web1/sockets.txt:4:1)", `tcp = ["9100"]`, `from = ["net-10-0-0-0-8"]`, "expires = 2027-02-28",
		"not opened, because nothing allows it today: tcp/443 nginx",
		"needs no opening, because only the host itself reaches it: tcp/5432 postgres",
		"may be ports of clients, which change at their next start: udp/40000 chronyd",
		"would close: tcp/7777 from 10.0.0.0/8; nobody listens there; filter INPUT rule 5",
		"would narrow: tcp/22 from 10.0.0.0/15",
		`families = ["ipv4"]`, `addresses = ["10.1.0.10"]`, "linux.ping = false",
	} {
		if !strings.Contains(strings.ReplaceAll(text, "\n# ", " "), want) {
			t.Errorf("%s is not there", want)
		}
	}
	if used, unused := s.Traffic(); used != 3 || unused != 3 {
		t.Errorf("%d records are used and %d are not", used, unused)
	}
	if t.Failed() {
		t.Log(text)
	}
	compareWith(t, text, h)
}

// TestAlike makes one group of hosts that are alike, and none of others.
func TestAlike(t *testing.T) {
	text := policyOf(t, officeHost(t, "web2", "10.1.0.12"), officeHost(t, "web1", "10.1.0.11"), read(t, "db1", readers.File{Name: "s", Data: []byte(listening)}))
	if again := policyOf(t, officeHost(t, "web1", "10.1.0.11"), read(t, "db1", readers.File{Name: "s", Data: []byte(listening)}), officeHost(t, "web2", "10.1.0.12")); again != text {
		t.Error("the order of hosts changes the policy")
	}
	for _, want := range []string{"[groups.alike-1]\nhosts = [\"web1\", \"web2\"]", "[hosts.web1]\naddresses = [\"10.1.0.11\"]", "[hosts.db1]"} {
		if !strings.Contains(text, want) {
			t.Errorf("%s is not there:\n%s", want, text)
		}
	}
	flat := strings.ReplaceAll(text, "\n# ", " ")
	if strings.Count(text, "ssh-managed\",") != 1 || !strings.Contains(flat, "neither rules nor traffic say who may come: say so in audience.roles") || !strings.Contains(flat, "open question: neither rules nor traffic say who reaches tcp/22 sshd") {
		t.Errorf("a host without rules and traffic gets roles:\n%s", text)
	}
	compareWith(t, text, officeHost(t, "web1", "10.1.0.11"))
}

// TestOneHostOpensNoOther holds that what one host says decides nothing about another: its log, its addresses, its name.
func TestOneHostOpensNoOther(t *testing.T) {
	victim, evil := officeHost(t, "dc1", "10.1.0.10"), officeHost(t, "evil", "10.1.0.66")
	errs := &diag.List{}
	s := New(builtIn(t), []*readers.Host{victim, evil}, Options{Day: day, MaxPrefixes: 8}, errs)
	before, _ := s.Policy(t.Context())
	s.Add(&flowlog.Record{Src: netip.MustParseAddr("10.6.6.6"), Dst: netip.MustParseAddr("10.1.0.10"), DstPort: 22, Protocol: ruleset.TCP, Began: true, Inbound: true, Answer: flowlog.Answered, Count: 9}, "evil")
	after, _ := s.Policy(t.Context())
	if string(before) != string(after) {
		t.Errorf("a log of evil changes dc1:\n%s", after)
	}
	evil.Addresses = append(evil.Addresses, netip.MustParseAddr("10.1.0.10"))
	s = New(builtIn(t), []*readers.Host{victim, evil}, Options{Day: day, MaxPrefixes: 8}, errs)
	text, _ := s.Policy(t.Context())
	if !strings.Contains(string(text), "# other hosts have these addresses as well: 10.1.0.10") || strings.Contains(string(text), `"10.1.0.10"`) {
		t.Errorf("an address that two hosts claim is believed:\n%s", text)
	}
	New(builtIn(t), []*readers.Host{victim, officeHost(t, "DC1", "10.1.0.1")}, Options{Day: day, MaxPrefixes: 8}, errs)
	if err := errs.Err(); err == nil || !strings.Contains(err.Error(), "two captures are of one host, DC1") {
		t.Errorf("two captures of one host: %v", err)
	}
}

// TestManyListeners bounds what a host that lies can make the program do.
func TestManyListeners(t *testing.T) {
	var b strings.Builder
	for n := 1; n <= 65535; n++ {
		fmt.Fprintf(&b, "tcp LISTEN 0 9 0.0.0.0:%d 0.0.0.0:* users:((\"p%d\",pid=1,fd=3))\n", n, n)
	}
	text := policyOf(t, read(t, "evil", readers.File{Name: "i", Data: []byte("*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n")}, readers.File{Name: "s", Data: []byte(b.String())}))
	if n := strings.Count(text, "[[hosts.evil.allow]]"); n != maxAllows || !strings.Contains(text, "63,535 more ports") || len(text) > 500_000 {
		t.Errorf("%d exceptions in %d bytes", n, len(text))
	}
}

// TestNarrowest holds that prefixes hold all that was seen, and no more of them than the limit.
func TestNarrowest(t *testing.T) {
	for _, c := range []struct {
		in    string
		limit int
		want  string
	}{
		{"10.0.0.1 10.0.0.3 10.0.0.200", 2, "[10.0.0.0/30 10.0.0.200/32]"},
		{"10.0.0.1 10.0.0.3 10.0.0.200", 1, "[10.0.0.0/24]"},
		{"10.0.0.1 10.0.0.2", 2, "[10.0.0.1/32 10.0.0.2/32]"},
		{"10.0.0.1 192.0.2.1", 1, "none"},
		{"10.0.0.1 fd00::1", 1, "none"},
		{"fd00::1 fd00::2 10.0.0.1", 2, "[10.0.0.1/32 fd00::/126]"},
	} {
		var list []netip.Prefix
		for a := range strings.FieldsSeq(c.in) {
			x := netip.MustParseAddr(a)
			list = append(list, netip.PrefixFrom(x, x.BitLen()))
		}
		got, ok := narrowest(ruleset.NewPrefixes(list...), c.limit)
		if text := fmt.Sprint([]netip.Prefix(got)); ok && text != c.want || !ok && c.want != "none" {
			t.Errorf("%s in %d: %s, %t", c.in, c.limit, text, ok)
		}
	}
}

// FuzzTexts holds that no text of a host leaves its comment or its string, whatever it is: the policy reads, and has the same tables
// and values as with a plain text.
func FuzzTexts(f *testing.F) {
	for _, s := range []string{"sshd", "a\"\n[hosts.evil]\nroles = []", "\x00\x1b[31m\u202e", "a\\", "'''", "\"\"\"", "\xff\xfe", "# \r\n[audience]\rclients=[\"any\"]", strings.Repeat("x; ", 400), "\u2028[x]", "\\u000a", "a\x85b"} {
		f.Add(s)
	}
	plainly := hostile(f, "plain")
	f.Fuzz(func(t *testing.T, text string) {
		got := hostile(t, text)
		for line := range strings.SplitSeq(got, "\n") {
			if strings.ContainsFunc(line, func(r rune) bool {
				return r < ' ' || r >= 0x7f && r < 0xa0 || r == '\u202e' || r == '\u2028' || r == '\u2029'
			}) {
				t.Fatalf("%q stands in the policy", line)
			}
		}
		if a, b := skeleton(t, plainly), skeleton(t, got); a != b {
			t.Fatalf("%q changes the policy:\n%s\nwas\n%s\nin\n%s", text, b, a, got)
		}
	})
}

// hostile is the policy of a host on which every text is one text.
func hostile(t testing.TB, text string) string {
	t.Helper()
	h := officeHost(t, "web1", "10.1.0.10")
	for i := range h.Sockets.Sockets {
		s := &h.Sockets.Sockets[i]
		s.Pos.File = text
		if s.Port == 9100 || s.Port == 443 {
			s.Processes = []string{text}
		}
	}
	h.Sockets.Sockets = append(h.Sockets.Sockets, sockets.Socket{Protocol: ruleset.TCP, Families: ruleset.Families{IPv4: true}, Port: 7777, Processes: []string{text, "x"}, Unit: text, Services: []string{text}})
	for i := range h.Capture.Openings {
		for j := range h.Capture.Openings[i].Rules {
			r := &h.Capture.Openings[i].Rules[j]
			r.Rule, r.Text, r.Pos.File = text, text, text
		}
		h.Capture.Openings[i].Owner = text
	}
	return policyOf(t, h)
}

// skeleton is a policy without its comments and without texts that describe.
func skeleton(t *testing.T, text string) string {
	t.Helper()
	errs := &diag.List{}
	if tomldoc.Parse("x.toml", []byte(text), errs) == nil {
		t.Fatalf("%v\n%s", errs.Err(), text)
	}
	var out []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") && !strings.HasPrefix(line, "reason = ") {
			out = append(out, line)
		}
	}
	return strings.Join(out, "\n")
}
