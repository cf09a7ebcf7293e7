// Command mutate finds conditions that no test holds. It breaks the code of a package in one place at a time, runs the
// package's tests, and reports every break that they do not notice.
//
//	go run ./internal/mutate [-j N] [-sample N] [-timeout TIME] [-run REGEXP] PACKAGE[/FILE.go]...
//
// A break swaps an operator (== and !=, < and <=, > and >=, && and ||, + and -), drops a not, or turns true into false.
// The mutated file reaches the compiler through go test -overlay, so the tree stays as it is. A break that does not
// compile counts as neither found nor missed.
//
// Each survivor is printed as file:line:column and the change. Some change nothing that can be seen (a shortcut, an
// order that does not matter); the others want a test. The exit code is 0 in either case, 1 where the tests fail without
// any break, and 2 for wrong arguments.
package main

import (
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

func main() {
	jobs := flag.Int("j", 2, "run `N` breaks at a time")
	sample := flag.Int("sample", 1, "try every `N`th break only")
	timeout := flag.String("timeout", "120s", "give up on a test run after this `time`; the break counts as found")
	run := flag.String("run", "", "run the tests that match this `regexp` only")
	flag.Parse()
	if flag.NArg() == 0 || *jobs < 1 || *sample < 1 {
		flag.Usage()
		os.Exit(2)
	}
	for _, arg := range flag.Args() {
		if err := mutate(arg, *jobs, *sample, []string{"-timeout", *timeout, "-run", *run}); err != nil {
			fmt.Fprintln(os.Stderr, "mutate:", err)
			os.Exit(1)
		}
	}
}

// mutate tries the breaks of one package, or of one of its files.
func mutate(arg string, jobs, sample int, flags []string) error {
	dir, pattern := arg, "*.go"
	if strings.HasSuffix(arg, ".go") {
		dir, pattern = filepath.Dir(arg), filepath.Base(arg)
	}
	dir = "./" + filepath.ToSlash(filepath.Clean(dir))
	if out, err := goTest(dir, flags...); err != nil {
		return fmt.Errorf("%s fails without a break:\n%s", dir, out)
	}
	list, err := breaksOf(dir, pattern)
	if err != nil {
		return err
	}
	tried := list[:0]
	for i, b := range list {
		if i%sample == 0 {
			tried = append(tried, b)
		}
	}
	outcomes := tryAll(dir, tried, jobs, flags)
	counts := map[outcome]int{}
	for i, b := range tried {
		counts[outcomes[i]]++
		if outcomes[i] == missed {
			fmt.Printf("%s: %s -> %s\n", b.pos, b.old, b.new)
		}
	}
	fmt.Printf("%s: %d breaks, %d found, %d missed, %d do not compile\n", dir, len(tried), counts[found], counts[missed], counts[invalid])
	return nil
}

// goTest runs the tests of a package and returns what they print.
func goTest(dir string, flags ...string) ([]byte, error) {
	return exec.Command("go", append(append([]string{"test"}, flags...), dir)...).CombinedOutput()
}

// edit is one break: the bytes from offset on, as they are and as they become.
type edit struct {
	pos      token.Position
	offset   int
	old, new string
}

// breaksOf lists the breaks of a package in the order of its files.
func breaksOf(dir, pattern string) ([]edit, error) {
	files, err := filepath.Glob(filepath.Join(dir, pattern))
	if err != nil {
		return nil, err
	}
	var out []edit
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, name, nil, 0)
		if err != nil {
			return nil, err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			for _, b := range breaksAt(n) {
				b.pos = fset.Position(token.Pos(b.offset))
				b.offset = b.pos.Offset
				out = append(out, b)
			}
			return true
		})
	}
	slices.SortStableFunc(out, func(a, b edit) int {
		return cmp.Or(strings.Compare(a.pos.Filename, b.pos.Filename), cmp.Compare(a.offset, b.offset))
	})
	return out, nil
}

// swaps are the operators and what each becomes.
var swaps = map[token.Token]token.Token{
	token.EQL: token.NEQ, token.NEQ: token.EQL, token.LSS: token.LEQ, token.LEQ: token.LSS, token.GTR: token.GEQ, token.GEQ: token.GTR,
	token.LAND: token.LOR, token.LOR: token.LAND, token.ADD: token.SUB, token.SUB: token.ADD,
}

// breaksAt returns the breaks of one node. Their offset is still a token.Pos.
func breaksAt(n ast.Node) []edit {
	switch n := n.(type) {
	case *ast.BinaryExpr:
		if to, known := swaps[n.Op]; known {
			return []edit{{offset: int(n.OpPos), old: n.Op.String(), new: to.String()}}
		}
	case *ast.UnaryExpr:
		if n.Op == token.NOT {
			return []edit{{offset: int(n.OpPos), old: "!", new: ""}}
		}
	case *ast.Ident:
		switch n.Name {
		case "true":
			return []edit{{offset: int(n.Pos()), old: "true", new: "false"}}
		case "false":
			return []edit{{offset: int(n.Pos()), old: "false", new: "true"}}
		}
	}
	return nil
}

// outcome is what the tests made of a break.
type outcome int

const (
	found outcome = iota
	missed
	invalid // does not compile
)

// tryAll runs the tests once for each break, some at a time.
func tryAll(dir string, list []edit, jobs int, flags []string) []outcome {
	out := make([]outcome, len(list))
	next := make(chan int)
	var wait sync.WaitGroup
	for range jobs {
		wait.Go(func() {
			for i := range next {
				out[i] = try(dir, list[i], flags)
			}
		})
	}
	for i := range list {
		next <- i
	}
	close(next)
	wait.Wait()
	return out
}

// try runs the tests of a package with one break. A break that it cannot set up is a bug of this program: it panics.
func try(dir string, b edit, flags []string) outcome {
	tmp, err := os.MkdirTemp("", "mutate")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(tmp)
	overlay, err := writeOverlay(tmp, b)
	if err != nil {
		panic(err)
	}
	output, err := goTest(dir, append([]string{"-overlay", overlay, "-vet=off", "-failfast"}, flags...)...)
	switch {
	case err == nil:
		return missed
	case strings.Contains(string(output), "[build failed]"):
		return invalid
	}
	return found
}

// writeOverlay writes the broken file and the overlay that puts it in the place of the real one.
func writeOverlay(tmp string, b edit) (string, error) {
	src, err := os.ReadFile(b.pos.Filename)
	if err != nil {
		return "", err
	}
	broken := slices.Concat(src[:b.offset], []byte(b.new), src[b.offset+len(b.old):])
	file := filepath.Join(tmp, filepath.Base(b.pos.Filename))
	if err := os.WriteFile(file, broken, 0o600); err != nil {
		return "", err
	}
	real, err := filepath.Abs(b.pos.Filename)
	if err != nil {
		return "", err
	}
	text, err := json.Marshal(map[string]any{"Replace": map[string]string{real: file}})
	if err != nil {
		return "", err
	}
	overlay := filepath.Join(tmp, "overlay.json")
	return overlay, os.WriteFile(overlay, text, 0o600)
}
