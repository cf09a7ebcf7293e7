package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"rolewall/generators"
	"rolewall/ruleset"
)

// tree is a folder of generated files. All paths stay below it, whatever links lie in it.
type tree struct{ root *os.Root }

func openTree(dir string) (*tree, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	return &tree{root}, nil
}

// read returns a regular file's bytes; a link is refused.
func (t *tree) read(name string) ([]byte, error) {
	info, err := t.root.Lstat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is no regular file", name)
	}
	return t.root.ReadFile(name)
}

// write replaces a file as a whole, and only if its bytes or mode change.
func (t *tree) write(name string, data []byte, mode fs.FileMode) error {
	if old, err := t.read(name); err == nil && bytes.Equal(old, data) {
		if info, err := t.root.Lstat(name); err == nil && info.Mode().Perm() == mode {
			return nil
		}
	}
	temp := name + ".new"
	if err := t.root.WriteFile(temp, data, mode); err != nil {
		return errors.Join(err, t.drop(temp))
	}
	if err := t.root.Chmod(temp, mode); err != nil { // whatever the umask
		return errors.Join(err, t.drop(temp))
	}
	if err := t.root.Rename(temp, name); err != nil {
		return errors.Join(err, t.drop(temp))
	}
	return nil
}

// drop removes a file that may not be there.
func (t *tree) drop(name string) error {
	if err := t.root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// writeTree writes the scripts and the manifest below dir, and removes files of ours that are asked for no more.
func writeTree(dir string, outputs []output, sel selection) error {
	t, err := openTree(dir)
	if err != nil {
		return err
	}
	defer t.root.Close()
	old, err := readManifest(t)
	if err != nil {
		return err
	}
	next := newManifest()
	pages := map[pageKey]generators.Page{}
	for _, o := range outputs {
		page, known := pages[pageKey{o.set, o.target}]
		if !known {
			if page, err = generators.Render(o.target, o.set); err != nil {
				return err
			}
			pages[pageKey{o.set, o.target}] = page
		}
		data, info := page.For(o.host.Name), o.target.Info()
		if err := t.root.MkdirAll(o.host.Name, 0o755); err != nil {
			return fmt.Errorf("%s: %w", o.host.Name, err)
		}
		if err := t.write(o.host.Name+"/"+info.File, data, fs.FileMode(info.Mode)); err != nil {
			return fmt.Errorf("%s: %w", o.host.Name, err)
		}
		next.add(o, info.File, digest(data))
	}
	next.keep(old, sel)
	if err := t.removeStale(old, next); err != nil {
		return err
	}
	return t.write(manifestName, next.encode(), 0o644)
}

// pageKey names a page: hosts share rule sets, and so pages.
type pageKey struct {
	set    *ruleset.RuleSet
	target generators.Generator
}
