// Package ipset reads the output of ipset save: the sets that iptables rules use with --match-set.
package ipset

import (
	"bytes"
	"cmp"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"rolewall/diag"
	"rolewall/readers/capture"
	"rolewall/readers/netfilter"
	"rolewall/ruleset"
)

// Detect reports whether the beginning of a file looks like sets of ipset.
func Detect(head []byte) bool {
	for line := range bytes.Lines(head) {
		fields := strings.Fields(string(line))
		if len(fields) == 0 || strings.HasPrefix(fields[0], "#") {
			continue
		}
		return len(fields) >= 3 && (fields[0] == "create" || fields[0] == "-N") && strings.Contains(fields[2], ":")
	}
	return false
}

// Read adds the sets of a file to the state. It adds mistakes to errs with their location.
func Read(file string, src []byte, st *netfilter.State, errs *diag.List) {
	if st.Ipsets == nil {
		st.Ipsets = map[string]*netfilter.Ipset{}
	}
	r := &reader{file: file, st: st, errs: errs, excepted: map[string][]entry{}}
	for line := range bytes.Lines(src) {
		r.line++
		r.read(strings.Fields(string(line)))
	}
	if len(src) > 0 && src[len(src)-1] != '\n' {
		r.errorf("the file is cut off: its last line has no end")
	}
	r.except()
	st.Sources = append(st.Sources, capture.Source{File: file, Form: "ipset", Complete: true})
}

// reader reads one file.
type reader struct {
	file     string
	line     int
	st       *netfilter.State
	errs     *diag.List
	full     bool
	excepted map[string][]entry // all elements of sets that use nomatch, by set
}

// entry is an element of a set in which smaller networks are exceptions from larger ones.
type entry struct {
	prefix  netip.Prefix
	nomatch bool
}

func (r *reader) errorf(format string, args ...any) {
	r.errs.Add(diag.Pos{File: r.file, Line: r.line, Column: 1}, "", format, args...)
}

// read reads a line.
func (r *reader) read(words []string) {
	if len(words) == 0 || strings.HasPrefix(words[0], "#") || words[0] == "COMMIT" {
		return
	}
	if len(words) < 3 {
		r.errorf("a line must be create NAME TYPE or add NAME ELEMENT")
		return
	}
	switch words[0] {
	case "create", "-N":
		r.create(words[1], words[2], words[3:])
	case "add", "-A":
		r.add(words[1], words[2], words[3:])
	default:
		r.errorf("%q is not create or add", words[0])
	}
}

func (r *reader) create(name, typ string, options []string) {
	if r.st.Ipsets[name] != nil {
		r.errorf("set %s is already there", name)
		return
	}
	s := &netfilter.Ipset{Type: typ, Set: &netfilter.Set{Name: name, Pos: diag.Pos{File: r.file, Line: r.line, Column: 1}}}
	for i, o := range options {
		switch o {
		case "family":
			s.IPv6 = i+1 < len(options) && options[i+1] == "inet6"
		case "timeout": // elements expire by themselves, and something adds them
			s.Set.Dynamic = true
		}
	}
	r.st.Ipsets[name] = s
}

func (r *reader) add(name, text string, options []string) {
	s := r.st.Ipsets[name]
	if s == nil {
		r.errorf("set %s is not created before", name)
		return
	}
	if !r.st.Grow(1) {
		if !r.full {
			r.errorf("the sets of this host have more than %d elements", netfilter.MaxElements)
		}
		r.full = true
		return
	}
	_, kinds, _ := strings.Cut(s.Type, ":")
	if kinds == "set" {
		s.Members = append(s.Members, text)
		return
	}
	parts := strings.Split(text, ",")
	list := strings.Split(kinds, ",")
	if len(parts) != len(list) {
		r.errorf("%q does not fit a set of type %s", text, s.Type)
		return
	}
	var e netfilter.Element
	for i, kind := range list {
		if kind == "port" && !hasPorts(parts[i]) {
			s.Set.Missing = "depends on the set " + name + ", which holds " + text + ", and rolewall follows only elements with ports"
			return
		}
		k, ok := keys(kind, parts[i], s.IPv6)
		if !ok {
			r.errorf("%q is not an element of a set of type %s", text, s.Type)
			return
		}
		e.Key = append(e.Key, k...)
	}
	if slices.Contains(options, "nomatch") {
		r.nomatch(s, text)
		return
	}
	if s.Type == "bitmap:port" { // which holds for TCP and UDP
		e.Key[0].Span = netfilter.One(netfilter.Number(uint64(ruleset.UDP)))
		s.Set.Elements = append(s.Set.Elements, netfilter.Element{Key: []netfilter.Key{{Span: netfilter.One(netfilter.Number(uint64(ruleset.TCP)))}, e.Key[1]}})
	}
	s.Set.Elements = append(s.Set.Elements, e)
	if p, err := prefixOf(text); err == nil && len(list) == 1 {
		r.excepted[name] = append(r.excepted[name], entry{p, false})
	}
}

func (r *reader) nomatch(s *netfilter.Ipset, text string) {
	p, err := prefixOf(text)
	if err != nil {
		s.Set.Missing = "depends on the set " + s.Set.Name + ", whose exceptions (nomatch) rolewall does not follow"
		return
	}
	r.excepted[s.Set.Name] = append(r.excepted[s.Set.Name], entry{p, true})
}

// except applies exceptions: of two networks that contain an address, the smaller one decides.
func (r *reader) except() {
	for name, list := range r.excepted {
		if !slices.ContainsFunc(list, func(e entry) bool { return e.nomatch }) {
			continue
		}
		slices.SortStableFunc(list, func(a, b entry) int { return cmp.Compare(a.prefix.Bits(), b.prefix.Bits()) })
		set := r.st.Ipsets[name].Set
		var spans netfilter.Spans
		for _, e := range list {
			if e.nomatch {
				spans = spans.Minus(netfilter.PrefixSpan(e.prefix))
			} else {
				spans = spans.Plus(netfilter.PrefixSpan(e.prefix))
			}
		}
		set.Elements = netfilter.Values(spans...).Elements
	}
}

func prefixOf(text string) (netip.Prefix, error) {
	if a, err := netip.ParseAddr(text); err == nil {
		return netip.PrefixFrom(a, a.BitLen()), nil
	}
	return netip.ParsePrefix(text)
}

// keys reads a dimension of an element.
func keys(kind, text string, ipv6 bool) ([]netfilter.Key, bool) {
	switch kind {
	case "ip", "net":
		s, ok := addresses(text, ipv6)
		return []netfilter.Key{{Span: s}}, ok
	case "port":
		return port(text)
	case "iface":
		return []netfilter.Key{{Name: strings.TrimPrefix(text, "physdev:")}}, !strings.HasPrefix(text, "physdev:")
	case "mark":
		n, err := strconv.ParseUint(text, 0, 32)
		return []netfilter.Key{{Span: netfilter.One(netfilter.Number(n))}}, err == nil
	case "mac":
		return []netfilter.Key{{Name: text}}, true
	}
	return nil, false
}

func addresses(text string, ipv6 bool) (netfilter.Span, bool) {
	if first, last, isRange := strings.Cut(text, "-"); isRange {
		a, err1 := netip.ParseAddr(first)
		b, err2 := netip.ParseAddr(last)
		if err1 != nil || err2 != nil || a.Is4() == ipv6 || b.Is4() == ipv6 || b.Less(a) {
			return netfilter.Span{}, false
		}
		return netfilter.Span{First: netfilter.Address(a), Last: netfilter.Address(b)}, true
	}
	p, err := prefixOf(text)
	if err != nil || p.Addr().Is4() == ipv6 {
		return netfilter.Span{}, false
	}
	return netfilter.PrefixSpan(p), true
}

// hasPorts reports whether the protocol of "tcp:80" has ports. Elements such as "icmp:echo-request" and "gre:0" name something else.
func hasPorts(text string) bool {
	name, _, found := strings.Cut(text, ":")
	n, known := netfilter.ProtocolNumber(name)
	return !found || !known || slices.Contains([]uint8{6, 17, 132, 136}, n)
}

// port reads "tcp:80", "80" or "80-90" as a protocol and a port. A port without a protocol, as in bitmaps, is of every protocol.
func port(text string) ([]netfilter.Key, bool) {
	protocol := netfilter.Span{Last: netfilter.Number(255)}
	if name, rest, found := strings.Cut(text, ":"); found {
		n, known := netfilter.ProtocolNumber(name)
		if !known {
			return nil, false
		}
		protocol, text = netfilter.One(netfilter.Number(uint64(n))), rest
	}
	first, last, isRange := strings.Cut(text, "-")
	if !isRange {
		last = first
	}
	a, err1 := strconv.ParseUint(first, 10, 16)
	b, err2 := strconv.ParseUint(last, 10, 16)
	if err1 != nil || err2 != nil || b < a {
		return nil, false
	}
	return []netfilter.Key{{Span: protocol}, {Span: netfilter.Span{First: netfilter.Number(a), Last: netfilter.Number(b)}}}, true
}
