package generators

import (
	"slices"
	"text/template/parse"
)

// plain tells which expressions yield text that can be printed without a look, whatever the data: no free text, no
// list, no structure.
type plain struct {
	members   members
	variables map[string]bool // by name, with the $; false where any assignment is not plain
}

func newPlain(m members, trees map[string]*parse.Tree) plain {
	p := plain{members: m, variables: map[string]bool{}}
	assigned := assignments(trees)
	for name := range assigned {
		p.variables[name] = true
	}
	// A variable is plain until one of its values is not; that can make others not plain that were set from it.
	for again := true; again; {
		again = false
		for name, values := range assigned {
			if p.variables[name] && slices.ContainsFunc(values, func(v *parse.PipeNode) bool { return v == nil || !p.pipe(v) }) {
				p.variables[name], again = false, true
			}
		}
	}
	return p
}

// assignments are the values that variables get, by name; nil for the elements of what range goes through.
func assignments(trees map[string]*parse.Tree) map[string][]*parse.PipeNode {
	out := map[string][]*parse.PipeNode{}
	for _, t := range trees {
		ranged := map[parse.Node]bool{}
		visit(t.Root, func(n parse.Node) {
			switch n := n.(type) {
			case *parse.RangeNode:
				ranged[n.Pipe] = true
			case *parse.PipeNode:
				value := n
				if ranged[n] {
					value = nil
				}
				for _, v := range n.Decl {
					out[v.Ident[0]] = append(out[v.Ident[0]], value)
				}
			}
		})
	}
	return out
}

// pipe follows the value from command to command.
func (p plain) pipe(pipe *parse.PipeNode) bool {
	is := true
	for _, c := range pipe.Cmds {
		is = p.command(c, is)
	}
	return is
}

// command gets what the command before it yields as its last argument.
func (p plain) command(c *parse.CommandNode, before bool) bool {
	f, isCall := c.Args[0].(*parse.IdentifierNode)
	switch {
	case !isCall:
		return len(c.Args) == 1 && p.node(c.Args[0])
	case isQuoting(f.Ident):
		return true
	case !keepsPlain(f.Ident) || !before:
		return false
	}
	for _, arg := range c.Args[1:] {
		if !p.node(arg) {
			return false
		}
	}
	return true
}

func (p plain) node(n parse.Node) bool {
	switch n := n.(type) {
	case *parse.StringNode, *parse.NumberNode, *parse.BoolNode:
		return true
	case *parse.PipeNode:
		return p.pipe(n)
	case *parse.VariableNode:
		if len(n.Ident) == 1 {
			return p.variables[n.Ident[0]]
		}
	}
	names := fields(n)
	return len(names) > 0 && p.members.all(names[len(names)-1], isPlainType)
}
