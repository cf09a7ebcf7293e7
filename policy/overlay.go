package policy

import (
	"path"

	"rolewall/catalog"
	"rolewall/diag"
	"rolewall/tomldoc"
)

// readCatalog adds the site's own entries from the folder in catalog = "dir" to the catalog.
func (l *loader) readCatalog(t *tomldoc.Table, file string) {
	dir := t.Text("catalog")
	if dir.Value == "" {
		if t.Has("catalog") {
			t.Fail("catalog", `catalog = "catalog"`, "catalog names no folder")
		}
		return
	}
	if len(l.open) > 1 {
		t.Fail("catalog", "say it in "+l.open[0], "an included file cannot choose the catalog")
		return
	}
	l.p.Catalog = Overlay(l.p.Catalog, l.files, path.Join(path.Dir(file), dir.Value), dir.Location, l.errs)
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
	for _, name := range names {
		src, err := files.ReadFile(name)
		if err != nil {
			errs.Add(at.Pos(), "", "cannot read %s: %s", name, reason(err))
			continue
		}
		list = append(list, catalog.File{Name: name, Src: src})
	}
	return cat.Overlay(list, errs)
}
