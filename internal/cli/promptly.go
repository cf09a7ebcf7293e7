package cli

import (
	"io"
	"sync"

	"rolewall/internal/workspace"

	"github.com/urfave/cli/v2"
)

// promptly lets a command that writes no files end with its context, wherever it is: in the search of one huge host as well as
// before a pipe that nobody reads.
func promptly(action cli.ActionFunc) cli.ActionFunc {
	return func(c *cli.Context) error {
		_, err := workspace.Await(c.Context, func() (struct{}, error) { return struct{}{}, action(c) })
		return err
	}
}

// gate is the stderr of a command. It is closed when the run ends before the command does: whatever the command says then is lost.
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

// Unwrap returns the writer behind, for those who ask whether it is a terminal.
func (g *gate) Unwrap() io.Writer { return g.w }

// close waits for what is being written.
func (g *gate) close() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.closed = true
}
