package report

import (
	"fmt"
	"strings"

	"rolewall/compare"
	"rolewall/internal/check"
)

// drifted is a report with every kind of finding, cause and difference.
func drifted() *check.Report {
	lines := strings.Split("--- out/web1/nftables.nft\n+++ p.toml\n@@ -1,2 +1,2 @@\n \ttcp dport 80\n-old \x1b[31m\n+new", "\n")
	long := append([]string{"--- a", "+++ b", "@@ -1 +1,60 @@"}, strings.Split(strings.Repeat("+::error::x\n", 59)+"+end", "\n")...)
	meaning := &compare.Report{Compared: 1, Changes: []compare.Change{
		change(compare.Closed, []string{"web1"}, 8834, who("scanner", "10.9.9.9/32"), compare.Addresses{}, exception("scan", "secops", "2027-03-31")),
	}}
	ended := check.Cause{Code: check.ExceptionEnded, Text: "the exception for tcp/8834 at file (scan, owner secops) ended on 2027-03-31"}
	r := &check.Report{
		Folder: "out/", Policy: "p.toml", Hosts: 4, Passed: []string{"dc1/ruleset.json", "manifest.json"}, Generate: "rolewall generate -o out/ p.toml",
		Findings: []check.Finding{
			{Kind: check.Stale, Host: "web1", File: "web1/nftables.nft", Line: 2, What: "its bytes differ", Causes: []check.Cause{ended}, Diff: &check.Diff{Lines: lines, Meaning: meaning, Basis: "since 2027-03-31"}},
			{Kind: check.Stale, Host: "web1", File: "web1/iptables.sh", Line: 2, What: "its bytes differ", Causes: []check.Cause{ended}, Diff: &check.Diff{Lines: lines[1:], Meaning: meaning, Basis: "since 2027-03-31"}},
			{Kind: check.Stale, Host: "web2", File: "web2/ruleset.json", What: "its bytes differ", Diff: &check.Diff{Lines: lines[2:], Meaning: &compare.Report{Compared: 1}, Basis: "by ruleset.json"}},
			{Kind: check.Stale, Host: "web3", File: "web3/nftables.nft", Line: 1, What: "its bytes differ", Diff: &check.Diff{Lines: long, HasIDs: true, Rules: []check.RuleLine{
				{ID: "0a1b2c3d", Text: "tcp dport 80 [0a1b2c3d]", Number: 9}, {IsNew: true, ID: "1f2e3d4c", Text: strings.Repeat("wide ", 40), Number: 7},
			}}},
			{Kind: check.Stale, Host: "web4", File: "web4/nftables.nft", Line: 1, What: "its bytes differ", Diff: &check.Diff{Lines: lines[3:], HasIDs: true}},
			{Kind: check.Stale, Host: "web5", File: "web5/nftables.nft", Line: 1, What: "its bytes differ", Diff: &check.Diff{Lines: lines[4:]}},
		},
	}
	for i := range 3 {
		host := fmt.Sprintf("app%d", i)
		r.Findings = append(r.Findings, check.Finding{Kind: check.Missing, Host: host, File: host + "/nftables.nft", What: "it does not exist"})
	}
	return &check.Report{Folder: r.Folder, Policy: r.Policy, Hosts: r.Hosts, Passed: r.Passed, Generate: r.Generate, Findings: append(r.Findings,
		check.Finding{Kind: check.Orphaned, Host: "web9", File: "web9/nftables.nft", What: "the policy asks for it no more"},
		check.Finding{Kind: check.Unlisted, File: ".new-manifest.json", What: "a run that was stopped left it; remove it"},
		check.Finding{Kind: check.Unlisted, Host: "web1", File: "web1/mine.nft", What: "its name is one of ours"},
	)}
}
