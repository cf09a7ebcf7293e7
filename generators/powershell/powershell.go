// Package powershell writes a script for Windows PowerShell 5.1 and PowerShell 7. It sets the rules of Windows
// Firewall with the cmdlets of NetSecurity, in the local store or in a Group Policy object. With -WhatIf it only
// prints what would change. With -Undo it restores the old rules.
package powershell

import (
	"slices"
	"strings"
	"sync"

	"rolewall/generators/target"
	"rolewall/generators/winfirewall"
	"rolewall/generators/winscript"
	"rolewall/ruleset"
)

// Target writes rolewall.ps1.
type Target struct{ layout *target.Layout }

// New returns the target.
func New() Target { return Target{target.NewLayout("powershell")} }

func (Target) Info() target.Info { return info() }

// comment marks comment lines.
var comment = target.Comment{Before: "# "}

// info is computed once, since it collects its phrases from a table of rules.
var info = sync.OnceValue(func() target.Info {
	return target.Info{
		Name: "powershell", Title: "Windows Firewall script for PowerShell", File: "rolewall.ps1",
		CRLF: true, Mode: 0o644, Filter: true, Comment: comment,
		OS:           winfirewall.Editions(ruleset.Windows2012),
		NotOn:        "the cmdlets of NetSecurity came with Windows 2012",
		Capabilities: winfirewall.Capabilities(),
		Baseline:     winfirewall.Baseline(),
	}
})

// data is the data of the template.
type data struct {
	Header   []string
	OS       string
	Builds   string // a list for PowerShell
	Pins     []pin
	Rules    []rule
	Baseline []rule   // only if other rules are disabled
	Alone    bool     // rules of others are disabled
	Ask      bool     // stop if outbound traffic is blocked, since the policy does not set it
	Profile  []string // settings of every profile, "Enabled = 'True'"
	Profiles string   // a list for PowerShell: the profiles of the rules, as Group Policy calls them
}

func (t Target) Script(rs *ruleset.RuleSet) (target.Script, error) {
	return t.layout.Script(header(t.Info(), rs), view(rs))
}

func (t Target) Data(rs *ruleset.RuleSet) (any, error) {
	out := view(rs)
	out.Header = target.HeaderLines(header(t.Info(), rs), rs.Host, comment)
	return out, nil
}

func view(rs *ruleset.RuleSet) data {
	settings := rs.Settings.Advfirewall
	out := data{
		OS: string(rs.OS), Builds: list(winscript.Builds(rs.OS)), Pins: pins(rs), Alone: winfirewall.Alone(rs.Settings), Ask: settings.Outbound == "",
		Profile:  []string{"AllowInboundRules = 'True'", "Enabled = 'True'", "DefaultInboundAction = 'Block'"},
		Profiles: list(policyProfiles(settings)),
	}
	w := winfirewall.NewWriter(rs)
	for _, r := range rs.Inbound {
		out.Rules = append(out.Rules, rulesOf(rs.OS, w.Rules(r))...)
	}
	if out.Alone {
		out.Baseline = rulesOf(rs.OS, winfirewall.BaselineRules(rs))
	}
	switch settings.Outbound {
	case "", "allow":
		out.Profile = append(out.Profile, "DefaultOutboundAction = 'Allow'")
	case "block":
		out.Profile = append(out.Profile, "DefaultOutboundAction = 'Block'")
	}
	if settings.LogDropped {
		out.Profile = append(out.Profile, "LogBlocked = 'True'")
	}
	return out
}

// policyProfiles returns the keys of Group Policy for the profiles of the rules. The private profile has two names
// there.
func policyProfiles(s ruleset.AdvfirewallSettings) []string {
	var out []string
	for _, p := range []struct{ name, key string }{{"domain", "DomainProfile"}, {"private", "PrivateProfile"}, {"private", "StandardProfile"}, {"public", "PublicProfile"}} {
		if len(s.Profile) == 0 || slices.Contains(s.Profile, p.name) {
			out = append(out, p.key)
		}
	}
	return out
}

// Refuse returns what Windows Firewall cannot express.
func (Target) Refuse(rs *ruleset.RuleSet) []target.Unsupported {
	return winfirewall.Refuse(rs, winfirewall.BadListener)
}

// Openings returns what the script allows besides rules and baseline.
func (Target) Openings(rs *ruleset.RuleSet) []target.Opening { return winfirewall.Openings(rs) }

// pin is a check of a pin of the RPC policy.
type pin struct{ Service, Key, Name, Want, Port, Listens, Unsure string }

func pins(rs *ruleset.RuleSet) []pin {
	var out []pin
	flag := map[bool]string{true: "$true", false: "$false"}
	for _, p := range winscript.PinChecks(rs) {
		key := ""
		if p.Key != "" {
			key = "Registry::" + p.Key
		}
		out = append(out, pin{quote(p.Service), quote(key), quote(p.Name), quote(p.Want), ruleset.PortRange{First: p.Port, Last: p.Port}.String(), flag[p.Listens], flag[p.Unsure]})
	}
	return out
}

// header returns the usual header, and how to call the script.
func header(info target.Info, rs *ruleset.RuleSet) []string {
	others := "Other owners' inbound rules stay as they are; they may let in more than the rules below."
	if winfirewall.Alone(rs.Settings) {
		others = "All other inbound allow rules of this host are switched off, those of Windows too; Group Policy's stay."
	}
	own := []string{
		"",
		"Apply    powershell -File rolewall.ps1, from an elevated prompt. A second run changes nothing.",
		"Look     add -WhatIf: it lists what would change, and changes nothing.",
		"Undo     add -Undo: the whole firewall policy from before the latest run that changed something comes back.",
		`Domain   add -GPO NAME, or -PolicyStore DOMAIN\NAME: the rules go to a Group Policy object, whose backup is made first.`,
		"Failure  the policy from before the run comes back.",
		"Codes    0 done; 1 nothing changed, or all is as before; 2 the policy from before could not be put back;",
		"         3 set, but Group Policy keeps the rules from holding; 4 -WhatIf found what would change.",
		"",
		others,
	}
	if winfirewall.UsesKeyword(rs) {
		own = append(own, "Dynamic RPC goes by the keyword RPC: the ports that the run-time gave the listener, whatever the range.")
	}
	if len(rs.Settings.Advfirewall.Profile) > 0 {
		own = append(own, "The rules (not the baseline) hold in these profiles alone: "+strings.Join(rs.Settings.Advfirewall.Profile, ", "))
	}
	if rs.Settings.Advfirewall.Outbound == "block" {
		own = append(own, "Outbound is blocked: what the host itself begins needs outbound rules, and this script makes none.")
	}
	return winscript.Header(info, rs, own...)
}
