package main

// The options of targets; policy/settings.go reads them.

func advfirewallTable() *schema {
	return aTable("Options of Windows Firewall.", keys{
		"profile":     aSet("The profiles in which the rules hold. Default: all.", aWord("", "domain", "private", "public")),
		"outbound":    aWord("What becomes of what the host itself begins. Default: allow, and the script stops where it is blocked.", "allow", "block"),
		"log_dropped": aFlag("Write dropped packets to the firewall's log."),
		"other_rules": aWord("What becomes of inbound rules of others. Default: keep.", "keep", "disable"),
	})
}

func ipsecTable() *schema {
	return aTable("Options of IPSec filters.", keys{
		"icmp":           aWord("all-types: an echo may be said as all of ICMP, since filters know no types. Default: refuse.", "all-types", "refuse"),
		"default_exempt": aNumber("NoDefaultExempt: what the driver lets through unfiltered.", 0, 3),
		"outbound": aList("What a stateless filter must let out.", aTable("A permit for what the host itself begins.", trafficKeys().with(keys{
			"to":     someSenders("To whom."),
			"reason": aText("Why."),
		}), "to", "reason")),
	})
}

func linuxTable() *schema {
	return aTable("Options of nftables and iptables.", keys{
		"log":        aFlag("Log dropped packets, a few a minute."),
		"reject":     aFlag("Answer instead of dropping silently."),
		"interfaces": aSet("The interfaces that are governed; all others pass untouched. Default: all.", aText("eth0, or eth* for all that begin so.")),
		"ping":       aFlag("false takes the echo of the baseline away."),
		"counters":   aFlag("Count packets of each rule."),
		"ftp_helper": aFlag("false: the kernel does not help with passive FTP; the policy opens the range instead."),
	})
}
