package ruleset

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// PortRange is an inclusive range of TCP or UDP ports, First <= Last.
type PortRange struct{ First, Last uint16 }

// String writes "445" or "49152-65535".
func (r PortRange) String() string { return string(r.append(nil)) }

func (r PortRange) append(b []byte) []byte {
	b = strconv.AppendUint(b, uint64(r.First), 10)
	if r.First == r.Last {
		return b
	}
	return strconv.AppendUint(append(b, '-'), uint64(r.Last), 10)
}

// Len is the number of ports in r.
func (r PortRange) Len() int { return int(r.Last) - int(r.First) + 1 }

// Contains reports whether x lies inside r.
func (r PortRange) Contains(x PortRange) bool { return r.First <= x.First && x.Last <= r.Last }

// Overlaps reports whether r and x share a port.
func (r PortRange) Overlaps(x PortRange) bool { return r.First <= x.Last && x.First <= r.Last }

// Ports is a set of ports: sorted, disjoint, never adjacent ranges.
type Ports []PortRange

// NewPorts sorts and merges ranges into a set.
func NewPorts(ranges ...PortRange) Ports {
	sorted := slices.Clone(ranges)
	slices.SortFunc(sorted, func(a, b PortRange) int {
		return cmp.Or(cmp.Compare(a.First, b.First), cmp.Compare(a.Last, b.Last))
	})
	var out Ports
	for _, r := range sorted {
		if n := len(out); n > 0 && int(r.First) <= int(out[n-1].Last)+1 {
			out[n-1].Last = max(out[n-1].Last, r.Last)
			continue
		}
		out = append(out, r)
	}
	return out
}

// ParsePorts reads a port ("445"), a range ("49152-65535") or a list of them, separated by commas. Ports run from
// 1 to 65535. The error names the part that is wrong, in words for an administrator.
func ParsePorts(s string) (Ports, error) {
	var ranges []PortRange
	for part := range strings.SplitSeq(s, ",") {
		r, err := ParsePortRange(strings.TrimSpace(part))
		if err != nil {
			return nil, err
		}
		ranges = append(ranges, r)
	}
	return NewPorts(ranges...), nil
}

// ParsePortRange reads a port or a range "first-last".
func ParsePortRange(s string) (PortRange, error) {
	first, last, isRange := strings.Cut(s, "-")
	if first == "" && isRange {
		return PortRange{}, fmt.Errorf("port %q is outside 1-65535", s)
	}
	a, err := parsePort(first)
	if err != nil {
		return PortRange{}, err
	}
	if !isRange {
		return PortRange{a, a}, nil
	}
	b, err := parsePort(last)
	if err != nil {
		return PortRange{}, err
	}
	if b < a {
		return PortRange{}, fmt.Errorf("port range %q is reversed", s)
	}
	return PortRange{a, b}, nil
}

func parsePort(s string) (uint16, error) {
	n, err := strconv.Atoi(s)
	if err != nil || (s != "" && (s[0] == '+' || (s[0] == '0' && s != "0"))) {
		return 0, fmt.Errorf("%q is not a port", s)
	}
	if n < 1 || n > 65535 {
		return 0, fmt.Errorf("port %d is outside 1-65535", n)
	}
	return uint16(n), nil
}

// String writes the ranges joined by commas, without blanks.
func (p Ports) String() string { return string(p.append(nil)) }

func (p Ports) append(b []byte) []byte {
	for i, r := range p {
		if i > 0 {
			b = append(b, ',')
		}
		b = r.append(b)
	}
	return b
}

// Strings returns the text of each range.
func (p Ports) Strings() []string {
	out := make([]string, len(p))
	for i, r := range p {
		out[i] = r.String()
	}
	return out
}

// Len is the number of ports in p.
func (p Ports) Len() int {
	n := 0
	for _, r := range p {
		n += r.Len()
	}
	return n
}

// Contains reports whether every port of q is in p.
func (p Ports) Contains(q Ports) bool {
	for _, x := range q {
		if !slices.ContainsFunc(p, func(r PortRange) bool { return r.Contains(x) }) {
			return false
		}
	}
	return true
}

// Overlaps reports whether p and q share a port.
func (p Ports) Overlaps(q Ports) bool {
	return slices.ContainsFunc(p, func(x PortRange) bool { return slices.ContainsFunc(q, x.Overlaps) })
}

// And returns the ports that are in both.
func (p Ports) And(q Ports) Ports { return p.Minus(p.Minus(q)) }

// Union returns the ports that are in p or q.
func (p Ports) Union(q Ports) Ports { return NewPorts(slices.Concat(p, q)...) }

// Minus returns the ports of p that are not in q.
func (p Ports) Minus(q Ports) Ports {
	var out Ports
	for _, r := range p {
		first := int(r.First) // becomes 65536 at the end, which is more than a port
		for _, x := range q {
			if !x.Overlaps(r) || int(x.Last) < first {
				continue
			}
			if int(x.First) > first {
				out = append(out, PortRange{uint16(first), x.First - 1})
			}
			first = int(x.Last) + 1
		}
		if first <= int(r.Last) {
			out = append(out, PortRange{uint16(first), r.Last})
		}
	}
	return out
}

// Compare orders sets by their ranges.
func (p Ports) Compare(q Ports) int {
	return slices.CompareFunc(p, q, func(a, b PortRange) int {
		return cmp.Or(cmp.Compare(a.First, b.First), cmp.Compare(a.Last, b.Last))
	})
}
