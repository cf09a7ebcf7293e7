package generators

import (
	"strings"
	"text/template/parse"
)

// The names of the functions that guard puts into templates. No template can call them by itself.
const (
	guardLoop  = "_loop"
	guardPrint = "_print"
)

// guard puts calls into templates that keep them within their limits, since the template language has none: whatever
// is gone through tells first how much work its turns are, and what is printed is looked at unless its name says that
// it is plain.
type guard struct {
	plain
	text  string // of the file
	trees map[string]*parse.Tree
	costs map[string]int // of templates, by name
}

func (g *guard) list(l *parse.ListNode) {
	if l == nil {
		return
	}
	for _, n := range l.Nodes {
		switch n := n.(type) {
		case *parse.ActionNode:
			if len(n.Pipe.Decl) == 0 && !g.pipe(n.Pipe) {
				n.Pipe.Cmds = append(n.Pipe.Cmds, call(n.Pipe.Pos, guardPrint))
			}
		case *parse.IfNode:
			g.list(n.List)
			g.list(n.ElseList)
		case *parse.WithNode:
			g.list(n.List)
			g.list(n.ElseList)
		case *parse.RangeNode:
			line := strings.Count(g.text[:n.Pos], "\n") + 1
			n.Pipe.Cmds = append(n.Pipe.Cmds, call(n.Pipe.Pos, guardLoop, line, g.cost(n.List)))
			g.list(n.List)
			g.list(n.ElseList)
		}
	}
}

// cost is how much work it is to carry out the list once, with the templates it takes in. Templates do not take in
// themselves, see checkRecursion.
func (g *guard) cost(l *parse.ListNode) int {
	cost := 4 // of a turn of a loop, whatever it does
	visit(l, func(n parse.Node) {
		switch n := n.(type) {
		case *parse.TextNode:
			cost += 1 + len(n.Text)/64
		case *parse.TemplateNode:
			cost += 1 + g.templateCost(n.Name)
		case *parse.IdentifierNode: // a call
			cost += 8
		default:
			cost++
		}
		cost = min(cost, limitWork+1)
	})
	return cost
}

func (g *guard) templateCost(name string) int {
	if cost, known := g.costs[name]; known {
		return cost
	}
	g.costs[name] = g.cost(g.trees[name].Root)
	return g.costs[name]
}

// call is a call with numbers.
func call(pos parse.Pos, name string, numbers ...int) *parse.CommandNode {
	c := &parse.CommandNode{NodeType: parse.NodeCommand, Pos: pos, Args: []parse.Node{parse.NewIdentifier(name).SetPos(pos)}}
	for _, n := range numbers {
		c.Args = append(c.Args, &parse.NumberNode{NodeType: parse.NodeNumber, Pos: pos, IsInt: true, Int64: int64(n)})
	}
	return c
}
