package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// program is the test program of a package with all breaks inside.
type program struct {
	dir, file string
	args      []string
	timeout   time.Duration
	reached   map[int]bool // the breaks that its tests reach
}

// The files that a test program and its children read and write.
func (w *work) on() string      { return filepath.Join(w.tmp, "on") }
func (w *work) reached() string { return filepath.Join(w.tmp, "reached") }

// build compiles the tests of a folder and runs them once without a break. A package without tests reaches nothing.
func (w *work) build(dir string, timeout time.Duration, args ...string) (*program, error) {
	name := strings.ReplaceAll(filepath.Clean(dir), string(filepath.Separator), "-") + ".test"
	p := &program{dir: dir, file: filepath.Join(w.tmp, name), timeout: timeout, reached: map[int]bool{}}
	p.args = append(args, "-test.failfast", "-test.timeout="+timeout.String())
	if out, err := exec.Command("go", "test", "-c", "-vet=off", "-overlay", w.overlay(), "-o", p.file, dir).CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%s does not compile with the breaks inside:\n%s", dir, out)
	}
	if _, err := os.Stat(p.file); os.IsNotExist(err) {
		return p, nil
	}
	if err := os.RemoveAll(w.reached()); err != nil {
		return nil, err
	}
	if out, err := w.try(p, -1); err != nil {
		return nil, fmt.Errorf("%s fails without a break:\n%s", dir, out)
	}
	lines, err := os.ReadFile(w.reached())
	if err != nil && !os.IsNotExist(err) {
		return nil, err
	}
	for _, field := range bytes.Fields(lines) {
		n, err := strconv.Atoi(string(field))
		if err != nil {
			return nil, err
		}
		p.reached[n] = true
	}
	return p, nil
}

// found reports whether the tests of a program notice a break.
func (w *work) found(b edit, programs []*program) bool {
	for _, p := range programs {
		if !p.reached[b.number] {
			continue
		}
		if _, err := w.try(p, b.number); err != nil {
			return true
		}
	}
	return false
}

// try runs a test program with one break on; -1 records which ones it reaches. It returns what the program prints.
func (w *work) try(p *program, number int) ([]byte, error) {
	if err := os.WriteFile(w.on(), []byte(strconv.Itoa(number)), 0o600); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), p.timeout+10*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, p.file, p.args...)
	cmd.Dir, cmd.WaitDelay = p.dir, 5*time.Second
	return cmd.CombinedOutput()
}

// switches is a file that stands beside the broken ones: which break is on, and the operators that ask.
const switches = `package %s

import (
	"cmp"
	"os"
	"strconv"
	"sync"
)

var (
	mutantNumber = func() int {
		text, _ := os.ReadFile(%q)
		n, _ := strconv.Atoi(string(text))
		return n
	}()
	mutantSeen sync.Map
)

func mutantOn(n int) bool { return mutantNumber == n || mutantNumber < 0 && mutantRecord(n) }

func mutantRecord(n int) bool {
	if _, seen := mutantSeen.LoadOrStore(n, true); !seen {
		if f, err := os.OpenFile(%q, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600); err == nil {
			f.WriteString(strconv.Itoa(n) + "\n")
			f.Close()
		}
	}
	return false
}

func mutantLess[T cmp.Ordered](n int, a, b T) bool         { return a < b || mutantOn(n) && a == b }
func mutantLessEqual[T cmp.Ordered](n int, a, b T) bool    { return a < b || !mutantOn(n) && a == b }
func mutantGreater[T cmp.Ordered](n int, a, b T) bool      { return a > b || mutantOn(n) && a == b }
func mutantGreaterEqual[T cmp.Ordered](n int, a, b T) bool { return a > b || !mutantOn(n) && a == b }

func mutantAnd(n int, a bool, b func() bool) bool {
	if mutantOn(n) {
		return a || b()
	}
	return a && b()
}

func mutantOr(n int, a bool, b func() bool) bool {
	if mutantOn(n) {
		return a && b()
	}
	return a || b()
}

type mutantNumeric interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~uintptr | ~float32 | ~float64
}

func mutantAdd[T mutantNumeric](n int, a, b T) T {
	if mutantOn(n) {
		return a - b
	}
	return a + b
}

func mutantSub[T mutantNumeric](n int, a, b T) T {
	if mutantOn(n) {
		return a + b
	}
	return a - b
}
`
