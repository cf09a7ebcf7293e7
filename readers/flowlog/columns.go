package flowlog

import (
	"bytes"
	"encoding/json"
	"strings"

	"rolewall/ruleset"
)

// columns reads logs whose header names the columns: CSV of nfdump, TSV of Zeek, VPC flow logs with a header,
// plain CSV. A format says what its column names mean and how to read special columns.
type columns struct {
	split  func(line []byte, out [][]byte) int
	known  map[string]field
	fields []field // of the header
	words  [][]byte
	clock  clock
	empty  string // the text of an empty column
	finish func(x *extras, r *Record) outcome
}

// field is the meaning of a column.
type field uint8

const (
	ignored field = iota
	fTime
	fLast
	fSource
	fDestination
	fSourcePort
	fDestinationPort
	fProtocol
	fPackets
	fReplies // packets in the other direction
	fFlags   // TCP flags, "...AP.SF"
	fState   // Zeek's conn_state
	fHistory // history of Zeek
	fAction  // ACCEPT or REJECT
	fStatus  // OK, NODATA, SKIPDATA
	fType
	fCode
	fHost
	fAnswered
)

// extras holds columns that only one format uses.
type extras struct {
	flags, state, history, action, status, answered []byte
	packets, replies                                uint64
}

func (c *columns) header(names [][]byte) bool {
	c.fields = c.fields[:0]
	has := map[field]bool{}
	for _, n := range names {
		f := c.known[strings.ToLower(string(bytes.TrimSpace(n)))]
		c.fields = append(c.fields, f)
		has[f] = true
	}
	c.words = make([][]byte, len(c.fields)+1)
	return has[fSource] && has[fDestination] && has[fProtocol]
}

func (c *columns) row(line []byte, r *Record) outcome {
	n := c.split(line, c.words)
	if n < len(c.fields)/2 || n > len(c.fields) {
		return bad
	}
	var x extras
	ok := true
	for i, word := range c.words[:n] {
		word = bytes.TrimSpace(word)
		if len(word) == 0 || string(word) == c.empty {
			continue
		}
		ok = c.read(c.fields[i], word, &x, r) && ok
	}
	if x.status != nil && !bytes.Equal(x.status, []byte("OK")) {
		return lost
	}
	if !ok || !r.Src.IsValid() || !r.Dst.IsValid() {
		return bad
	}
	if x.packets > 0 {
		r.Count = 1 // a record is one conversation, whatever its number of packets
	}
	return c.finish(&x, r)
}

func (c *columns) read(f field, word []byte, x *extras, r *Record) (ok bool) {
	switch f {
	case fTime:
		r.Time, ok = c.time(word)
	case fLast:
		r.Last, ok = c.time(word)
	case fSource:
		r.Src, ok = address(word)
	case fDestination:
		r.Dst, ok = address(word)
	case fProtocol:
		r.Protocol, ok = protocol(word)
	case fSourcePort:
		r.SrcPort, ok = port(word)
	case fDestinationPort:
		if whole, part, isICMP := bytes.Cut(word, []byte(".")); isICMP { // nfdump writes type.code
			r.Type, ok = octet(whole)
			r.Code, _ = octet(part)
			return ok
		}
		r.DstPort, ok = port(word)
	case fPackets:
		x.packets, ok = number(word, 1<<62)
	case fReplies:
		x.replies, ok = number(word, 1<<62)
	case fType:
		r.Type, ok = octet(word)
	case fCode:
		r.Code, ok = octet(word)
	default:
		x.keep(f, word)
		ok = true
	}
	return ok
}

func (x *extras) keep(f field, word []byte) {
	switch f {
	case fFlags:
		x.flags = word
	case fState:
		x.state = word
	case fHistory:
		x.history = word
	case fAction:
		x.action = word
	case fStatus:
		x.status = word
	case fAnswered:
		x.answered = word
	}
}

// time reads seconds since 1970, or a date and time.
func (c *columns) time(word []byte) (int64, bool) {
	if len(word) >= 19 && word[4] == '-' {
		return c.clock.dateTime(word)
	}
	return seconds(word)
}

// portsAreTypes sets type and code of ICMP from the ports, where a format writes them.
func portsAreTypes(r *Record) {
	if r.Protocol.HasTypes() && r.Type == 0 && r.Code == 0 {
		r.Type, r.Code, r.SrcPort, r.DstPort = uint8(r.SrcPort), uint8(r.DstPort), 0, 0
	}
	if !r.Protocol.HasPorts() {
		r.SrcPort, r.DstPort = 0, 0
	}
}

func splitAt(sep byte) func([]byte, [][]byte) int {
	return func(line []byte, out [][]byte) int {
		n := 0
		for n < len(out) {
			i := bytes.IndexByte(line, sep)
			if i < 0 {
				out[n] = line
				return n + 1
			}
			out[n], line = line[:i], line[i+1:]
			n++
		}
		return n
	}
}

// nfdump reads the output of nfdump -o csv. Column names differ between versions.
type nfdump struct{ columns }

func newNfdump(o Options) parser {
	p := &nfdump{}
	p.columns = columns{split: splitAt(','), clock: clock{zone: o.zone()}, finish: nfdumpFinish, known: map[string]field{
		"ts": fTime, "te": fLast, "sa": fSource, "da": fDestination, "sp": fSourcePort, "dp": fDestinationPort, "pr": fProtocol, "flg": fFlags,
		"ipkt": fPackets, "opkt": fReplies, "firstseen": fTime, "lastseen": fLast, "srcaddr": fSource, "dstaddr": fDestination,
		"srcport": fSourcePort, "dstport": fDestinationPort, "proto": fProtocol, "flags": fFlags, "inpackets": fPackets, "outpackets": fReplies,
		"in packets": fPackets, "out packets": fReplies, "packets": fPackets,
	}}
	return p
}

func (p *nfdump) line(line []byte, r *Record) outcome {
	switch {
	case len(p.fields) == 0:
		var names [64][]byte
		n := p.split(line, names[:])
		if p.header(names[:n]) {
			return skipped
		}
		return bad
	case bytes.Equal(line, []byte("Summary")), bytes.HasPrefix(line, []byte("flows,")), bytes.HasPrefix(line, []byte("No matching flows")):
		p.fields = nil // the lines that follow are no flows
		return ended
	}
	return p.row(line, r)
}

func nfdumpFinish(x *extras, r *Record) outcome {
	if r.Protocol.HasTypes() && r.DstPort > 0 { // type times 256, plus code; newer versions write type.code
		r.Type, r.Code = uint8(r.DstPort>>8), uint8(r.DstPort)
	}
	if !r.Protocol.HasPorts() {
		r.SrcPort, r.DstPort = 0, 0
	}
	if r.Protocol == ruleset.TCP && len(x.flags) > 0 {
		syn, ack := bytes.IndexByte(x.flags, 'S') >= 0, bytes.IndexByte(x.flags, 'A') >= 0
		switch {
		case syn && !ack:
			r.Began = true
		case bytes.IndexByte(x.flags, 'R') >= 0 && !syn && r.Time == r.Last:
			r.Reply, r.Answer = true, Unanswered // the reset shows that Dst opened the connection, and that nothing listens
		}
		if x.packets == 1 && x.replies == 1 && bytes.IndexByte(x.flags, 'R') >= 0 {
			r.Began, r.Answer = true, Unanswered
			return found
		}
	}
	if x.replies > 0 { // a log of single directions also has 0
		r.Answer, r.Began = Answered, true
	}
	return found
}

// zeek reads conn.log in TSV. The originator comes first, unless the history says that it was swapped.
type zeek struct{ columns }

func newZeek(o Options) parser {
	p := &zeek{}
	p.columns = columns{split: splitAt('\t'), clock: clock{zone: o.zone()}, finish: zeekFinish, empty: "-", known: zeekColumns}
	return p
}

var zeekColumns = map[string]field{
	"ts": fTime, "id.orig_h": fSource, "id.orig_p": fSourcePort, "id.resp_h": fDestination, "id.resp_p": fDestinationPort, "proto": fProtocol,
	"conn_state": fState, "history": fHistory, "orig_pkts": fPackets, "resp_pkts": fReplies,
}

func (p *zeek) line(line []byte, r *Record) outcome {
	if line[0] == '#' {
		if rest, is := bytes.CutPrefix(line, []byte("#fields\t")); is && !p.header(bytes.Split(rest, []byte{'\t'})) {
			return bad
		}
		if rest, is := bytes.CutPrefix(line, []byte("#unset_field\t")); is {
			p.empty = string(rest)
		}
		return skipped
	}
	if len(p.fields) == 0 {
		return bad
	}
	return p.row(line, r)
}

func zeekFinish(x *extras, r *Record) outcome {
	portsAreTypes(r)
	r.Began = !bytes.HasPrefix(x.history, []byte("^")) && !bytes.Equal(x.state, []byte("OTH"))
	switch string(x.state) {
	case "S0", "SH":
		r.Answer = Unanswered
	case "REJ", "RSTOS0", "RSTRH", "SHR":
		r.Answer = Unanswered
	case "SF", "S1", "S2", "S3", "RSTO", "RSTR":
		r.Answer = Answered
	}
	return found
}

// zeekJSON reads conn.log in JSON, with an object on each line.
type zeekJSON struct{ clock clock }

func newZeekJSON(o Options) parser { return &zeekJSON{clock{zone: o.zone()}} }

func (p *zeekJSON) line(line []byte, r *Record) outcome {
	var v struct {
		Time    json.RawMessage `json:"ts"`
		Orig    string          `json:"id.orig_h"`
		Resp    string          `json:"id.resp_h"`
		OrigP   uint16          `json:"id.orig_p"`
		RespP   uint16          `json:"id.resp_p"`
		Proto   string          `json:"proto"`
		State   string          `json:"conn_state"`
		History string          `json:"history"`
	}
	if json.Unmarshal(line, &v) != nil {
		return bad
	}
	var ok [4]bool
	r.Src, ok[0] = address([]byte(v.Orig))
	r.Dst, ok[1] = address([]byte(v.Resp))
	r.Protocol, ok[2] = protocol([]byte(v.Proto))
	c := columns{clock: p.clock}
	r.Time, ok[3] = c.time(bytes.Trim(v.Time, `"`))
	p.clock = c.clock
	if ok != [4]bool{true, true, true, true} {
		return bad
	}
	r.SrcPort, r.DstPort = v.OrigP, v.RespP
	if r.Protocol == ruleset.ICMP && r.Src.Is6() {
		r.Protocol = ruleset.ICMPv6
	}
	return zeekFinish(&extras{state: []byte(v.State), history: []byte(v.History)}, r)
}

// vpc reads AWS VPC flow logs: version 2, or the columns of a header. Each direction is a record of its own.
type vpc struct{ columns }

const defaultVPC = "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status"

func newVPC(Options) parser {
	p := &vpc{}
	p.columns = columns{split: words, finish: vpcFinish, empty: "-", known: map[string]field{
		"srcaddr": fSource, "dstaddr": fDestination, "srcport": fSourcePort, "dstport": fDestinationPort, "protocol": fProtocol, "packets": fPackets,
		"start": fTime, "end": fLast, "action": fAction, "log-status": fStatus, "tcp-flags": fFlags,
	}}
	p.header(bytes.Fields([]byte(defaultVPC)))
	return p
}

func (p *vpc) line(line []byte, r *Record) outcome {
	if contains(line[:min(len(line), 2000)], "srcaddr") {
		if p.header(bytes.Fields(line)) {
			return skipped
		}
		return bad
	}
	return p.row(line, r)
}

func vpcFinish(x *extras, r *Record) outcome {
	if !r.Protocol.HasPorts() {
		r.SrcPort, r.DstPort = 0, 0 // the log has no ICMP types
	}
	if bytes.Equal(x.action, []byte("REJECT")) {
		r.Verdict = Dropped // REJECT only; ACCEPT is from the security group, and the host behind it may drop the packet
	}
	if flags, ok := octet(x.flags); ok && r.Protocol == ruleset.TCP { // flags of the whole record, in one direction
		r.Began, r.Reply = flags&0x12 == 0x02, flags&0x12 == 0x12
	}
	return found
}

// plain reads a simple CSV: src,dst,proto,dport, and optionally time, sport, count, action, answered.
type plain struct{ columns }

func newPlain(o Options) parser {
	p := &plain{}
	p.columns = columns{split: splitAt(','), clock: clock{zone: o.zone()}, finish: plainFinish, known: map[string]field{
		"time": fTime, "first": fTime, "last": fLast, "src": fSource, "source": fSource, "dst": fDestination, "destination": fDestination, "proto": fProtocol, "protocol": fProtocol,
		"sport": fSourcePort, "dport": fDestinationPort, "port": fDestinationPort, "type": fType, "code": fCode, "count": fPackets, "packets": fPackets,
		"action": fAction, "verdict": fAction, "answered": fAnswered,
	}}
	return p
}

func (p *plain) line(line []byte, r *Record) outcome {
	if len(p.fields) == 0 {
		var names [64][]byte
		if n := p.split(line, names[:]); p.header(names[:n]) {
			return skipped
		}
		return bad
	}
	return p.row(line, r)
}

func plainFinish(x *extras, r *Record) outcome {
	r.Began = true // the columns are called source and destination
	r.Count = max(1, x.packets)
	r.Verdict = verdictOf(x.action)
	switch {
	case fold(x.answered, "yes"), fold(x.answered, "true"):
		r.Answer = Answered
	case fold(x.answered, "no"), fold(x.answered, "false"):
		r.Answer = Unanswered
	}
	return found
}
