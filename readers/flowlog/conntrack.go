package flowlog

import (
	"bytes"
	"slices"

	"rolewall/ruleset"
)

// conntrack reads conntrack -L, conntrack -E -o timestamp and /proc/net/nf_conntrack. The first tuple of an entry
// is the direction of the side that opened the connection.
type conntrack struct {
	words  [][]byte
	events bool // the log has events; otherwise it is a list of connections
}

func newConntrack(Options) parser { return &conntrack{words: make([][]byte, 64)} }

func (c *conntrack) line(line []byte, r *Record) outcome {
	if bytes.HasPrefix(line, []byte("conntrack v")) {
		return skipped
	}
	n := words(line, c.words)
	list := c.words[:n]
	if n > 0 && list[0][0] == '[' && list[0][1] >= '0' && list[0][1] <= '9' { // [1796014503.691123], perhaps with a blank inside
		t, ok := seconds(bytes.Trim(list[0], "[]"))
		if !ok {
			return bad
		}
		r.Time, list = t, list[1:]
	}
	if len(list) > 0 && list[0][0] == '[' { // [NEW], [UPDATE], [DESTROY]
		c.events = true
		if !bytes.Equal(list[0], []byte("[NEW]")) {
			r.Count = 0 // [NEW] counted it, or it began before the log; its state says whether it was answered
		}
		list = list[1:]
	}
	if len(list) > 2 && (bytes.Equal(list[0], []byte("ipv4")) || bytes.Equal(list[0], []byte("ipv6"))) {
		list = list[2:]
	}
	if len(list) < 4 {
		return bad
	}
	var ok bool
	if r.Protocol, ok = protocol(list[0]); !ok { // such as "unknown 50"
		if r.Protocol, ok = protocol(list[1]); !ok {
			return bad
		}
	}
	return tuples(list, r)
}

// tuples reads both directions of an entry.
func tuples(list [][]byte, r *Record) outcome {
	var reply struct {
		src     []byte
		srcPort []byte
	}
	ok, sources := true, 0
	for _, word := range list {
		key, value, hasValue := bytes.Cut(word, []byte("="))
		if !hasValue {
			if bytes.Equal(word, []byte("[UNREPLIED]")) {
				r.Answer = Unanswered
			}
			continue
		}
		var good bool
		switch name := string(key); {
		case name == "src":
			sources++
			if sources > 1 {
				reply.src, good = value, true
				break
			}
			r.Src, good = address(value)
		case name == "sport" && sources > 1:
			reply.srcPort, good = value, true
		case sources > 1:
			good = true
		case name == "dst":
			r.Dst, good = address(value)
		case name == "sport":
			r.SrcPort, good = port(value)
		case name == "dport":
			r.DstPort, good = port(value)
		case name == "type":
			r.Type, good = octet(value)
		case name == "code":
			r.Code, good = octet(value)
		default:
			good = true
		}
		ok = ok && good
	}
	if !ok || sources == 0 || !r.Dst.IsValid() || !r.Src.IsValid() {
		return bad
	}
	r.Began, r.Verdict = true, Allowed
	if r.Answer != Unanswered {
		r.Answer = Answered
	}
	if r.Protocol == ruleset.TCP && slices.ContainsFunc(list, func(w []byte) bool { return bytes.Equal(w, []byte("SYN_SENT")) }) {
		r.Answer, r.Verdict = Unanswered, VerdictUnknown
	}
	if r.Answer == Unanswered {
		r.Verdict = VerdictUnknown // an entry without an answer can exist for a packet that was dropped
	}
	if to, good := address(reply.src); good {
		newPort, _ := port(reply.srcPort)
		if to != r.Dst || r.Protocol.HasPorts() && newPort != r.DstPort {
			r.NewDst, r.NewPort = to, newPort
		}
	}
	return found
}
