package compare

import "fmt"

// Line is a line of a file, counted from 1.
type Line struct {
	File   string
	Number int
}

func (l Line) String() string { return fmt.Sprintf("%s:%d", l.File, l.Number) }

// Finder finds the line of a host's script that has the rule with an ID. It reports whether there is one.
type Finder func(host, id string) (Line, bool)

// Locate sets the location of every change: the line in the script of its first host that has one of its rules. It
// looks into the new scripts first, since readers want to see the present rules. It looks into the old ones for
// rules that were removed. Pass a nil Finder for a side without scripts.
func (r *Report) Locate(before, after Finder) {
	for i := range r.Changes {
		r.Changes[i].At = locate(&r.Changes[i], before, after)
	}
}

// locate returns the location of one change, or nil if no script has it.
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
