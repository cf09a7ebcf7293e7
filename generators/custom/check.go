package custom

import (
	"maps"
	"slices"
	"strings"
	"text/template/parse"

	"rolewall/diag"
)

// check reports names that the data does not have, and templates that are not defined or include themselves. It
// also checks branches that no host uses.
func (l *layout) check(trees map[string]*parse.Tree, m members, errs *diag.List) {
	for _, name := range slices.Sorted(maps.Keys(trees)) {
		visit(trees[name].Root, func(n parse.Node) {
			if t, ok := n.(*parse.TemplateNode); ok && trees[t.Name] == nil {
				errs.Add(l.pos(n), diag.Suggest(t.Name, slices.Collect(maps.Keys(trees))), "no template %q is defined here", t.Name)
			}
			for _, field := range fields(n) {
				l.uses[field] = true
				if !m[field] {
					errs.Add(l.pos(n), diag.Suggest(field, slices.Sorted(maps.Keys(m))), "nothing here is called %q", field)
				}
			}
		})
	}
	done := map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(trees)) {
		l.checkRecursion(trees, name, nil, done, errs)
	}
}

// checkRecursion reports templates that include themselves. No template needs that, since the data has lists and
// no trees.
func (l *layout) checkRecursion(trees map[string]*parse.Tree, name string, path []string, done map[string]bool, errs *diag.List) {
	path = append(path, name)
	visit(trees[name].Root, func(n parse.Node) {
		t, ok := n.(*parse.TemplateNode)
		if !ok || trees[t.Name] == nil || done[t.Name] {
			return
		}
		if i := slices.Index(path, t.Name); i >= 0 {
			errs.Add(l.pos(n), "go through lists with range", "template %q includes itself: %s", t.Name, strings.Join(append(path[i:], t.Name), " > "))
			return
		}
		l.checkRecursion(trees, t.Name, path, done, errs)
	})
	done[name] = true
}

// fields returns the names that a node takes from the data or from a variable.
func fields(n parse.Node) []string {
	switch n := n.(type) {
	case *parse.FieldNode:
		return n.Ident
	case *parse.VariableNode:
		return n.Ident[1:]
	case *parse.ChainNode:
		return n.Field
	}
	return nil
}
