// Package target defines how rolewall and the packages for firewall languages work together.
//
// A Target turns a rule set into a Script. A rule set (package ruleset) says what a host allows, in no firewall
// language. The target's Info says on which systems the script runs and what the language can express. Check
// compares the Info with a rule set and lists what is unsupported. If the list is not empty, no script is written.
// So no script silently leaves something out.
//
// A new target is a folder with a type that satisfies Target, and a line in generators.All. Package generators
// renders scripts. This package holds what targets share: the header, the embedded templates, and functions that
// clean free text, since names and reasons in a policy may hold any character.
package target

import (
	"slices"

	"rolewall/ruleset"
)

// Target writes scripts in one firewall language.
type Target interface {
	// Info returns constant facts about the target.
	Info() Info
	// Script writes the script for a rule set, with LF at the ends of lines. The rules are sorted, merged and
	// checked. The result depends only on rs, and all hosts with equal rules share it: rs.Host is empty unless
	// Info.PerHost is set. It returns an error for text that the language cannot write.
	Script(rs *ruleset.RuleSet) (Script, error)
}

// Bundler is a Target whose files serve many hosts. They are in a folder of the target, next to the folders of
// hosts. Info.File is that folder with a slash. Script returns the part that people read about one host. generate
// prints it for a single host, and the bundle contains it, too.
type Bundler interface {
	Target
	// Bundle returns the files for all groups. Groups are in the order of their first hosts. The files may be in
	// any order.
	Bundle(groups []Group) ([]File, error)
	// ScriptFile returns the pattern of path.Match for the files with the text of Script, below the folder.
	ScriptFile() string
}

// Group holds the hosts that share one rule set. The rule set names none of them.
type Group struct {
	Set   *ruleset.RuleSet
	Hosts []string // sorted
}

// File is a file of a bundle. Each part of its name between slashes is a valid file name on Windows, too.
type File struct {
	Name string
	Data []byte
}

// Refuser is a Target with limits that its Capabilities do not cover.
type Refuser interface {
	Refuse(rs *ruleset.RuleSet) []Unsupported
}

// Templated is a Target with an embedded template, which a custom template can replace.
type Templated interface {
	Target
	// Data returns the data of the template for the host in rs. It is a struct whose field Header holds finished
	// comment lines.
	Data(rs *ruleset.RuleSet) (any, error)
}

// Info says what a target is and what its language can express.
type Info struct {
	Name         string       // as users type it
	Title        string       // one line for lists
	File         string       // file name below DIR/HOST; for a Bundler, the folder below DIR with a slash
	CRLF         bool         // lines end with CR LF
	Mode         uint32       // file mode, 0o644 or 0o755
	Filter       bool         // the script enforces the rule set on the host; other targets inform, or help one that does
	PerHost      bool         // the script may name its host anywhere, so it is rendered for each host
	Comment      Comment      // marks before and after a line of the header
	OS           []ruleset.OS // editions on which the script runs; empty is all
	NotOn        string       // why it runs on no others, if readers may ask
	Capabilities Capabilities
	Baseline     []BaselineRule // what the script allows besides the rule set, on hosts of both families
}

// RunsOn reports whether the target's scripts run on the edition.
func (i Info) RunsOn(os ruleset.OS) bool { return len(i.OS) == 0 || slices.Contains(i.OS, os) }

// Capabilities says what a language can express. A rule that needs more is unsupported. It is never weakened.
type Capabilities struct {
	PortRanges      bool       // ranges of ports
	PortRangesSince ruleset.OS // the first edition that has them; empty is all
	MaxPorts        int        // number of ports and ranges in one rule; 0 means no limit
	IPv4, IPv6      bool
	Sources         bool // rules for some sources only
	Protocols       bool // protocols other than TCP, UDP and ICMP
	AnyProtocol     bool // every protocol in one rule
	ICMPTypes       bool // single ICMP types
	ICMPCodes       bool // single codes of a type
	Listener        bool // rules for the program that listens
	Outbound        bool // rules for connections that the host opens; targets that keep state need none
	Interfaces      bool // rules for some network interfaces only
	FromPorts       bool // rules for some source ports only
	Limits          bool // rules with a limit of new connections per time
	RPCKeyword      bool // "the RPC ports of this listener" instead of numbers
}
