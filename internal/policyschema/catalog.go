package policyschema

import "rolewall/policy/fields"

// bounds returns the keys that say on which systems an entry exists.
func (v vocabulary) bounds() keys {
	windows := v.editions[:len(v.editions)-1] // linux is last
	return keys{
		"since":    aWord("The first edition that has it.", windows...),
		"until":    aWord("The last edition that has it.", windows...),
		"platform": aWord("The only system that has it. Default: all.", "linux", "windows"),
	}
}

// ownRole returns the schema of a role that the policy defines, or of the audience of a role of the catalog.
func (v vocabulary) ownRole() *Schema {
	use := aTable("A service under conditions.", v.bounds().with(keys{
		"name": v.service("The service."),
		"only": aSet(`The rows that are opened, whatever their feature: "tcp/1723".`, aText("")),
	}), "name")
	service := v.service("A service of the catalog or of this policy, or a table with conditions.")
	service.Type = []string{"string", "object"}
	service.AnyOf = []*Schema{{Type: "string", AnyOf: service.AnyOf}, use}
	feature := aWord("A feature, or a table with conditions.", v.features...)
	feature = &Schema{Description: feature.Description, Type: []string{"string", "object"}, AnyOf: []*Schema{
		{Type: "string", Enum: feature.Enum}, aTable("A feature under conditions.", v.bounds().with(keys{"name": aWord("The feature.", v.features...)}), "name"),
	}}
	return aTable("A role of the site's own; of a role of the catalog the audience alone.", v.bounds().with(keys{
		"title":    aText("What it is, in a few words."),
		"family":   aText("The heading under which lists show it."),
		"includes": aSet("Roles that it holds.", v.role("")),
		"services": aList("Services that it runs.", service),
		"features": aList("Features that it switches on.", feature),
		"optional": aSet("Services that a host may add.", v.service("")),
		"mutual":   aFlag("Its hosts use each other's services, as clients do: replication on the port of clients. What is open for clients is then open for peers too."),
		"aliases":  aSet("What people call it.", aText("")),
		"note":     aText("What else to know."),
		"source":   aText("Where this is known from."),
		"audience": v.audience("Who may reach its services. A host or a group that names an audience decides before."),
	}))
}

func (v vocabulary) ownService() *Schema {
	return aTable("A service of the site's own.", v.bounds().with(keys{
		"title":     aText("What it is, in a few words."),
		"aliases":   aSet("What people call it.", aText("")),
		"note":      aText("What else to know."),
		"endpoints": aList("What it listens on.", v.endpoint()),
		"pins":      aList("Settings that hold its RPC to one port.", v.pin()),
	}), "endpoints")
}

func (v vocabulary) endpoint() *Schema {
	rows, _ := v.fields("allow", 0, "tcp", "udp", "icmp", "icmpv6", "protocol")
	rows["tcp"] = aPorts(`Ports: 443, "8000-8010", [80, 443], or "dynamic" for the range of the edition. Goes together with udp.`, dynamicPattern)
	rows["udp"] = aPorts(`Ports: 53, "8000-8010", [88, 464], or "dynamic". Goes together with tcp.`, dynamicPattern)
	rows["protocol"] = aProtocol("A protocol number, 47 for GRE, or any, for peers alone.")
	return aTable("What a service listens on. tcp, udp or both, icmp, icmpv6 or protocol says where.", v.bounds().with(rows).with(keys{
		"app":        aText("The application protocol: HTTPS."),
		"audience":   aWord("Who uses it.", "clients", "peers", "management"),
		"reach":      aWord("Sources it needs besides: none, neighbours on the link, or any.", "audience", "link", "any"),
		"rpc":        aWord("mapper: the endpoint mapper, tcp 135. dynamic: found through it. static: a fixed RPC port.", "mapper", "dynamic", "static"),
		"listener":   aText("Who owns the socket: a listener of the catalog, System, or HTTP."),
		"program":    aText("The program that owns the socket, as a full path; %SystemRoot% and %ProgramFiles% may begin it."),
		"service":    aText("The Windows service that owns the socket, by its short name; with program or alone."),
		"unbound":    aText("Why no program is named, and what binds the row."),
		"peers":      aSet("Roles whose hosts are peers too, where the policy does not say.", v.role("A role.")),
		"decrypted":  aFlag("Arrives inside an IPsec tunnel: Linux targets keep bare packets out."),
		"interfaces": aSet("The interfaces on which it is reached. Default: all. Linux targets alone say it.", aText("virbr0, or virbr* for all that begin so.")),
		"feature":    aWord("The feature that switches it on. Default: always on.", v.features...),
		"never":      aWord("Why it is shown and never opened.", "erratum", "outbound", "loopback", "duplicate", "knowledge"),
		"source":     aText("Where this is known from."),
		"note":       aText("What else to know."),
	}), "app")
}

func (v vocabulary) pin() *Schema {
	return aTable("A setting that holds the service to one port.", v.bounds().with(keys{
		"title":   aText("What is pinned."),
		"kind":    aWord("registry, command, or by-hand words of the catalog.", "registry", "command"),
		"place":   aText("The registry key, or the command with N for the port."),
		"value":   aText("The name of the registry value."),
		"type":    aWord("The type of the registry value.", "REG_DWORD", "REG_MULTI_SZ"),
		"restart": aText("When it takes effect: reboot, restart service, immediate."),
		"default": aText("The port without the setting."),
		"only":    aNumber("The one port that the setting gives, where it takes no number.", 1, 65535),
		"with":    v.role("The role of the hosts that have the setting; every host without."),
		"note":    aText("What else to know."),
		"source":  aText("Where this is known from."),
	}))
}

// dynamicPattern is portsPattern with the word dynamic as another choice.
const dynamicPattern = `^(dynamic|` + fields.PortPattern + `(-` + fields.PortPattern + `)?( *, *` + fields.PortPattern + `(-` + fields.PortPattern + `)?)*)$`
