package custom

import "text/template/parse"

// The functions that guard adds to templates. Templates cannot call them themselves.
const (
	guardStep  = "_step"
	guardPrint = "_print"
)

// turnCost is the cost of one turn of a loop besides its nodes, in nodes.
const turnCost = 10

// guard adds calls to a template that enforce its limits, since the template language has none. Each turn of a
// loop and each use of a template first counts its nodes as steps. Everything that is printed is checked.
func guard(t *parse.Tree) {
	var lists []*parse.ListNode
	visit(t.Root, func(n parse.Node) {
		switch n := n.(type) {
		case *parse.ActionNode:
			if len(n.Pipe.Decl) == 0 {
				n.Pipe.Cmds = append(n.Pipe.Cmds, call(n.Pipe.Pos, guardPrint))
			}
		case *parse.RangeNode:
			lists = append(lists, n.List)
		}
	})
	for _, l := range append(lists, t.Root) {
		nodes := turnCost
		visit(l, func(parse.Node) { nodes++ })
		pos := l.Pos
		if len(l.Nodes) > 0 {
			pos = l.Nodes[0].Position()
		}
		step := &parse.ActionNode{NodeType: parse.NodeAction, Pos: pos, Pipe: &parse.PipeNode{
			NodeType: parse.NodePipe, Pos: pos, Cmds: []*parse.CommandNode{call(pos, guardStep, nodes)},
		}}
		l.Nodes = append([]parse.Node{step}, l.Nodes...)
	}
}

// call returns a call of a function with numbers as arguments.
func call(pos parse.Pos, name string, numbers ...int) *parse.CommandNode {
	c := &parse.CommandNode{NodeType: parse.NodeCommand, Pos: pos, Args: []parse.Node{parse.NewIdentifier(name).SetPos(pos)}}
	for _, n := range numbers {
		c.Args = append(c.Args, &parse.NumberNode{NodeType: parse.NodeNumber, Pos: pos, IsInt: true, Int64: int64(n)})
	}
	return c
}
