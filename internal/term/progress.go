package main

import (
	"fmt"
	"io"
	"os"
	"time"
)

// progress is a line on a terminal that says how far a long run has come. In a pipe it says nothing.
type progress struct {
	w       io.Writer // nil where there is no terminal
	total   int
	started time.Time
	printed time.Time
}

// Runs shorter than patience say nothing; later the line changes once in each interval.
const (
	patience = 500 * time.Millisecond
	interval = 100 * time.Millisecond
)

func newProgress(w io.Writer, total int) *progress {
	p := &progress{total: total, started: time.Now()}
	if f, ok := w.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
			p.w = w
		}
	}
	return p
}

// done says that n hosts are finished.
func (p *progress) done(n int) {
	if p.w == nil {
		return
	}
	now := time.Now()
	if now.Sub(p.started) < patience || now.Sub(p.printed) < interval {
		return
	}
	p.printed = now
	rate := float64(n) / now.Sub(p.started).Seconds()
	fmt.Fprintf(p.w, "\r%d of %d hosts, %.0f a second\x1b[K", n, p.total, rate)
}

// clear takes the line away.
func (p *progress) clear() {
	if p.w != nil && !p.printed.IsZero() {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}
