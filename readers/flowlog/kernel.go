package flowlog

import (
	"bytes"
	"encoding/json"
	"strconv"

	"rolewall/ruleset"
)

// kernel reads lines of the LOG target of nft and iptables, as written by syslog, journalctl and ulogd's LOGEMU: a
// time, a prefix, and words such as "IN=eth0 SRC=10.3.0.5 DPT=22".
type kernel struct {
	clock clock
}

func newKernel(o Options) parser {
	return &kernel{clock{zone: o.zone(), year: o.Year, last: o.Now}}
}

func (k *kernel) line(line []byte, r *Record) outcome {
	begin := bytes.Index(line, []byte("IN="))
	if begin < 0 || !bytes.Contains(line[begin:], []byte(" SRC=")) {
		return missed(line)
	}
	k.head(line[:begin], r)
	return k.packet(line[begin:], r)
}

// missed reports whether a message says that lines are missing because of a limit of the kernel, journald or
// rsyslog.
func missed(message []byte) outcome {
	for _, words := range []string{" callbacks suppressed", " kernel messages", "messages lost due to rate-limiting"} {
		if bytes.Contains(message, []byte(words)) && (words != " kernel messages" || bytes.Contains(message, []byte("Missed "))) {
			return lost
		}
	}
	return skipped
}

// head reads the time and the prefix of the rule.
func (k *kernel) head(head []byte, r *Record) {
	if t, ok := k.clock.syslog(head); ok {
		r.Time = t
		if _, rest, found := bytes.Cut(head[min(len(head), 16):], []byte(" ")); found {
			head = rest // removes the name of the host
		}
	} else if i := bytes.IndexByte(head, ' '); i > 0 {
		r.Time, _ = k.clock.dateTime(head[:i])
	}
	// The host name before "kernel:" does not describe the packet.
	if i := bytes.Index(head, []byte("kernel:")); i >= 0 {
		head = head[i:]
	}
	r.Verdict = verdictOf(head)
}

// verdictOf reads a verdict in the prefix of a LOG rule.
func verdictOf(prefix []byte) Verdict {
	for _, word := range []string{"would", "audit"} {
		if contains(prefix, word) {
			return VerdictUnknown
		}
	}
	for _, word := range []string{"drop", "block", "reject", "deny", "denied"} {
		if contains(prefix, word) {
			return Dropped
		}
	}
	for _, word := range []string{"accept", "allow", "pass"} {
		if contains(prefix, word) {
			return Allowed
		}
	}
	return VerdictUnknown
}

// packet reads the words of a packet.
func (k *kernel) packet(b []byte, r *Record) outcome {
	ok, syn, ack, in, out := true, false, false, false, false
	isTCP := false
	for len(b) > 0 {
		var word []byte
		if i := bytes.IndexByte(b, ' '); i >= 0 {
			word, b = b[:i], b[i+1:]
		} else {
			word, b = b, nil
		}
		if len(word) > 0 && word[0] == '[' { // the packet that an ICMP error is about
			if i := bytes.IndexByte(b, ']'); i >= 0 {
				b = b[i+1:]
			} else {
				b = nil
			}
			continue
		}
		key, value, hasValue := bytes.Cut(word, []byte("="))
		if !hasValue {
			switch string(word) {
			case "SYN":
				syn = true
			case "ACK":
				ack = true
			}
			continue
		}
		var good bool
		switch string(key) {
		case "IN":
			in, good = len(value) > 0, true
			r.Interface = value
		case "OUT":
			out, good = len(value) > 0, true
		case "SRC":
			r.Src, good = address(value)
		case "DST":
			r.Dst, good = address(value)
		case "PROTO":
			value = bytes.TrimSuffix(value, []byte("INCOMPLETEMARK")) // ulogd writes two words without a blank
			r.Protocol, good = protocol(value)
			isTCP = r.Protocol == ruleset.TCP
		case "SPT":
			r.SrcPort, good = port(value)
		case "DPT":
			r.DstPort, good = port(value)
		case "TYPE":
			r.Type, good = octet(value)
		case "CODE":
			r.Code, good = octet(value)
		default:
			good = true
		}
		ok = ok && good
	}
	if !ok || !r.Src.IsValid() || !r.Dst.IsValid() || r.Protocol == 0 && r.Src.Is4() {
		return bad
	}
	r.Inbound, r.Outbound, r.Forwarded = in && !out, out && !in, in && out
	// Late packets of connections that the kernel has forgotten are logged, too. Only a SYN opens a connection.
	r.Began = !isTCP || syn && !ack
	r.Reply = isTCP && syn && ack
	return found
}

// journal reads the output of journalctl -k -o json, with an object for each message.
type journal struct{ kernel }

func newJournal(o Options) parser { return &journal{kernel{clock{zone: o.zone()}}} }

func (j *journal) line(line []byte, r *Record) outcome {
	var entry struct {
		Time      string          `json:"__REALTIME_TIMESTAMP"`
		Transport string          `json:"_TRANSPORT"`
		Message   json.RawMessage `json:"MESSAGE"`
	}
	if json.Unmarshal(line, &entry) != nil {
		return bad
	}
	if entry.Transport != "" && entry.Transport != "kernel" { // anyone can write such a line with logger
		return skipped
	}
	message, ok := journalText(entry.Message)
	if !ok {
		return skipped
	}
	begin := bytes.Index(message, []byte("IN="))
	if begin < 0 || !bytes.Contains(message[begin:], []byte(" SRC=")) {
		return missed(message)
	}
	t, err := strconv.ParseInt(entry.Time, 10, 64)
	if err != nil || t < 0 {
		return bad
	}
	r.Time, r.Verdict = t, verdictOf(message[:begin])
	return j.packet(message[begin:], r)
}

// journalText returns a message. It is a text, or a list of bytes if it is not UTF-8.
func journalText(raw json.RawMessage) ([]byte, bool) {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return []byte(text), true
	}
	var list []uint8
	var numbers []int
	if json.Unmarshal(raw, &numbers) != nil {
		return nil, false
	}
	for _, n := range numbers {
		list = append(list, uint8(n))
	}
	return list, true
}
