// Package advfirewall writes a cmd.exe script that sets the rules of Windows Firewall with netsh, from Windows
// 2008 on. Each rule is bound to the program and the service that listen.
//
// netsh accepts one ICMP type in a rule and lines of limited length. So one rule of the rule set may become
// several. The name of a rule ends in a hash of everything that netsh is told. So a rule that an earlier run left
// under this name is the same rule.
package advfirewall

import (
	"strings"
	"sync"

	"rolewall/generators/target"
	"rolewall/generators/winfirewall"
	"rolewall/generators/winscript"
	"rolewall/ruleset"
)

// Target writes advfirewall.cmd.
type Target struct {
	layout    *target.Layout
	written   *memo[ruleKey, written] // cached, since rule sets share rules
	listeners *memo[ruleset.Listener, string]
}

// New returns the target.
func New() Target {
	return Target{target.NewLayout("advfirewall"), newMemo[ruleKey, written](memoRoom), newMemo[ruleset.Listener, string](memoRoom)}
}

func (Target) Info() target.Info { return info() }

// info is computed once, since it collects its phrases from a table of rules.
var info = sync.OnceValue(func() target.Info {
	return target.Info{
		Name: "advfirewall", Title: "Windows Firewall script", File: "advfirewall.cmd",
		CRLF: true, Mode: 0o644, Filter: true, Comment: winscript.Comment,
		OS:           winfirewall.Editions(ruleset.Windows2008),
		NotOn:        "netsh advfirewall came with Windows 2008",
		Capabilities: winfirewall.Capabilities(),
		Baseline:     winfirewall.Baseline(),
	}
})

// data is the data of the template.
type data struct {
	Header         []string
	OS             string
	Build          string // lines that end the script on other builds
	Builds         string // the builds of the edition, in words
	Digest         string // digest of the rule set, by which confirm recognizes what was applied
	PolicyProfiles string // keys of Group Policy for the profiles of the rules
	Pins           []winscript.PinCheck
	AskOutbound    bool   // stop if outbound traffic is blocked, since the policy does not set it
	Baseline       []rule // only if other rules are disabled
	Rules          []rule
	Others         *others // the commands for rules of others; nil if these are kept
	LogDropped     bool
	FirewallPolicy string
	BlocksOutbound bool
}

func (t Target) Script(rs *ruleset.RuleSet) (target.Script, error) {
	out, err := t.view(rs)
	if err != nil {
		return target.Script{}, err
	}
	return t.layout.Script(header(t.Info(), rs), out)
}

func (t Target) Data(rs *ruleset.RuleSet) (any, error) {
	out, err := t.view(rs)
	out.Header = target.HeaderLines(header(t.Info(), rs), rs.Host, winscript.Comment)
	return out, err
}

func (t Target) view(rs *ruleset.RuleSet) (data, error) {
	settings := rs.Settings.Advfirewall
	out := data{
		OS:             string(rs.OS),
		Build:          winscript.BuildTest(rs.OS),
		Builds:         winscript.BuildWords(rs.OS),
		Digest:         strings.TrimPrefix(rs.Digest(), "sha256:")[:32],
		PolicyProfiles: policyProfiles(settings),
		Pins:           winscript.PinChecks(rs),
		AskOutbound:    settings.Outbound == "",
		LogDropped:     settings.LogDropped,
		FirewallPolicy: "blockinbound,allowoutbound",
	}
	if settings.Outbound == "block" {
		out.FirewallPolicy, out.BlocksOutbound = "blockinbound,blockoutbound", true
	}
	if winfirewall.Alone(rs.Settings) {
		baseline := write(rs.OS, winfirewall.BaselineRules(rs))
		if baseline.err != nil {
			return data{}, baseline.err
		}
		out.Baseline, out.Others = baseline.rules, othersCommands()
	}
	w := winfirewall.NewWriter(rs)
	out.Rules = make([]rule, 0, len(rs.Inbound))
	for _, r := range rs.Inbound {
		written := t.written.of(ruleKey{w.Place, r}, func() written { return write(rs.OS, w.Rules(r)) })
		if written.err != nil {
			return data{}, written.err
		}
		out.Rules = append(out.Rules, written.rules...)
	}
	return out, nil
}
