package replay

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"testing"
	"time"

	"rolewall/internal/workspace"
	"rolewall/readers/flowlog"
)

// repeated is a log of so many equal parts, which takes the memory of one.
type repeated struct {
	part  []byte
	times int
	at    int
}

func (r *repeated) Read(b []byte) (int, error) {
	if r.times == 0 {
		return 0, io.EOF
	}
	n := copy(b, r.part[r.at:])
	if r.at += n; r.at == len(r.part) {
		r.at, r.times = 0, r.times-1
	}
	return n, nil
}

// BenchmarkReplay replays a million lines with 100,000 flows. It reports the time of a line.
func BenchmarkReplay(b *testing.B) {
	for _, c := range []struct{ format, head, line string }{
		{"pfirewall", "", "2026-11-29 08:00:02 ALLOW TCP 10.66.%d.%d 10.1.0.10 51235 %d 52 S 1031365855 0 65535 - - - RECEIVE 4\n"},
		{"kernel", "", "Nov 30 04:55:03 host kernel: [12.3] rolewall drop: IN=eth0 OUT= MAC=e6:b7:a7:5b:2c:45:2e:4f:50:00:13:5a:08:00 SRC=10.66.%d.%d DST=10.1.0.10 LEN=60 TOS=0x00 PREC=0x00 TTL=64 ID=58222 DF PROTO=TCP SPT=46101 DPT=%d WINDOW=64240 RES=0x00 SYN URGP=0\n"},
		{"conntrack", "", "tcp 6 431999 ESTABLISHED src=10.66.%d.%d dst=10.1.0.10 sport=46101 dport=%d src=10.1.0.10 dst=10.3.0.5 sport=22 dport=46101 [ASSURED] mark=0 use=1\n"},
		{"csv", "src,dst,dport,proto,answered\n", "10.66.%d.%d,10.1.0.10,%d,tcp,yes\n"},
		{"vpc", "", "2 123456789010 eni-1235b8ca 10.66.%d.%d 10.1.0.10 40000 %d 6 20 4249 1418530010 1418530070 ACCEPT OK\n"},
	} {
		b.Run(c.format, func(b *testing.B) {
			var part bytes.Buffer
			for i := range 100_000 {
				fmt.Fprintf(&part, c.line, i/250%250, i%250, 400+i/62500)
			}
			w := openPolicy(b, office)
			f, _ := flowlog.Lookup(c.format)
			b.SetBytes(int64(10 * part.Len()))
			for b.Loop() {
				p, err := New(w, workspace.Selection{}, Options{})
				if err != nil {
					b.Fatal(err)
				}
				log := io.MultiReader(bytes.NewReader([]byte(c.head)), &repeated{part: part.Bytes(), times: 10})
				n, err := flowlog.Read(context.Background(), "log", log, f, flowlog.Options{Now: time.Unix(1796000000, 0)}, p.Add)
				if err != nil || n.Records != 1_000_000 {
					b.Fatal(err, n)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1e6, "ns/line")
		})
	}
}
