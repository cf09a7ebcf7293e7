package main

// The patterns of names and addresses.
const (
	namePattern    = `^[A-Za-z0-9][A-Za-z0-9._-]*$`
	servicePattern = `^[A-Za-z0-9][A-Za-z0-9._$-]*$`
	senderPattern  = `^(@?[A-Za-z0-9][A-Za-z0-9._-]*|[0-9A-Fa-f:.]+(/[0-9]{1,3})?)$`
	portsPattern   = `^(any|[0-9]{1,5}(-[0-9]{1,5})?( *, *[0-9]{1,5}(-[0-9]{1,5})?)*)$`
	rangePattern   = `^[0-9]{1,5}-[0-9]{1,5}$`
	icmpPattern    = `^[0-9]{1,3}(:[0-9]{1,3})?$`
)

// file are the keys of a policy file.
func (v vocabulary) file() keys {
	return v.level().with(keys{
		"include":   aSet("Files to read as well, relative to this one, with * and ?. Their tables are merged.", aText("A file, or a pattern: hosts/*.toml.")),
		"catalog":   aText("A folder with *.toml files of the site's own roles and services, which may replace those built in."),
		"templates": aText("A folder with NAME.tmpl files, each a target or the page of one."),
		"networks":  aTableOf("Named address sets, which may hold each other.", aSet("Prefixes, addresses and names of other networks.", aSender())),
		"groups":    aTableOf("The same settings for many hosts.", v.group()),
		"hosts":     aTableOf("The hosts, by name.", v.host()),
		"addresses": someAddresses(),
		"roles":     v.rolesOrList(),
		"services":  v.servicesOrList(),
		"lint":      aTableOf("Levels of lint codes. A changed level needs a reason.", aSwitch()),
		"deny":      aList("What no role and no exception may open. It opens and closes nothing: lint reports what breaks it.", aDeny()),
	})
}

// level are the keys that files, groups and hosts share.
func (v vocabulary) level() keys {
	return keys{
		"os":          aWord("The edition of the system. Default: windows-2022.", v.editions...),
		"targets":     aSet("What generate writes. Default: the firewall that the system brings.", aWord("", v.targets...)),
		"families":    aSet("The address families that the host speaks; the others are closed. Default: both, IPv4 alone up to Windows 2003.", aWord("", "ipv4", "ipv6")),
		"access":      aWord("console: nobody needs the network to administer the host, and no warning is given.", "console", "network"),
		"features":    aSet("Optional parts of services, switched on. rolewall list features explains them.", aWord("", v.features...)),
		"without":     aSet("Features taken away, whoever switches them on.", aWord("", v.features...)),
		"audience":    anAudience(),
		"rpc":         v.rpc(),
		"allow":       aList("Exceptions, each with a reason.", anException()),
		"advfirewall": advfirewallTable(),
		"ipsec":       ipsecTable(),
		"linux":       linuxTable(),
	}
}

func (v vocabulary) host() *schema {
	return aTable("A host.", v.level().with(v.grants()).with(keys{"addresses": someAddresses()}))
}

func (v vocabulary) group() *schema {
	return aTable("Settings for some hosts.", v.level().with(v.grants()).with(keys{
		"hosts": aSet("The hosts of the group.", aMatch("", namePattern)),
	}), "hosts")
}

func (v vocabulary) grants() keys {
	return keys{"roles": v.roleList(), "services": v.serviceList()}
}

func (v vocabulary) role(about string) *schema    { return aName(about, namePattern, v.roles) }
func (v vocabulary) service(about string) *schema { return aName(about, servicePattern, v.services) }

func (v vocabulary) roleList() *schema {
	return aSet("What the host is. rolewall list roles explains them.", v.role("A role of the catalog, or of this policy."))
}

func (v vocabulary) serviceList() *schema {
	return aSet("Single services beside the roles.", v.service("A service of the catalog, or of this policy."))
}

// rolesOrList is a list in a file that is one host, and a table of the policy's own roles elsewhere.
func (v vocabulary) rolesOrList() *schema {
	s := v.roleList()
	s.Type = []string{"array", "object"}
	s.Description = "In a file that is one host: what the host is. As a table: roles of the site's own, and audiences of roles."
	s.Others = v.ownRole()
	return s
}

func (v vocabulary) servicesOrList() *schema {
	s := v.serviceList()
	s.Type = []string{"array", "object"}
	s.Description = "In a file that is one host: single services beside the roles. As a table: services of the site's own."
	s.Others = v.ownService()
	return s
}

func someAddresses() *schema {
	return aSet("The host's own addresses. @role and @same are made of them.", aMatch("", `^[0-9A-Fa-f:.]+$`))
}

func aSender() *schema { return aMatch("", senderPattern) }

func someSenders(about string) *schema {
	s := aSet(about+` Networks, prefixes, addresses, "@role", or ["any"] or ["none"] alone.`, aSender())
	s.MinItems = 1
	return s
}

func anAudience() *schema {
	return aTable("Who may reach the host. The nearest level decides: host, group, role, file.", keys{
		"clients":    someSenders("Who uses the services."),
		"peers":      someSenders(`Replication partners, cluster nodes, farm members. Default: ["@same"], the hosts with the same role.`),
		"management": someSenders("Who administers the host."),
	})
}

func (v vocabulary) rpc() *schema {
	return aTable("How RPC services are reached beyond the endpoint mapper.", keys{
		"mode":     aWord("dynamic: the range of the edition. range: the range given. static: one port for each pinned service. closed: none.", "dynamic", "range", "static", "closed"),
		"range":    aMatch("The range, above 5000. A hundred ports or more.", rangePattern),
		"fallback": aWord("With static: what becomes of services without a pin.", "dynamic", "range", "closed"),
		"ports":    aTableOf("With static: the port of each service.", aNumber("A port of its own.", 1, 65535)),
		"mixed":    aFlag("With dynamic: open the range of the other generation of Windows too. Needs a reason."),
		"reason":   aText("Why mixed is set."),
	})
}

// trafficKeys are the keys of which one says what is let in.
func trafficKeys() keys {
	return keys{
		"tcp":      aMatch(`Ports: "443", "8000-8010", "80,443" or "any".`, portsPattern),
		"udp":      aMatch(`Ports: "53", "8000-8010" or "any".`, portsPattern),
		"icmp":     aMatch(`An ICMP type, "8", or type and code, "3:4".`, icmpPattern),
		"icmpv6":   aMatch(`An ICMPv6 type, "128", or type and code.`, icmpPattern),
		"protocol": aProtocol(),
	}
}

func aProtocol() *schema {
	low, high := 0, 255
	return &schema{
		Description: "A number, 47 for GRE, or any.", Type: []string{"integer", "string"},
		AnyOf: []*schema{{Type: "integer", Minimum: &low, Maximum: &high}, {Enum: []string{"any"}}},
	}
}

func anException() *schema {
	return aTable("An exception. One of tcp, udp, icmp, icmpv6 and protocol says what it lets in.", trafficKeys().with(keys{
		"rpc":     aWord("With tcp 135: the RPC endpoint mapper is meant.", "mapper"),
		"from":    someSenders("Who may send."),
		"reason":  aText("Why, in words that still say something in a year."),
		"owner":   aText("Whom to ask."),
		"expires": aDate("The last day it holds, UTC: 2027-03-31, without quotes."),
	}), "from", "reason")
}

func aDeny() *schema {
	return aTable("A site rule. One of tcp, udp, icmp, icmpv6 and protocol says what it is about; from or outside must be given.", trafficKeys().with(keys{
		"from":    someSenders("Who may not send. Default: everyone."),
		"outside": someSenders("Who may nevertheless."),
		"hosts":   someHosts("The hosts it is about. Default: all."),
		"reason":  aText("Why."),
		"owner":   aText("Whom to ask."),
	}), "reason")
}

func someHosts(about string) *schema {
	return aSet(about+` Names with * and ?, or "@role".`, aText(""))
}

// aSwitch is a level, or a list of levels for different hosts.
func aSwitch() *schema {
	s := aTable("", keys{
		"level":   aWord("What a finding weighs from now on.", lintLevels()...),
		"hosts":   someHosts("The hosts for which it holds. Default: all."),
		"reason":  aText("Why."),
		"expires": aDate("The last day it holds, UTC."),
	}, "level", "reason")
	return &schema{
		Description: "The level of a lint code. rolewall lint --explain CODE says what the code means.", Type: []string{"object", "array"},
		Properties: s.Properties, Required: s.Required, Others: false, Items: s,
	}
}
