package ipsec

import (
	"fmt"

	"rolewall/generators/target"
	"rolewall/generators/winscript"
	"rolewall/ruleset"
)

// header returns the usual header, and what a stateless filter means for this host.
func header(info target.Info, rs *ruleset.RuleSet, d data) []string {
	own := []string{
		"",
		"Apply    ipsec.cmd, from an elevated prompt. The new policy is built beside the old one, assigned, and then",
		"         the old one is deleted; a second run does the same and changes nothing in effect.",
		"Undo     netsh ipsec static set policy name=\"rolewall N\" assign=no, N as the script printed it: then the",
		"         host is open. %SystemRoot%\\rolewall has the policies from before the latest run (ipsec-before.ipsec), from",
		"         before the first (ipsec-original.ipsec), and which one was assigned then (ipsec-original.txt).",
		"Failure  the policy that was assigned before stays assigned, and the exit code is not 0.",
		"",
		fmt.Sprintf("%d filters let traffic through, one blocks all other. They act while the service PolicyAgent runs, not", count(d.Inbound)+count(d.Outbound)),
		"before it starts. A policy from Group Policy takes the place of this one. Filters keep no state: each is",
		"mirrored, so what may come in to a port may also go out from it.",
	}
	if len(d.Outbound) == 0 {
		own = append(own, "Nothing lets the host itself begin anything, not even name resolution: see [[ipsec.outbound]].")
	} else {
		own = append(own, "The mirrors of the outbound permits let in, beside answers:")
		for _, o := range d.Outbound {
			own = append(own, "  "+winscript.Text(o.Hole, 110))
		}
	}
	if n := rs.Settings.IPsec.DefaultExempt; n != nil {
		own = append(own, "", fmt.Sprintf("NoDefaultExempt %d, after the next start: %s pass unfiltered.", *n, exempt(*n)))
		if *n == 0 || *n == 2 {
			own = append(own, "WARNING  a packet from port 88 counts as Kerberos: it reaches every port of this host.")
		}
	}
	if rs.OS != ruleset.Windows2003 {
		own = append(own, "", fmt.Sprintf("WARNING  made for %s: these filters still work there, beside Windows Firewall, and a block of either", rs.OS),
			"         blocks. The target advfirewall says more and is the better choice.")
	}
	return winscript.Header(info, rs, own...)
}

// exempt returns what NoDefaultExempt exempts from the filters on Windows 2003 (KB810207, KB811832).
func exempt(n int) string {
	return []string{
		"multicast, broadcast, RSVP, Kerberos and IKE", "multicast, broadcast and IKE",
		"RSVP, Kerberos, IKE and inbound multicast and broadcast", "IKE and inbound multicast and broadcast",
	}[n]
}
