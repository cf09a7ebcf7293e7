package fleet

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rolewall/internal/workspace"
)

// FuzzJournal: a run that finds a file in the place of its journal takes nothing for its own that does not lie below the folder
// of a host, leaves the file as it is where it is of another hand, and never writes elsewhere.
func FuzzJournal(f *testing.F) {
	sum := strings.Repeat("0", 64)
	for _, s := range []string{
		"", "\n", "run\tabcdefghijklmnopqrstuvwxyz\n", sum + "\t\"a/x\"\n", sum + "\t\"a/../x\"\n", sum + "\t\"../x/y\"\n", sum + "\t\"a/x", "0000", "precious\n", "ru", sum + "\tx\n", "run\t../../../x\n",
		strings.Repeat("x", 70_000), sum + "\t\"a/.new-x\"\n", sum + "\t\"a/x/y\"\n",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		dir := t.TempDir()
		name := filepath.Join(dir, JournalName)
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		folder, err := openFolder(dir, workspace.Shard{})
		if err != nil {
			t.Fatal(err)
		}
		defer folder.Close()
		j, err := openJournal(folder, workspace.Shard{})
		after, readErr := os.ReadFile(name)
		if readErr != nil || !strings.HasPrefix(string(after), text) {
			t.Fatalf("%q became %q", text, after)
		}
		if err != nil {
			if string(after) != text {
				t.Errorf("%q is of another hand, and became %q", text, after)
			}
			return
		}
		for path := range j.left {
			if host, file, _ := strings.Cut(path, "/"); !filepath.IsLocal(path) || strings.ContainsAny(file, `\:`) || strings.HasPrefix(file, ".") || strings.Contains(file, "/.") || strings.Contains(file, "//") || host == "" {
				t.Errorf("%q is taken for ours", path)
			}
		}
		if err := folder.sweep(j); err != nil {
			t.Error(err)
		}
		if err := j.abandon(); err != nil {
			t.Error(err)
		}
	})
}
