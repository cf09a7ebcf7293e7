// Package packettest tests firewall scripts with packets. It loads a script in a network namespace as an
// administrator would, sends packets to ports, protocols and ICMP types, and compares what was allowed with the
// rule set. Package netspace makes the namespaces.
package packettest
