package cli

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "rewrite golden files")

func TestMain(m *testing.M) {
	os.Setenv("GORACE", "atexit_sleep_ms=0")                                             // runs that are race-tested would sleep a second each
	if name := filepath.Base(os.Args[0]); name != "rolewall" && name != "rolewall.exe" { // not the program that scripts call
		for _, name := range cacheVariables { // tests leave the user's cache alone
			os.Setenv(name, "")
		}
	}
	testscript.Main(m, map[string]func(){"rolewall": func() { os.Exit(Run(os.Args, os.Stdin, os.Stdout, os.Stderr)) }})
}

// cacheVariables name or lead to the user's cache folder.
var cacheVariables = []string{"XDG_CACHE_HOME", "HOME", "LocalAppData"}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{Dir: "../../testdata/scripts", UpdateScripts: *update, RequireExplicitExec: true, Setup: func(e *testscript.Env) error {
		for _, name := range cacheVariables {
			e.Setenv(name, filepath.Join(e.WorkDir, "cache"))
		}
		return nil
	}})
}

// call runs the program inside the test.
func call(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = run(context.Background(), append([]string{"rolewall"}, args...), strings.NewReader(""), &out, &errs)
	return code, out.String(), errs.String()
}

// golden compares got with a file, or rewrites the file with -update.
func golden(t *testing.T, name, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatalf("%v; make golden writes it", err)
	}
	if got != string(want) {
		t.Errorf("%s differs from what the program prints now; make golden shows how\ngot:\n%s", name, got)
	}
}
