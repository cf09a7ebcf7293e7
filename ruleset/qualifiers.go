package ruleset

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Qualifiers narrow a rule beyond its traffic and sources. Rules with different qualifiers are never folded into
// each other. The zero value narrows nothing.
type Qualifiers struct {
	Interfaces []string // where packets arrive, sorted; "virbr*" is every name with that beginning; empty is every interface
	FromPorts  Ports    // source ports, TCP and UDP only; empty is every port
	Limit      Limit    // how many new connections; the zero value is no limit
}

// Limit is a number of new connections in a unit of time, such as "10/minute". Each address family is counted
// alone, and so is each interface that the rule names. The zero value is no limit.
type Limit struct {
	Count int
	Unit  string // second, minute, hour or day
}

// LimitBurst is how many connections may arrive at once before a limit takes effect.
const LimitBurst = 5

// maxLimit is the fastest rate that every filter can count.
const maxLimit = 10000

// ParseLimit reads what String writes. The message of an error is fit for an administrator.
func ParseLimit(text string) (Limit, error) {
	number, unit, _ := strings.Cut(text, "/")
	count, err := strconv.Atoi(number)
	if err != nil || count < 1 || count > maxLimit || strconv.Itoa(count) != number || !slices.Contains([]string{"second", "minute", "hour", "day"}, unit) {
		return Limit{}, fmt.Errorf("%q is not a number of connections from 1 to %d in a second, minute, hour or day", text, maxLimit)
	}
	return Limit{count, unit}, nil
}

// String returns "10/minute", or "" for no limit.
func (l Limit) String() string {
	if l == (Limit{}) {
		return ""
	}
	return fmt.Sprintf("%d/%s", l.Count, l.Unit)
}

// Qualified reports whether the qualifiers narrow the rule.
func (q *Qualifiers) Qualified() bool {
	return len(q.Interfaces) > 0 || len(q.FromPorts) > 0 || q.Limit != Limit{}
}

// Only returns the qualifiers in words: "only on virbr*, only from port 1900, at most 10/minute". It returns "" if
// they narrow nothing. Two qualifiers are equal exactly if these texts are.
func (q *Qualifiers) Only() string {
	if !q.Qualified() {
		return ""
	}
	var parts []string
	if len(q.Interfaces) > 0 {
		parts = append(parts, "only on "+strings.Join(q.Interfaces, " and "))
	}
	if len(q.FromPorts) > 0 {
		parts = append(parts, "only from port "+q.FromPorts.String())
	}
	if q.Limit != (Limit{}) {
		parts = append(parts, "at most "+q.Limit.String())
	}
	return strings.Join(parts, ", ")
}

// OnInterface reports whether the rule allows packets on the interface. An empty name stands for an unknown
// interface.
func (q *Qualifiers) OnInterface(name string) bool {
	return len(q.Interfaces) == 0 || name != "" && slices.ContainsFunc(q.Interfaces, func(pattern string) bool {
		start, isPattern := strings.CutSuffix(pattern, "*")
		return pattern == name || isPattern && strings.HasPrefix(name, start)
	})
}

// fromPort reports whether the rule allows packets from the source port. 0 stands for an unknown port.
func (q *Qualifiers) fromPort(port uint16) bool {
	return len(q.FromPorts) == 0 || port != 0 && q.FromPorts.Contains(Ports{{port, port}})
}

// compareQualifiers orders qualifiers. Those that narrow nothing come first.
func compareQualifiers(q, r *Qualifiers) int {
	if !q.Qualified() && !r.Qualified() {
		return 0
	}
	return strings.Compare(q.Only(), r.Only())
}

// CheckInterface returns why name is not a valid interface name or beginning of names such as "virbr*". It returns
// "" for a valid one. It allows less than the kernel, so that a name never needs quotes.
func CheckInterface(name string) string {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	start := strings.TrimSuffix(name, "*")
	if start != "" && len(name) <= 15 && strings.Contains(letters, start[:1]) && strings.Trim(start, letters+"._:@-") == "" {
		return ""
	}
	return fmt.Sprintf("%q is not the name of an interface", name)
}
