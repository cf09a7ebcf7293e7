package flowlog

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "rewrite golden files")

// now is the day of the tests.
var now = time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)

// records reads a log and writes each record as a line.
func records(t testing.TB, name string, src []byte, o Options) (Notes, string) {
	t.Helper()
	f, ok := Detect(src[:min(len(src), HeadSize)])
	if !ok {
		t.Fatalf("%s: no format", name)
	}
	var b strings.Builder
	fmt.Fprintln(&b, f.Name)
	n, err := Read(context.Background(), name, bytes.NewReader(src), f, o, func(r *Record) error {
		fmt.Fprintln(&b, text(r))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(&b, "%d lines, %d records, %d skipped, %d bad, %d lost\n", n.Lines, n.Records, n.Skipped, n.Bad, n.Lost)
	for _, line := range n.FirstBad {
		fmt.Fprintln(&b, line)
	}
	return n, b.String()
}

func text(r *Record) string {
	at := "-"
	if r.Time != 0 {
		at = time.UnixMicro(r.Time).UTC().Format("2006-01-02T15:04:05.999999")
	}
	s := fmt.Sprintf("%s %s:%d > %s:%d %s", at, r.Src, r.SrcPort, r.Dst, r.DstPort, r.Protocol)
	if r.Protocol.HasTypes() {
		s += fmt.Sprintf(" %d/%d", r.Type, r.Code)
	}
	for _, x := range []struct {
		is   bool
		word string
	}{
		{r.Began, "began"}, {r.Reply, "reply"}, {r.Inbound, "in"}, {r.Outbound, "out"}, {r.Forwarded, "through"}, {r.Answer == Answered, "answered"},
		{r.Answer == Unanswered, "unanswered"}, {r.Verdict == Allowed, "allowed"}, {r.Verdict == Dropped, "dropped"}, {len(r.Interface) > 0, "on " + string(r.Interface)},
		{r.Count > 1, fmt.Sprint(r.Count)}, {r.NewDst.IsValid(), fmt.Sprintf("to %s:%d", r.NewDst, r.NewPort)},
	} {
		if x.is {
			s += " " + x.word
		}
	}
	return s
}

// TestSamples holds what each log says to a file beside it.
func TestSamples(t *testing.T) {
	files, err := filepath.Glob("testdata/*")
	if err != nil || len(files) == 0 {
		t.Fatal(err, files)
	}
	for _, file := range files {
		if strings.HasSuffix(file, ".golden") {
			continue
		}
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		_, got := records(t, filepath.Base(file), src, Options{Now: now})
		if *update {
			if err := os.WriteFile(file+".golden", []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file + ".golden")
		if err != nil || got != string(want) {
			t.Errorf("%s: %v, got\n%s", file, err, got)
		}
	}
}

// TestLines holds forms of lines that the samples lack.
func TestLines(t *testing.T) {
	for _, test := range []struct{ log, want string }{
		{"Dec 31 23:59:59 dropbox1 kernel: [12.3] ufw-audit IN=eth0 OUT= MAC= SRC=10.0.0.1 DST=10.0.0.2 LEN=60 PROTO=TCP SPT=1024 DPT=22 WINDOW=1 RES=0x00 SYN URGP=0",
			"2025-12-31T23:59:59 10.0.0.1:1024 > 10.0.0.2:22 tcp began in on eth0"},
		{"2026-11-30T04:55:03.5+01:00 h kernel: [UFW BLOCK] IN=eth0 OUT= SRC=fd00::1 DST=fd00::2 LEN=60 TC=0 HOPLIMIT=64 FLOWLBL=0 PROTO=ICMPv6 TYPE=128 CODE=0 ID=1 SEQ=1",
			"2026-11-30T03:55:03.5 fd00::1:0 > fd00::2:0 icmpv6 128/0 began in dropped on eth0"},
		{"Nov 30 04:55:03 h kernel: x IN=eth0 OUT= SRC=10.0.0.1 DST=10.0.0.2 PROTO=TCP SPT=1 DPT=22 ACK FIN", "2026-11-30T04:55:03 10.0.0.1:1 > 10.0.0.2:22 tcp in on eth0"},
		{"Nov 30 04:55:03 h kernel: x IN=eth0 OUT= SRC=10.0.0.1 DST=10.0.0.2 PROTO=TCP SPT=22 DPT=1 ACK SYN", "2026-11-30T04:55:03 10.0.0.1:22 > 10.0.0.2:1 tcp reply in on eth0"},
		{"Nov 30 04:55:03 h kernel: x IN= OUT=eth0 SRC=10.0.0.1 DST=10.0.0.2 PROTO=ICMP TYPE=3 CODE=3 [SRC=9.9.9.9 DST=8.8.8.8 PROTO=UDP SPT=5 DPT=53 ] MARK=0x0",
			"2026-11-30T04:55:03 10.0.0.1:0 > 10.0.0.2:0 icmp 3/3 began out"},
		{"Nov 30 04:55:03 h kernel: x IN=eth0 OUT=eth1 SRC=10.0.0.1 DST=10.0.0.2 PROTO=ESP INCOMPLETEMARK=0x0", "2026-11-30T04:55:03 10.0.0.1:0 > 10.0.0.2:0 esp began through on eth0"},
		{`{"__REALTIME_TIMESTAMP":"1796014503690992","_TRANSPORT":"kernel","MESSAGE":"would drop: IN=eth0 OUT= SRC=10.0.0.1 DST=10.0.0.2 PROTO=UDP SPT=1 DPT=53 LEN=8"}`,
			"2026-11-30T04:55:03.690992 10.0.0.1:1 > 10.0.0.2:53 udp began in on eth0"},
		{`{"__REALTIME_TIMESTAMP":"1","_TRANSPORT":"syslog","MESSAGE":"IN=eth0 OUT= SRC=10.0.0.1 DST=10.0.0.2 PROTO=UDP SPT=1 DPT=53"}`, ""},
		{"tcp 6 431999 ESTABLISHED src=1.2.3.4 dst=10.1.0.10 sport=5 dport=8080 src=172.17.0.2 dst=1.2.3.4 sport=80 dport=5 [ASSURED] mark=0 use=1",
			"- 1.2.3.4:5 > 10.1.0.10:8080 tcp began answered allowed to 172.17.0.2:80"},
		{"unknown 50 2 src=1.2.3.4 dst=10.1.0.10 [UNREPLIED] src=10.1.0.10 dst=1.2.3.4 mark=0 use=1", "- 1.2.3.4:0 > 10.1.0.10:0 esp began unanswered"},
		{"src,dst,proto,dport,time,count,action,answered\n10.0.0.1,10.0.0.2,tcp,22,2026-11-30 04:55:03,7,allow,yes", "2026-11-30T04:55:03 10.0.0.1:0 > 10.0.0.2:22 tcp began answered allowed 7"},
		{"ts,te,td,sa,da,sp,dp,pr,flg,fwd,stos,ipkt,ibyt,opkt\n2026-11-30 04:55:03,2026-11-30 04:55:03,0,10.0.0.1,10.0.0.2,0,8.0,ICMP,........,0,0,1,9,0", "2026-11-30T04:55:03 10.0.0.1:0 > 10.0.0.2:0 icmp 8/0"},
	} {
		_, got := records(t, "log", []byte(test.log), Options{Now: now})
		lines := strings.Split(got, "\n")
		if test.want == "" && !strings.Contains(lines[1], "0 records") || test.want != "" && lines[1] != test.want {
			t.Errorf("%s\n got %s\nwant %s", test.log, lines[1], test.want)
		}
	}
}

// TestZones holds that times without a zone are those of the zone given, and that others are not.
func TestZones(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	head := "#Version: 1.5\n#Time Format: %s\n#Fields: date time action protocol src-ip dst-ip src-port dst-port size\n"
	row := "%s ALLOW TCP 10.0.0.1 10.0.0.2 1 22 0\n"
	for _, test := range [][3]string{
		{"Local", "2026-07-01 12:00:00", "2026-07-01T10:00:00"}, {"Local", "2026-01-01 12:00:00", "2026-01-01T11:00:00"}, {"UTC", "2026-07-01 12:00:00", "2026-07-01T12:00:00"},
		{"Local", "2026-03-29 00:30:00", "2026-03-28T23:30:00"}, {"Local", "2026-03-29 03:30:00", "2026-03-29T01:30:00"}, // summer begins at two
	} {
		_, got := records(t, "log", fmt.Appendf(nil, head+row, test[0], test[1]), Options{Zone: berlin})
		if !strings.HasPrefix(strings.Split(got, "\n")[1], test[2]+" ") {
			t.Errorf("%s %s: %s", test[0], test[1], got)
		}
	}
}

// TestDetect holds that what is no log is none.
func TestDetect(t *testing.T) {
	for _, head := range []string{"", "hello\n", "roles = [\"dc\"]\n", `{"nftables": []}`, "\x00\x01", "time,name\n1,2\n"} {
		if f, ok := Detect([]byte(head)); ok {
			t.Errorf("%q is %s", head, f.Name)
		}
	}
}

// TestLongLines holds that a line without an end takes no memory, and that the next is read.
func TestLongLines(t *testing.T) {
	good := "Nov 30 04:55:03 h kernel: x IN=eth0 OUT= SRC=10.0.0.1 DST=10.0.0.2 PROTO=UDP SPT=1 DPT=53\n"
	for _, size := range []int{maxLine, 300 << 10, 1 << 20} {
		n, _ := records(t, "log", []byte(good+strings.Repeat("x", size)+"\n"+good), Options{Now: now})
		if n.Records != 2 || n.Lines != 3 {
			t.Errorf("%d: %+v", size, n.Records)
		}
	}
}

func FuzzRead(f *testing.F) {
	files, _ := filepath.Glob("testdata/*")
	for _, file := range files {
		if src, err := os.ReadFile(file); err == nil {
			f.Add(src)
		}
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		for _, format := range Formats() {
			n, err := Read(context.Background(), "log", bytes.NewReader(src), format, Options{Now: now}, func(r *Record) error {
				if !r.Src.IsValid() || !r.Dst.IsValid() {
					t.Errorf("%s: a record without addresses", format.Name)
				}
				return nil
			})
			if format.document != nil {
				continue // most inputs are no document
			}
			if err != nil || n.Lines != n.Records+n.Skipped+n.Bad+n.Lost {
				t.Errorf("%s: %v, %+v", format.Name, err, n)
			}
		}
	})
}

// BenchmarkRead reads a million lines of each of the two most common formats.
func BenchmarkRead(b *testing.B) {
	for name, line := range map[string]string{
		"pfirewall": "2026-11-29 08:00:02 DROP TCP 10.66.%d.%d 10.1.0.10 51235 445 52 S 1031365855 0 65535 - - - RECEIVE 4\n",
		"kernel":    "Nov 30 04:55:03 host kernel: [12.3] rolewall drop: IN=eth0 OUT= MAC=e6:b7:a7:5b:2c:45:2e:4f:50:00:13:5a:08:00 SRC=10.3.%d.%d DST=10.1.0.10 LEN=60 TOS=0x00 PREC=0x00 TTL=64 ID=58222 DF PROTO=TCP SPT=46101 DPT=22 WINDOW=64240 RES=0x00 SYN URGP=0\n",
		"conntrack": "tcp 6 431999 ESTABLISHED src=10.3.%d.%d dst=10.1.0.10 sport=46101 dport=22 src=10.1.0.10 dst=10.3.0.5 sport=22 dport=46101 [ASSURED] mark=0 use=1\n",
	} {
		b.Run(name, func(b *testing.B) {
			var log bytes.Buffer
			for i := range 100_000 {
				fmt.Fprintf(&log, line, i/250%250, i%250)
			}
			f, _ := Lookup(name)
			b.SetBytes(int64(log.Len()))
			for b.Loop() {
				n, err := Read(context.Background(), "log", bytes.NewReader(log.Bytes()), f, Options{Now: now}, func(*Record) error { return nil })
				if err != nil || n.Records != 100_000 {
					b.Fatal(err, n)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/100_000, "ns/line")
		})
	}
}
