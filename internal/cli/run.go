// Package cli is the command line of rolewall. Each command has a file: it reads flags, calls one analysis and one report, and
// maps the outcome to an exit code. Messages for people go to stderr.
package cli

import (
	"context"
	"io"
	"os"
	"runtime/debug"

	"rolewall/internal/term"
	"rolewall/internal/workspace"
)

// Run runs the program with the arguments of a call, the name of the program first, until it ends or a signal ends it. It
// returns the exit code: 0 done, 1 a difference or a risk was found, 2 the input or the call is wrong, 130 ended by Ctrl-C,
// 143 by SIGTERM.
func Run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	collectLate()
	return run(untilSignal(), args, stdin, stdout, stderr)
}

// collectLate lets garbage grow to three times what is in use, unless GOGC says otherwise. Runs are short: it saves a fifth of
// the CPU time of a fleet, for up to 2.7 times the memory (docs/benchmarks.md).
func collectLate() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(300)
	}
}

// run is Run under a context that something else ends.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	voice := &gate{w: stderr}
	env := &environment{stdin: stdin, stdout: stdout, stderr: voice, files: workspace.NewFiles(stdin)}
	help := &firstError{w: stdout}
	app := newApp(env, help)
	args, err := flagsFirst(app, args)
	if err == nil {
		err = app.RunContext(ctx, args)
	}
	if err == nil {
		err = help.err
	}
	if ctx.Err() != nil { // the command may run still
		voice.close()
		term.ClearProgress(stderr)
		env = &environment{stderr: stderr}
	}
	return env.report(ctx, err)
}

// firstError keeps the first error of writing, for writers who look at none, as the library that prints help.
type firstError struct {
	w   io.Writer
	err error
}

func (f *firstError) Write(p []byte) (int, error) {
	n, err := f.w.Write(p)
	if f.err == nil {
		f.err = err
	}
	return n, err
}
