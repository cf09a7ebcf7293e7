package fleet

import (
	"errors"
	"maps"
	"path"
	"slices"
	"strings"

	"rolewall/diag"
	"rolewall/internal/fleet/manifest"
	"rolewall/internal/fleet/regular"
)

// removeAll removes files of a host that are no longer wanted, and the folder if it is empty then.
func (w *folderWriter) removeAll(host string, files map[string]string, left int) error {
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if err := w.remove(host, name, files[name]); err != nil {
			return diag.Prefix(host+": ", err)
		}
	}
	if info, err := w.Root.Lstat(host); left == 0 && err == nil && info.IsDir() { // also a folder that a killed run had emptied
		_ = w.Root.Remove(host) // fails if it holds files of others
	}
	return nil
}

// dropFolders removes the empty folders of a path below the folder of a bundle.
func (w *folderWriter) dropFolders(host, name string) {
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		_ = w.Root.Remove(host + "/" + dir) // fails if it holds other files
	}
}

// remove removes a file of ours if its bytes are still those that we wrote. It does not follow links.
func (w *folderWriter) remove(host, name, sum string) error {
	full := host + "/" + name
	if !regular.IsRealPath(w.Root, path.Dir(full)) {
		return nil
	}
	defer w.dropFolders(host, name)
	data, err := regular.Read(w.Root, full)
	if err != nil {
		return nil
	}
	if is := Digest(data); is != sum && !slices.Contains(w.journal.left[full], is) {
		return nil
	}
	return drop(w.Root, full)
}

// removeUnlisted removes what a stopped run wrote and no manifest lists.
func (w *folderWriter) removeUnlisted() error {
	for _, full := range slices.Sorted(maps.Keys(w.journal.left)) {
		host, name, _ := strings.Cut(full, "/")
		if !w.plan.Selection.Has(host, name) {
			continue
		}
		if err := w.removeAll(host, map[string]string{name: ""}, 0); err != nil {
			return err
		}
		delete(w.journal.left, full)
	}
	return nil
}

// dropParts removes the manifests of parts after the whole has taken them over.
func (w *folderWriter) dropParts() error {
	names, err := w.matching("manifest.*-of-*.json")
	for _, name := range slices.DeleteFunc(names, func(n string) bool { return !manifest.PartName.MatchString(n) }) {
		err = errors.Join(err, drop(w.Root, name))
	}
	return err
}
