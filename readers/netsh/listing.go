// Package netsh reads how netsh lists the rules of Windows Firewall, in any language of Windows.
//
// Lines are known by their position and form, and the words of a language by rules whose meaning is known: those of
// rolewall. Read guesses nothing: a word whose meaning is unknown is an error with its line.
package netsh

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"rolewall/diag"
)

// Listing is the output of `netsh advfirewall firewall show rule name=all` in any language. Rules are read by the
// position and form of lines. Words that Windows translates are kept. Learn finds out what they mean.
type Listing struct {
	Rules []ListedRule
	Ended bool // a line such as Ok. follows the last rule
}

// ListedRule is one rule of a listing. Empty fields were not printed.
type ListedRule struct {
	Line                                  int // line of the name
	Name, Description                     string
	Enabled, Direction, Action            string // translated words
	Profiles, Grouping, LocalIP, RemoteIP string
	Protocol, LocalPort, RemotePort       string
	ICMP                                  [][2]string // type and code
	Edge, Program, Service                string
	Interfaces, Security, Source          string // in a verbose listing
}

// listed is a line of a rule: label and value.
type listed struct {
	line         int
	label, value string
}

// mistake is an error in a line of a listing. It names no file.
func mistake(line int, format string, args ...any) error {
	return &diag.Diagnostic{Pos: diag.Pos{Line: line, Column: 1}, Message: fmt.Sprintf(format, args...)}
}

// ReadListing reads a listing, verbose or not. Its errors are *diag.Diagnostic with a line and without a file.
func ReadListing(text string) (*Listing, error) {
	blocks, ended, err := listedBlocks(text)
	if err != nil {
		return nil, err
	}
	shape, err := newShape(blocks)
	if err != nil {
		return nil, err
	}
	for _, b := range blocks {
		if err := shape.check(b); err != nil {
			return nil, err
		}
	}
	out := &Listing{Ended: ended}
	for _, b := range blocks {
		r, err := shape.rule(b)
		if err != nil {
			return nil, err
		}
		out.Rules = append(out.Rules, r)
	}
	return out, nil
}

// listedBlocks splits the text into rules: a line with the name, a line of hyphens, and lines up to an empty one.
// It reports whether the last rule is followed by text.
func listedBlocks(text string) (blocks [][]listed, ended bool, err error) {
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	last := 0
	for i := 0; i < len(lines); i++ {
		if !isRuler(lines[i]) {
			continue
		}
		if i == 0 {
			return nil, false, mistake(i+1, "a rule without a name")
		}
		name, ok := cutLabel(lines[i-1], i)
		if !ok {
			return nil, false, mistake(i, "the name of a rule has no label")
		}
		block := []listed{name}
		for i++; i < len(lines) && strings.TrimSpace(lines[i]) != ""; i++ {
			if isRuler(lines[i]) {
				return nil, false, mistake(i+1, "a rule begins inside another")
			}
			l, ok := cutLabel(lines[i], i+1)
			if !ok {
				l = listed{line: i + 1, value: strings.TrimSpace(lines[i])} // a line of the table of ICMP types
			}
			block = append(block, l)
		}
		blocks, last = append(blocks, block), min(i, len(lines))
	}
	return blocks, strings.TrimSpace(strings.Join(lines[last:], "")) != "", nil
}

func isRuler(line string) bool {
	line = strings.TrimRight(line, " ")
	return len(line) >= 20 && strings.Trim(line, "-") == ""
}

// cutLabel splits a line at the first colon, which is a wide one in some languages. A line that begins with a
// blank has no label.
func cutLabel(line string, n int) (listed, bool) {
	i := strings.IndexAny(line, ":\uff1a")
	if i < 1 || line[0] == ' ' {
		return listed{}, false
	}
	_, width := utf8.DecodeRuneInString(line[i:])
	label, value := line[:i], line[i+width:]
	return listed{n, label, strings.TrimSpace(value)}, true
}

// shape holds what the labels of one listing mean.
type shape struct {
	protocol string          // label of the protocol
	action   string          // label of the last line
	always   map[string]bool // labels that every rule has
}

// newShape finds the label of the protocol. It is the label of the seventh line below the hyphens, or of the
// eighth if a description comes first. In some rule its value is TCP, UDP or ICMP, which Windows does not
// translate.
func newShape(blocks [][]listed) (*shape, error) {
	s := &shape{always: map[string]bool{}}
	count := map[string]int{}
	for _, b := range blocks {
		for i, l := range b {
			count[l.label]++
			if (i == 7 || i == 8) && isProtocol(l.value) {
				if s.protocol != "" && s.protocol != l.label {
					return nil, mistake(l.line, "is %q or %q the protocol?", s.protocol, l.label)
				}
				s.protocol = l.label
			}
		}
	}
	if s.protocol == "" && len(blocks) > 0 {
		return nil, mistake(blocks[0][0].line, "no rule names TCP, UDP or ICMP, so the lines cannot be told apart")
	}
	for label, n := range count {
		s.always[label] = n >= len(blocks)
	}
	last := map[string]int{}
	for _, b := range blocks {
		last[b[len(b)-1].label]++
	}
	s.action = mostFrequent(last)
	return s, nil
}

func isProtocol(v string) bool { return slices.Contains([]string{"TCP", "UDP", "ICMPv4", "ICMPv6"}, v) }

// check returns what is wrong with a block: no protocol in its place, or a last line unlike those of others.
func (s *shape) check(b []listed) error {
	if p := s.protocolOf(b); p != 7 && p != 8 {
		return mistake(b[0].line, "the rule %q has no protocol where it should stand", b[0].value)
	}
	if end := b[len(b)-1]; end.label != s.action {
		return mistake(end.line, "the rule %q ends too early", b[0].value)
	}
	return nil
}

// protocolOf returns the index of the line with the protocol, or -1.
func (s *shape) protocolOf(b []listed) int {
	return slices.IndexFunc(b, func(l listed) bool { return l.label == s.protocol })
}

// rule reads one block: the lines above the protocol, the protocol with ports or ICMP types, and the rest.
func (s *shape) rule(b []listed) (ListedRule, error) {
	p := s.protocolOf(b)
	top := b[p-6:]
	r := ListedRule{
		Line: b[0].line, Name: b[0].value, Enabled: top[0].value, Direction: top[1].value, Profiles: top[2].value,
		Grouping: top[3].value, LocalIP: top[4].value, RemoteIP: top[5].value, Protocol: top[6].value, Action: b[len(b)-1].value,
	}
	if p == 8 {
		r.Description = b[1].value
	}
	rest := r.readTraffic(b[p+1:])
	if len(rest) < 2 {
		return r, mistake(b[len(b)-1].line, "the rule %q ends too early", r.Name)
	}
	r.Edge = rest[0].value
	return r, s.readOwner(&r, rest[1:len(rest)-1])
}

// readTraffic reads ports or the table of ICMP types, and returns the following lines.
func (r *ListedRule) readTraffic(rest []listed) []listed {
	if (r.Protocol == "TCP" || r.Protocol == "UDP") && len(rest) >= 2 {
		r.LocalPort, r.RemotePort = rest[0].value, rest[1].value
		return rest[2:]
	}
	for i, l := range rest {
		if l.label != "" {
			return rest[i:]
		}
		if fields := strings.Fields(l.value); i > 0 && len(fields) == 2 { // the first line is the header of the table
			r.ICMP = append(r.ICMP, [2]string{fields[0], fields[1]})
		}
	}
	return nil
}

// readOwner reads the lines between edge and action. Program and service are lines that not every rule has, and a
// program is a path or System. In a verbose listing every rule also has interfaces, security and source.
func (s *shape) readOwner(r *ListedRule, lines []listed) error {
	tail := []*string{&r.Interfaces, &r.Security, &r.Source}
	for _, l := range lines {
		path := strings.Contains(l.value, `\`) || l.value == "System"
		switch {
		case path && r.Program == "":
			r.Program = l.value
		case s.always[l.label] && len(tail) > 0:
			*tail[0], tail = l.value, tail[1:]
		case !s.always[l.label] && r.Service == "":
			r.Service = l.value
		default:
			return mistake(l.line, "%q has no place in a rule", l.label)
		}
	}
	return nil
}
