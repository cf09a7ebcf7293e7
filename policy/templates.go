package policy

import (
	"path"

	"rolewall/diag"
	"rolewall/tomldoc"
)

// Template is a file with a site's template.
type Template struct {
	File string
	Src  []byte
}

// readTemplates reads the folder in templates = "dir".
func (l *loader) readTemplates(t *tomldoc.Table, file string) {
	if dir := l.folder(t, "templates", file); dir.Value != "" {
		l.p.Templates = Templates(l.files, dir.Value, dir.Location, l.errs)
	}
}

// Templates reads the *.tmpl files of a folder; at is where the folder is named.
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
