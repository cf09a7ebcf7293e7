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
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if err := w.remove(host, name, files[name]); err != nil {
			return fmt.Errorf("%s: %w", host, err)
		}
	}
	if info, err := w.Root.Lstat(host); left == 0 && err == nil && info.IsDir() { // also one that a killed run had emptied
		_ = w.Root.Remove(host) // stays where it holds files of others
	}
	return nil
}

// remove removes a file of ours while its bytes are still those that we wrote; a link on the way is left alone.
func (w *folderWriter) remove(host, name, sum string) error {
	if info, err := w.Root.Lstat(host); err != nil || !info.IsDir() {
		return nil
	}
	path := host + "/" + name
	data, err := ReadRegular(w.Root, path)
	if err != nil {
		return nil
	}
	if is := Digest(data); is != sum && !slices.Contains(w.journal.left[path], is) {
		return nil
	}
	return drop(w.Root, path)
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
	names, err := w.matching("manifest.*-of-*.json")
	for _, name := range slices.DeleteFunc(names, func(n string) bool { return !PartName.MatchString(n) }) {
		err = errors.Join(err, drop(w.Root, name))
	}
	return err
}
