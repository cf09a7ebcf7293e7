package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"rolewall/compare"
	"rolewall/generators"
	"rolewall/ruleset"
	"rolewall/strict"
)

// rulesetFile is the file of the json target.
const rulesetFile = "ruleset.json"

// readFolder reads DIR/HOST/ruleset.json for every host. A host with other scripts and no rule set would count as one
// that is not there, so it is a mistake.
func readFolder(ctx context.Context, dir string) (*side, error) {
	root, err := os.OpenRoot(filepath.FromSlash(dir))
	if err != nil {
		return nil, err
	}
	s := &side{files: &scripts{dir: dir, root: root}}
	if s.hosts, err = s.files.ruleSets(ctx); err == nil && len(s.hosts) == 0 {
		err = usage("rolewall generate -t json -o "+dir+" policy.toml", "%s holds no HOST/%s", dir, rulesetFile)
	}
	if err != nil {
		root.Close()
		return nil, err
	}
	return s, nil
}

// scripts is a folder of generated files.
type scripts struct {
	dir   string
	root  *os.Root
	host  string // whose files are held
	files []file
}

func (s *scripts) ruleSets(ctx context.Context) ([]compare.Host, error) {
	entries, err := fs.ReadDir(s.root.FS(), ".")
	if err != nil {
		return nil, err
	}
	type answer struct {
		host *compare.Host
		err  error
	}
	var out []compare.Host
	var errs []error
	memo := &setReader{known: map[string]*ruleset.RuleSet{}}
	look := func(i int) answer {
		if !entries[i].IsDir() || strict.BadFileName(entries[i].Name()) != "" {
			return answer{}
		}
		host, err := s.ruleSet(entries[i].Name(), memo)
		return answer{host, err}
	}
	err = ordered(ctx, len(entries), look, func(_ int, a answer) error {
		if a.err != nil {
			errs = append(errs, a.err)
		} else if a.host != nil {
			out = append(out, *a.host)
		}
		return nil
	})
	return out, errors.Join(append(errs, err)...)
}

// ruleSet reads the rule set of a host; nil where the folder is none of ours.
func (s *scripts) ruleSet(host string, memo *setReader) (*compare.Host, error) {
	name := host + "/" + rulesetFile
	data, err := read(s.root, name)
	if errors.Is(err, fs.ErrNotExist) {
		for _, g := range generators.All() {
			if _, err := s.root.Lstat(host + "/" + g.Info().File); err == nil {
				return nil, usage("rolewall generate -t json -o "+s.dir+" policy.toml adds it", "%s/%s has scripts, but no %s", s.dir, host, rulesetFile)
			}
		}
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("%s/%w", s.dir, err)
	}
	set, err := memo.read(host, data)
	if err != nil {
		return nil, fmt.Errorf("%s/%s: %w", s.dir, name, err)
	}
	return &compare.Host{Name: host, Set: set}, nil
}

// setReader reads rule sets. Files that differ in the name of the host alone are read once.
type setReader struct {
	mu    sync.Mutex
	known map[string]*ruleset.RuleSet // by the text without the name
}

func (m *setReader) read(host string, data []byte) (*ruleset.RuleSet, error) {
	line := []byte(`"host": "` + host + `",`)
	before, after, found := bytes.Cut(data, line)
	key := fmt.Sprintf("%d %s%s", len(before), before, after)
	if found {
		m.mu.Lock()
		set := m.known[key]
		m.mu.Unlock()
		if set != nil {
			return set, nil
		}
	}
	set, err := generators.Read(data)
	if err != nil {
		return nil, err
	}
	if set.Host != host {
		return nil, fmt.Errorf("it is the rule set of %q", set.Host)
	}
	if found {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.known[key] = set
	}
	return set, nil
}
