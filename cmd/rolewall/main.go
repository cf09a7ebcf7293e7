// Command rolewall turns a TOML list of server roles into host firewall scripts.
package main

import (
	"context"
	"io"
	"os"

	"rolewall/internal/workspace"
)

func main() {
	os.Exit(run(untilSignal(), os.Args, os.Stdin, os.Stdout, os.Stderr))
}

// run is the program: it reads arguments and returns the exit code, 0 done, 1 a difference, 2 bad input or usage, 130 ended
// by Ctrl-C, 143 by SIGTERM.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	env := &environment{stdin: stdin, stdout: stdout, stderr: stderr, files: workspace.NewFiles(stdin)}
	help := &firstError{w: stdout}
	app := newApp(env, help)
	args, err := flagsFirst(app, args)
	if err == nil {
		err = app.RunContext(ctx, args)
	}
	if err == nil {
		err = help.err
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
