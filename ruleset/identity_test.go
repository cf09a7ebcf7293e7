package ruleset

import "testing"

// TestIdentity pins identity texts and the IDs made of them. Scripts, explain and diff name rules by ID, and administrators
// keep them in tickets, so no version of the program may change one. (Before 128 bits an ID was what is the label now.)
func TestIdentity(t *testing.T) {
	office := from("10.20.0.0/16 fd00:20::/48")
	for _, c := range []struct {
		name     string
		rule     Rule
		identity string
		id       string
	}{
		{"a port", Rule{Traffic: Traffic{Protocol: TCP, Ports: Ports{{445, 445}}}, Remote: Anyone()}, "tcp|445|||||any", "1d73116648f3db30f5fe473712108951"},
		{"ports and ranges", Rule{Traffic: Traffic{Protocol: UDP, Ports: Ports{{53, 53}, {49152, 65535}}}, Remote: office}, "udp|53,49152-65535|||||10.20.0.0/16,fd00:20::/48", "0174353f29cfd1b143bf04a6043f7774"},
		{"ICMP types", Rule{Traffic: Traffic{Protocol: ICMP, ICMP: []ICMPType{{Type: 8}, {Type: 3, Code: 4, HasCode: true}}}, Remote: Anyone()}, "icmp||8,3:4||||any", "5e3484d0fee69a4d585d58773bd7b707"},
		{"ICMPv6", Rule{Traffic: Traffic{Protocol: ICMPv6, ICMP: []ICMPType{{Type: 128}}}, Remote: from("fd00::/8")}, "icmpv6||128||||fd00::/8", "73693f137e01d10dc27069b15fddb4c4"},
		{"a named protocol", Rule{Traffic: Traffic{Protocol: GRE}, Remote: from("192.0.2.1/32")}, "gre||||||192.0.2.1/32", "0255b1d32a5e5c3e1dc07446a8172575"},
		{"a numbered protocol", Rule{Traffic: Traffic{Protocol: 112}, Remote: Anyone()}, "112||||||any", "06a09fb225149c5ffada7231b23cc333"},
		{"every protocol", Rule{Traffic: Traffic{Protocol: AnyProtocol}, Remote: from("10.0.0.0/8")}, "any||||||10.0.0.0/8", "b16b8f2113760588bc5dfce1b754a0d7"},
		{"endpoint mapper", Rule{
			Traffic: Traffic{Protocol: TCP, Ports: Ports{{135, 135}}}, RPC: EndpointMapper, Remote: office,
			Listener: Listener{`%SystemRoot%\System32\svchost.exe`, "RpcSs"}, Reasons: []Reason{{Role: "domain-controller"}},
		}, `tcp|135||endpoint-mapper|%systemroot%\system32\svchost.exe|rpcss|10.20.0.0/16,fd00:20::/48`, "3d2555b66bf3c7a7bde9e56b72f1695f"},
		{"dynamic RPC", Rule{Traffic: Traffic{Protocol: TCP, Ports: Ports{{49152, 65535}}}, RPC: Dynamic, Remote: office}, "tcp|49152-65535||dynamic|||10.20.0.0/16,fd00:20::/48", "193842586d262c4d5e888ec020d5c79f"},
		{"static RPC", Rule{Traffic: Traffic{Protocol: TCP, Ports: Ports{{50000, 50000}}}, RPC: Static, Remote: office}, "tcp|50000||static|||10.20.0.0/16,fd00:20::/48", "98df45ca7690a0ea70e7c9cc9248c323"},
		{"a listener without a service", Rule{Traffic: Traffic{Protocol: TCP, Ports: Ports{{445, 445}}}, Remote: Anyone(), Listener: Listener{Program: "System"}}, "tcp|445|||system||any", "33c5dec40874bea770007b7ec171dc86"},
		{"IPsec only", Rule{Traffic: Traffic{Protocol: UDP, Ports: Ports{{1701, 1701}}}, IPsecOnly: true, Remote: Anyone()}, "udp|1701|||||decrypted|any", "ce3c330fa18a7bcb5b665b6f14744e89"},
		{"an interface", *tcp22(Qualifiers{Interfaces: []string{"docker0", "virbr*"}}), "tcp|22|||||only on docker0 and virbr*|any", "73eeb1c673bcab44fcebde5d4acb05b5"},
		{"a source port", *tcp22(Qualifiers{FromPorts: Ports{{1900, 1900}}}), "tcp|22|||||only from port 1900|any", "c197dd856104bfdc4741517796957b03"},
		{"a limit", *tcp22(Qualifiers{Limit: Limit{10, "minute"}}), "tcp|22|||||at most 10/minute|any", "696d414184d42ff7149aa2fdffb3915e"},
	} {
		if got := c.rule.identity(); got != c.identity {
			t.Errorf("%s: identity %q, want %q", c.name, got, c.identity)
		}
		if got := Merge([]*Rule{&c.rule})[0].ID; got != c.id {
			t.Errorf("%s: ID %s, want %s", c.name, got, c.id)
		}
	}
}
