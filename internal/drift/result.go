// Package drift compares a folder of generated files with the files that a policy yields today. It lists the files that
// differ, are missing or are left over, and the cause of each. The result is a value; package report writes it.
package drift

import (
	"cmp"
	"strings"

	"rolewall/compare"
)

// Report says how a folder differs from what a policy yields.
type Report struct {
	Folder   string    // as users type it, with slashes
	Policy   string    // the name of the policy file
	Hosts    int       // how many hosts were compared
	Passed   []string  // files that are as they should be, below the folder
	Findings []Finding // those of hosts by host and file, then those that belong to no host
	Generate string    // the call of rolewall that writes the files anew, ready to be pasted into a shell
	Obstacle string    // what that call would refuse to write into, and what to do about it; empty where nothing is in its way
}

// None reports whether the folder is what the policy yields.
func (r *Report) None() bool { return len(r.Findings) == 0 }

// Path returns a file below the folder as users type it.
func (r *Report) Path(file string) string { return strings.TrimSuffix(r.Folder, "/") + "/" + file }

// Finding is a file that is not as it should be.
type Finding struct {
	Kind   Kind
	Host   string // empty for files that belong to no host
	File   string // below the folder: "dc1/nftables.nft"
	Line   int    // the first that differs, from 1; 0 where none does
	What   string // what is wrong
	Causes []Cause
	Diff   *Diff // of stale files, where it is asked for
}

// Kind says in a word what is wrong with a file. Users read these words, and the JSON form has them.
type Kind string

// The kinds.
const (
	Stale    Kind = "stale"     // the bytes, the mode or the kind of the file differ
	Missing  Kind = "missing"   // the file does not exist
	Orphaned Kind = "left-over" // the manifest lists the file, and the policy does not ask for it any more
	Unlisted Kind = "unlisted"  // the file has a name of ours, and no manifest lists it
)

// Kinds lists the kinds in the order of reports.
func Kinds() []Kind { return []Kind{Stale, Missing, Orphaned, Unlisted} }

// Repairable reports whether a run of generate sets the finding right. Generate leaves files alone that no manifest lists.
func (f Finding) Repairable() bool { return f.Kind != Unlisted }

// Compare orders findings: those of hosts by host and file, then those that belong to no host.
func (f Finding) Compare(g Finding) int {
	last := func(f Finding) int {
		if f.Host == "" {
			return 1
		}
		return 0
	}
	return cmp.Or(cmp.Compare(last(f), last(g)), cmp.Compare(f.Host, g.Host), cmp.Compare(f.File, g.File), cmp.Compare(f.Kind, g.Kind))
}

// Cause is why a file is stale.
type Cause struct {
	Code Code
	Text string
}

// Code names a cause for programs.
type Code string

// The causes. An exception that ended is named only where its end explains a difference.
const (
	ExceptionEnded Code = "exception-ended"
	Edited         Code = "edited"   // the file is not what the manifest says was written
	Outdated       Code = "outdated" // it is: a guess that the policy, the catalog or the program changed since
)

// Diff is how the bytes of a file differ from those that the policy yields.
type Diff struct {
	Old, New []byte          // as it is, and as it should be
	Lines    []string        // the unified diff, without line ends; text of the files, so writers escape it
	Meaning  *compare.Report // what changes in meaning from old to new; nil where the old rule set is not known
	Basis    string          // where the old rule set is from, ready to follow "in meaning": "since 2026-06-30"
	Rules    []RuleLine      // where Meaning is nil: the rules that only one of the texts names
	HasIDs   bool            // where Meaning is nil: both texts name rules by ID
}

// RuleLine is a rule that only the old or only the new text names, with the first line that does.
type RuleLine struct {
	IsNew  bool
	ID     string
	Text   string // the line without blanks around it
	Number int    // of the line, from 1
}
