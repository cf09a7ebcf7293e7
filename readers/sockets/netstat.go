package sockets

import (
	"strconv"
	"strings"

	"rolewall/diag"
	"rolewall/readers/wintext"
	"rolewall/ruleset"
)

const netstatHint = "make it on the host: netstat -anob on Windows, netstat -tulpn on Linux"

// netstatProtocols holds the first words of lines, in lower case, and the family of each.
var netstatProtocols = map[string]struct {
	protocol ruleset.Protocol
	v6       bool
}{
	"tcp": {ruleset.TCP, false}, "tcp6": {ruleset.TCP, true}, "udp": {ruleset.UDP, false}, "udp6": {ruleset.UDP, true},
	"tcpv6": {ruleset.TCP, true}, "udpv6": {ruleset.UDP, true},
}

// DetectNetstat reports whether a file begins like the output of netstat on Windows or Linux, in any language.
func DetectNetstat(head []byte) bool {
	n := 0
	for line := range strings.Lines(wintext.Head(head)) {
		words := strings.Fields(line)
		if n++; n > 12 {
			return false
		}
		if _, _, ok := netstatSides(words); ok {
			return true
		}
	}
	return false
}

// netstatSides returns the local and the remote address of a line. It returns false if the line is no socket.
func netstatSides(words []string) (local, peer string, ok bool) {
	if len(words) < 3 {
		return "", "", false
	}
	if _, known := netstatProtocols[strings.ToLower(words[0])]; !known {
		return "", "", false
	}
	if len(words) >= 5 && isNumber(words[1]) && isNumber(words[2]) { // on Linux, two queues come first
		local, peer = words[3], words[4]
	} else {
		local, peer = words[1], words[2]
	}
	_, good := parseEndpoint(local)
	_, goodToo := parseEndpoint(peer)
	return local, peer, good && goodToo
}

func isNumber(s string) bool {
	_, err := strconv.ParseUint(s, 10, 32)
	return err == nil
}

// ReadNetstat adds the sockets in the output of netstat to st. It adds mistakes to errs with their location.
func ReadNetstat(file string, src []byte, st *State, errs *diag.List) {
	text, ok := wintext.Decode(file, src, netstatHint, errs)
	if !ok {
		return
	}
	st.Files = append(st.Files, file)
	r := &reader{file: file, st: st, errs: errs, hint: netstatHint}
	last := -1 // the socket that lines of -b belong to
	for line := range strings.Lines(text) {
		r.line++
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		if _, isSocket := netstatProtocols[strings.ToLower(words[0])]; !isSocket || len(words) < 3 {
			if last >= 0 {
				owner(words, &st.Sockets[last])
			}
			continue
		}
		before := len(st.Sockets)
		if !r.netstat(words) {
			return
		}
		if last = -1; len(st.Sockets) > before {
			last = before
		}
	}
}

// netstat reads a line with a socket. It returns false after a mistake.
func (r *reader) netstat(words []string) bool {
	kind := netstatProtocols[strings.ToLower(words[0])]
	local, peer, ok := netstatSides(words)
	if !ok {
		r.fail(1, "%.60q is not a line with a protocol and two addresses", strings.Join(words, " "))
		return false
	}
	l, _ := parseEndpoint(local)
	p, _ := parseEndpoint(peer)
	if l.whole == both { // "*:80"
		l.whole = onlyIPv4
	}
	if kind.v6 && l.whole == onlyIPv6 && !l.addr.IsValid() && isNumber(words[1]) {
		l.whole = both // Linux does not say whether such a socket also accepts IPv4
	}
	s, good := socket(kind.protocol, l, p)
	if !good {
		return true // a socket without a port, or a long IPv6 address that was cut
	}
	linux := isNumber(words[1]) && isNumber(words[2])
	tail := words[3:]
	if linux {
		tail = words[5:]
	}
	if kind.protocol == ruleset.TCP && s.Listens() && linux && (len(tail) == 0 || tail[0] != "LISTEN") {
		return true
	}
	if len(tail) > 0 {
		program(strings.Join(tail, " "), linux, &s)
	}
	return r.add(s)
}

// program reads the end of a line: "47/python3" or "LISTEN 47/python3" on Linux, a process number on Windows.
func program(tail string, linux bool, s *Socket) {
	tail = strings.TrimPrefix(tail, "LISTEN ")
	if number, name, has := strings.Cut(tail, "/"); linux && has && isNumber(number) {
		s.PID, _ = strconv.Atoi(number)
		s.Processes = []string{strings.TrimSuffix(name, ":")}
		return
	}
	if words := strings.Fields(tail); !linux && isNumber(words[len(words)-1]) {
		s.PID, _ = strconv.Atoi(words[len(words)-1])
	}
}

// owner reads a line of netstat -b below a socket: "[svchost.exe]", or before it the service. A sentence that says
// that the owner is unknown has several words.
func owner(words []string, s *Socket) {
	name, bracketed := strings.CutPrefix(strings.Join(words, " "), "[")
	if program, closed := strings.CutSuffix(name, "]"); bracketed && closed && len(s.Processes) == 0 {
		s.Processes = []string{program}
		return
	}
	if len(words) == 1 && len(s.Processes) == 0 && len(s.Services) == 0 && !bracketed {
		s.Services = []string{words[0]}
	}
}
