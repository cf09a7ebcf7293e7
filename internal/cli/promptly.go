package cli

import (
	"io"
	"sync"

	"rolewall/internal/workspace"

	"github.com/urfave/cli/v2"
)

// promptly ends a command that writes no files as soon as its context ends, even while it works on one huge host
// or waits for a pipe that nobody reads.
func promptly(action cli.ActionFunc) cli.ActionFunc {
	return func(c *cli.Context) error {
		_, err := workspace.Await(c.Context, func() (struct{}, error) { return struct{}{}, action(c) })
		return err
	}
}

// gate is the stderr of a command. It is closed if the run ends before the command does. Later messages of the
// command are dropped.
type gate struct {
	mu     sync.Mutex
	w      io.Writer
	closed bool
}

func (g *gate) Write(p []byte) (int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed {
		return len(p), nil
	}
	return g.w.Write(p)
}

// Unwrap returns the underlying writer, so that callers can check whether it is a terminal.
func (g *gate) Unwrap() io.Writer { return g.w }

// close waits for a write in progress.
func (g *gate) close() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.closed = true
}
