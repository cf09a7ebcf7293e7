package term

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Hosts names at least one host in a few words: "dc1", "14 hosts: dc01 ... dc14", "9 hosts: dc1, dc2, web3 ... web9".
func Hosts(names []string) string {
	if len(names) == 1 {
		return names[0]
	}
	return fmt.Sprintf("%d hosts: %s", len(names), HostRanges(names))
}

// HostRanges lists hosts. Three or more hosts with consecutive numbers become the first and the last. After six
// entries it gives the number of the others.
func HostRanges(names []string) string {
	const most = 6
	list := make([]numbered, len(names))
	for i, name := range names {
		list[i] = newNumbered(name)
	}
	slices.SortFunc(list, numbered.compare)
	var parts []string
	left := len(list)
	for i := 0; i < len(list); {
		end := i + 1
		for end < len(list) && list[end-1].next() == list[end].name {
			end++
		}
		if len(parts) == most {
			return strings.Join(parts, ", ") + fmt.Sprintf(" and %d more", left)
		}
		if end-i < 3 {
			end = i + 1
			parts = append(parts, list[i].name)
		} else {
			parts = append(parts, list[i].name+" ... "+list[end-1].name)
		}
		left -= end - i
		i = end
	}
	return strings.Join(parts, ", ")
}

// numbered is a host name split at its last number: "dc01.example.com" is "dc", 1 and ".example.com".
type numbered struct {
	name, before, after string
	width               int // with leading zeros; 0 without
	number              int // -1 if the name has none
}

var lastNumber = regexp.MustCompile(`^(.*?)(\d{1,9})(\D*)$`)

func newNumbered(name string) numbered {
	m := lastNumber.FindStringSubmatch(name)
	if m == nil {
		return numbered{name: name, before: name, number: -1}
	}
	n := numbered{name: name, before: m[1], after: m[3]}
	n.number, _ = strconv.Atoi(m[2]) // at most nine digits
	if m[2][0] == '0' {
		n.width = len(m[2])
	}
	return n
}

// next returns the name with the next number, or "".
func (n numbered) next() string {
	if n.number < 0 {
		return ""
	}
	return fmt.Sprintf("%s%0*d%s", n.before, n.width, n.number+1, n.after)
}

func (n numbered) compare(m numbered) int {
	return cmp.Or(cmp.Compare(n.before, m.before), cmp.Compare(n.after, m.after), cmp.Compare(n.number, m.number), cmp.Compare(n.name, m.name))
}
