package cli

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"syscall"
)

// ended is why a context ended: the signal that came.
type ended struct{ signal os.Signal }

func (e ended) Error() string { return "ended by " + e.signal.String() }

// untilSignal ends with the first Ctrl-C or SIGTERM, so that a run can clear up behind itself. A second one does what it
// does to any program: a run that does not end is killed.
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

// interruptedCode is the exit code of a run that was stopped: what shells say of a program that the signal killed.
func interruptedCode(ctx context.Context) int {
	if e, ok := errors.AsType[ended](context.Cause(ctx)); ok && e.signal == syscall.SIGTERM {
		return 143
	}
	return 130
}
