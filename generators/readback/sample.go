package readback

import (
	"fmt"

	"rolewall/generators/targettest"
	"rolewall/ruleset"
)

// Sample returns a rule set with everything that Windows Firewall can express.
func Sample(os ruleset.OS) *ruleset.RuleSet {
	anyone, office := ruleset.Anyone(), targettest.Office
	many := ruleset.AddressSet{Name: "many"}
	for i := range 700 {
		many.Prefixes = append(many.Prefixes, targettest.Network("x", fmt.Sprintf("10.%d.%d.0/24", i/128, 2*(i%128))).Prefixes()...)
	}
	requests := []*ruleset.Rule{
		targettest.WindowsRule(ruleset.TCP, "53", "DNS", "DNS", ruleset.Listener{Program: `%SystemRoot%\System32\dns.exe`, Service: "DNS"}, anyone),
		targettest.WindowsRule(ruleset.UDP, "67", "DHCP", "DHCPServer", ruleset.Listener{}, targettest.Network("v4", "0.0.0.0/0")),
		targettest.WindowsRule(ruleset.TCP, "80", "HTTP", "x", targettest.Kernel, targettest.Network("all", "0.0.0.0/0", "::/0")),
		targettest.WindowsRule(ruleset.TCP, "81", "HTTP", "x", targettest.Kernel, targettest.Network("low", "0.0.0.0/2", "::/3")),
		targettest.WindowsRule(ruleset.TCP, "445", "SMB", "lanmanserver", targettest.Kernel, ruleset.NewSources(many)),
		targettest.WindowsRule(ruleset.TCP, "515", "LPD", "x", ruleset.Listener{Program: "tcpsvcs.exe", Service: "LPDSVC"}, office),
		targettest.WindowsRule(ruleset.TCP, "8834,9000-9002", "Agent", "x", ruleset.Listener{}, office),
		targettest.WithRPC(ruleset.EndpointMapper, targettest.WindowsRule(ruleset.TCP, "135", "RPC", "RpcSs", targettest.Rpcss, office)),
		targettest.WithRPC(ruleset.Dynamic, targettest.WindowsRule(ruleset.TCP, "49152-65535", "RPC", "LSASS", targettest.Lsass, office)),
		targettest.WithICMP(targettest.WindowsRule(ruleset.ICMP, "", "Echo", "x", targettest.Kernel, office), "8", "3:4"),
		targettest.WithICMP(targettest.WindowsRule(ruleset.ICMPv6, "", "Echo", "x", targettest.Kernel, anyone), "128"),
		targettest.WindowsRule(ruleset.GRE, "", "PPTP", "x", targettest.Kernel, anyone),
		targettest.WindowsRule(ruleset.AnyProtocol, "", "", "", ruleset.Listener{}, targettest.Network("scanner", "10.3.0.7/32", "fd00::7/128")),
		targettest.Narrowed(targettest.WindowsRule(ruleset.UDP, "5000-5010", "Answers", "x", ruleset.Listener{}, office), ruleset.Qualifiers{FromPorts: ruleset.Ports{{First: 1900, Last: 1900}, {First: 3702, Last: 3704}}}),
	}
	return targettest.WindowsSet(os, requests...)
}
