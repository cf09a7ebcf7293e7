package fleet

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"rolewall/internal/workspace"
)

// TestKilled kills runs when they have finished some hosts, while other hosts are at work: every finished file is then old
// or new as a whole, and the next run completes the folder.
func TestKilled(t *testing.T) {
	oldPolicy, newPolicy := testPolicy(t, "old", numbered(150)...), testPolicy(t, "new", numbered(200)...)
	older, newer := planOf(t, oldPolicy, workspace.Shard{}), planOf(t, newPolicy, workspace.Shard{})
	were, want := write(t, older, filepath.Join(t.TempDir(), "old")), write(t, newer, filepath.Join(t.TempDir(), "new"))
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, host := range []int{0, 1, 33, 120, 199} {
		for _, fresh := range []bool{false, true} {
			dir := filepath.Join(t.TempDir(), "out")
			if !fresh {
				write(t, older, dir)
			}
			cmd := exec.Command(exe, newPolicy, dir)
			cmd.Env = append(os.Environ(), fmt.Sprint(haltAt, "=", host))
			stdout, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			if n, err := stdout.Read(make([]byte, 1)); n != 1 { // it has halted
				t.Fatal(err)
			}
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			_ = cmd.Wait()
			for name, got := range filesIn(t, dir) {
				unfinished := strings.Contains(name, Unfinished) || name == JournalName
				if !unfinished && got != want[name] && (fresh || got != were[name]) {
					t.Errorf("at host %d: %s is neither old nor new", host, name)
				}
			}
			if got := write(t, newer, dir); !maps.Equal(got, want) {
				t.Errorf("at host %d: %d files, want %d", host, len(got), len(want))
			}
		}
	}
}
