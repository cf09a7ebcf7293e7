package cli

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"syscall"
)

// ended is the cause of a context that a signal ended.
type ended struct{ signal os.Signal }

func (e ended) Error() string { return "ended by " + e.signal.String() }

// untilSignal returns a context that ends with the first Ctrl-C or SIGTERM, so that a run can clean up. A second
// signal has its usual effect: it kills the program.
func untilSignal() context.Context {
	ctx, end := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		s := <-signals
		signal.Stop(signals)
		end(ended{s})
	}()
	return ctx
}

// interruptedCode returns the exit code of a run that a signal stopped, as shells report it.
func interruptedCode(ctx context.Context) int {
	if e, ok := errors.AsType[ended](context.Cause(ctx)); ok && e.signal == syscall.SIGTERM {
		return 143
	}
	return 130
}
