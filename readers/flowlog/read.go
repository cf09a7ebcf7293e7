package flowlog

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"time"
)

// Options holds what a log itself may not say.
type Options struct {
	Zone *time.Location // for times without a zone; nil means UTC
	Year int            // for dates without a year; 0 means the latest year in which no time is after Now
	Now  time.Time      // the day of the run
}

func (o Options) zone() *time.Location {
	if o.Zone == nil {
		return time.UTC
	}
	return o.Zone
}

// Format is a format of logs.
type Format struct {
	Name   string // as --type takes it
	Title  string
	detect func(head []byte) bool
	new    func(Options) parser // nil if the format is a single document

	document func(ctx context.Context, name string, r io.Reader, o Options, visit func(*Record) error) (Notes, error)
}

// parser reads lines. It never gets an empty line, and lines have no line end.
type parser interface {
	line(line []byte, r *Record) outcome
}

// outcome is the kind of a line.
type outcome uint8

const (
	found   outcome = iota // a record
	skipped                // no traffic
	bad                    // not understood
	lost                   // the log says that entries are missing
	ended                  // the lines that follow are not part of the log
)

// Formats lists all formats.
func Formats() []Format {
	return append([]Format{{Name: "audit", Title: "nft -j list table inet " + AuditTable, detect: isAudit, document: readAudit}}, lineFormats()...)
}

func isAudit(head []byte) bool {
	return bytes.HasPrefix(bytes.TrimSpace(head), []byte("{")) && bytes.Contains(head, []byte(`"nftables"`)) && bytes.Contains(head, []byte(AuditTable))
}

// lineFormats are read line by line.
func lineFormats() []Format {
	list := []Format{}
	for _, f := range []struct {
		name, title string
		detect      func([]byte) bool
		new         func(Options) parser
	}{
		{"pfirewall", "Windows pfirewall.log", func(h []byte) bool {
			return bytes.HasPrefix(h, []byte("#Version: 1.")) || bytes.Contains(h, []byte("#Fields: date time action"))
		}, newPfirewall},
		{"journal", "journalctl -k -o json", func(h []byte) bool { return bytes.Contains(h, []byte(`"__REALTIME_TIMESTAMP"`)) }, newJournal},
		{"kernel", "LOG lines of nft and iptables in syslog, journalctl or ulogd", func(h []byte) bool {
			return bytes.Contains(h, []byte("IN=")) && bytes.Contains(h, []byte(" SRC=")) && bytes.Contains(h, []byte(" PROTO="))
		}, newKernel},
		{"conntrack", "conntrack -L, conntrack -E -o timestamp, /proc/net/nf_conntrack", func(h []byte) bool {
			return bytes.Contains(h, []byte(" src=")) && bytes.Contains(h, []byte(" dst=")) && !bytes.Contains(h, []byte("{"))
		}, newConntrack},
		{"zeek", "Zeek conn.log, TSV", func(h []byte) bool {
			return bytes.HasPrefix(h, []byte("#separator")) || bytes.Contains(h, []byte("#fields\tts"))
		}, newZeek},
		{"zeek-json", "Zeek conn.log, JSON", func(h []byte) bool { return bytes.Contains(h, []byte(`"id.orig_h"`)) }, newZeekJSON},
		{"vpc", "AWS VPC flow log", func(h []byte) bool {
			return bytes.Contains(firstLine(h), []byte("srcaddr dstaddr")) || isVPC(firstLine(h))
		}, newVPC},
		{"nfdump", "nfdump -o csv", func(h []byte) bool {
			return bytes.HasPrefix(h, []byte("ts,te,td,sa,da")) || bytes.Contains(firstLine(h), []byte("srcAddr,dstAddr")) || bytes.HasPrefix(h, []byte("firstSeen,"))
		}, newNfdump},
		{"csv", "CSV with a header: src,dst,proto,dport, and perhaps time, sport, count, action, answered", func(h []byte) bool {
			p := newPlain(Options{}).(*plain)
			return p.line(firstLine(h), &Record{}) == skipped
		}, newPlain},
	} {
		list = append(list, Format{Name: f.name, Title: f.title, detect: f.detect, new: f.new})
	}
	return list
}

// Lookup returns the format of that name.
func Lookup(name string) (Format, bool) {
	for _, f := range Formats() {
		if f.Name == name {
			return f, true
		}
	}
	return Format{}, false
}

// Detect returns the format of a log. head is its beginning, some thousand bytes.
func Detect(head []byte) (Format, bool) {
	head = bytes.TrimPrefix(head, []byte("\xef\xbb\xbf"))
	for _, f := range Formats() {
		if len(head) > 0 && f.detect(head) {
			return f, true
		}
	}
	return Format{}, false
}

func firstLine(h []byte) []byte {
	line, _, _ := bytes.Cut(h, []byte("\n"))
	return bytes.TrimSuffix(line, []byte("\r"))
}

// isVPC reports whether a line is from a VPC flow log without a header.
func isVPC(line []byte) bool {
	var out [15][]byte
	return words(line, out[:]) == 14 && len(out[0]) == 1 && out[0][0] == '2' && bytes.HasPrefix(out[2], []byte("eni-"))
}

// HeadSize is how many bytes Detect needs.
const HeadSize = 16 << 10

// maxLine is the longest line in bytes. No format has such long lines.
const maxLine = 64 << 10

// firstBadLines is how many lines that are not understood Notes quote.
const firstBadLines = 3

// Read reads a log to its end and passes each record to visit. visit must not keep the record. name is for
// messages. Read counts lines that it does not understand. It returns an error of r, of ctx or of visit.
func Read(ctx context.Context, name string, r io.Reader, f Format, o Options, visit func(*Record) error) (n Notes, err error) {
	if f.document != nil {
		return f.document(ctx, name, r, o, visit)
	}
	n.Sampled = f.Name == "nfdump" // the CSV of nfdump does not say whether it is
	p := f.new(o)
	if x, ok := p.(*conntrack); ok {
		defer func() { n.Snapshot = !x.events }()
	}
	in := bufio.NewReaderSize(r, 256<<10)
	var rec Record
	for {
		line, err := readLine(in)
		if errors.Is(err, io.EOF) && len(line) == 0 {
			return n, nil
		}
		if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, errLong) {
			return n, err
		}
		n.Lines++
		if n.Lines%4096 == 0 && ctx.Err() != nil {
			return n, context.Cause(ctx)
		}
		line = bytes.Trim(line, "\r\n\x00 ") // a log that is written in place has NULs where nothing is written yet
		if n.Lines == 1 {
			line = bytes.TrimPrefix(line, []byte("\xef\xbb\xbf"))
		}
		if len(line) == 0 {
			n.Skipped++
			continue
		}
		rec = Record{Count: 1}
		what := bad
		if !errors.Is(err, errLong) {
			what = p.line(line, &rec)
		}
		switch what {
		case found:
			n.Records++
			if !rec.Protocol.HasPorts() && !rec.Protocol.HasTypes() {
				rec.SrcPort, rec.DstPort = 0, 0
			}
			if err := visit(&rec); err != nil {
				return n, err
			}
		case skipped:
			n.Skipped++
		case lost:
			n.Lost++
		case ended:
			n.Skipped++
			return n, nil
		case bad:
			n.Bad++
			if len(n.FirstBad) < firstBadLines {
				n.FirstBad = append(n.FirstBad, fmt.Sprintf("%s:%d: %s", name, n.Lines, line[:min(len(line), 200)]))
			}
		}
	}
}

var errLong = errors.New("a line that is too long")

// readLine returns the next line with its end. If the line is too long, it returns the beginning and errLong.
func readLine(in *bufio.Reader) ([]byte, error) {
	line, err := in.ReadSlice('\n')
	if len(line) > maxLine || errors.Is(err, bufio.ErrBufferFull) {
		head := bytes.Clone(line[:min(len(line), maxLine)])
		for errors.Is(err, bufio.ErrBufferFull) {
			_, err = in.ReadSlice('\n')
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return head, err
		}
		return head, errLong
	}
	return line, err
}
