package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"rolewall/internal/workspace"

	"github.com/urfave/cli/v2"
)

// The cache says what a run read and what the files it wrote looked like on disk. When the same call finds all of it
// unchanged, nothing needs to be made again. It is a help for speed and nothing else: without it, or with a broken one,
// a run makes everything; check never reads it.
const cacheName = ".rolewall-cache"

type cacheWriter struct {
	tree *tree
	name string
	file *os.File
	text *cacheText // nil where no cache is written
}

// newCacheWriter begins the cache of a run, when the old one is gone. A cache that cannot be written is no
// mistake: the next run is slower.
func newCacheWriter(t *tree, p *plan, key string) *cacheWriter {
	cw := &cacheWriter{tree: t, name: cacheNameOf(p.sel.Shard)}
	inputs, again := p.environment.files.Inputs()
	if !again || key == "" {
		return cw
	}
	f, err := t.root.OpenFile(newMark+cw.name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
	if err != nil {
		return cw
	}
	cw.file, cw.text = f, newCacheText(f, key)
	for _, in := range inputs {
		cw.text.add(cacheFact{string(in.Kind), in.Digest, in.Name})
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

// look is what a file looks like: size, mode, when its bytes and when anything of it changed, number of the file.
func look(info fs.FileInfo) string {
	number, changed := fileIdentity(info)
	return fmt.Sprintf("%d %o %d %d %d", info.Size(), info.Mode(), info.ModTime().UnixNano(), changed, number)
}

// finish ends the cache with the manifest, after everything else is in place. Where that fails there is no cache.
func (c *cacheWriter) finish(manifest string) {
	if c.text == nil {
		return
	}
	info, err := c.tree.root.Lstat(manifest)
	if err == nil {
		c.text.add(cacheFact{"file", look(info), manifest})
		err = errors.Join(c.text.close(), c.file.Close())
	}
	if err == nil {
		err = c.tree.root.Rename(newMark+c.name, c.name)
	}
	if err != nil {
		_ = c.abandon()
	}
}

// abandon leaves no cache.
func (c *cacheWriter) abandon() error {
	if c.text == nil {
		return nil
	}
	c.file.Close()
	return drop(c.tree.root, newMark+c.name)
}

// cacheKey is equal for calls that do the same with the same program on the same day; empty where the program cannot be
// told, or the call is no good.
func cacheKey(c *cli.Context) string {
	exe, err := os.Executable()
	if err != nil {
		return ""
	}
	info, err := os.Stat(exe)
	if err != nil {
		return ""
	}
	day, err := workspace.Day(c.String("as-of"))
	if err != nil {
		return ""
	}
	call := []string{look(info), day, c.Args().First(), c.String("catalog"), c.String("templates"), c.String("shard")}
	call = append(append(call, "targets"), c.StringSlice("target")...)
	call = append(append(call, "hosts"), c.StringSlice("host")...)
	return digest([]byte(strings.Join(call, "\x00")))
}

// upToDate reports whether the same call has been here and everything is as it left it; it then repeats the warnings.
func (env *environment) upToDate(c *cli.Context, dir, key string) bool {
	s, err := workspace.ParseShard(c.String("shard"))
	if err != nil || key == "" || c.NArg() != 1 || !isAbsent(below(dir, journalNameOf(s))) { // a journal is there where a run did not end
		return false
	}
	f, err := os.Open(filepath.Join(dir, cacheNameOf(s)))
	if err != nil {
		return false
	}
	defer f.Close()
	in := workspace.NewFiles(env.stdin)
	var warnings []string
	folder := "" // that of the latest file, which is a folder and no link to one
	holds := func(f cacheFact) bool {
		switch f.kind {
		case "warning":
			warnings = append(warnings, f.text)
			return true
		case "file":
			if host, _, below := strings.Cut(f.text, "/"); below && host != folder {
				if info, err := os.Lstat(filepath.Join(dir, host)); err != nil || !info.IsDir() {
					return false
				}
				folder = host
			}
			info, err := os.Lstat(filepath.Join(dir, f.text))
			return err == nil && info.Mode().IsRegular() && look(info) == f.value
		}
		return in.Unchanged(workspace.Input{Kind: workspace.InputKind(f.kind), Name: f.text, Digest: f.value})
	}
	if !readCache(f, key, holds) {
		return false
	}
	env.warn(warnings)
	return true
}
