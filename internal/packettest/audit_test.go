//go:build linux

package packettest

import (
	"context"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"rolewall/diag"
	"rolewall/generators"
	"rolewall/internal/netspace"
	"rolewall/internal/replay"
	"rolewall/internal/workspace"
	"rolewall/readers/flowlog"
	"rolewall/resolver"
	"rolewall/ruleset"
)

// today is a firewall of before, which lets in more than the policy, and less.
const today = `table inet today {
	chain input {
		type filter hook input priority 0; policy drop;
		ct state established,related accept
		tcp dport { 50-60, 88, 1000-1100, 3389, 8080 } accept
		udp dport { 50-60, 88, 161-162, 1701, 5000-5010 } accept
		meta l4proto { icmp, ipv6-icmp, gre, esp, 132 } accept
	}
}
`

// seen is a packet that the audit table counted: from, protocol, and port or ICMP type and code.
type seen struct {
	from     netip.Addr
	protocol ruleset.Protocol
	port     uint16
}

// audited reads what the audit table of the server counted.
func (l *Lab) audited(t testing.TB) (map[seen]uint64, string) {
	t.Helper()
	text := l.Server.Must(t, "nft", "-j", "list", "table", "inet", flowlog.AuditTable)
	f, known := flowlog.Detect([]byte(text))
	if !known || f.Name != "audit" {
		t.Fatalf("the listing is %q", f.Name)
	}
	out := map[seen]uint64{}
	n, err := flowlog.Read(context.Background(), "nft", strings.NewReader(text), f, flowlog.Options{}, func(r *flowlog.Record) error {
		port := r.DstPort
		if r.Protocol.HasTypes() {
			port = uint16(r.Type)<<8 | uint16(r.Code)
		}
		out[seen{r.Src, r.Protocol, port}] += r.Count
		return nil
	})
	if err != nil || n.Bad > 0 || n.Lost > 0 {
		t.Fatalf("%v %+v", err, n)
	}
	return out, text
}

// auditProbes are packets of protocols without ports.
func auditProbes(from netip.Addr) []packet {
	to := serverEnd().addressFor(from)
	var out []packet
	for _, typ := range []byte{3, 5, 8, 13, 17, 128, 139, 144} {
		for _, code := range []byte{0, 1, 4} {
			p := packet{from: from, to: to, protocol: protoICMP, payload: []byte{typ, code, 0, 0, 0, 0, 0, 0}}
			if !from.Is4() {
				p.protocol = protoICMPv6
			}
			out = append(out, p)
		}
	}
	for _, protocol := range []uint8{47, 50, 132} {
		out = append(out, packet{from: from, to: to, protocol: protocol, payload: make([]byte, 16)})
	}
	return out
}

// passes sends everything and returns what gets in.
func (l *Lab) passes(t testing.TB, sources []netip.Addr) map[seen]bool {
	t.Helper()
	out := map[seen]bool{}
	for _, from := range sources {
		for _, p := range []ruleset.Protocol{ruleset.TCP, ruleset.UDP} {
			got, err := l.sweep(p, from)
			if err != nil {
				t.Fatal(err)
			}
			for port, in := range got {
				if in {
					out[seen{from, p, uint16(port)}] = true
				}
			}
		}
		for _, x := range auditProbes(from) {
			arrivals, err := l.probe([]packet{x})
			if err != nil {
				t.Fatal(err)
			}
			a := x.arrival()
			port := uint16(0)
			if ruleset.Protocol(x.protocol).HasTypes() {
				port = uint16(a.typ)<<8 | uint16(a.code)
			}
			if len(arrivals) > 0 {
				out[seen{from, ruleset.Protocol(x.protocol), port}] = true
			}
		}
	}
	return out
}

// TestAudit holds the audit table against the kernel: all that passed before passes with it, and its sets are what the target
// nftables cuts of that.
func TestAudit(t *testing.T) {
	t.Parallel()
	NewLab(t).holdAudit(t)
}

// TestAuditReleases does so with the oldest and the newest nft.
func TestAuditReleases(t *testing.T) {
	t.Parallel()
	for _, r := range releases(t) {
		t.Run(r.name, func(t *testing.T) {
			l := NewLab(t)
			l.Server.Prefer(r.bin)
			l.holdAudit(t)
		})
	}
}

func (l *Lab) holdAudit(t *testing.T) {
	t.Helper()
	rs := sample()
	sources := sampleSources(rs)
	l.share = share{first: 3, oneIn: 64, named: namedPorts(today)}
	load := func(scripts ...Script) {
		if err := l.reset(); err != nil {
			t.Fatal(err)
		}
		for _, s := range append([]Script{{Tool: Nftables, Text: today}}, scripts...) {
			if err := l.Load(s); err != nil {
				t.Fatal(err)
			}
		}
	}
	audit := target{"audit", Nftables}.script(t, rs)
	load()
	before := l.passes(t, sources)
	load(audit)
	with := l.passes(t, sources)
	counted, _ := l.audited(t)
	load(target{"nftables", Nftables}.script(t, rs))
	after := l.passes(t, sources)
	if len(before) == 0 || len(counted) == 0 || len(after) == 0 {
		t.Fatalf("%d pass today, %d are counted, %d pass then", len(before), len(counted), len(after))
	}
	t.Logf("%d packets pass today, %d are counted, %d pass under the policy", len(before), len(counted), len(after))
	wrong := 0
	for x := range before {
		if !with[x] {
			t.Errorf("%v passed before, and does not with the audit table", x)
		}
		if _, is := counted[x]; is == after[x] {
			if wrong++; wrong < 10 {
				t.Errorf("%v: counted as cut: %v, gets in with the policy: %v", x, is, after[x])
			}
		}
	}
	for x := range counted {
		if !before[x] {
			t.Errorf("%v is counted, and did not pass before", x)
		}
	}
	load(audit)
	if err := l.Undo(audit); err != nil {
		t.Error(err)
	}
}

const replayPolicy = `
networks = { admins = ["10.3.0.0/24", "fd00:3::/64"], office = ["10.20.0.0/16"] }
os       = "linux"
linux    = { reject = true }
[hosts.host]
addresses = ["198.18.0.1", "2001:db8:5a5a::1"]
roles     = ["ssh-managed", "linux-web"]
audience  = { clients = ["office"], management = ["admins"] }
[[hosts.host.allow]]
udp    = 53
from   = ["office", "admins"]
reason = "a resolver for a while"
`

// TestReplay is what replay promises: the connections that it announces as cut are those that fail under the policy. It knows
// them from what connection tracking kept, from the audit table, and from logs written of the same connections.
func TestReplay(t *testing.T) {
	t.Parallel()
	netspace.Need(t, "conntrack", "ulogd")
	w, err := workspace.Open(context.Background(), workspace.NewFiles(strings.NewReader(replayPolicy)), "-", workspace.Options{})
	if err != nil {
		t.Fatal(err)
	}
	rs := resolver.New(w.Policy, w.Day).RuleSet(w.Policy.Hosts[0], &diag.List{})
	l := NewLab(t)
	var sources []netip.Addr
	for _, a := range []string{"10.3.0.5", "10.20.0.7", "203.0.113.9", "fd00:3::5", "fd00:20::7"} {
		from := netip.MustParseAddr(a)
		sources = append(sources, from)
		l.Client.Must(t, "ip", "addr", "add", netip.PrefixFrom(from, from.BitLen()).String(), "dev", clientEnd().link, "nodad")
	}
	ports := []uint16{22, 53, 80, 443, 3389, 5432}
	for _, port := range ports {
		for _, a := range []netip.Addr{serverEnd().ipv4, serverEnd().ipv6} {
			echo, err := l.Server.Echo(netip.AddrPortFrom(a, port))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { echo.Close() })
		}
	}
	talk := func() map[seen]bool {
		out := map[seen]bool{}
		for _, from := range sources {
			for name, p := range map[string]ruleset.Protocol{"tcp": ruleset.TCP, "udp": ruleset.UDP} {
				for _, port := range ports {
					out[seen{from, p, port}] = l.Client.Talk(name, from, netip.AddrPortFrom(serverEnd().addressFor(from), port)) == nil
				}
			}
		}
		return out
	}
	script := func(name string) Script {
		g, _ := generators.All().Lookup(name)
		page, err := generators.Render(g, rs, "host")
		if err != nil {
			t.Fatal(err)
		}
		return Script{Tool: Nftables, Text: string(page)}
	}
	old := Script{Tool: Nftables, Text: "table inet today {\n\tchain input {\n\t\ttype filter hook input priority 0; policy accept;\n\t\ttcp dport 3389 reject with tcp reset\n\t\tmeta l4proto { tcp, udp } ct state new log prefix \"accept: \" group 1 counter\n\t}\n}\n"}
	l.load(t, old)
	if err := l.Load(script("audit")); err != nil {
		t.Fatal(err)
	}
	first := func() error { // a connection that is among those that follow
		return l.Client.Talk("tcp", sources[0], netip.AddrPortFrom(serverEnd().addressFor(sources[0]), ports[0]))
	}
	events := l.record(t, first, "conntrack", "-E", "-o", "timestamp")
	packets := l.record(t, first, "ulogd", "-c", ulogdConf(t))
	before := talk()
	entries := l.Server.Must(t, "cat", "/proc/net/nf_conntrack")
	_, table := l.audited(t)
	l.load(t, script("nftables"))
	l.Server.Must(t, "conntrack", "-F") // a port that is taken again would belong to a connection of before
	after := talk()
	var failed []string
	for x, worked := range before {
		if worked && !after[x] {
			failed = append(failed, fmt.Sprint(x))
		}
		if !worked && x.port != 3389 {
			t.Errorf("%v did not work before", x)
		}
	}
	slices.Sort(failed)
	if len(failed) < 10 || len(failed) > len(before)-5 {
		t.Fatalf("%d connections fail under the policy: %v", len(failed), failed)
	}
	logs := written(before)
	logs["conntrack"], logs["audit"] = entries, table
	logs["conntrack -E"], logs["ulogd"] = events(before, "src=%s ", "dport=%d "), packets(before, "SRC=%s ", "DPT=%d ")
	for name, log := range logs {
		if got := cut(t, w, log); !slices.Equal(got, failed) {
			t.Errorf("%s: replay announces\n%v\nand these fail\n%v", name, got, failed)
		}
	}
}

// record starts a program that writes a log on the server, and returns what stops it and gives the log. It waits until the
// program writes what begins, and at the end until the log holds every connection that worked: a line with its source and port, in
// the form of the log, and with its protocol.
func (l *Lab) record(t *testing.T, begins func() error, command ...string) func(worked map[seen]bool, source, port string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "log")
	out, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	cmd := l.Server.Command(command...)
	cmd.Stdout = out
	if command[0] == "ulogd" {
		file = filepath.Join(filepath.Dir(command[2]), "packets")
		cmd.Stdout = nil
	}
	if err := l.Server.Start(cmd); err != nil {
		t.Fatal(err)
	}
	stop := sync.OnceFunc(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		_ = out.Close()
	})
	t.Cleanup(stop)
	read := func() []string {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil // not yet
		}
		return strings.Split(string(text), "\n")
	}
	err = l.Client.Eventually(func() error {
		if err := begins(); err != nil || len(read()) > 1 {
			return err
		}
		return fmt.Errorf("%s writes nothing", command[0])
	})
	if err != nil {
		t.Fatal(err)
	}
	return func(worked map[seen]bool, source, port string) string {
		err := l.Client.Eventually(func() error {
			lines := read()
			for x, is := range worked {
				from, to := fmt.Sprintf(source, x.from), fmt.Sprintf(port, x.port)
				has := func(line string) bool {
					return strings.Contains(line, from) && strings.Contains(line, to) && strings.Contains(strings.ToLower(line), x.protocol.String())
				}
				if is && !slices.ContainsFunc(lines, has) {
					return fmt.Errorf("%s wrote nothing of %v", command[0], x)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		stop()
		return strings.Join(read(), "\n")
	}
}

// ulogdConf writes the settings with which ulogd writes what group 1 logs as the kernel does, into the file packets beside them.
func ulogdConf(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	plugins, err := filepath.Glob("/usr/lib/*/ulogd")
	if err != nil || len(plugins) == 0 {
		t.Fatal("ulogd has no plugins", err)
	}
	var conf strings.Builder
	fmt.Fprintf(&conf, "[global]\nlogfile=%q\n", filepath.Join(dir, "messages"))
	for _, p := range []string{"inppkt_NFLOG", "raw2packet_BASE", "filter_IFINDEX", "filter_IP2STR", "filter_PRINTPKT", "output_LOGEMU"} {
		fmt.Fprintf(&conf, "plugin=%q\n", filepath.Join(plugins[0], "ulogd_"+p+".so"))
	}
	fmt.Fprintf(&conf, "stack=log1:NFLOG,base1:BASE,ifi1:IFINDEX,ip2str1:IP2STR,print1:PRINTPKT,emu1:LOGEMU\n[log1]\ngroup=1\n[emu1]\nfile=%q\nsync=1\n", filepath.Join(dir, "packets"))
	file := filepath.Join(dir, "ulogd.conf")
	if err := os.WriteFile(file, []byte(conf.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// written returns logs of the connections that worked, in the words of formats that no program here writes.
func written(worked map[seen]bool) map[string]string {
	logs := map[string]string{
		"csv":       "src,dst,proto,dport,answered\n",
		"pfirewall": "#Version: 1.5\n#Fields: date time action protocol src-ip dst-ip src-port dst-port size tcpflags tcpsyn tcpack tcpwin icmptype icmpcode info path\n",
		"zeek":      "#separator \\x09\n#fields\tts\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tconn_state\thistory\n",
	}
	for x, is := range worked {
		if !is {
			continue
		}
		to := serverEnd().addressFor(x.from)
		logs["csv"] += fmt.Sprintf("%s,%s,%s,%d,yes\n", x.from, to, x.protocol, x.port)
		logs["pfirewall"] += fmt.Sprintf("2026-11-30 04:55:03 ALLOW %s %s %s 40000 %d 0 - - - - - - - RECEIVE\n", strings.ToUpper(x.protocol.String()), x.from, to, x.port)
		logs["zeek"] += fmt.Sprintf("1796014503.5\t%s\t40000\t%s\t%d\t%s\tSF\tShAdDaFf\n", x.from, to, x.port, x.protocol)
		logs["kernel"] += fmt.Sprintf("2026-11-30T04:55:03+00:00 host kernel: accept: IN=server0 OUT= SRC=%s DST=%s LEN=60 PROTO=%s SPT=40000 DPT=%d SYN URGP=0\n", x.from, to, strings.ToUpper(x.protocol.String()), x.port)
	}
	return logs
}

// cut returns the connections that replay announces as cut.
func cut(t *testing.T, w *workspace.Workspace, log string) []string {
	t.Helper()
	p, err := replay.New(w, workspace.Selection{}, replay.Options{})
	if err != nil {
		t.Fatal(err)
	}
	f, known := flowlog.Detect([]byte(log))
	if !known {
		t.Fatalf("no format: %.200s", log)
	}
	n, err := flowlog.Read(context.Background(), "log", strings.NewReader(log), f, flowlog.Options{}, p.Add)
	if err != nil {
		t.Fatal(err)
	}
	p.Log(f.Name, n)
	r, err := p.Result()
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, x := range r.Rows {
		if x.Kind != replay.Cut {
			t.Errorf("%+v", x)
			continue
		}
		if len(x.Traffic.Ports) == 0 {
			t.Errorf("%s tells of %v", f.Name, x.Traffic)
			continue
		}
		for _, a := range x.Addresses {
			out = append(out, fmt.Sprint(seen{a.Addr(), x.Traffic.Protocol, x.Traffic.Ports[0].First}))
		}
	}
	slices.Sort(out)
	return out
}
