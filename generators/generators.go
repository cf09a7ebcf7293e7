// Package generators writes rule sets in the languages of firewalls.
//
// A target is one file that satisfies Generator and one line in All. Check refuses what a target cannot say before
// anything is rendered; Render returns the finished page.
package generators

import (
	"io"
	"slices"

	"rolewall/ruleset"
)

// Generator writes complete scripts in one firewall language.
type Generator interface {
	// Info is constant.
	Info() Info
	// Generate writes the complete script for rs, lines ended by LF. Rules arrive sorted, merged and checked against
	// Info; the output depends on rs alone, and names the host in its header only, first on the page. Errors come from
	// w or from text that the language has no way to write.
	Generate(w io.Writer, rs *ruleset.RuleSet) error
}

// refuser is a Generator that refuses more than Info can express.
type refuser interface {
	refuse(rs *ruleset.RuleSet) []Refusal
}

// Info says what a target is and what it can say.
type Info struct {
	Name     string       // as users type it
	Title    string       // one line for lists
	File     string       // file name below DIR/HOST
	CRLF     bool         // line ends are CR LF
	Mode     uint32       // file mode, 0o644 or 0o755
	Filter   bool         // the script makes a host let in the rule set; others inform, or help one that does
	OS       []ruleset.OS // editions the script runs on; empty is every one
	NotOn    string       // why it runs on no others, where a reader may wonder
	Can      Can          //
	Baseline []string     // what the script lets in beside the rule set, a phrase each; the same for every host
}

// Can lists what a target's language can say. What it cannot is refused, never left out.
type Can struct {
	PortRanges      bool       // ranges of ports
	PortRangesSince ruleset.OS // the edition that brought them; empty is every one
	MaxPorts        int        // ports and ranges of one rule; 0 is any number
	IPv4, IPv6      bool
	Sources         bool // restrict the senders
	Protocols       bool // protocols beside TCP, UDP and ICMP
	AnyProtocol     bool // "every protocol" as one rule
	ICMPTypes       bool // single ICMP types
	ICMPCodes       bool // single codes of a type
	Listener        bool // bind a rule to the program that listens
	Outbound        bool // permit what the host itself begins; targets that keep state need not
	RPCKeyword      bool // "the RPC ports of this listener" instead of numbers
}

// Targets is a list of targets in the order users see them.
type Targets []Generator

// All lists the built-in targets in the order users see them.
func All() Targets {
	return Targets{newAdvfirewall(), ipsec{}, nftables{}, iptables{}, jsonTarget{}, rpcPorts{}, apply{}}
}

// Lookup returns the target of that name.
func (ts Targets) Lookup(name string) (Generator, bool) {
	for _, g := range ts {
		if g.Info().Name == name {
			return g, true
		}
	}
	return nil, false
}

// Names lists the targets' names in their order.
func (ts Targets) Names() []string {
	var names []string
	for _, g := range ts {
		names = append(names, g.Info().Name)
	}
	return names
}

// RunsOn reports whether the target's scripts run on the edition.
func (i Info) RunsOn(os ruleset.OS) bool {
	return len(i.OS) == 0 || slices.Contains(i.OS, os)
}

// Default is the target of a host that names none: the firewall that its edition brings.
func Default(os ruleset.OS) (string, bool) {
	switch {
	case os == ruleset.Linux:
		return "nftables", true
	case os == ruleset.Windows2003:
		return "ipsec", true
	case os.Before(ruleset.Windows2003):
		return "", false
	}
	return "advfirewall", true
}
