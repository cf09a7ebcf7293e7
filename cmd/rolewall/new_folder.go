package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/urfave/cli/v2"
)

// writeFolder writes the scripts below dir. One that does not exist yet is filled beside its place, unseen, and gets its
// name when it is whole; parts, which meet in one folder, are written where they stay.
func (p *plan) writeFolder(c *cli.Context, dir, key string) error {
	allowPolicy()
	if _, err := os.Lstat(dir); errors.Is(err, fs.ErrNotExist) && p.sel.shard.of == 0 {
		return ifStopped(p.writeNew(c, dir, key), "nothing was written")
	}
	t, err := openTree(dir, p.sel.shard)
	if err != nil {
		return err
	}
	defer t.close()
	return ifStopped(p.writeTree(c, t, key), "every file is old or new, and the manifest is as it was")
}

// writeNew writes a folder that does not exist yet: all of it or nothing.
func (p *plan) writeNew(c *cli.Context, dir, key string) error {
	dir = filepath.Clean(dir)
	temp := unfinished(dir)
	if err := removeKilled(temp); err != nil {
		return err
	}
	t, err := openTree(temp, p.sel.shard)
	if err != nil {
		return err
	}
	defer t.close()
	t.unseen = true
	err = p.writeTree(c, t, key)
	if err == nil {
		err = os.Rename(temp, dir)
	}
	if err != nil {
		return errors.Join(err, os.RemoveAll(temp))
	}
	return nil
}

// removeKilled removes what a killed run left of a new folder. What has no file of ours in it is somebody else's, and stays.
func removeKilled(dir string) error {
	if _, err := os.Lstat(dir); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	t, err := openTree(dir, shard{})
	if err != nil {
		return err
	}
	defer t.close()
	ours, err := t.matching(journalName, manifestName)
	if err == nil && len(ours) == 0 {
		err = usage("rename or remove it; a new folder is filled under that name first", "%s is in the way", dir)
	}
	if err != nil {
		return err
	}
	return os.RemoveAll(dir)
}
