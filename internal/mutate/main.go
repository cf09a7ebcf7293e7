// Command mutate finds conditions that no test holds. It breaks the code of packages in one place at a time, runs their
// tests, and reports every break that the tests do not notice.
//
//	go run ./internal/mutate [-run REGEXP] [-skip REGEXP] [-also PACKAGE[:REGEXP]]... [-only FILE] [-timeout TIME] PACKAGE[/FILE.go]...
//
// A break swaps an operator (== and !=, < and <=, > and >=, && and ||, + and -), turns round a condition that is a single
// value or has a not in front, or turns true into false. All breaks are compiled at once, each behind a number, and a
// file says which number is on (see rewrite.go). So each test program is built once, and a break costs one run of it.
// The changed files reach the compiler through go test -overlay, and the tree stays as it is.
//
// A first run without a break records which breaks the tests reach at all. One that they do not reach is missed
// without a run. What the tests of its own package miss is tried with the tests that -also names, in their short
// form. To run slow tests for survivors only, leave them out with -skip and name the package itself with -also.
// -only reads what an earlier run printed, and tries its survivors alone.
//
// Each survivor is printed as file:line:column and the change. Some change nothing that can be seen (a shortcut, an
// order that does not matter); the others want a test. The exit code is 0 in either case, 1 where the tests fail without
// any break, and 2 for wrong arguments.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

func main() {
	var o options
	flag.StringVar(&o.run, "run", "", "run the tests of the package that match this `regexp` only")
	flag.StringVar(&o.skip, "skip", "", "do not run the tests of the package that match this `regexp`")
	flag.DurationVar(&o.timeout, "timeout", 2*time.Minute, "give up on a test run after this `time`; the break counts as found")
	flag.Func("also", "try what the package's own tests miss with the tests of `PACKAGE[:REGEXP]`; can be given several times", func(s string) error {
		o.also = append(o.also, s)
		return nil
	})
	flag.StringVar(&o.only, "only", "", "try those breaks alone that an earlier run printed into this `file`")
	flag.Parse()
	if flag.NArg() == 0 {
		flag.Usage()
		os.Exit(2)
	}
	if err := mutate(flag.Args(), o); err != nil {
		fmt.Fprintln(os.Stderr, "mutate:", err)
		os.Exit(1)
	}
}

// options are the flags.
type options struct {
	run, skip, only string
	timeout         time.Duration
	also            []string
}

// mutate tries the breaks of packages and files, and prints what survives and a sum for each argument.
func mutate(args []string, o options) error {
	tmp, err := os.MkdirTemp("", "mutate")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	isWanted, err := wanted(o.only)
	if err != nil {
		return err
	}
	w, err := rewriteAll(args, tmp)
	if err != nil {
		return err
	}
	var also []*program
	for _, a := range o.also {
		dir, run, _ := strings.Cut(a, ":")
		p, err := w.build(dir, o.timeout, "-test.short", "-test.run="+run)
		if err != nil {
			return err
		}
		also = append(also, p)
	}
	for _, part := range w.parts {
		own, err := w.build(part.dir, o.timeout, "-test.run="+o.run, "-test.skip="+o.skip)
		if err != nil {
			return err
		}
		tried, missed := 0, 0
		for _, b := range part.breaks {
			if !isWanted(b) {
				continue
			}
			tried++
			if !w.found(b, append([]*program{own}, also...)) {
				missed++
				fmt.Println(b)
			}
		}
		fmt.Printf("%s: %d breaks, %d found, %d missed\n", part.arg, tried, tried-missed, missed)
	}
	return nil
}

// wanted reads which breaks to try. Without a file it is all of them.
func wanted(file string) (func(edit) bool, error) {
	if file == "" {
		return func(edit) bool { return true }, nil
	}
	text, err := os.ReadFile(file)
	lines := strings.Split(string(text), "\n")
	return func(b edit) bool { return slices.Contains(lines, b.String()) }, err
}

// directory turns an argument into a folder and the pattern of its files.
func directory(arg string) (dir, pattern string) {
	dir, pattern = arg, "*.go"
	if strings.HasSuffix(arg, ".go") {
		dir, pattern = filepath.Dir(arg), filepath.Base(arg)
	}
	return "./" + filepath.ToSlash(filepath.Clean(dir)), pattern
}
