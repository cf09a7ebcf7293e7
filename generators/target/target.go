// Package target is the contract between rolewall and a firewall language.
//
// A Target turns a rule set (package ruleset: what a host allows, in no firewall's words) into a Script. Its Info says
// on which systems the script runs and what the language can express. Check compares that with a rule set and lists what
// is unsupported, so that nothing is left out of a script in silence: no script is written while the list is not empty.
//
// A new target is a folder with a type that satisfies Target, and a line in generators.All. Package generators
// renders scripts; this package holds what targets share: the header, the embedded templates, and the cleaning of free
// text, since names and reasons in a policy may hold anything.
package target

import (
	"slices"

	"rolewall/ruleset"
)

// Target writes scripts in one firewall language.
type Target interface {
	// Info is constant.
	Info() Info
	// Script writes the script for a rule set, lines ended by LF. The rules are sorted, merged and checked. The result
	// depends on rs alone, and all hosts with equal rules share it: rs.Host is empty unless Info.PerHost is set.
	// Errors are about text that the language has no way to write.
	Script(rs *ruleset.RuleSet) (Script, error)
}

// Bundler is a Target whose files serve many hosts. They lie in a folder of the target, beside those of the hosts; Info.File is
// that folder with a slash. Script is what a person reads of one host: generate prints it where one host is asked for, and it is
// in the bundle too.
type Bundler interface {
	Target
	// Bundle returns the files for all groups, which are in the order of their first hosts. The order of files is free.
	Bundle(groups []Group) ([]File, error)
	// ScriptFile is the pattern of path.Match for those files, below the folder.
	ScriptFile() string
}

// Group is the hosts of one rule set. The rule set names none of them.
type Group struct {
	Set   *ruleset.RuleSet
	Hosts []string // sorted
}

// File is a file of a bundle. The parts of its name, parted by slashes, are good on Windows too.
type File struct {
	Name string
	Data []byte
}

// Refuser is a Target that finds more unsupported than its Capabilities tell.
type Refuser interface {
	Refuse(rs *ruleset.RuleSet) []Unsupported
}

// Templated is a Target that lays its script out with an embedded template, which a custom template can replace.
type Templated interface {
	Target
	// Data is what the template gets for the host in rs: a struct, whose field Header holds finished comment lines.
	Data(rs *ruleset.RuleSet) (any, error)
}

// Info says what a target is and what its language can express.
type Info struct {
	Name         string       // as users type it
	Title        string       // one line for lists
	File         string       // file name below DIR/HOST; of a Bundler, the folder below DIR with a slash
	CRLF         bool         // lines end with CR LF
	Mode         uint32       // file mode, 0o644 or 0o755
	Filter       bool         // the script makes a host enforce the rule set; others inform, or help one that does
	PerHost      bool         // the script may name its host anywhere, so that it is rendered for each host
	Comment      Comment      // marks around a line of the header
	OS           []ruleset.OS // editions the script runs on; empty is every one
	NotOn        string       // why it runs on no others, where a reader may wonder
	Capabilities Capabilities
	Baseline     []BaselineRule // what the script allows beside the rule set, on hosts of both families
}

// RunsOn reports whether the target's scripts run on the edition.
func (i Info) RunsOn(os ruleset.OS) bool { return len(i.OS) == 0 || slices.Contains(i.OS, os) }

// Capabilities list what a language can express. A rule that needs more is unsupported, never weakened.
type Capabilities struct {
	PortRanges      bool       // ranges of ports
	PortRangesSince ruleset.OS // the edition that brought them; empty is every one
	MaxPorts        int        // ports and ranges of one rule; 0 is any number
	IPv4, IPv6      bool
	Sources         bool // rules for some sources only
	Protocols       bool // protocols beside TCP, UDP and ICMP
	AnyProtocol     bool // every protocol in one rule
	ICMPTypes       bool // single ICMP types
	ICMPCodes       bool // single codes of a type
	Listener        bool // rules for the program that listens
	Outbound        bool // rules for what the host itself begins; targets that keep state need none
	Interfaces      bool // rules for some network interfaces only
	FromPorts       bool // rules for some source ports only
	Limits          bool // rules for so many new connections in a time
	RPCKeyword      bool // "the RPC ports of this listener" instead of numbers
}
