// Package applysh writes apply.sh, which loads nftables.nft or iptables.sh from the same folder. It restores the
// old rules unless somebody confirms the new ones over a new connection. So a mistake in the rules locks nobody
// out. The script contains no rules.
package applysh

import (
	"rolewall/generators/linux"
	"rolewall/generators/target"
	"rolewall/ruleset"
)

// Target writes apply.sh.
type Target struct{ layout *target.Layout }

// New returns the target.
func New() Target { return Target{target.NewLayout("apply")} }

func (Target) Info() target.Info {
	return target.Info{
		Name: "apply", Title: "loads nftables.nft or iptables.sh with a way back", File: "apply.sh", Mode: 0o755, Comment: linux.Comment,
		Capabilities: linux.Capabilities(),
	}
}

// data is the data of the template. Only the warnings differ between hosts.
type data struct {
	Header  []string
	Governs []string // names of the filtered interfaces, as the shell matches them
	Oldest  oldest
}

// oldest holds the oldest supported versions of the programs that load the rules.
type oldest struct{ NFT, IPTables string }

func newData(rs *ruleset.RuleSet) data {
	return data{Governs: rs.Settings.Linux.Interfaces, Oldest: oldest{linux.OldestNFT, linux.OldestIPTables}}
}

func (t Target) Script(rs *ruleset.RuleSet) (target.Script, error) {
	return t.layout.Script(header(t.Info(), rs), newData(rs))
}

func (t Target) Data(rs *ruleset.RuleSet) (any, error) {
	d := newData(rs)
	d.Header = target.HeaderLines(header(t.Info(), rs), rs.Host, linux.Comment)
	return d, nil
}

func header(info target.Info, rs *ruleset.RuleSet) []string {
	return linux.Header(info, rs,
		"Apply    sh apply.sh [--confirm-within SECONDS] [nftables.nft or iptables.sh]",
		"Check    sh apply.sh check [nftables.nft or iptables.sh]: whether this host can load it; nothing is changed",
		"Confirm  sh apply.sh confirm, over a new connection; only then the rules outlive a restart",
		"Back     sh apply.sh rollback; without a confirmation it happens by itself, after 60 seconds",
		"Status   sh apply.sh status: whether the rules in force are those that were confirmed; 0 if so, else 1 or 3",
		"Undo     sh apply.sh remove",
		"Needs    nft "+linux.OldestNFT+" or iptables "+linux.OldestIPTables+", or later",
		"On a console, where there is no second connection: sh apply.sh --console, and confirm there.",
	)
}
