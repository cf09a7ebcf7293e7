package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/urfave/cli/v2"
)

// The cache says what a run read and what the files it wrote looked like on disk. When the same call finds all of it
// unchanged, nothing needs to be made again. It is a help for speed and nothing else: without it, or with a broken one,
// a run makes everything; check never reads it.
const cacheName = ".rolewall-cache"

type cacheWriter struct {
	tree *tree
	file *os.File
	text *cacheText // nil where no cache is written
}

// newCacheWriter begins the cache of a run; the old one is gone from now on. A cache that cannot be written is no
// mistake: the next run is slower.
func newCacheWriter(t *tree, p *plan, c *cli.Context) *cacheWriter {
	cw := &cacheWriter{tree: t}
	key, known := cacheKey(c)
	if err := drop(t.root, cacheName); err != nil || p.inputs.once || !known {
		return cw
	}
	f, err := t.root.OpenFile(newMark+cacheName, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
	if err != nil {
		return cw
	}
	cw.file, cw.text = f, newCacheText(f, key)
	for _, fact := range p.inputs.facts() {
		cw.text.add(fact)
	}
	for _, text := range p.warnings {
		cw.text.add(cacheFact{"warning", "", text})
	}
	return cw
}

// add notes the files of a host.
func (c *cacheWriter) add(x written) {
	if c.text == nil {
		return
	}
	for i, f := range x.files.files {
		c.text.add(cacheFact{"file", look(x.infos[i]), x.files.host + "/" + f.name})
	}
}

// look is what a file looks like: size, time of change, number of the file.
func look(info fs.FileInfo) string {
	return fmt.Sprintf("%d %d %d", info.Size(), info.ModTime().UnixNano(), fileNumber(info))
}

// finish ends the cache with the manifest, after everything else is in place.
func (c *cacheWriter) finish(manifest string) error {
	if c.text == nil {
		return nil
	}
	info, err := c.tree.root.Lstat(manifest)
	if err != nil {
		return c.abandon()
	}
	c.text.add(cacheFact{"file", look(info), manifest})
	if err := errors.Join(c.text.close(), c.file.Close()); err != nil {
		return c.abandon()
	}
	return c.tree.root.Rename(newMark+cacheName, cacheName)
}

// abandon leaves no cache.
func (c *cacheWriter) abandon() error {
	if c.text == nil {
		return nil
	}
	c.file.Close()
	return drop(c.tree.root, newMark+cacheName)
}

// cacheKey is equal for calls that do the same with the same program; false where the program cannot be told.
func cacheKey(c *cli.Context) (string, bool) {
	exe, err := os.Executable()
	if err != nil {
		return "", false
	}
	info, err := os.Stat(exe)
	if err != nil {
		return "", false
	}
	day, err := asOf(c)
	if err != nil {
		return "", false
	}
	call := []string{look(info), day, c.Args().First(), c.String("catalog"), c.String("templates"), c.String("shard")}
	call = append(append(call, "targets"), c.StringSlice("target")...)
	call = append(append(call, "hosts"), c.StringSlice("host")...)
	return digest([]byte(strings.Join(call, "\x00"))), true
}

// upToDate reports whether the same call has been here and everything is as it left it; it then repeats the warnings.
func (env *environment) upToDate(c *cli.Context, dir string) bool {
	key, known := cacheKey(c)
	f, err := os.Open(filepath.Join(dir, cacheName))
	if err != nil || !known || c.NArg() != 1 {
		return false
	}
	defer f.Close()
	in := newInputs(env.stdin)
	var warnings []string
	holds := func(f cacheFact) bool {
		switch f.kind {
		case "warning":
			warnings = append(warnings, f.text)
			return true
		case "file":
			info, err := os.Lstat(filepath.Join(dir, f.text))
			return err == nil && info.Mode().IsRegular() && look(info) == f.value
		}
		return in.unchanged(f)
	}
	if !readCache(f, key, holds) {
		return false
	}
	env.warn(warnings)
	return true
}
