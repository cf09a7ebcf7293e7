package generators

import (
	"io"

	"rolewall/ruleset"
)

// apply writes no rules: its script loads one of those beside it in such a way that a mistake in it locks nobody out.
type apply struct{}

func (apply) Info() Info {
	return Info{
		Name: "apply", Title: "loads nftables.nft or iptables.sh with a way back", File: "apply.sh", Mode: 0o755,
		Can: linuxCan(),
	}
}

// applyPage is what the template lays out: the script is the same for every host but for what it warns of.
type applyPage struct {
	Header  []string
	Governs []string // names of the governed interfaces, as the shell matches them
}

func (t apply) Generate(w io.Writer, rs *ruleset.RuleSet) error { return fill(w, t, rs) }

func (t apply) page(rs *ruleset.RuleSet) (any, error) {
	return applyPage{Governs: rs.Settings.Linux.Interfaces, Header: linuxHeader(t.Info(), rs,
		"Apply    sh apply.sh [--confirm-within SECONDS] [nftables.nft or iptables.sh]",
		"Confirm  sh apply.sh confirm, over a new connection; only then the rules outlive a restart",
		"Back     sh apply.sh rollback; without a confirmation it happens by itself, after 60 seconds",
		"Undo     sh apply.sh remove",
		"On a console, where there is no second connection: sh apply.sh --console, and confirm there.",
	)}, nil
}
