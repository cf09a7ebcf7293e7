package nftjson

import "rolewall/readers/netfilter"

var ctStates = map[string]uint64{
	"invalid": netfilter.StateInvalid, "established": netfilter.StateEstablished, "related": netfilter.StateRelated,
	"new": netfilter.StateNew, "untracked": netfilter.StateUntracked,
}

var ctStatus = map[string]uint64{
	"expected": netfilter.StatusExpected, "seen-reply": netfilter.StatusSeenReply, "assured": netfilter.StatusAssured,
	"confirmed": netfilter.StatusConfirmed, "snat": netfilter.StatusSNAT, "dnat": netfilter.StatusDNAT, "dying": netfilter.StatusDying,
}

var tcpFlags = map[string]uint64{"fin": 1, "syn": 2, "rst": 4, "psh": 8, "ack": 16, "urg": 32, "ecn": 64, "cwr": 128}

var addressTypes = map[string]uint64{
	"unspec": netfilter.TypeUnspec, "unicast": netfilter.TypeUnicast, "local": netfilter.TypeLocal, "broadcast": netfilter.TypeBroadcast,
	"anycast": netfilter.TypeAnycast, "multicast": netfilter.TypeMulticast, "blackhole": netfilter.TypeOther,
	"unreachable": netfilter.TypeOther, "prohibit": netfilter.TypeOther,
}

var icmpTypes = map[string]uint64{
	"echo-reply": 0, "destination-unreachable": 3, "source-quench": 4, "redirect": 5, "echo-request": 8, "router-advertisement": 9,
	"router-solicitation": 10, "time-exceeded": 11, "parameter-problem": 12, "timestamp-request": 13, "timestamp-reply": 14,
	"info-request": 15, "info-reply": 16, "address-mask-request": 17, "address-mask-reply": 18,
}

var icmpv6Types = map[string]uint64{
	"destination-unreachable": 1, "packet-too-big": 2, "time-exceeded": 3, "parameter-problem": 4, "echo-request": 128, "echo-reply": 129,
	"mld-listener-query": 130, "mld-listener-report": 131, "mld-listener-done": 132, "mld-listener-reduction": 132,
	"nd-router-solicit": 133, "nd-router-advert": 134, "nd-neighbor-solicit": 135, "nd-neighbor-advert": 136, "nd-redirect": 137,
	"router-renumbering": 138, "ind-neighbor-solicit": 141, "ind-neighbor-advert": 142, "mld2-listener-report": 143,
}

// icmpCodes are the codes that listings name, by protocol.
var icmpCodes = map[string]map[string]uint64{
	"icmp": {
		"net-unreachable": 0, "host-unreachable": 1, "prot-unreachable": 2, "port-unreachable": 3, "frag-needed": 4,
		"net-prohibited": 9, "host-prohibited": 10, "admin-prohibited": 13,
	},
	"icmpv6": {"no-route": 0, "admin-prohibited": 1, "addr-unreachable": 3, "port-unreachable": 4, "policy-fail": 5, "reject-route": 6},
}
