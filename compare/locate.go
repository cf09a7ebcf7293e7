package compare

import "fmt"

// Line is a line of a file, counted from 1.
type Line struct {
	File   string
	Number int
}

func (l Line) String() string { return fmt.Sprintf("%s:%d", l.File, l.Number) }

// A Finder finds the line of a host's script that has the rule with an ID. It reports whether there is one.
type Finder func(host, id string) (Line, bool)

// Locate sets the place of every change: the line of its first host's script that has one of its rules. The new scripts
// come first, since a reader wants to see what holds now; the old ones serve for rules that are gone. A side without
// scripts has a nil Finder.
func (r *Report) Locate(before, after Finder) {
	for i := range r.Changes {
		r.Changes[i].At = locate(&r.Changes[i], before, after)
	}
}

// locate returns the place of one change, or nil where no script has it.
func locate(c *Change, before, after Finder) *Line {
	for i, find := range []Finder{after, before} {
		if find == nil {
			continue
		}
		for _, id := range c.Rules[1-i] {
			if line, found := find(c.Hosts[0], id); found {
				return &line
			}
		}
	}
	return nil
}
