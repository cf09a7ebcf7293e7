// Package check compares a folder of generated files with the files that a policy yields today. It finds files
// that differ, are missing or are left over, and the cause of each difference. Package report writes the result.
package check

import (
	"cmp"
	"strings"

	"rolewall/compare"
)

// Report says how a folder differs from what a policy yields.
type Report struct {
	Folder   string    // as users typed it, with slashes
	Policy   string    // the name of the policy file
	Hosts    int       // number of compared hosts
	Passed   []string  // files below the folder that are as they should be
	Findings []Finding // those of hosts, by host and file, then those of no host
	Generate string    // the command that writes the files again, ready for a shell
	Obstacle string    // why that command would not write, and what to do; empty if it would
}

// None reports whether the folder is what the policy yields.
func (r *Report) None() bool { return len(r.Findings) == 0 }

// Path returns a file below the folder as users would type it.
func (r *Report) Path(file string) string { return strings.TrimSuffix(r.Folder, "/") + "/" + file }

// Finding is a file that is not as it should be.
type Finding struct {
	Kind   Kind
	Host   string // empty for a file that belongs to no host
	File   string // below the folder: "dc1/nftables.nft"
	Line   int    // the first line that differs, from 1; 0 for none
	What   string // what is wrong
	Causes []Cause
	Diff   *Diff // of a stale file, if requested
}

// Kind says in a word what is wrong with a file. The JSON form has these words.
type Kind string

// The kinds.
const (
	Stale    Kind = "stale"     // the bytes, the mode or the kind of the file differ
	Missing  Kind = "missing"   // the file does not exist
	Orphaned Kind = "left-over" // the manifest lists the file, and the policy no longer yields it
	Unlisted Kind = "unlisted"  // the file has a name that rolewall uses, and no manifest lists it
)

// Kinds lists the kinds in the order of reports.
func Kinds() []Kind { return []Kind{Stale, Missing, Orphaned, Unlisted} }

// Repairable reports whether generate resolves the finding. generate does not touch files that no manifest lists.
func (f Finding) Repairable() bool { return f.Kind != Unlisted }

// Compare orders findings: those of hosts by host and file, then those of no host.
func (f Finding) Compare(g Finding) int {
	last := func(f Finding) int {
		if f.Host == "" {
			return 1
		}
		return 0
	}
	return cmp.Or(cmp.Compare(last(f), last(g)), cmp.Compare(f.Host, g.Host), cmp.Compare(f.File, g.File), cmp.Compare(f.Kind, g.Kind))
}

// Cause says why a file is stale.
type Cause struct {
	Code Code
	Text string
}

// Code names a cause for programs.
type Code string

// The causes. An ended exception is a cause only if its end explains a difference.
const (
	ExceptionEnded Code = "exception-ended"
	Edited         Code = "edited"   // the file differs from what the manifest lists
	Outdated       Code = "outdated" // the file equals what the manifest lists, so the policy, the catalog or the program has probably changed
)

// Diff says how the bytes of a file differ from those of the plan.
type Diff struct {
	Old, New []byte          // as it is and as it should be
	Lines    []string        // the unified diff without line ends; it contains text of the files, so writers must escape it
	Meaning  *compare.Report // what changes in meaning from old to new; nil if the old rule set is unknown
	Basis    string          // where the old rule set is from, to follow "in meaning": "since 2026-06-30"
	Rules    []RuleLine      // if Meaning is nil: the rules that only one of the texts names
	HasIDs   bool            // if Meaning is nil: both texts name rules by ID
}

// RuleLine is a rule that only the old or only the new text names, with the first line that names it.
type RuleLine struct {
	IsNew  bool
	ID     string
	Text   string // the line without blanks around it
	Number int    // number of the line, from 1
}
