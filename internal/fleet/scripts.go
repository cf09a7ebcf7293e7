package fleet

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"rolewall/compare"
	"rolewall/diag"
	"rolewall/generators"
	"rolewall/internal/fleet/manifest"
	"rolewall/internal/fleet/regular"
	"rolewall/internal/workspace"
	"rolewall/ruleset"
)

// RuleSetFile is the file of the json target.
const RuleSetFile = "ruleset.json"

// Scripts holds the files that an earlier run wrote, for reading. Close it at the end.
type Scripts struct {
	Hosts   []compare.Host   // with their rule sets, by name
	Catalog manifest.Catalog // the catalog that they were made with

	dir     string
	root    *os.Root
	targets generators.Targets // targets whose files mark a folder as ours
	host    string             // the host whose files are loaded
	held    []File
}

// OpenScripts reads DIR/HOST/ruleset.json for every host. A host with other scripts and without a rule set is a
// mistake, since it would count as removed.
func OpenScripts(ctx context.Context, dir string, targets generators.Targets) (*Scripts, error) {
	root, err := os.OpenRoot(filepath.FromSlash(dir))
	if err != nil {
		return nil, err
	}
	s := &Scripts{dir: dir, root: root, targets: targets}
	if s.Hosts, err = s.ruleSets(ctx); err == nil {
		err = s.readCatalog()
	}
	if err == nil && len(s.Hosts) == 0 {
		err = diag.Errorf("rolewall generate -t json -o "+dir+" policy.toml", "%s holds no HOST/%s", dir, RuleSetFile)
	}
	if err != nil {
		root.Close()
		return nil, err
	}
	return s, nil
}

// Close closes the folder.
func (s *Scripts) Close() { s.root.Close() }

// readCatalog reads from the manifests which catalog the files were made with.
func (s *Scripts) readCatalog() error {
	names, err := (&Folder{Root: s.root}).Manifests()
	if err != nil {
		return err
	}
	s.Catalog, err = manifest.ReadCatalog(s.root, names)
	return err
}

func (s *Scripts) ruleSets(ctx context.Context) ([]compare.Host, error) {
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
		isHost, err := s.isHost(entries[i])
		if !isHost || err != nil {
			return answer{nil, err}
		}
		host, err := s.ruleSet(entries[i].Name(), memo)
		return answer{host, err}
	}
	err = workspace.Ordered(ctx, len(entries), look, func(_ int, a answer) error {
		if a.err != nil {
			errs = append(errs, a.err)
		} else if a.host != nil {
			out = append(out, *a.host)
		}
		return nil
	})
	return out, errors.Join(append(errs, err)...)
}

// isHost reports whether an entry may be the folder of a host. It rejects a link to a folder: ignoring it would
// report its host as removed, and following it could lead anywhere.
func (s *Scripts) isHost(e fs.DirEntry) (bool, error) {
	if ruleset.BadFileName(e.Name()) != "" || e.Type()&fs.ModeSymlink == 0 {
		return e.IsDir() && ruleset.BadFileName(e.Name()) == "", nil
	}
	path := s.dir + "/" + e.Name()
	if info, err := os.Stat(filepath.FromSlash(path)); err == nil && !info.IsDir() {
		return false, nil
	}
	return false, diag.Errorf("put the folder itself in its place", "%s is a link, and links are not followed", path)
}

// ruleSet reads the rule set of a host, or nil if the folder is not ours.
func (s *Scripts) ruleSet(host string, memo *setReader) (*compare.Host, error) {
	name := host + "/" + RuleSetFile
	data, err := regular.Read(s.root, name)
	if errors.Is(err, fs.ErrNotExist) {
		for _, g := range s.targets {
			if _, err := s.root.Lstat(host + "/" + g.Info().File); err == nil {
				return nil, diag.Errorf("rolewall generate -t json -o "+s.dir+" policy.toml adds it", "%s/%s has scripts, but no %s", s.dir, host, RuleSetFile)
			}
		}
		return nil, nil
	}
	if err != nil {
		return nil, diag.Prefix(s.dir+"/", err)
	}
	set, err := memo.read(host, bytes.TrimPrefix(data, []byte("\ufeff"))) // some editors write a byte order mark
	if errors.Is(err, errDigest) {
		return nil, diag.Errorf("rolewall check says what was edited; rolewall generate -t json -o "+s.dir+" policy.toml writes it anew", "%s/%s: %s", s.dir, name, err)
	}
	if err != nil {
		return nil, diag.Prefix(s.dir+"/"+name+": ", err)
	}
	return &compare.Host{Name: host, Set: set}, nil
}
