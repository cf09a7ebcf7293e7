// Package findings holds what lint finds: each finding, the report of a run, and the causes that findings share.
package findings

import (
	"cmp"
	"slices"
	"strings"

	"rolewall/diag"
	"rolewall/lint/codes"
)

// Finding is one result of lint, at one location of the policy.
type Finding struct {
	Code    string
	Level   codes.Level
	Pos     diag.Pos
	What    string   // what is wrong, without the hosts; it may contain free text of the policy
	Hint    string   // what would help; may be empty
	Hosts   []string // the hosts, sorted; empty for the policy as a whole
	Because []string // provenance paths from a role to the rule, if the finding is about one
	See     []See
}

// See is another location that belongs to a finding.
type See struct {
	Pos  diag.Pos
	What string
}

// Compare orders findings by file and line, then by code, text, level, hosts and provenance.
func (f Finding) Compare(g Finding) int {
	return cmp.Or(
		strings.Compare(f.Pos.File, g.Pos.File), cmp.Compare(f.Pos.Line, g.Pos.Line), cmp.Compare(f.Pos.Column, g.Pos.Column),
		strings.Compare(f.Code, g.Code), strings.Compare(f.What, g.What), strings.Compare(string(f.Level), string(g.Level)),
		slices.Compare(f.Hosts, g.Hosts), slices.Compare(f.Because, g.Because),
	)
}
