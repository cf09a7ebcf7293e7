// Package generators lists the targets and renders their scripts.
//
// Every firewall language is a package of its own below this one and satisfies target.Target. Check lists what a target
// cannot express; while the list is not empty, nothing is rendered. Render returns the finished file of a host.
package generators

import (
	"rolewall/diag"
	"rolewall/generators/advfirewall"
	"rolewall/generators/applysh"
	"rolewall/generators/custom"
	"rolewall/generators/dsc"
	"rolewall/generators/gpo"
	"rolewall/generators/ipsec"
	"rolewall/generators/iptables"
	"rolewall/generators/nftables"
	"rolewall/generators/powershell"
	"rolewall/generators/rpcports"
	"rolewall/generators/rulesetjson"
	"rolewall/generators/target"
	"rolewall/ruleset"
)

// Targets is a list of targets in the order users see them.
type Targets []target.Target

// All lists the built-in targets in the order users see them. A new target is a package and a line here.
func All() Targets {
	return Targets{
		advfirewall.New(),
		powershell.New(),
		gpo.New(),
		dsc.New(),
		ipsec.New(),
		nftables.New(),
		iptables.New(),
		nftables.NewAudit(),
		rulesetjson.Target{},
		rpcports.New(),
		applysh.New(),
	}
}

// With adds the custom targets that a site wrote as templates. What is wrong with a template is added to errs.
func (ts Targets) With(templates []custom.Source, errs *diag.List) Targets {
	return custom.Add(ts, templates, errs)
}

// Lookup returns the target of that name.
func (ts Targets) Lookup(name string) (target.Target, bool) {
	for _, t := range ts {
		if t.Info().Name == name {
			return t, true
		}
	}
	return nil, false
}

// Names lists the targets' names in their order.
func (ts Targets) Names() []string {
	var names []string
	for _, t := range ts {
		names = append(names, t.Info().Name)
	}
	return names
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

// Check lists everything in rs that the target cannot express. The hints name targets of the list all that can.
func Check(t target.Target, rs *ruleset.RuleSet, all Targets) []target.Unsupported {
	return target.Check(t, rs, all)
}
