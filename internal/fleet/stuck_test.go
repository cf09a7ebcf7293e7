package fleet

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"rolewall/generators/target"
	"rolewall/internal/workspace"
	"rolewall/ruleset"
)

// stuck is a target that never comes back from making a script, and tells when it is asked for the first.
type stuck struct {
	target.Target
	reached func()
}

func (s stuck) Script(*ruleset.RuleSet) (target.Script, error) {
	s.reached()
	select {}
}

// silent is an observer that says nothing.
type silent struct{}

func (silent) Warn(string)       {}
func (silent) Progress(int, int) {}

// TestStoppedWithinScript: a run that is told to stop while it makes the script of one host ends, and leaves nothing.
func TestStoppedWithinScript(t *testing.T) {
	for name, write := range map[string]func(context.Context, *Plan, string) error{
		"folder": func(ctx context.Context, p *Plan, dir string) error {
			return p.Write(ctx, filepath.Join(dir, "out"), Cache{}, silent{})
		},
		"archive": func(ctx context.Context, p *Plan, dir string) error {
			return p.WriteArchive(ctx, filepath.Join(dir, "out.tar"), silent{})
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := planOf(t, testPolicy(t, "x", "h"), workspace.Shard{})
			ctx, stop := context.WithCancel(context.Background())
			defer stop()
			for i, g := range p.Workspace.Targets {
				p.Workspace.Targets[i] = stuck{g, stop}
			}
			dir := t.TempDir()
			if err := write(ctx, p, dir); !errors.Is(err, context.Canceled) {
				t.Errorf("it ended with %v", err)
			}
			if left, err := filepath.Glob(filepath.Join(dir, "*")); err != nil || name == "archive" && len(left) > 0 {
				t.Errorf("left: %v, %v", left, err)
			}
			if left, err := os.ReadDir(filepath.Join(dir, "out", "h")); err == nil {
				t.Errorf("left: %v", left)
			}
		})
	}
}
