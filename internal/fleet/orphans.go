package main

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// removeAll removes files of a host that are asked for no more, and the folder that is empty then.
func (w *treeWriter) removeAll(host string, files map[string]string, left int) error {
	removed := false
	for _, name := range slices.Sorted(maps.Keys(files)) {
		gone, err := w.remove(host, name, files[name])
		if err != nil {
			return fmt.Errorf("%s: %w", host, err)
		}
		removed = removed || gone
	}
	if removed && left == 0 {
		_ = w.root.Remove(host) // stays where others' files lie in it
	}
	return nil
}

// remove removes a file of ours while its bytes are still those that we wrote; a link on the way is left alone.
func (w *treeWriter) remove(host, name, sum string) (bool, error) {
	if info, err := w.root.Lstat(host); err != nil || !info.IsDir() {
		return false, nil
	}
	path := host + "/" + name
	data, err := read(w.root, path)
	if err != nil {
		return false, nil
	}
	if is := digest(data); is != sum && !slices.Contains(w.journal.left[path], is) {
		return false, nil
	}
	return true, drop(w.root, path)
}

// removeUnlisted removes what a stopped run wrote and no manifest lists.
func (w *treeWriter) removeUnlisted() error {
	for _, path := range slices.Sorted(maps.Keys(w.journal.left)) {
		host, name, _ := strings.Cut(path, "/")
		if !w.plan.sel.Has(host, name) {
			continue
		}
		if err := w.removeAll(host, map[string]string{name: ""}, 0); err != nil {
			return err
		}
		delete(w.journal.left, path)
	}
	return nil
}

// dropParts takes away the manifests and caches of parts, which the whole has taken over.
func (w *treeWriter) dropParts() error {
	names, err := w.matching("manifest.*-of-*.json", newMark+"manifest.*-of-*.json", cacheName+".*-of-*", newMark+cacheName+".*-of-*")
	for _, name := range names {
		err = errors.Join(err, drop(w.root, name))
	}
	return err
}
