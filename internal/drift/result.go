package main

import (
	"strings"

	"rolewall/compare"
)

// driftReport says how a folder differs from what a policy yields.
type driftReport struct {
	Folder   string    // as users type it, with slashes
	Policy   string    // the name of the policy file
	Hosts    int       // how many hosts were compared
	Passed   []string  // files that are as they should be, below the folder
	Findings []finding // those of hosts by host and file, then those that belong to no host
	Generate string    // the call of rolewall that writes the files anew, ready to be pasted into a shell
}

// None reports whether the folder is what the policy yields.
func (r *driftReport) None() bool { return len(r.Findings) == 0 }

// Path returns a file below the folder as users type it.
func (r *driftReport) Path(file string) string { return strings.TrimSuffix(r.Folder, "/") + "/" + file }

// finding is a file that is not as it should be.
type finding struct {
	Kind   findingKind
	Host   string // empty for files that belong to no host
	File   string // below the folder: "dc1/nftables.nft"
	Line   int    // the first that differs, from 1; 0 where none does
	What   string // what is wrong
	Causes []cause
	Diff   *fileDiff // of stale files, where it is asked for
}

// findingKind says in a word what is wrong with a file. Users read these words, and the JSON form has them.
type findingKind string

// The kinds.
const (
	stale    findingKind = "stale"     // the bytes, the mode or the kind of the file differ
	missing  findingKind = "missing"   // the file does not exist
	orphaned findingKind = "left-over" // the manifest lists the file, and the policy does not ask for it any more
	unlisted findingKind = "unlisted"  // the file has a name of ours, and no manifest lists it
)

// findingKinds lists the kinds in the order of reports.
func findingKinds() []findingKind { return []findingKind{stale, missing, orphaned, unlisted} }

// Repairable reports whether a run of generate sets the finding right. Generate leaves files alone that no manifest lists.
func (f finding) Repairable() bool { return f.Kind != unlisted }

// cause is why a file is stale.
type cause struct {
	Code causeCode
	Text string
}

// causeCode names a cause for programs.
type causeCode string

// The causes. An exception that ended is named only where its end explains a difference.
const (
	exceptionEnded causeCode = "exception-ended"
	edited         causeCode = "edited"   // the file is not what the manifest says was written
	outdated       causeCode = "outdated" // it is: a guess that the policy, the catalog or the program changed since
)

// fileDiff is how the bytes of a file differ from those that the policy yields.
type fileDiff struct {
	Old, New []byte          // as it is, and as it should be
	Lines    []string        // the unified diff, without line ends; text of the files, so writers escape it
	Meaning  *compare.Report // what changes in meaning from old to new; nil where the old rule set is not known
	Basis    string          // where the old rule set is from, ready to follow "in meaning": "since 2026-06-30"
	Rules    []ruleLine      // where Meaning is nil: the rules that only one of the texts names
	HasIDs   bool            // where Meaning is nil: both texts name rules by ID
}

// ruleLine is a rule that only the old or only the new text names, with the first line that does.
type ruleLine struct {
	IsNew  bool
	ID     string
	Text   string // the line without blanks around it
	Number int    // of the line, from 1
}
