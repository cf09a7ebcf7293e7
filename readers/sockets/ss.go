package sockets

import (
	"slices"
	"strconv"
	"strings"

	"rolewall/diag"
	"rolewall/readers/wintext"
	"rolewall/ruleset"
)

const ssHint = "make it on the host, as root: ss -H -tulpne"

// ssStates are the states that ss prints.
var ssStates = []string{"LISTEN", "UNCONN", "ESTAB", "SYN-SENT", "SYN-RECV", "FIN-WAIT-1", "FIN-WAIT-2", "TIME-WAIT", "CLOSE-WAIT", "LAST-ACK", "CLOSING", "CLOSE"}

// DetectSS reports whether a file begins like the output of ss, with or without its header.
func DetectSS(head []byte) bool {
	for line := range strings.Lines(wintext.Head(head)) {
		words := strings.Fields(line)
		return len(words) > 1 && (words[0] == "Netid" || isNetid(words[0]) && slices.Contains(ssStates, words[1]))
	}
	return false
}

// isNetid reports whether a word is a kind of socket of ss.
func isNetid(word string) bool {
	return slices.Contains([]string{"tcp", "udp", "raw", "sctp", "dccp", "mptcp", "icmp6", "u_str", "u_dgr", "u_seq", "nl", "p_raw", "p_dgr", "vsock", "v_str", "v_dgr", "xdp", "???"}, word)
}

// ReadSS adds the sockets in the output of ss to st. It adds mistakes to errs with their location.
func ReadSS(file string, src []byte, st *State, errs *diag.List) {
	text, ok := wintext.Decode(file, src, ssHint, errs)
	if !ok {
		return
	}
	st.Files = append(st.Files, file)
	r := &reader{file: file, st: st, errs: errs, hint: ssHint}
	for line := range strings.Lines(text) {
		r.line++
		if words := strings.Fields(line); len(words) > 0 && words[0] != "Netid" && !r.ss(line, words) {
			return
		}
	}
}

// ss reads a line. It returns false if the file is not what it looked like.
func (r *reader) ss(line string, words []string) bool {
	if !isNetid(words[0]) || len(words) < 6 {
		r.fail(1, "a line of ss has a kind, a state, two queues and two addresses")
		return false
	}
	protocols := map[string]ruleset.Protocol{"tcp": ruleset.TCP, "udp": ruleset.UDP}
	p, here := protocols[words[0]]
	if !here {
		return true // sockets without ports, or of other protocols
	}
	local, ok := parseEndpoint(words[4])
	peer, okToo := parseEndpoint(words[5])
	s, good := socket(p, local, peer)
	if !ok || !okToo || !good || !slices.Contains(ssStates, words[1]) {
		r.fail(1, "%.60q and %.60q are not the sides of a socket", words[4], words[5])
		return false
	}
	if s.Listens() && words[1] != "LISTEN" && words[1] != "UNCONN" {
		return true
	}
	rest := line
	for _, w := range words[:6] {
		rest = rest[strings.Index(rest, w)+len(w):]
	}
	if !r.details(rest, &s) {
		return false
	}
	return r.add(s)
}

// details reads what follows the addresses: users:(("nginx",pid=9,fd=6)) ino:1 cgroup:/system.slice/nginx.service
// v6only:0. A process chooses its own name, so a name ends where the format says, not at a blank.
func (r *reader) details(rest string, s *Socket) bool {
	rest = strings.TrimSpace(rest)
	if inner, has := strings.CutPrefix(rest, "users:("); has {
		var ok bool
		if rest, ok = users(inner, s); !ok {
			r.fail(1, "the processes of a socket are not in the form of ss")
			return false
		}
	}
	for _, word := range strings.Fields(rest) {
		key, value, _ := strings.Cut(word, ":")
		switch key {
		case "v6only":
			if s.Families == both && value == "1" {
				s.Families = onlyIPv6
			}
		case "cgroup":
			s.Unit = unitOf(value)
		}
	}
	return true
}

// users reads ("nginx",pid=9,fd=6),("nginx",pid=10,fd=6)) and returns what follows.
func users(text string, s *Socket) (string, bool) {
	for {
		inner, ok := strings.CutPrefix(text, `("`)
		if !ok {
			return "", false
		}
		end := strings.Index(inner, `",pid=`)
		if end < 0 {
			return "", false
		}
		name := inner[:end]
		detail, after, closed := strings.Cut(inner[end+len(`",pid=`):], ")")
		number, _, _ := strings.Cut(detail, ",")
		pid, err := strconv.Atoi(number)
		if !closed || err != nil || pid < 0 {
			return "", false
		}
		s.Processes = append(s.Processes, name)
		if s.PID == 0 {
			s.PID = pid
		}
		switch {
		case strings.HasPrefix(after, ")"):
			return after[1:], true
		case strings.HasPrefix(after, ","):
			text = after[1:]
		default:
			return "", false
		}
	}
}

// unitOf returns the unit of a control group, such as nginx.service for /system.slice/nginx.service.
func unitOf(path string) string {
	unit := ""
	for part := range strings.SplitSeq(path, "/") {
		if strings.HasSuffix(part, ".service") || strings.HasSuffix(part, ".socket") {
			unit = part
		}
	}
	return unit
}
