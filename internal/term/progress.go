package term

import (
	"fmt"
	"io"
	"time"
)

// Progress is a line on a terminal that shows how far a long run is. It writes nothing to a pipe or file.
type Progress struct {
	w       io.Writer // nil if there is no terminal
	total   int       // number of hosts; 0 for lines, whose number is unknown
	started time.Time
	printed time.Time
}

// A run shorter than patience shows no line. After that the line changes once in each interval.
const (
	patience = 500 * time.Millisecond
	interval = 100 * time.Millisecond
)

// NewProgress starts the clock for a run of total hosts.
func NewProgress(w io.Writer, total int) *Progress {
	p := &Progress{total: total, started: time.Now()}
	if isTerminal(w) {
		p.w = w
	}
	return p
}

// NewLineProgress starts the clock for a run over lines of logs.
func NewLineProgress(w io.Writer) *Progress { return NewProgress(w, 0) }

// Done says that n hosts or lines are finished.
func (p *Progress) Done(n int) {
	if p.w == nil {
		return
	}
	now := time.Now()
	if now.Sub(p.started) < patience || now.Sub(p.printed) < interval {
		return
	}
	p.printed = now
	rate := float64(n) / now.Sub(p.started).Seconds()
	if p.total == 0 {
		fmt.Fprintf(p.w, "\r%d lines, %.0f a second\x1b[K", n, rate)
		return
	}
	fmt.Fprintf(p.w, "\r%d of %d hosts, %.0f a second\x1b[K", n, p.total, rate)
}

// Clear removes the line.
func (p *Progress) Clear() {
	if p.w != nil && !p.printed.IsZero() {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}

// ClearProgress removes the line of a run that did not finish.
func ClearProgress(w io.Writer) {
	if isTerminal(w) {
		fmt.Fprint(w, "\r\x1b[K")
	}
}
