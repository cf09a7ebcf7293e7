package netsh

import (
	"slices"
	"strconv"
	"strings"

	"rolewall/ruleset"
)

// portKeyword is a word that localport accepts in place of numbers.
type portKeyword struct {
	word     string
	protocol ruleset.Protocol
	since    ruleset.OS
}

var portKeywords = []portKeyword{
	{"RPC", ruleset.TCP, ruleset.Windows2008},
	{"RPC-EPMap", ruleset.TCP, ruleset.Windows2008},
	{"IPHTTPS", ruleset.TCP, ruleset.Windows2008R2},
	{"Teredo", ruleset.UDP, ruleset.Windows2008},
}

func readPorts(t *tags, r *Rule, os ruleset.OS) error {
	for _, tag := range []string{"localport", "remoteport"} {
		v := t.known(tag)
		if v == "" || strings.EqualFold(v, "any") {
			continue
		}
		if !r.Protocol.HasPorts() && !isOpen(t.values["protocol"]) {
			return t.errorf(tag, "ports need protocol=tcp or udp")
		}
		ports, err := parsePorts(v, tag == "localport", r, os)
		if err != "" {
			return t.errorf(tag, "%s %s", tag, err)
		}
		if tag == "localport" {
			r.LocalPort = ports
		} else {
			r.RemotePort = ports
		}
	}
	return nil
}

// parsePorts reads numbers and ranges, or a single keyword. It returns a message about what is wrong, or "".
func parsePorts(v string, local bool, r *Rule, os ruleset.OS) (PortSet, string) {
	i := slices.IndexFunc(portKeywords, func(k portKeyword) bool { return strings.EqualFold(k.word, v) })
	if i >= 0 {
		k := portKeywords[i]
		switch {
		case !local:
			return PortSet{}, "takes no keyword"
		case k.protocol != r.Protocol || r.Outbound:
			return PortSet{}, "takes " + k.word + " in inbound rules of " + k.protocol.String() + " only"
		case os.Before(k.since):
			return PortSet{}, "takes no " + k.word + " on " + string(os)
		}
		return PortSet{Keyword: k.word}, ""
	}
	var ranges []ruleset.PortRange
	for item := range strings.SplitSeq(v, ",") {
		first, last, isRange := strings.Cut(item, "-")
		if isRange && os.Before(ruleset.Windows2008R2) {
			return PortSet{}, "takes no ranges on " + string(os)
		}
		if !isRange {
			last = first
		}
		a, errA := strconv.ParseUint(first, 10, 16)
		b, errB := strconv.ParseUint(last, 10, 16)
		if errA != nil || errB != nil || a > b {
			return PortSet{}, "cannot hold " + strconv.Quote(item)
		}
		ranges = append(ranges, ruleset.PortRange{First: uint16(a), Last: uint16(b)})
	}
	return PortSet{Ports: ruleset.NewPorts(ranges...)}, ""
}
