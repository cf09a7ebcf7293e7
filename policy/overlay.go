package policy

import (
	"fmt"
	"path"

	"rolewall/catalog"
	"rolewall/diag"
	"rolewall/tomldoc"
)

// readCatalog adds the site's own entries from the folder in catalog = "dir" to the catalog.
func (l *loader) readCatalog(t *tomldoc.Table, file string) {
	if dir := l.folder(t, "catalog", file); dir.Value != "" {
		l.p.Catalog = Overlay(l.p.Catalog, l.files, dir.Value, dir.Location, l.errs)
	}
}

// folder returns the folder that a key of the first file names, relative to it; empty where it names none or is a mistake.
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

// isFile reports a name that should be that of a folder, and is that of a file.
func isFile(files Files, name string, at tomldoc.Location, errs *diag.List) bool {
	if _, err := files.ReadFile(name); err != nil {
		return false
	}
	errs.Add(at.Pos(), "name the folder that holds it", "%s is a file, and must be a folder", name)
	return true
}

// Overlay adds a site's own entries from the *.toml files of a folder to a catalog; at is where the folder is named.
func Overlay(cat *catalog.Catalog, files Files, dir string, at tomldoc.Location, errs *diag.List) *catalog.Catalog {
	names, err := files.Glob(path.Join(dir, "*.toml"))
	if err != nil || len(names) == 0 {
		if !isFile(files, dir, at, errs) {
			errs.Add(at.Pos(), "paths are relative to the policy file", "the catalog folder %s holds no *.toml file", dir)
		}
		return cat
	}
	var list []catalog.File
	readAll(files, names, at, errs, func(name string, src []byte) { list = append(list, catalog.File{Name: name, Src: src}) })
	return cat.Overlay(list, errs)
}

// readAll hands every file to keep; a file that cannot be read is a mistake at the place that names its folder.
func readAll(files Files, names []string, at tomldoc.Location, errs *diag.List, keep func(name string, src []byte)) {
	for _, name := range names {
		src, err := files.ReadFile(name)
		if err != nil {
			errs.Add(at.Pos(), "", "cannot read %s: %s", name, reason(err))
			continue
		}
		keep(name, src)
	}
}
