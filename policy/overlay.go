package policy

import (
	"fmt"
	"path"

	"rolewall/policy/folders"
	"rolewall/tomldoc"
)

// readCatalog adds the entries of the folder in catalog = "dir" to the catalog.
func (l *loader) readCatalog(t *tomldoc.Table, file string) {
	if dir := l.folder(t, "catalog", file); dir.Value != "" {
		l.p.Catalog = folders.Overlay(l.p.Catalog, l.files, dir.Value, dir.Location, l.errs)
	}
}

// folder returns the folder that a key of the first file names, relative to that file. It returns an empty text if
// the key is absent or wrong.
func (l *loader) folder(t *tomldoc.Table, key, file string) tomldoc.Text {
	dir := t.Text(key)
	switch {
	case dir.Value == "":
		if t.Has(key) {
			t.Fail(key, fmt.Sprintf("%s = %q", key, key), "%s names no folder", key)
		}
		return tomldoc.Text{}
	case len(l.open) > 1:
		t.Fail(key, "say it in "+l.open[0], "an included file cannot choose the %s", key)
		return tomldoc.Text{}
	}
	dir.Value = path.Join(path.Dir(file), dir.Value)
	return dir
}

// readTemplates reads the folder in templates = "dir".
func (l *loader) readTemplates(t *tomldoc.Table, file string) {
	if dir := l.folder(t, "templates", file); dir.Value != "" {
		l.p.Templates = folders.Templates(l.files, dir.Value, dir.Location, l.errs)
	}
}
