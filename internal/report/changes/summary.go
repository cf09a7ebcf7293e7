package changes

import (
	"fmt"
	"strings"

	"rolewall/compare"
	"rolewall/internal/term"
)

// summary returns the first line of every form: "3 of 16 hosts differ, 1 new: 2 opened, 1 widened; 1 to ANYONE".
func summary(r *compare.Report) string {
	if r.None() {
		return "no difference in " + term.Count(r.Compared, "host")
	}
	text := hostCounts(r)
	if n := len(r.Causes); n > 0 {
		text += ": " + term.Count(n, "edit") + " of the policy"
		return text + "; " + Counts(r.Changes) + unfilteredText(r)
	}
	if counts := Counts(r.Changes); counts != "" {
		text += ": " + counts
	}
	return text + unfilteredText(r)
}

// unfilteredText returns the number of hosts that lost their last filter.
func unfilteredText(r *compare.Report) string {
	if n := len(r.Unfiltered()); n > 0 {
		return "; " + term.Count(n, "host") + " left with no filter"
	}
	return ""
}

// hostCounts returns how many hosts differ, are new and are removed.
func hostCounts(r *compare.Report) string {
	differ := map[string]bool{}
	for _, c := range r.Changes {
		for _, h := range c.Hosts {
			if !c.NewHost {
				differ[h] = true
			}
		}
	}
	for _, f := range r.Facts {
		for _, h := range f.Hosts {
			differ[h] = true
		}
	}
	verb := "differ"
	if len(differ) == 1 {
		verb = "differs"
	}
	text := fmt.Sprintf("%d of %s %s", len(differ), term.Count(r.Compared, "host"), verb)
	if len(r.New) > 0 {
		text += fmt.Sprintf(", %d new", len(r.New))
	}
	if len(r.Gone) > 0 {
		text += fmt.Sprintf(", %d gone", len(r.Gone))
	}
	renamed := 0
	for _, f := range r.Facts {
		if f.Name == "renamed" {
			renamed += len(f.Hosts)
		}
	}
	if renamed > 0 {
		text += fmt.Sprintf(", %d renamed", renamed)
	}
	return text
}

// Counts returns the number of changes of each kind, in the order of reports, or "" if there are none.
func Counts(changes []compare.Change) string {
	n, marked := map[compare.Kind]int{}, map[string]int{}
	for _, c := range changes {
		n[c.Kind]++
		marked[markOf(c)]++
	}
	var out []string
	for _, k := range compare.Kinds() {
		if n[k] > 0 {
			out = append(out, fmt.Sprintf("%d %s", n[k], kindWord(k)))
		}
	}
	text := strings.Join(out, ", ")
	for _, mark := range []string{anyoneMark, nearlyAnyoneMark} {
		if marked[mark] > 0 {
			text += fmt.Sprintf("; %d to %s", marked[mark], mark)
		}
	}
	return text
}

// kindWord returns the words for a kind in a summary.
func kindWord(k compare.Kind) string {
	switch k {
	case compare.Listener:
		return "for another program"
	case compare.Reasons:
		return "with other reasons only"
	}
	return string(k)
}
