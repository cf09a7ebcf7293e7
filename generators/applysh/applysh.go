package generators

import (
	"rolewall/generators/target"
	"rolewall/ruleset"
)

// apply writes no rules: its script loads one of those beside it in such a way that a mistake in it locks nobody out.
type apply struct{ layout *target.Layout }

func newApply() apply { return apply{target.NewLayout("apply")} }

func (apply) Info() target.Info {
	return target.Info{
		Name: "apply", Title: "loads nftables.nft or iptables.sh with a way back", File: "apply.sh", Mode: 0o755, Comment: linuxComment,
		Capabilities: linuxCan(),
	}
}

// applyPage is what the template lays out: the script is the same for every host but for what it warns of.
type applyPage struct {
	Header  []string
	Governs []string // names of the governed interfaces, as the shell matches them
}

func (t apply) Script(rs *ruleset.RuleSet) (target.Script, error) {
	return t.layout.Script(applyHeader(t.Info(), rs), applyPage{Governs: rs.Settings.Linux.Interfaces})
}

func (t apply) Data(rs *ruleset.RuleSet) (any, error) {
	header := target.HeaderLines(applyHeader(t.Info(), rs), rs.Host, linuxComment)
	return applyPage{Header: header, Governs: rs.Settings.Linux.Interfaces}, nil
}

func applyHeader(info target.Info, rs *ruleset.RuleSet) []string {
	return linuxHeader(info, rs,
		"Apply    sh apply.sh [--confirm-within SECONDS] [nftables.nft or iptables.sh]",
		"Confirm  sh apply.sh confirm, over a new connection; only then the rules outlive a restart",
		"Back     sh apply.sh rollback; without a confirmation it happens by itself, after 60 seconds",
		"Undo     sh apply.sh remove",
		"On a console, where there is no second connection: sh apply.sh --console, and confirm there.",
	)
}
