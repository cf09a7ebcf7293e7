package report

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"rolewall/compare"
	"rolewall/diag"
	"rolewall/internal/check"
	"rolewall/internal/drift"
	"rolewall/internal/replay"
	"rolewall/internal/trial"
	"rolewall/lint/codes"
	"rolewall/lint/findings"
)

var update = flag.Bool("update", false, "rewrite golden files")

// TestGolden holds every format of every result to a file in testdata: results that have all there is, and empty ones.
// A format that is new has none and fails here until make golden writes it.
func TestGolden(t *testing.T) {
	known := map[string]bool{}
	golden(t, known, "diff", Diff(), comparison())
	golden(t, known, "diff-none", Diff(), &compare.Report{Compared: 1})
	golden(t, known, "check", Check(), drifted())
	golden(t, known, "check-none", Check(), &check.Report{Folder: "out", Policy: "p.toml", Hosts: 1, Passed: []string{"a/nftables.nft", "manifest.json"}})
	golden(t, known, "check-unlisted", Check(), &check.Report{Folder: "out", Policy: "p.toml", Hosts: 1, Findings: []check.Finding{{Kind: check.Unlisted, File: "x", What: "remove it"}}})
	golden(t, known, "captured", Drift(), capturedResult())
	golden(t, known, "captured-none", Drift(), &drift.Result{Compared: 2, Ignored: capturedResult().Ignored})
	golden(t, known, "replay", Replays(), replayed())
	golden(t, known, "replay-none", Replays(), &replay.Result{Hosts: []string{"web1"}, Logs: 1, Lines: 2, Records: 1, Passes: 1})
	golden(t, known, "lint", Lint(), linted())
	golden(t, known, "lint-none", Lint(), &findings.Report{AsOf: "2026-06-01", FailOn: codes.Error})
	code, fixed := codeOf("RW012"), codeOf("RW026")
	golden(t, known, "code", Codes(), []codes.Code{code})
	golden(t, known, "code-fixed", Codes(), []codes.Code{fixed})
	golden(t, known, "codes", Codes(), []codes.Code{code, fixed})
	golden(t, known, "trial", Trials(), []trial.Report{
		{Target: "own", Title: "a \x1b title", File: "own.txt", Unexpressed: []string{"the sources: tcp"}, Hosts: []trial.Result{{Policy: "linux", Host: "h1", Lines: 7}, {Policy: "linux", Host: "h2", Refused: []string{"open gre"}}}},
		{Target: "all", Title: "all", File: "all.txt", Unexpressed: []string{}, Hosts: []trial.Result{{Policy: "linux", Host: "h1", Lines: 7}}},
	})
	files, err := filepath.Glob("testdata/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !known[f] {
			t.Errorf("no format writes %s", f)
		}
	}
}

// golden writes a result in each of its formats and compares the output with a file.
func golden[R any](t *testing.T, known map[string]bool, name string, formats Formats[R], result R) {
	t.Helper()
	for _, f := range formats {
		var out bytes.Buffer
		if err := formats.Write(&out, f.Name, result); err != nil {
			t.Fatal(err)
		}
		text := withoutRules.ReplaceAll(out.Bytes(), []byte("[]"))
		file := filepath.Join("testdata", name+"."+f.Name)
		known[file] = true
		if *update {
			if err := os.WriteFile(file, text, 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatalf("%v; make golden writes it", err)
		}
		if !bytes.Equal(text, want) {
			t.Errorf("%s differs from what is written now; make golden shows how\ngot:\n%s", file, text)
		}
	}
}

// withoutRules finds the list of all lint codes in SARIF, whose texts are package lint's.
var withoutRules = regexp.MustCompile(`(?s)\[\n {12}\{\n {14}"id": "RW001".*?\n {10}\]`)

// codeOf returns a lint code with words of its own, since those of package lint are not tested here.
func codeOf(name string) codes.Code {
	c, _ := codes.Lookup(name)
	c.Title, c.Why, c.Fix = "a title", strings.Repeat("why it matters ", 12), "do something"
	return c
}

// linted is a report with findings of each level, of codes that are not package lint's.
func linted() *findings.Report {
	at := func(line int) diag.Pos { return diag.Pos{File: "sites/p.toml", Line: line, Column: 3} }
	return &findings.Report{AsOf: "2026-06-01", FailOn: codes.Warning, Findings: []findings.Finding{
		{
			Code: "RW901", Level: codes.Error, Pos: at(4), What: "tcp/445 is open to anyone", Hint: "name the networks", Hosts: []string{"fs1", "fs2", "fs3"},
			Because: []string{"file-server > SMB"}, See: []findings.See{{Pos: at(9), What: "the deny of [guests]"}},
		},
		{Code: "RW902", Level: codes.Warning, Pos: at(5), What: "nobody can administer the host", Hosts: []string{"fs1"}},
		{Code: "RW903", Level: codes.Warning, Pos: at(6), What: "the exception {x} has no owner"},
		{Code: "RW904", Level: codes.Note, Pos: diag.Pos{File: "sites/p.toml"}, What: "100% of the file"},
	}}
}
