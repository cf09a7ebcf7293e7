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

// Run runs the program with the arguments of a call until it ends or a signal ends it. The first argument is the
// name of the program. It returns the exit code: 0 for success, 1 if a difference or a risk was found, 2 if the
// input or the call is wrong, 130 after Ctrl-C, 143 after SIGTERM.
func Run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	collectLate()
	return run(untilSignal(), args, stdin, stdout, stderr)
}

// collectLate lets the heap grow to four times the memory in use before a garbage collection, unless GOGC is set.
// Runs are short: this saves a fifth of the CPU time for a fleet, for up to 2.7 times the memory
// (docs/benchmarks.md).
func collectLate() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(300)
	}
}

// run does what Run does, and also ends when ctx ends.
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
	if ctx.Err() != nil { // the command may still run
		voice.close()
		term.ClearProgress(stderr)
		env = &environment{stderr: stderr}
	}
	return env.report(ctx, err)
}

// firstError keeps the first write error, for callers that ignore errors, such as the library when it prints help.
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
