// Package gpo writes Group Policy objects with the rules of Windows Firewall. For each distinct rule set it writes
// a backup folder for Import-GPO, and the same values as text for LGPO.exe. Hosts that share a rule set share an
// object.
//
// IDs of rules, GUIDs and versions are all derived from the rule sets. So the folder changes only if the policy
// does.
package gpo

import (
	"sync"

	"rolewall/generators/target"
	"rolewall/generators/winfirewall"
	"rolewall/generators/winscript"
	"rolewall/ruleset"
)

// Target writes the folder gpo.
type Target struct{ layout *target.Layout }

// New returns the target.
func New() Target { return Target{target.NewLayout("gpo")} }

func (Target) Info() target.Info { return info() }

// comment marks comment lines of LGPO text.
var comment = target.Comment{Before: "; "}

// info is computed once, since it collects its phrases from a table of rules.
var info = sync.OnceValue(func() target.Info {
	return target.Info{
		Name: "gpo", Title: "Group Policy of Windows Firewall, for Import-GPO and LGPO", File: "gpo/",
		CRLF: true, Mode: 0o644, Filter: true, Comment: comment,
		OS:           winfirewall.Editions(ruleset.Windows2008),
		NotOn:        "Group Policy knows Windows Firewall since Windows 2008",
		Capabilities: winfirewall.Capabilities(),
		Baseline:     winfirewall.Baseline(),
	}
})

// data is the data of the template.
type data struct {
	Header  []string
	Entries []entry
}

// Script returns the text for LGPO.
func (t Target) Script(rs *ruleset.RuleSet) (target.Script, error) {
	return t.layout.Script(header(t.Info(), rs), data{Entries: append([]entry{{key: rulesKey, name: "*", deletes: true}}, entries(rs)...)})
}

// ScriptFile returns the pattern of the files with that text.
func (Target) ScriptFile() string { return "*/" + lgpoFile }

// Refuse returns what Windows Firewall cannot express, and what contradicts itself in a Group Policy object.
func (Target) Refuse(rs *ruleset.RuleSet) []target.Unsupported {
	out := winfirewall.Refuse(rs, winfirewall.BadListener)
	if winfirewall.Alone(rs.Settings) && keepsProfiles(rs) {
		out = append(out, target.Unsupportedf(`say [gpo] profiles = "set", or [advfirewall] other_rules = "keep"`,
			"ignore the rules of others without setting the profiles"))
	}
	return out
}

// Openings returns what the policy allows besides rules and baseline.
func (Target) Openings(rs *ruleset.RuleSet) []target.Opening { return winfirewall.Openings(rs) }

func keepsProfiles(rs *ruleset.RuleSet) bool { return rs.Settings.GPO.Profiles == "keep" }

// header returns the usual header, what the text does and what it cannot do.
func header(info target.Info, rs *ruleset.RuleSet) []string {
	others := "Rules of the host's own and of other GPOs stay as they are; they may let in more than the rules below."
	if winfirewall.Alone(rs.Settings) {
		others = "The host's own rules are ignored, those of Windows too. Rules of other GPOs hold beside the ones below."
	}
	profiles := "The firewall is switched on in every profile, and blocks what no rule names."
	if keepsProfiles(rs) {
		profiles = "The profiles are not set: another GPO must switch the firewall on and block what no rule names."
	}
	own := []string{
		"",
		"Apply    LGPO.exe /t lgpo.txt, where there is no domain. In a domain, import.ps1 makes a GPO of the same values.",
		"         All firewall rules of the local policy are replaced, whoever made them. LGPO.exe /b FOLDER saves it before.",
		"Undo     Put the registry.pol of that backup in the place of %SystemRoot%\\System32\\GroupPolicy\\Machine\\Registry.pol,",
		"         or delete that file where the backup has none, and call gpupdate /force. LGPO.exe /g takes no rule away.",
		"",
		profiles,
		others,
		"GPOs of higher precedence and block rules can still take away what these rules allow.",
	}
	if winfirewall.UsesKeyword(rs) {
		own = append(own, "Dynamic RPC goes by the keyword RPC: the ports that the run-time gave the listener, whatever the range.")
	}
	if rs.Settings.Advfirewall.Outbound == "block" && !keepsProfiles(rs) {
		own = append(own, "Outbound is blocked: what the host itself begins needs outbound rules, and this policy has none.")
	}
	return winscript.Header(info, rs, own...)
}
