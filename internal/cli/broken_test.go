package cli

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// goType matches what the language prints of its own types and failures.
var goType = regexp.MustCompile(`map\[|interface \{|\[\]any|goroutine |%!|\*policy\.|\*strict\.|int64|<nil>`)

// TestBroken holds the message for every file in testdata/broken: exit code 2, nothing on stdout, a place, no Go type.
func TestBroken(t *testing.T) {
	t.Chdir("../../testdata/broken")
	files, err := filepath.Glob("*.toml")
	if err != nil || len(files) < 30 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(file, func(t *testing.T) {
			code, stdout, stderr := call(t, "generate", "-t", "json", "-o", "out", "--as-of", "2026-01-01", file)
			if code != 2 || stdout != "" {
				t.Errorf("exit code %d, stdout %q", code, stdout)
			}
			if _, err := os.Stat("out"); err == nil {
				t.Error("something was written")
			}
			if m := goType.FindString(stderr); m != "" {
				t.Errorf("the message holds %q", m)
			}
			if !regexp.MustCompile(`(?m)^` + regexp.QuoteMeta(file) + `:\d+:\d+: `).MatchString(stderr) {
				t.Error("the message has no place")
			}
			golden(t, strings.TrimSuffix(file, ".toml")+".txt", stderr)
		})
	}
}
