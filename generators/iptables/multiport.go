package iptables

import (
	"strings"

	"rolewall/ruleset"
)

// multiportLimit is how many ports one multiport match can hold. A range counts as two.
const multiportLimit = 15

// multiport writes the fewest matches that together hold the ranges.
func multiport(ranges []ruleset.PortRange) []string {
	var matches []string
	for start := 0; start < len(ranges); {
		end, weight := start, 0
		for end < len(ranges) && weight+multiportWeight(ranges[end]) <= multiportLimit {
			weight += multiportWeight(ranges[end])
			end++
		}
		matches = append(matches, portMatch(ranges[start:end]))
		start = end
	}
	return matches
}

func multiportWeight(r ruleset.PortRange) int {
	if r.First == r.Last {
		return 1
	}
	return 2
}

// portMatch writes a match that must follow a protocol. A single port or range needs no module besides the
// protocol's.
func portMatch(ranges []ruleset.PortRange) string {
	texts := make([]string, len(ranges))
	for i, r := range ranges {
		texts[i] = strings.Replace(r.String(), "-", ":", 1)
	}
	if len(texts) == 1 {
		return "--dport " + texts[0]
	}
	return "-m multiport --dports " + strings.Join(texts, ",")
}
