package tomldoc

import (
	"slices"
	"unicode/utf8"
)

// index finds the positions of values in a document.
type index struct {
	marks positions
	lines
}

func newIndex(src string) index { return index{scan(src), linesOf(src)} }

// lines holds the offset at which each line of a text begins.
type lines struct {
	src    string
	starts []int
}

func linesOf(src string) lines {
	l := lines{src, []int{0}}
	for at := range len(src) {
		if src[at] == '\n' {
			l.starts = append(l.starts, at+1)
		}
	}
	return l
}

// position returns the line and the column of a byte offset. Both count from 1, columns in characters.
func (l lines) position(at int) (line, col int) {
	line, found := slices.BinarySearch(l.starts, at)
	if found {
		line++
	}
	return line, utf8.RuneCountInString(l.src[l.starts[line-1]:at]) + 1
}
