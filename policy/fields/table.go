// Package fields lists the keys of policy files: the table of each, its type, its allowed words and its meaning.
// The reader of policies, the JSON Schema and the list of keys in the README are made from this list.
package fields

import (
	"slices"
	"strings"
)

// Field describes a key of policy files.
type Field struct {
	Table     string // the table that holds the key: "linux", "allow", "lint.*"; empty for the keys of files and levels
	Key       string
	Type      Type
	Words     []string // allowed words of a Word or of Words; nil if the catalog or the targets define them
	Low, High int      // limits of a Number
	Pattern   string   // regular expression for a Pattern, for each text of Patterns, and for the texts of Ports and ICMPType
	Required  bool     // the table must have the key
	Scope     Scope    // where the key may appear; zero for keys of inner tables, which may appear wherever their table may
	Doc       string   // its meaning, in one or two sentences
	Element   string   // the meaning of an element of a list, or of the value of a name
}

// Name returns the key with its table: "os", "linux.log".
func (f *Field) Name() string {
	if f.Table == "" {
		return f.Key
	}
	return f.Table + "." + f.Key
}

// Type is the type of a field's value.
type Type int

// The types of fields.
const (
	Text     Type = iota // any text
	Pattern              // a text that matches Field.Pattern
	Word                 // one of Field.Words
	Words                // a list of some of Field.Words, none twice
	Texts                // a list of texts, none twice
	Patterns             // a list of texts that match Field.Pattern, none twice
	Flag                 // true or false
	Number               // a whole number from Field.Low to Field.High
	Date                 // a date without quotes, 2027-03-31
	Protocol             // a protocol number, or "any"
	Ports                // a port, a text of ports that matches Field.Pattern, or a list of both
	ICMPType             // a number, or a text that matches Field.Pattern
	Sources              // a list of networks, prefixes, addresses, "@role", "@host", "any" or "none"
	Roles                // a list of roles
	Services             // a list of services
	Table                // a table with the keys of Of
	Tables               // a list of such tables
	Named                // a table whose keys are names
)

// Scope is a set of levels of a policy on which a key may appear.
type Scope uint

// The levels. A HostFile is a file without [hosts] that describes one host.
const (
	InFile Scope = 1 << iota
	InHostFile
	InGroup
	InHost
	InRole
)

// Has reports whether the two scopes share a level.
func (s Scope) Has(other Scope) bool { return s&other != 0 }

// String returns the levels for people: "file, group, host".
func (s Scope) String() string {
	var out []string
	for i, word := range []string{"file", "file that is one host", "group", "host", "role"} {
		if s.Has(1 << i) {
			out = append(out, word)
		}
	}
	return strings.Join(out, ", ")
}

// All returns every field, in the order of documentation. Do not change the list.
func All() []Field { return fields }

// Of returns the fields of a table. "" stands for the keys of files, groups and hosts.
func Of(table string) []Field {
	return slices.DeleteFunc(slices.Clone(fields), func(f Field) bool { return f.Table != table })
}

// LintLevels returns the words for the severity of a finding, the most severe first.
func LintLevels() []string { return []string{"error", "warning", "note"} }

const (
	everyLevel = InFile | InGroup | InHost
	ownLevels  = InHostFile | InGroup | InHost
)

// The patterns of values. PortPattern allows no leading zeros and only valid ports, so that an editor marks 0 and
// 65536.
const (
	PortPattern     = `([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])` // 1 to 65535
	portsPattern    = `^(any|` + PortPattern + `(-` + PortPattern + `)?( *, *` + PortPattern + `(-` + PortPattern + `)?)*)$`
	fromPortPattern = `^` + PortPattern + `(-` + PortPattern + `)?( *, *` + PortPattern + `(-` + PortPattern + `)?)*$`
	limitPattern    = `^[1-9][0-9]{0,4}/(second|minute|hour|day)$`
	icmpPattern     = `^[0-9]{1,3}(:[0-9]{1,3})?$`
	addressPattern  = `^[0-9A-Fa-f:.]+$`
	choicePattern   = `^(@|os:)?[A-Za-z0-9*?[][]A-Za-z0-9._*?[-]*$`
	rangePattern    = `^` + PortPattern + `-` + PortPattern + `$`
)

// fields lists every key of a policy, except the keys of roles and services that the policy defines. Package
// catalog reads those.
var fields = slices.Concat([]Field{
	{Key: "include", Type: Texts, Scope: InFile, Doc: "Files to read as well, relative to this one, with * and ?. Their tables are merged.", Element: "A file, or a pattern: hosts/*.toml."},
	{Key: "catalog", Type: Text, Scope: InFile, Doc: "A folder with *.toml files of the site's own roles and services, which may replace those built in."},
	{Key: "templates", Type: Text, Scope: InFile, Doc: "A folder with NAME.tmpl files, each a target or the template of one."},
	{Key: "networks", Type: Named, Scope: InFile, Doc: "Named address sets, which may hold each other.", Element: "Prefixes, addresses and names of other networks."},
	{Key: "groups", Type: Texts, Scope: InHostFile | InHost, Doc: "The groups that the host is in, beside those that name it.", Element: "A group of this policy."},
	{Key: "groups", Type: Named, Scope: InFile, Doc: "The same settings for many hosts.", Element: "Settings for some hosts."},
	{Key: "hosts", Type: Named, Scope: InFile, Doc: "The hosts, by name.", Element: "A host."},
	{Key: "hosts", Type: Patterns, Pattern: choicePattern, Scope: InGroup, Doc: "The hosts of the group; a host may name its groups too." + hostsHint},
	{Key: "addresses", Type: Patterns, Pattern: addressPattern, Scope: InHostFile | InHost, Doc: "The host's own addresses. @role and @same are made of them."},
	{Key: "roles", Type: Roles, Scope: ownLevels, Doc: "What the host is. rolewall list roles explains them.", Element: "A role of the catalog, or of this policy."},
	{Key: "services", Type: Services, Scope: ownLevels, Doc: "Single services beside the roles.", Element: "A service of the catalog, or of this policy."},
	{Key: "roles", Type: Named, Scope: InFile, Doc: "Roles of the site's own, and audiences of roles."},
	{Key: "services", Type: Named, Scope: InFile, Doc: "Services of the site's own."},
	{Key: "own", Type: Table, Scope: InFile | InHostFile, Doc: "Roles and services of the site's own, own.roles and own.services, where the file is one host and has lists of these names."},
	{Key: "features", Type: Words, Scope: everyLevel, Doc: "Optional parts of services, switched on. rolewall list features explains them."},
	{Key: "without", Type: Words, Scope: everyLevel, Doc: "Features taken away, whoever switches them on."},
	{Key: "os", Type: Word, Scope: everyLevel, Doc: "The edition of the system. Default: windows-2022."},
	{Key: "targets", Type: Words, Scope: everyLevel, Doc: "What generate writes. Default: the firewall that the system brings."},
	{Key: "families", Type: Words, Words: []string{"ipv4", "ipv6"}, Scope: everyLevel,
		Doc: "The address families that the host speaks; the others are closed. Default: both, IPv4 alone up to Windows 2003."},
	{Key: "access", Type: Word, Words: []string{"console", "network"}, Scope: everyLevel,
		Doc: "console: nobody needs the network to administer the host, and no warning is given."},
	{Key: "audience", Type: Table, Scope: everyLevel | InRole, Doc: "Who may reach the host. The nearest level decides: host, group, role, file; audience.roles of a host or group before them all."},
	{Key: "rpc", Type: Table, Scope: everyLevel, Doc: "How RPC services are reached beyond the endpoint mapper."},
	{Key: "programs", Type: Named, Scope: everyLevel, Doc: "Who listens for services whose program the catalog does not know: rolewall list services --unbound.", Element: "The program, the Windows service, or both."},
	{Key: "allow", Type: Tables, Scope: everyLevel, Doc: "Exceptions, each with a reason.", Element: "An exception. tcp, udp or both, icmp, icmpv6 or protocol says what it opens."},
	{Key: "advfirewall", Type: Table, Scope: everyLevel, Doc: "Options of Windows Firewall."},
	{Key: "gpo", Type: Table, Scope: everyLevel, Doc: "Options of Group Policy, beside those of advfirewall."},
	{Key: "ipsec", Type: Table, Scope: everyLevel, Doc: "Options of IPSec filters."},
	{Key: "linux", Type: Table, Scope: everyLevel, Doc: "Options of nftables and iptables."},
	{Key: "lint", Type: Named, Scope: InFile, Doc: "Levels of lint codes. A changed level needs a reason.", Element: "The level of a lint code. rolewall lint --explain CODE says what the code means."},
	{Key: "deny", Type: Tables, Scope: InFile, Doc: "What no role and no exception may open. It opens and closes nothing; lint reports what breaks it.", Element: "A site rule. tcp, udp or both, icmp, icmpv6 or protocol says what it is about; from or outside must be given."},
	{Key: "require", Type: Tables, Scope: InFile, Doc: "What must stay open, whatever else changes. It opens nothing: lint reports what breaks it.", Element: "A site rule. tcp, udp or both, icmp, icmpv6 or protocol says what must be open."},

	{Key: "ignore", Type: Tables, Scope: InFile, Doc: "What drift does not report for a while. It opens and closes nothing.", Element: "A difference between hosts and the policy. tcp, udp or both, icmp, icmpv6 or protocol says what it is about."},

	{Table: "audience", Key: "clients", Type: Sources, Doc: "Who uses the services."},
	{Table: "audience", Key: "peers", Type: Sources, Doc: `Replication partners, cluster nodes, farm members. Default: the hosts with the same role, as clients too where the role has something for peers. ["@same"] names them as clients in any case.`},
	{Table: "audience", Key: "management", Type: Sources, Doc: "Who administers the host."},

	{Table: "own", Key: "roles", Type: Named, Doc: "Roles of the site's own, and audiences of roles."},
	{Table: "own", Key: "services", Type: Named, Doc: "Services of the site's own."},

	{Table: "audience", Key: "roles", Type: Named, Doc: "The same for single roles, here alone: nearer than every other level.", Element: "Who may reach the services of the role."},

	{Table: "rpc", Key: "mode", Type: Word, Words: []string{"dynamic", "range", "static", "closed"},
		Doc: "dynamic: the range of the edition. range: the range given. static: one port for each pinned service. closed: none."},
	{Table: "rpc", Key: "range", Type: Pattern, Pattern: rangePattern, Doc: "The range, above 5000. A hundred ports or more."},
	{Table: "rpc", Key: "fallback", Type: Word, Words: []string{"dynamic", "range", "closed"}, Doc: "With static: what becomes of services without a pin."},
	{Table: "rpc", Key: "ports", Type: Named, Doc: "With static: the port of each service.", Element: "A port of its own.", Low: 1, High: 65535},
	{Table: "rpc", Key: "mixed", Type: Flag, Doc: "With dynamic: open the range of the other generation of Windows too. Needs a reason."},
	{Table: "rpc", Key: "reason", Type: Text, Doc: "Why mixed is set."},

	{Table: "programs.*", Key: "program", Type: Text, Doc: "A full path. %SystemRoot%, %ProgramFiles% and other variables of the system may begin it."},
	{Table: "programs.*", Key: "service", Type: Text, Doc: "The short name of the Windows service."},

	{Table: "advfirewall", Key: "log_dropped", Type: Flag, Doc: "Write dropped packets to the firewall's log."},
	{Table: "advfirewall", Key: "other_rules", Type: Word, Words: []string{"keep", "disable"}, Doc: "What becomes of inbound rules of others. Default: keep."},
	{Table: "advfirewall", Key: "outbound", Type: Word, Words: []string{"allow", "block"}, Doc: "What becomes of what the host itself begins. Default: allow, and the script stops where it is blocked."},
	{Table: "advfirewall", Key: "profile", Type: Words, Words: []string{"domain", "private", "public"}, Doc: "The profiles in which the rules hold. Default: all."},

	{Table: "gpo", Key: "profiles", Type: Word, Words: []string{"set", "keep"}, Doc: "set: the GPO switches the firewall on in every profile and blocks what no rule names. keep: it holds rules alone, and another GPO sets the profiles. Default: set."},
	{Table: "gpo", Key: "log_size", Type: Number, Low: 1, High: 32767, Doc: "The size of the firewall's log in kilobytes. Default: that of the host."},

	{Table: "ipsec", Key: "icmp", Type: Word, Words: []string{"all-types", "refuse"}, Doc: "all-types: an echo may be written as all of ICMP, since filters know no types. Default: refuse."},
	{Table: "ipsec", Key: "default_exempt", Type: Number, Low: 0, High: 3, Doc: "NoDefaultExempt: what the driver lets through unfiltered."},
	{Table: "ipsec", Key: "outbound", Type: Tables, Doc: "What a stateless filter must let out.", Element: "A permit for what the host itself begins."},

	{Table: "linux", Key: "log", Type: Flag, Doc: "Log dropped packets, a few a minute."},
	{Table: "linux", Key: "reject", Type: Flag, Doc: "Answer instead of dropping silently."},
	{Table: "linux", Key: "interfaces", Type: Texts, Doc: "The interfaces that are governed; all others pass untouched. Default: all.", Element: "eth0, or eth* for all that begin so."},
	{Table: "linux", Key: "ping", Type: Flag, Doc: "false takes the echo of the baseline away."},
	{Table: "linux", Key: "counters", Type: Flag, Doc: "Count packets of each rule."},
	{Table: "linux", Key: "invalid", Type: Word, Words: []string{"drop", "pass"}, Doc: "What becomes of TCP and UDP packets that connection tracking calls invalid. Default: drop. pass: the rules decide, as a load balancer with direct return needs."},
	{Table: "linux", Key: "ftp_helper", Type: Flag, Doc: "false: the kernel does not help with passive FTP; the policy opens the range instead."},
	{Table: "linux", Key: "audit_until", Type: Date, Doc: "The last day on which a host may have the target audit and no filter, 2027-03-31; lint warns after it."},
},
	trafficFields("allow"), []Field{
		{Table: "allow", Key: "rpc", Type: Word, Words: []string{"mapper"}, Doc: "With tcp 135: the RPC endpoint mapper is meant."},
		{Table: "allow", Key: "from", Type: Sources, Required: true, Doc: "Who may send."},
		{Table: "allow", Key: "from_port", Type: Ports, Pattern: fromPortPattern, Doc: `Their source ports, where it is not every one: 1900, "1900, 3702". For answers to multicast questions, which connection tracking does not know.`},
		{Table: "allow", Key: "interfaces", Type: Texts, Doc: "The interfaces on which it holds. Default: all. Linux targets alone say it.", Element: "virbr0, or virbr* for all that begin so."},
		{Table: "allow", Key: "limit", Type: Pattern, Pattern: limitPattern, Doc: "At most so many new connections, 10/minute, after 5 at once; for each address family and interface. The unit is second, minute, hour or day. Linux targets alone say it."},
		{Table: "allow", Key: "reason", Type: Text, Required: true, Doc: "Why, in words that still say something in a year."},
		{Table: "allow", Key: "owner", Type: Text, Doc: "Who answers for it."},
		{Table: "allow", Key: "expires", Type: Date, Doc: "The last day it holds, UTC: 2027-03-31, without quotes."},
	},
	trafficFields("deny"), []Field{
		{Table: "deny", Key: "from", Type: Sources, Doc: "Who may not send. Default: everyone."},
		{Table: "deny", Key: "outside", Type: Sources, Doc: "Who may nevertheless."},
		{Table: "deny", Key: "hosts", Type: Texts, Doc: "The hosts it is about. Default: all." + hostsHint},
		{Table: "deny", Key: "reason", Type: Text, Required: true, Doc: "Why."},
		{Table: "deny", Key: "owner", Type: Text, Doc: "Who answers for it."},
	},
	trafficFields("require"), []Field{
		{Table: "require", Key: "from", Type: Sources, Required: true, Doc: "Who must reach the hosts."},
		{Table: "require", Key: "hosts", Type: Texts, Doc: "The hosts it is about. Default: all." + hostsHint},
		{Table: "require", Key: "reason", Type: Text, Required: true, Doc: "Why."},
		{Table: "require", Key: "owner", Type: Text, Doc: "Who answers for it."},
	},
	trafficFields("ignore"), []Field{
		{Table: "ignore", Key: "from", Type: Sources, Doc: "The sources it is about. Default: everyone."},
		{Table: "ignore", Key: "hosts", Type: Texts, Doc: "The hosts it is about. Default: all." + hostsHint},
		{Table: "ignore", Key: "reason", Type: Text, Required: true, Doc: "Why."},
		{Table: "ignore", Key: "owner", Type: Text, Doc: "Whom to ask."},
		{Table: "ignore", Key: "expires", Type: Date, Required: true, Doc: "The last day it holds, UTC: 2027-03-31, without quotes."},
	},
	trafficFields("ipsec.outbound"), []Field{
		{Table: "ipsec.outbound", Key: "to", Type: Sources, Required: true, Doc: "The destinations."},
		{Table: "ipsec.outbound", Key: "reason", Type: Text, Required: true, Doc: "Why."},
	},
	[]Field{
		{Table: "lint.*", Key: "level", Type: Word, Words: append([]string{"off"}, LintLevels()...), Required: true, Doc: "What a finding weighs from now on."},
		{Table: "lint.*", Key: "hosts", Type: Texts, Doc: "The hosts for which it holds. Default: all." + hostsHint},
		{Table: "lint.*", Key: "reason", Type: Text, Required: true, Doc: "Why."},
		{Table: "lint.*", Key: "expires", Type: Date, Doc: "The last day it holds, UTC."},
	})

// hostsHint says how a list chooses hosts.
const hostsHint = ` Names with * and ?, "@role", or "os:linux", "os:windows", "os:windows-2022".`

// trafficFields returns the keys that name traffic. A table has one of them, or tcp and udp together.
func trafficFields(table string) []Field {
	return []Field{
		{Table: table, Key: "tcp", Type: Ports, Pattern: portsPattern, Doc: `Ports: 443, "8000-8010", [80, 443] or "any". Goes together with udp.`},
		{Table: table, Key: "udp", Type: Ports, Pattern: portsPattern, Doc: `Ports: 53, "8000-8010", [88, 464] or "any". Goes together with tcp.`},
		{Table: table, Key: "icmp", Type: ICMPType, Pattern: icmpPattern, Doc: `An ICMP type, 8, or type and code, "3:4".`},
		{Table: table, Key: "icmpv6", Type: ICMPType, Pattern: icmpPattern, Doc: `An ICMPv6 type, 128, or type and code.`},
		{Table: table, Key: "protocol", Type: Protocol, Doc: "A number, 47 for GRE, or any."},
	}
}
