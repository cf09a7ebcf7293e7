package fleet

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// removeAll removes files of a host that are asked for no more, and the folder that is empty then.
func (w *folderWriter) removeAll(host string, files map[string]string, left int) error {
	removed := false
	for _, name := range slices.Sorted(maps.Keys(files)) {
		ok, err := w.remove(host, name, files[name])
		if err != nil {
			return fmt.Errorf("%s: %w", host, err)
		}
		removed = removed || ok
	}
	if removed && left == 0 {
		_ = w.Root.Remove(host) // stays where it holds files of others
	}
	return nil
}

// remove removes a file of ours while its bytes are still those that we wrote; a link on the way is left alone.
func (w *folderWriter) remove(host, name, sum string) (bool, error) {
	if info, err := w.Root.Lstat(host); err != nil || !info.IsDir() {
		return false, nil
	}
	path := host + "/" + name
	data, err := ReadRegular(w.Root, path)
	if err != nil {
		return false, nil
	}
	if is := Digest(data); is != sum && !slices.Contains(w.journal.left[path], is) {
		return false, nil
	}
	return true, drop(w.Root, path)
}

// removeUnlisted removes what a stopped run wrote and no manifest lists.
func (w *folderWriter) removeUnlisted() error {
	for _, path := range slices.Sorted(maps.Keys(w.journal.left)) {
		host, name, _ := strings.Cut(path, "/")
		if !w.plan.Selection.Has(host, name) {
			continue
		}
		if err := w.removeAll(host, map[string]string{name: ""}, 0); err != nil {
			return err
		}
		delete(w.journal.left, path)
	}
	return nil
}

// dropParts removes the manifests of parts, which the whole has taken over.
func (w *folderWriter) dropParts() error {
	names, err := w.matching("manifest.*-of-*.json", Unfinished+"manifest.*-of-*.json")
	for _, name := range names {
		err = errors.Join(err, drop(w.Root, name))
	}
	return err
}
