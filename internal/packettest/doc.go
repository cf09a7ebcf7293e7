// Package packettest proves firewall scripts by packets: it loads a script in a network namespace, as an administrator would,
// sends ports, protocols and ICMP types at it, and compares what got in with the rule set. Package netspace makes the namespaces.
package packettest
