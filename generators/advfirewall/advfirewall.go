package generators

import (
	"slices"
	"sync"

	"rolewall/generators/target"
	"rolewall/ruleset"
)

// advfirewall writes rules of Windows Firewall with netsh, each bound to the program and service that listens.
type advfirewall struct {
	layout    *target.Layout
	said      *memo[advAsked, advSaid] // rule sets share rules
	listeners *memo[ruleset.Listener, string]
}

func newAdvfirewall() advfirewall {
	return advfirewall{target.NewLayout("advfirewall"), newMemo[advAsked, advSaid](memoRoom), newMemo[ruleset.Listener, string](memoRoom)}
}

func (advfirewall) Info() target.Info { return advInfo() }

// advInfo is worked out once: its phrases are gathered from a table of rules.
var advInfo = sync.OnceValue(func() target.Info {
	return target.Info{
		Name: "advfirewall", Title: "Windows Firewall script", File: "advfirewall.cmd",
		CRLF: true, Mode: 0o644, Filter: true, Comment: cmdComment,
		OS:    slices.DeleteFunc(ruleset.AllOS(), func(o ruleset.OS) bool { return !o.IsWindows() || o.Before(ruleset.Windows2008) }),
		NotOn: "netsh advfirewall came with Windows 2008",
		Capabilities: target.Capabilities{
			PortRanges: true, IPv4: true, IPv6: true, Sources: true, Protocols: true, AnyProtocol: true,
			ICMPTypes: true, ICMPCodes: true, Listener: true, RPCKeyword: true,
		},
		Baseline: append([]string{advItself}, advBaselinePhrases(ruleset.Families{IPv4: true, IPv6: true}, advOnlyAlone)...),
	}
})

// advPage is what the template lays out.
type advPage struct {
	Header         []string
	OS             string
	Build          string    // leaves the script on builds it was not made for
	AskOutbound    bool      // stop where outbound is blocked, since the policy says nothing of it
	Baseline       []advRule // only where other rules are switched off
	Rules          []advRule
	DisableOthers  string // switches other rules off; empty where they stay
	LogDropped     bool
	FirewallPolicy string
}

func (t advfirewall) Script(rs *ruleset.RuleSet) (target.Script, error) {
	page, err := t.page(rs)
	if err != nil {
		return target.Script{}, err
	}
	return t.layout.Script(advHeader(t.Info(), rs), page)
}

func (t advfirewall) Data(rs *ruleset.RuleSet) (any, error) {
	page, err := t.page(rs)
	page.Header = target.HeaderLines(advHeader(t.Info(), rs), rs.Host, cmdComment)
	return page, err
}

func (t advfirewall) page(rs *ruleset.RuleSet) (advPage, error) {
	settings := rs.Settings.Advfirewall
	page := advPage{
		OS:             string(rs.OS),
		Build:          cmdBuildTest(rs.OS),
		AskOutbound:    settings.Outbound == "",
		LogDropped:     settings.LogDropped,
		FirewallPolicy: "blockinbound,allowoutbound",
	}
	if settings.Outbound == "block" {
		page.FirewallPolicy = "blockinbound,blockoutbound"
	}
	if settings.OtherRules == "disable" {
		page.Baseline = advBaseline(rs)
		page.DisableOthers = advDisableOthers
	}
	w := newAdvWriter(rs)
	page.Rules = make([]advRule, 0, len(rs.Inbound))
	for _, r := range rs.Inbound {
		said := t.said.of(advAsked{w.advPlace, r}, func() advSaid { return w.say(r) })
		if said.err != nil {
			return advPage{}, said.err
		}
		page.Rules = append(page.Rules, said.rules...)
	}
	return page, nil
}
