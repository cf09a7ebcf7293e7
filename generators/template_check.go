package generators

import (
	"maps"
	"slices"
	"strings"
	"text/template/parse"

	"rolewall/diag"
)

// check notes what is wrong in a template whatever it is filled with: names that no data has, templates that are not
// defined, free text printed as it is, and uses of the host's name that would not survive the sharing of pages.
func (l *layout) check(trees map[string]*parse.Tree, m members, errs *diag.List) {
	for _, name := range slices.Sorted(maps.Keys(trees)) {
		printed := printedAlone(trees[name].Root)
		visit(trees[name].Root, func(n parse.Node) {
			if t, ok := n.(*parse.TemplateNode); ok && trees[t.Name] == nil {
				errs.Add(l.pos(n), diag.Suggest(t.Name, slices.Collect(maps.Keys(trees))), "no template %q is defined here", t.Name)
			}
			for _, field := range fields(n) {
				l.uses[field] = true
				switch {
				case m[field] == nil:
					errs.Add(l.pos(n), diag.Suggest(field, slices.Sorted(maps.Keys(m))), "nothing here is called %q", field)
				case field == "Host" && !printed[n]:
					errs.Add(l.pos(n), "hosts with equal rule sets share a page", "the host's name can be printed in the header, outside of range, and used for nothing else")
				}
			}
		})
		visit(trees[name].Root, func(n parse.Node) {
			if a, ok := n.(*parse.ActionNode); ok && len(a.Pipe.Decl) == 0 {
				l.checkFreeText(a.Pipe, m, errs)
			}
		})
	}
	done := map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(trees)) {
		l.checkRecursion(trees, name, nil, done, errs)
	}
}

// checkFreeText notes a field that is printed as it is and always free text.
func (l *layout) checkFreeText(p *parse.PipeNode, m members, errs *diag.List) {
	last := p.Cmds[len(p.Cmds)-1].Args[0]
	if names := fields(last); len(names) > 0 && m.all(names[len(names)-1], isFreeText) {
		errs.Add(l.pos(last), "print it through comment, ascii, or the function of the page's language", "%s is free text, which may hold anything", last)
	}
}

// checkRecursion notes templates that take in themselves: lists are all that data has, and no tree.
func (l *layout) checkRecursion(trees map[string]*parse.Tree, name string, road []string, done map[string]bool, errs *diag.List) {
	road = append(road, name)
	visit(trees[name].Root, func(n parse.Node) {
		t, ok := n.(*parse.TemplateNode)
		if !ok || trees[t.Name] == nil || done[t.Name] {
			return
		}
		if i := slices.Index(road, t.Name); i >= 0 {
			errs.Add(l.pos(n), "go through lists with range", "template %q takes in itself: %s", t.Name, strings.Join(append(road[i:], t.Name), " > "))
			return
		}
		l.checkRecursion(trees, t.Name, road, done, errs)
	})
	done[name] = true
}

// fields are the names that a node takes out of data, by themselves or from a variable.
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

// printedAlone are the nodes that are printed as they are and not in a loop.
func printedAlone(root *parse.ListNode) map[parse.Node]bool {
	out := map[parse.Node]bool{}
	visit(root, func(n parse.Node) {
		if a, ok := n.(*parse.ActionNode); ok && len(a.Pipe.Decl) == 0 && len(a.Pipe.Cmds) == 1 && len(a.Pipe.Cmds[0].Args) == 1 {
			out[a.Pipe.Cmds[0].Args[0]] = true
		}
	})
	visit(root, func(n parse.Node) {
		if r, ok := n.(*parse.RangeNode); ok {
			visit(r, func(n parse.Node) { delete(out, n) })
		}
	})
	return out
}
