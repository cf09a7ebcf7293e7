// Package folders reads the folders with the files of a site: TOML files with services and roles for the catalog,
// and templates of custom targets.
package folders

import (
	"errors"
	"io/fs"
	"path"

	"rolewall/catalog"
	"rolewall/diag"
	"rolewall/tomldoc"
)

// Files reads files and lists folders.
type Files interface {
	ReadFile(name string) ([]byte, error)
	// Glob lists the files that match, sorted. A name without wildcards matches itself if the file exists.
	Glob(pattern string) ([]string, error)
}

// Template is a template file of a site.
type Template struct {
	File string
	Src  []byte
}

// Templates reads the *.tmpl files of a folder. at is where the policy names the folder.
func Templates(files Files, dir string, at tomldoc.Location, errs *diag.List) []Template {
	names, err := files.Glob(path.Join(dir, "*.tmpl"))
	if err != nil || len(names) == 0 {
		if isFile(files, dir, at, errs) {
			return nil
		}
		hint := ""
		if at.Pos().Line > 0 {
			hint = "paths are relative to the policy file"
		}
		errs.Add(at.Pos(), hint, "the template folder %s holds no *.tmpl file", dir)
		return nil
	}
	var out []Template
	readAll(files, names, at, errs, func(name string, src []byte) { out = append(out, Template{name, src}) })
	return out
}

// Overlay adds the entries in the *.toml files of a folder to a catalog. at is where the policy names the folder.
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

// isFile reports whether a name that should be a folder is a file. It then adds a mistake.
func isFile(files Files, name string, at tomldoc.Location, errs *diag.List) bool {
	if _, err := files.ReadFile(name); err != nil {
		return false
	}
	errs.Add(at.Pos(), "name the folder that holds it", "%s is a file, and must be a folder", name)
	return true
}

// readAll passes every file to keep. If a file cannot be read, it reports that at the place that names its folder.
func readAll(files Files, names []string, at tomldoc.Location, errs *diag.List, keep func(name string, src []byte)) {
	for _, name := range names {
		src, err := files.ReadFile(name)
		if err != nil {
			errs.Add(at.Pos(), "", "cannot read %s: %s", name, Reason(err))
			continue
		}
		keep(name, src)
	}
}

// Reason returns the text of an I/O error without the path, which the message names already.
func Reason(err error) string {
	if pathErr, ok := errors.AsType[*fs.PathError](err); ok {
		return pathErr.Err.Error()
	}
	return err.Error()
}
