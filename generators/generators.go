// Package generators lists the targets and renders their scripts.
//
// Every firewall language is a package below this one with a type that satisfies target.Target. Check lists what a
// target cannot express. If the list is not empty, nothing is rendered. Render returns the finished file of a
// host.
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

// Targets is a list of targets in the order in which users see them.
type Targets []target.Target

// All returns the built-in targets in the order in which users see them. A new target is a package and a line
// here.
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

// With returns the list with the custom targets of a site's templates. Mistakes in a template are added to errs.
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

// Names returns the names of the targets, in their order.
func (ts Targets) Names() []string {
	var names []string
	for _, t := range ts {
		names = append(names, t.Info().Name)
	}
	return names
}

// Default returns the target of a host that names none: the firewall that comes with its edition. It returns false
// if there is none.
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

// Check returns everything in rs that the target cannot express. The hints name targets in all that can.
func Check(t target.Target, rs *ruleset.RuleSet, all Targets) []target.Unsupported {
	return target.Check(t, rs, all)
}
