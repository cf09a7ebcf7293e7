// Package custom turns a site's templates into targets. A template is a file NAME.tmpl. Its front matter in TOML
// says what the language can express. The rest is a template, which gets the rule set of one host as a
// rulesetjson.View.
//
// Templates are rendered for each host. They can use their data and the functions in Functions, but no file,
// environment or clock. Free text of the policy has a type of its own. It must go through a function that quotes
// it. A template that prints it directly is an error, and no script is written. The work of a rendering is limited
// (see run.go).
package custom

import (
	"path"
	"slices"
	"strings"

	"rolewall/diag"
	"rolewall/generators/target"
	"rolewall/ruleset"
)

// Source is a file that holds a site's template, NAME.tmpl.
type Source struct {
	File string // as users name it; its base name is the name of the target
	Src  []byte
}

// Add returns the list with the custom targets added behind the others, by name. A template with the name of a
// target in the list replaces only the template of that target. The target keeps everything else, above all its
// checks. Mistakes in a template are added to errs.
func Add(list []target.Target, sources []Source, errs *diag.List) []target.Target {
	out := slices.Clone(list)
	from := map[string]string{} // file by the name of its target, in lower case
	sources = slices.Clone(sources)
	slices.SortFunc(sources, func(a, b Source) int {
		return strings.Compare(path.Base(a.File), path.Base(b.File))
	})
	for _, src := range sources {
		name := strings.TrimSuffix(path.Base(src.File), ".tmpl")
		if why := ruleset.BadFileName(name); why != "" {
			errs.Add(diag.Pos{File: src.File}, ruleset.NameHint, "the file's name is to be the target's name, but %q %s", name, why)
			continue
		}
		if other, taken := from[strings.ToLower(name)]; taken {
			errs.Add(diag.Pos{File: src.File}, "names are compared without case", "target %s is already defined in %s", name, other)
			continue
		}
		from[strings.ToLower(name)] = src.File
		out = add(out, name, src, errs)
	}
	return out
}

// add adds a target, or replaces the template of one.
func add(ts []target.Target, name string, src Source, errs *diag.List) []target.Target {
	i := slices.IndexFunc(ts, func(g target.Target) bool { return strings.EqualFold(g.Info().Name, name) })
	if i >= 0 && ts[i].Info().Name != name {
		errs.Add(diag.Pos{File: src.File}, "names are compared without case", "there is a target %s already", ts[i].Info().Name)
		return ts
	}
	var base target.Templated
	if i >= 0 {
		var ok bool
		if base, ok = ts[i].(target.Templated); !ok {
			errs.Add(diag.Pos{File: src.File}, "give a target of your own another name", "the template of the built-in target %s cannot be replaced", name)
			return ts
		}
	}
	s := newTarget(name, src, base, errs)
	switch {
	case s == nil:
	case base != nil:
		ts[i] = s
	default:
		for _, g := range ts {
			if info := g.Info(); strings.EqualFold(info.File, s.info.File) {
				errs.Add(s.fileAt.Pos(), "choose another name", "the target %s writes a file %s already", info.Name, info.File)
			}
		}
		ts = append(ts, s)
	}
	return ts
}
